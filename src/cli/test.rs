//! `bylaw test`.

use super::args::{self, TestFormat};
use super::failure::{Exit, Failure};
use super::generate::generate;
use super::policies::{self, Institution};
use super::progress::Progress;
use super::screen::{Screen, write_result};
use super::usage::nearest;
use crate::diagnostics::Say;
use crate::report::{examples, exercised as lines, junit, tested as json};
use crate::tools::exercised::{Target, exercised};
use crate::tools::{Ran, Tested, run, run_only};

/// Runs the examples of the policies; with `--coverage` tells what they do not show.
pub(crate) fn test(args: &args::Test, screen: Screen) -> Result<Exit, Failure> {
    if let Some(output) = &args.generate {
        return generate(args, output, screen);
    }
    let each = policies::load_each(&args.policies.paths, screen)?;
    let titles: Vec<&str> = each.iter().flat_map(|institution| &institution.model.examples).map(|example| example.title.as_str()).collect();
    if let Some(text) = args.example.iter().find(|text| !titles.iter().any(|title| title.contains(text.as_str()))) {
        return Err(no_such_example(text, &titles));
    }
    let tested: Vec<Tested<'_>> = each.iter().map(|institution| tested(institution, args, screen)).collect();
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

/// No title contains the text: which does nearly?
fn no_such_example(text: &str, titles: &[&str]) -> Failure {
    let (near, zh) = match nearest(text, titles.iter().copied()) {
        Some(near) => (format!("did you mean `{near}`?"), format!("是否为 `{near}`？")),
        None => ("write a part of an example's title, as it stands in the policy".to_owned(), "请写示例标题中的一段文字，与规章所写一致".to_owned()),
    };
    Failure::Usage(Say::new(format!("there is no example with `{text}` in its title"), format!("没有标题含有 `{text}` 的示例")), Say::new(near, zh))
}

fn tested<'i>(institution: &'i Institution, args: &args::Test, screen: Screen) -> Tested<'i> {
    let Institution { path, model, written, .. } = institution;
    let wanted = |title: &str| args.example.is_empty() || args.example.iter().any(|text| title.contains(text.as_str()));
    let examples: Vec<_> = model.examples.iter().filter(|example| wanted(&example.title)).collect();
    let progress = Progress::steps(screen.pick("examples", "示例"), examples.len());
    let ran: Vec<Ran<'_>> = examples.into_iter().enumerate().inspect(|(done, _)| progress.at(*done)).map(|(_, example)| if args.coverage { run(model, example) } else { run_only(model, example) }).collect();
    progress.end();
    let targets = args.coverage.then(|| {
        let progress = Progress::steps(screen.pick("coverage", "覆盖"), ran.len());
        let targets = exercised(model, written, &ran, &mut |done| progress.at(done));
        progress.end();
        targets
    });
    Tested { path, model, ran, targets }
}
