//! The command line: the only room that touches files, the terminal and the environment.
//!
//! `args` says what may be asked, one file a verb does it, `failure` says how it ends. Verbs, flags, formats and exit statuses
//! are a contract (`docs/cli.md`).

mod args;
mod audit;
mod check;
mod config;
mod coverage;
mod data;
mod diff;
mod disk;
mod dmn;
mod earlier;
mod explain;
mod failure;
mod fmt;
mod folder;
mod generate;
mod index;
mod init;
mod lint;
mod lsp;
mod overwrite;
mod page;
mod policies;
mod progress;
mod replace;
mod screen;
mod shell;
mod simulate;
mod state;
mod statements;
mod table;
mod test;
mod usage;

pub(crate) use config::Config;
pub(crate) use data::ending;
pub use data::unreadable;
pub use disk::Disk;
pub(crate) use earlier::read as earlier;
pub(crate) use explain::unknown;
pub(crate) use failure::Failure;
pub(crate) use folder::{Found, found};
pub(crate) use overwrite::refuse as spare;
pub(crate) use state::Saving;

use crate::diagnostics::{Say, Tongue};
use args::{Cli, Verb};
use clap::Parser;
use failure::Exit;
use screen::Screen;
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::panic;

/// Runs the command; `args` begin with the program's name. Gives the exit status.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let _nobody_listens = error.print();
            return if error.use_stderr() { Exit::Usage.code() } else { Exit::Well.code() };
        }
    };
    let screen = Screen::new(cli.lang, cli.color);
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| screen.tell(&format!("{info}\n"))));
    let result = panic::catch_unwind(|| run_verb(&cli.verb, screen));
    panic::set_hook(hook);
    match result {
        Ok(Ok(exit)) => exit.code(),
        Ok(Err(failure)) => {
            tell(&failure, screen);
            failure.exit().code()
        }
        Err(_) => {
            screen.tell(screen.pick(
                "internal error: this is a bug in bylaw; please report it with the policy and the records\n",
                "内部错误：这是 bylaw 的缺陷；请连同规章和记录一并报告\n",
            ));
            Exit::Internal.code()
        }
    }
}

fn run_verb(verb: &Verb, screen: Screen) -> Result<Exit, Failure> {
    match verb {
        Verb::Check(args) => check::check(args, screen),
        Verb::Compile(args) => check::compile(args, screen),
        Verb::Lint(args) => lint::lint(args, screen),
        Verb::Audit(args) => audit::audit(args, screen),
        Verb::Explain(args) => explain::explain(args, screen),
        Verb::Test(args) => test::test(args, screen),
        Verb::Fmt(args) => fmt::fmt(args, screen),
        Verb::Table(args) => table::table(&args.verb, screen),
        Verb::Diff(args) => diff::diff(args, screen),
        Verb::Coverage(args) => coverage::coverage(args, screen),
        Verb::Simulate(args) => simulate::simulate(args, screen),
        Verb::Lsp => lsp::lsp(screen),
        Verb::Init(args) => init::init(args, screen),
        Verb::Completions(args) => shell::completions(args),
        Verb::Man(args) => shell::man(args),
    }
}

/// Says why a command did not do its work.
fn tell(failure: &Failure, screen: Screen) {
    let say = |message: &Say, help: &Say| {
        let (error, way_out) = match screen.tongue {
            Tongue::En => ("error", "help"),
            Tongue::Zh => ("错误", "办法"),
        };
        screen.tell(&format!("{error}: {}\n{way_out}: {}\n", message.get(screen.tongue), help.get(screen.tongue)));
    };
    match failure {
        Failure::Usage(message, help) | Failure::Input(message, help) | Failure::Internal(message, help) => say(message, help),
        Failure::Policies(diagnostics) => policies::tell(diagnostics, screen),
        Failure::Records(rejections) => data::tell(rejections, screen),
        Failure::Output(_, error) if error.kind() == ErrorKind::BrokenPipe => {}
        Failure::Output(file, error) => {
            let (en, zh) = why(error);
            say(
                &Say::new(format!("cannot write `{file}`: {en}"), format!("无法写入 `{file}`：{zh}")),
                &Say::new("check the path, the permissions and the space left", "请检查路径、权限和剩余空间"),
            );
        }
    }
}

/// Why the system refused, in both tongues.
pub(crate) fn why(error: &io::Error) -> (String, String) {
    let (en, zh) = match error.kind() {
        ErrorKind::NotFound => ("there is no such file", "没有这个文件"),
        ErrorKind::PermissionDenied => ("permission denied", "没有权限"),
        ErrorKind::IsADirectory => ("it is a folder", "这是文件夹"),
        ErrorKind::StorageFull => ("the disk is full", "磁盘已满"),
        _ => return (error.to_string(), error.to_string()),
    };
    (en.to_owned(), zh.to_owned())
}
