//! `bylaw audit`.

use super::args::{self, AuditFormat, FailOn};
use super::data;
use super::earlier;
use super::failure::{Exit, Failure};
use super::{overwrite, page, policies, statements};
use super::progress::Progress;
use super::screen::{Screen, write_result};
use super::state::Saving;
use crate::{Policy, Threads};
use crate::diagnostics::{Say, Tongue};
use crate::records::{Records, Rejection};
use crate::reference::{self, verdict::{Audit, Ruling}};
use crate::report::{self, Format, Report};
use crate::stream::{Each, Form};

/// Runs the records through the policies and shows the result.
pub(crate) fn audit(args: &args::Audit, screen: Screen) -> Result<Exit, Failure> {
    if args.plan {
        return plan(args, screen);
    }
    if args.data.is_empty() {
        return Err(no_events());
    }
    let statements = args.statements.as_deref().map(statements::Table::of).transpose()?;
    for output in [&args.output, &args.statements] {
        overwrite::refuse(output.as_deref(), args.policies.paths.iter().chain(&args.since).map(String::as_str))?;
    }
    overwrite::only_a_file(args.save_state.as_deref())?;
    overwrite::apart([&args.output, &args.statements, &args.save_state].map(Option::as_deref))?;
    let earlier = args.since.as_deref().map(earlier::read).transpose()?;
    let policy = policies::load(&args.policies.paths, screen)?;
    let outputs = [args.output.as_deref(), args.statements.as_deref()];
    let threads = args.threads.map_or_else(Threads::available, Threads::new);
    if let Some(ended) = pass(args, &policy, statements.as_ref(), threads, screen)? {
        return Ok(ended);
    }
    let (records, saving) = data::read_and_save(&policy, &args.data, &outputs, args.save_state.as_deref(), threads, screen)?;
    let mut audit = judge(&policy, &records, threads, screen);
    let withdrawn = earlier.map(|earlier| reference::supersede(&mut audit, &earlier)).unwrap_or_default();
    let report = Report { model: policy.model(), records: &records, audit: &audit, withdrawn: &withdrawn, all: args.all, threads };
    if let Some(statements) = statements {
        statements.write(&report, screen.tongue)?;
    }
    let format = match args.format {
        AuditFormat::Html => {
            page::write(args, &policy, report, screen)?;
            saving.map_or(Ok(()), Saving::end)?;
            return Ok(exit(args, audit, records));
        }
        AuditFormat::Human => Format::Human { colour: args.output.is_none() && screen.colour_results() },
        AuditFormat::Jsonl => Format::Jsonl,
        AuditFormat::Csv => Format::Csv,
        #[cfg(feature = "parquet")]
        AuditFormat::Parquet => Format::Parquet,
        #[cfg(feature = "xlsx")]
        AuditFormat::Xlsx => Format::Xlsx,
    };
    write_result(args.output.as_deref(), |out| report.write(format, screen.tongue, out))?;
    saving.map_or(Ok(()), Saving::end)?;
    let is_table = !matches!(args.format, AuditFormat::Human | AuditFormat::Jsonl);
    if is_table {
        tell_rejected(&records, screen);
    }
    Ok(exit(args, audit, records))
}

/// The same, while records pass by; none where they must be kept, or the whole of it is needed at once.
fn pass(args: &args::Audit, policy: &Policy, statements: Option<&statements::Table<'_>>, threads: Threads, screen: Screen) -> Result<Option<Exit>, Failure> {
    let form = match args.format {
        AuditFormat::Human => Form::Human { colour: args.output.is_none() && screen.colour_results() },
        AuditFormat::Jsonl => Form::Jsonl,
        AuditFormat::Csv => Form::Csv,
        #[cfg(feature = "parquet")]
        AuditFormat::Parquet => Form::Parquet,
        _ => return Ok(None),
    };
    let (outputs, save) = ([args.output.as_deref(), args.statements.as_deref()], args.save_state.as_deref());
    if args.since.is_some() || !statements.is_none_or(statements::Table::is_rows) {
        return Ok(None);
    }
    let wanted = (form, args.all, statements.is_some());
    let Some(mut streamed) = data::pass(policy, &args.data, (&outputs, save), wanted, threads, screen)? else { return Ok(None) };
    let saving = save.map(|path| Saving::write(path, |out| streamed.save(out))).transpose()?;
    let write = |each: &mut Each<'_>| write_result(args.output.as_deref(), |out| streamed.write_beside(screen.tongue, out, each));
    let (rulings, records) = match statements {
        Some(table) => table.beside(write)?,
        None => write(&mut |_| Ok(()))?,
    };
    saving.map_or(Ok(()), Saving::end)?;
    if !matches!(form, Form::Jsonl | Form::Human { .. }) {
        tell_rejected(&records, screen);
    }
    Ok(Some(if rulings.iter().any(|there| args.fail_on.iter().any(|fail| ruling(*fail) == *there)) { Exit::Findings } else { Exit::Well }))
}

/// How the run ends, by what it was asked to fail on.
fn exit(args: &args::Audit, audit: Audit, records: Records) -> Exit {
    let failed = audit.verdicts.iter().any(|verdict| args.fail_on.iter().any(|fail| ruling(*fail) == verdict.ruling));
    // The program ends: the system takes all memory back at once, which is faster than text by text.
    std::mem::forget((audit, records));
    if failed { Exit::Findings } else { Exit::Well }
}

/// How the norms would be judged. Which registers are given matters; records are read as well, when they are named.
fn plan(args: &args::Audit, screen: Screen) -> Result<Exit, Failure> {
    let policy = policies::load(&args.policies.paths, screen)?;
    let records = data::read(&policy, &args.data, &[args.output.as_deref()], Threads::available(), screen)?;
    let colour = args.output.is_none() && screen.colour_results();
    write_result(args.output.as_deref(), |out| report::plan::write(policy.model(), &records, (screen.tongue, colour), out))?;
    Ok(Exit::Well)
}

/// A table of verdicts has no place for records that could not be used, or seem wrong.
fn tell_rejected(records: &Records, screen: Screen) {
    const SHOWN: usize = 24;
    let (rejected, rows) = (&records.rejections, &records.rows_rejected);
    let first = |all: &mut dyn Iterator<Item = &Rejection>| all.take(SHOWN).cloned().collect::<Vec<_>>();
    data::tell_doubts(&first(&mut records.warnings.iter()), screen);
    let shown = first(&mut rejected.iter().chain(rows));
    if shown.is_empty() {
        return;
    }
    data::tell(&shown, screen);
    screen.tell(&match screen.tongue {
        Tongue::En => format!("not in the table: records rejected: {}, rows of registers rejected: {}; --format jsonl has them all\n", rejected.len(), rows.len()),
        Tongue::Zh => format!("表中未列：拒收的记录 {} 条，拒收的名册行 {} 行；全部见 --format jsonl\n", rejected.len(), rows.len()),
    });
}

/// All verdicts, with progress.
pub(crate) fn judge(policy: &Policy, records: &Records, threads: Threads, screen: Screen) -> Audit {
    let progress = Progress::steps(screen.pick("judging", "判定"), policy.model().norms.len());
    let audit = policy.audit_watched(records, threads, &mut |done, _| progress.at(done));
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
