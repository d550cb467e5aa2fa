//! `bylaw simulate`.

use super::args;
use super::failure::{Exit, Failure};
use super::policies;
use super::screen::{Screen, write_result};
use crate::diagnostics::Say;
use crate::tools::simulate::{Plan, simulate as make};
use crate::model::Model;
use chrono::NaiveDate;
use std::fs;
use std::path::Path;

/// Where the stream begins, when no day is given: on the first on which all regulations are in force.
fn first_day(model: &Model) -> NaiveDate {
    let usual = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
    model.regulations.iter().filter_map(|regulation| regulation.validity.from).max().map_or(usual, |day| day.max(usual))
}

/// Makes up a stream of records and its registers.
pub(crate) fn simulate(args: &args::Simulate, screen: Screen) -> Result<Exit, Failure> {
    let policy = policies::load(&args.policies.paths, screen)?;
    let plan = Plan { people: args.people, days: args.days, from: args.from.unwrap_or_else(|| first_day(policy.model())), seed: args.seed, bad: args.bad };
    let made = make(policy.model(), plan);
    let Some(folder) = &args.output else {
        write_result(None, |out| out.write_all(made.events.as_bytes()))?;
        return Ok(Exit::Well);
    };
    let mut files = vec![("events.jsonl".to_owned(), made.events)];
    files.extend(made.registers.into_iter().map(|(name, text)| (format!("{name}.csv"), text)));
    let path = |name: &str| format!("{}/{name}", folder.trim_end_matches('/'));
    if let Some((name, _)) = files.iter().find(|(name, _)| !args.force && Path::new(&path(name)).exists()) {
        let there = path(name);
        return Err(Failure::Usage(
            Say::new(format!("`{there}` is there already"), format!("`{there}` 已经存在")),
            Say::new("give another folder, or `--force` to write over it", "请另选文件夹，或用 `--force` 覆盖"),
        ));
    }
    fs::create_dir_all(folder).map_err(|error| Failure::Output(folder.clone(), error))?;
    for (name, text) in &files {
        write_result(Some(&path(name)), |out| out.write_all(text.as_bytes()))?;
    }
    Ok(Exit::Well)
}
