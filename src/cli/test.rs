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
    let each = policies::load_each(&args.policies.paths, screen)?;
    let mut exit = Exit::Well;
    for (path, policy) in &each {
        let model = policy.model();
        let progress = Progress::steps(screen.pick("examples", "示例"), model.examples.len());
        let ran: Vec<Ran<'_>> = model.examples.iter().enumerate().inspect(|(done, _)| progress.at(*done)).map(|(_, example)| run(model, example)).collect();
        progress.end();
        write_result(None, |out| {
            if each.len() > 1 {
                write!(out, "{path}: ")?;
            }
            examples::write(model, &ran, screen.tongue, screen.colour_results(), out)
        })?;
        if !ran.iter().all(Ran::passed) {
            exit = Exit::Findings;
        }
    }
    Ok(exit)
}
