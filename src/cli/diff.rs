//! `bylaw diff`.

use super::args::{self, PlainFormat};
use super::audit::judge;
use super::failure::{Exit, Failure};
use super::screen::{Screen, write_result};
use super::{data, policies};
use crate::{Policy, Threads};
use crate::diagnostics::Say;
use crate::diff::{self, recorded};
use crate::records::Records;
use crate::report::diff as report;

/// Compares two versions of the policies; a difference ends the run with status 1.
pub(crate) fn diff(args: &args::Diff, screen: Screen) -> Result<Exit, Failure> {
    if args.old == "-" || args.new == "-" || args.data.events.iter().any(|given| given == "-" || given.ends_with("=-")) {
        return Err(Failure::Usage(
            Say::new("standard input can be read only once, and both versions need it", "标准输入只能读取一次，而两个版本都要用到"),
            Say::new("write it to a file, and give the file", "请先存为文件，再给出该文件"),
        ));
    }
    let load = |path: &String| policies::load(std::slice::from_ref(path), screen);
    let (old, new) = (load(&args.old)?, load(&args.new)?);
    let difference = diff::compare(old.model(), new.model());
    let recorded = if args.data.is_empty() {
        None
    } else {
        let old = Policy::of(diff::under_later_names(old.model(), &difference));
        let read = |policy: &Policy| data::read(policy, &args.data, &[], Threads::available(), screen);
        let (earlier, later) = (read(&old)?, read(&new)?);
        tell_unusable([&earlier, &later], screen);
        Some(recorded::compare(&judge(&old, &earlier, Threads::available(), screen), &judge(&new, &later, Threads::available(), screen), &difference))
    };
    let told = report::Report { models: [old.model(), new.model()], difference: &difference, recorded: recorded.as_ref(), cases: args.cases, all: args.all };
    write_result(None, |out| match args.format {
        PlainFormat::Human => told.write(screen.tongue, screen.colour_results(), out),
        PlainFormat::Json => told.write_json(screen.tongue, out),
    })?;
    let differs = !difference.is_empty() || recorded.is_some_and(|recorded| !recorded.verdicts.is_empty());
    Ok(if differs { Exit::Findings } else { Exit::Well })
}

/// Records and rows that a version cannot use are judged by it as if they were not there.
fn tell_unusable(both: [&Records; 2], screen: Screen) {
    let [old, new] = both.map(|records| records.rejections.len() + records.rows_rejected.len());
    if old + new > 0 {
        let say = Say::new(
            format!("records and rows that cannot be used: {old} by the earlier version, {new} by the later; `bylaw audit` tells which\n"),
            format!("不能使用的记录和名册行：旧版 {old} 条，新版 {new} 条；详见 `bylaw audit`\n"),
        );
        screen.tell(say.get(screen.tongue));
    }
}
