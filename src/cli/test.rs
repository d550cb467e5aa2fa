//! `bylaw test`.

use super::args;
use super::failure::{Exit, Failure};
use super::policies;
use super::progress::Progress;
use super::screen::{Screen, write_result};
use crate::report::examples;
use crate::tools::{Ran, run};

/// Runs the examples of the policies.
pub(crate) fn test(args: &args::Test, screen: Screen) -> Result<Exit, Failure> {
    let policy = policies::load(&args.policies.paths, screen)?;
    let model = policy.model();
    let progress = Progress::steps(screen.pick("examples", "示例"), model.examples.len());
    let ran: Vec<Ran<'_>> = model.examples.iter().enumerate().inspect(|(done, _)| progress.at(*done)).map(|(_, example)| run(model, example)).collect();
    progress.end();
    write_result(None, |out| examples::write(model, &ran, screen.tongue, screen.colour_results(), out))?;
    Ok(if ran.iter().all(Ran::passed) { Exit::Well } else { Exit::Findings })
}
