//! `bylaw completions` and `bylaw man`: what the shell and the manual know of verbs and flags, from the same declarations that read them.

use super::args::{Cli, Completions, Man};
use super::failure::{Exit, Failure};
use super::screen::write_result;
use clap::CommandFactory;

/// Writes what a shell needs to complete verbs and flags.
pub(crate) fn completions(args: &Completions) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "bylaw", &mut script);
    write_result(None, |out| out.write_all(&script))?;
    Ok(Exit::Well)
}

/// Writes the manual page of the program, or of a verb.
pub(crate) fn man(args: &Man) -> Result<Exit, Failure> {
    let mut program = Cli::command();
    program.build();
    let command = match &args.verb {
        None => program,
        Some(verb) => match program.find_subcommand(verb) {
            Some(found) => found.clone(),
            None => {
                return Err(Failure::Usage(
                    crate::diagnostics::Say::new(format!("there is no verb `{verb}`"), format!("没有命令 `{verb}`")),
                    crate::diagnostics::Say::new("`bylaw help` lists them", "`bylaw help` 列出所有命令"),
                ));
            }
        },
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).map_err(|error| Failure::Output("-".to_owned(), error))?;
    write_result(None, |out| out.write_all(&page))?;
    Ok(Exit::Well)
}
