//! `bylaw check` and `bylaw compile`.

use super::args;
use super::failure::{Exit, Failure};
use super::{overwrite, policies};
use super::screen::{Screen, write_result};
use crate::diagnostics::Tongue;
use crate::model::Model;

/// Parses, resolves and type-checks; tells everything there is to say.
pub(crate) fn check(args: &args::Policies, screen: Screen) -> Result<Exit, Failure> {
    match policies::load_each(&args.paths, screen) {
        Ok(each) => {
            let many = each.len() > 1;
            write_result(None, |out| {
                each.iter().try_for_each(|one| {
                    let path = if many { format!("{}: ", one.path) } else { String::new() };
                    writeln!(out, "{path}{}", contents(&one.model, screen.tongue))
                })
            })?;
            Ok(Exit::Well)
        }
        Err(Failure::Policies(broken)) => {
            policies::tell(&broken, screen);
            let errors = policies::errors(&broken);
            let said = match screen.tongue {
                Tongue::En => format!("{errors} {}\n", if errors == 1 { "error" } else { "errors" }),
                Tongue::Zh => format!("{errors} 处错误\n"),
            };
            screen.tell(&said);
            Ok(Exit::Input)
        }
        Err(failure) => Err(failure),
    }
}

/// Writes the bundle.
pub(crate) fn compile(args: &args::Compile, screen: Screen) -> Result<Exit, Failure> {
    let policy = policies::load(&args.policies.paths, screen)?;
    overwrite::refuse(args.output.as_deref(), args.policies.paths.iter().map(String::as_str))?;
    let text = policy.bundle();
    write_result(args.output.as_deref(), |out| out.write_all(text.as_bytes()))?;
    if args.output.is_some() {
        let contents = contents(policy.model(), screen.tongue);
        screen.tell(&format!("{contents}\n{} {}\n", screen.pick("digest", "摘要"), policy.digest()));
    }
    Ok(Exit::Well)
}

/// What the policies hold, in one line.
fn contents(model: &Model, tongue: Tongue) -> String {
    let types = model.events.iter().filter(|event| !event.derived).count();
    let (regulations, norms, examples) = (model.regulations.len(), model.norms.len(), model.examples.len());
    match tongue {
        Tongue::En => {
            let many = |n: usize, word: &str| if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") };
            format!(
                "no errors: {}, {}, {}, {}",
                many(regulations, "regulation"),
                many(norms, "norm"),
                many(types, "record type"),
                many(examples, "example")
            )
        }
        Tongue::Zh => format!("没有错误：规章 {regulations} 件，规则 {norms} 条，记录类型 {types} 种，示例 {examples} 个"),
    }
}
