//! `bylaw test`.

use super::args::{self, TestFormat};
use super::failure::{Exit, Failure};
use super::policies::{self, Institution};
use super::progress::Progress;
use super::screen::{Screen, write_result};
use crate::report::{examples, exercised as lines, junit, tested as json};
use crate::tools::exercised::{Target, exercised};
use crate::tools::{Ran, Tested, run};

/// Runs the examples of the policies; with `--coverage` tells what they do not show.
pub(crate) fn test(args: &args::Test, screen: Screen) -> Result<Exit, Failure> {
    let each = policies::load_each(&args.policies.paths, screen)?;
    let tested: Vec<Tested<'_>> = each.iter().map(|institution| tested(institution, args.coverage, screen)).collect();
    let colour = screen.colour_results();
    write_result(None, |out| match args.format {
        TestFormat::Json => json::write_json(&tested, screen.tongue, out),
        TestFormat::Junit => junit::write(&tested, screen.tongue, out),
        TestFormat::Human => {
            examples::write(&tested, screen.tongue, colour, out)?;
            let targets: Vec<&Target> = tested.iter().filter_map(|one| one.targets.as_ref()).flatten().collect();
            if args.coverage { lines::write(&targets, screen.tongue, colour, out) } else { Ok(()) }
        }
    })?;
    Ok(if tested.iter().all(Tested::passed) { Exit::Well } else { Exit::Findings })
}

fn tested(institution: &Institution, coverage: bool, screen: Screen) -> Tested<'_> {
    let Institution { path, model, written, .. } = institution;
    let progress = Progress::steps(screen.pick("examples", "示例"), model.examples.len());
    let ran: Vec<Ran<'_>> = model.examples.iter().enumerate().inspect(|(done, _)| progress.at(*done)).map(|(_, example)| run(model, example)).collect();
    progress.end();
    let targets = coverage.then(|| {
        let progress = Progress::steps(screen.pick("coverage", "覆盖"), ran.len());
        let targets = exercised(model, written, &ran, &mut |done| progress.at(done));
        progress.end();
        targets
    });
    Tested { path, model, ran, targets }
}
