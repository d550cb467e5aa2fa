//! `bylaw audit`.

use super::args::{self, AuditFormat, FailOn};
use super::data;
use super::earlier;
use super::failure::{Exit, Failure};
use super::policies;
use super::progress::Progress;
use super::screen::{Screen, write_result};
use crate::Policy;
use crate::diagnostics::Say;
use crate::records::Records;
use crate::reference::{self, verdict::{Audit, Ruling}};
use crate::report::{Format, Report};

/// Runs the records through the policies and shows the result.
pub(crate) fn audit(args: &args::Audit, screen: Screen) -> Result<Exit, Failure> {
    if args.data.is_empty() {
        return Err(no_events());
    }
    let earlier = args.since.as_deref().map(earlier::read).transpose()?;
    let policy = policies::load(&args.policies.paths, screen)?;
    let records = data::read(&policy, &args.data, screen)?;
    let mut audit = judge(&policy, &records, screen);
    let withdrawn = earlier.map(|earlier| reference::supersede(&mut audit, &earlier)).unwrap_or_default();
    let report = Report { model: policy.model(), records: &records, audit: &audit, withdrawn: &withdrawn, all: args.all };
    let format = match args.format {
        AuditFormat::Human => Format::Human { colour: args.output.is_none() && screen.colour_results() },
        AuditFormat::Jsonl => Format::Jsonl,
        AuditFormat::Csv => Format::Csv,
    };
    write_result(args.output.as_deref(), |out| report.write(format, screen.tongue, out))?;
    let failed = audit.verdicts.iter().any(|verdict| args.fail_on.iter().any(|fail| ruling(*fail) == verdict.ruling));
    Ok(if failed { Exit::Findings } else { Exit::Well })
}

/// All verdicts, with progress.
pub(crate) fn judge(policy: &Policy, records: &Records, screen: Screen) -> Audit {
    let progress = Progress::steps(screen.pick("judging", "判定"), policy.model().norms.len());
    let audit = policy.audit_watched(records, &mut |done, _| progress.at(done));
    progress.end();
    audit
}

/// Without events there is nothing to judge.
pub(crate) fn no_events() -> Failure {
    Failure::Usage(
        Say::new("no events are given", "没有给出事件记录"),
        Say::new(
            "add `--events FILE` (`-` reads standard input), or `--data FOLDER` with an events file in it",
            "请加上 `--events 文件`（`-` 表示标准输入），或 `--data 文件夹`（其中有事件文件）",
        ),
    )
}

fn ruling(fail: FailOn) -> Ruling {
    match fail {
        FailOn::Violation => Ruling::Violation,
        FailOn::Conflict => Ruling::Conflict,
        FailOn::Undetermined => Ruling::Undetermined,
        FailOn::Pending => Ruling::Pending,
    }
}
