//! The `bylaw` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(bylaw::cli::run(std::env::args_os()))
}
