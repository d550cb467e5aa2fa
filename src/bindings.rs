//! What bindings to other languages need beside the face: answers of the command line as text and as JSON, without a terminal. Programs in Rust have [`crate::Policy`].

use crate::cli::{self, Config, Failure, Found};
use crate::diagnostics::{Say, Tongue, render};
use crate::diff::{self, recorded};
use crate::model::{Compiled, Model};
use crate::records::{At, Records, Rejection};
use crate::reference::verdict::{Audit, EarlierVerdict, Statement, Verdict};
use crate::report::{self, Report, diff as difference, lint as findings};
use crate::{Diagnostic, Policy, Reader, Threads};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::time::SystemTime;

pub use crate::cli::unreadable;

/// Something that cannot be done: what, and the way out.
pub type Refused = (Say, Say);

/// An answer for people, and for programs: one JSON value, or one a line.
#[derive(Debug, Clone)]
pub struct Told {
    /// As a terminal shows it, without colour.
    pub text: String,
    /// As scripts read it.
    pub json: String,
}

/// The analyser's findings on compiled policies that came from `path`, if from any; a `bylaw.toml` beside them counts. `on`: expectations that ended before that
/// day count no more; without one, today.
///
/// # Errors
/// When `bylaw.toml` cannot be used.
pub fn lint(path: Option<&str>, compiled: &Compiled, on: Option<NaiveDate>, tongue: Tongue, progress: &mut dyn FnMut(usize, usize)) -> Result<Told, Refused> {
    let Some(model) = &compiled.model else { return Ok(Told { text: String::new(), json: String::new() }) };
    let today = on.unwrap_or_else(|| DateTime::<Utc>::from(SystemTime::now()).date_naive());
    let mut linted = crate::analysis::lint(model, &compiled.written, Some(today), &mut |done| progress(done, model.norms.len()));
    if let Some(path) = path {
        Config::beside(path).map_err(refused)?.apply(&mut linted.findings);
    }
    let reports = [findings::Report { path: path.unwrap_or("<policy>"), model, linted }];
    Ok(Told { text: written(|out| findings::write(&reports, false, tongue, false, out)), json: written(|out| findings::write_json(&reports, tongue, out)) })
}

/// The column with the types of records, and of each name that a type has in the data the columns that are read of its records, whatever else stands in them. None: there
/// are several columns with types.
pub fn columns_read(policy: &Policy) -> Option<(String, BTreeMap<String, BTreeSet<String>>)> {
    let reader = policy.reader();
    let (type_column, read) = reader.layout().columns_read()?;
    Some((type_column.to_owned(), read.into_iter().map(|(name, columns)| (name.to_owned(), columns.into_iter().map(str::to_owned).collect())).collect()))
}

/// A comparison of two versions of policies.
#[derive(Debug, Clone)]
pub struct Compared {
    /// In English and in Chinese.
    pub told: [Told; 2],
    /// Something differs.
    pub differs: bool,
    /// Records and rows that a version cannot use, by version: it judges as if they were not there.
    pub unusable: [usize; 2],
}

/// Reads the records for a version.
pub type Read<'r, E> = dyn FnMut(&Policy) -> Result<Records, E> + 'r;

/// Compares two versions; with `read`, also what they make of records, which each of them reads.
///
/// # Errors
/// Those of `read`.
pub fn compare<E>(old: &Policy, new: &Policy, threads: Threads, read: Option<&mut Read<'_, E>>) -> Result<Compared, E> {
    let difference = diff::compare(old.model(), new.model());
    let mut unusable = [0; 2];
    let recorded = match read {
        None => None,
        Some(read) => {
            let earlier = Policy::of(diff::under_later_names(old.model(), &difference));
            let records = [read(&earlier)?, read(new)?];
            unusable = [&records[0], &records[1]].map(|records| records.rejections.len() + records.rows_rejected.len());
            let judged = |policy: &Policy, records: &Records| -> Audit { policy.audit_watched(records, threads, &mut |_, _| {}) };
            Some(recorded::compare(&judged(&earlier, &records[0]), &judged(new, &records[1]), &difference))
        }
    };
    let report = difference::Report { models: [old.model(), new.model()], difference: &difference, recorded: recorded.as_ref(), cases: false, all: false };
    let told = [Tongue::En, Tongue::Zh].map(|tongue| Told { text: written(|out| report.write(tongue, false, out)), json: written(|out| report.write_json(tongue, out)) });
    let differs = !difference.is_empty() || recorded.is_some_and(|recorded| !recorded.verdicts.is_empty());
    Ok(Compared { told, differs, unusable })
}

/// The last line of an audit's JSONL: counts and digests.
pub fn summary(report: &Report<'_>, tongue: Tongue) -> String {
    report::summary_of(report, tongue)
}

/// The calendar day of a time in a time zone.
pub fn day(at: At, zone: &str) -> NaiveDate {
    at.day(zone.parse().unwrap_or(chrono_tz::Tz::UTC))
}

/// The statements of sorted verdicts.
pub fn statements(policy: &Policy, verdicts: &[Verdict]) -> Vec<Statement> {
    crate::reference::statements(policy.model(), verdicts)
}

/// The verdicts of a file that `bylaw audit --format jsonl` wrote.
///
/// # Errors
/// When it cannot be read, or is something else, or was cut off.
pub fn earlier(path: &str) -> Result<Vec<EarlierVerdict>, Refused> {
    cli::earlier(path).map_err(refused)
}

/// Refuses an `output` that is among the `inputs`, or a policy.
///
/// # Errors
/// When it is.
pub fn spare<'i>(output: &str, inputs: impl IntoIterator<Item = &'i str>) -> Result<(), Refused> {
    cli::spare(Some(output), inputs).map_err(refused)
}

/// A saved state that was written beside its place, and takes it when the audit's result is there. Left alone, it goes away again.
#[derive(Debug)]
pub struct Saving(cli::Saving);

impl Saving {
    /// Writes what was read so far.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(reader: &Reader<'_>, path: &str) -> Result<Self, Refused> {
        cli::Saving::write(path, |out| reader.save(out)).map(Self).map_err(refused)
    }

    /// From now on the state is this one.
    ///
    /// # Errors
    /// When it cannot take its place.
    pub fn end(self) -> Result<(), Refused> {
        self.0.end().map_err(refused)
    }
}

/// Messages with the lines they are about, as a terminal shows them.
pub fn rendered(diagnostics: &[Diagnostic], tongue: Tongue) -> String {
    render::render(diagnostics, tongue, false)
}

/// The files of a folder of records, as `--data` finds them: each with the register it is, if it is one.
///
/// # Errors
/// When the folder cannot be read, or has no events.
pub fn folder(folder: &str, model: &Model) -> Result<Vec<(Option<String>, String)>, Refused> {
    let found = cli::found(folder, model).map_err(refused)?;
    Ok(found.into_iter().map(|file| match file {
        Found::Events(path) => (None, path),
        Found::Register(register, path) => (Some(register), path),
    }).collect())
}

/// The ending of a file's name does not tell what it is.
pub fn ending(path: &str) -> Refused {
    refused(cli::ending(path))
}

/// There is no such verdict.
pub fn unknown_verdict(id: &str, audit: &Audit) -> Refused {
    refused(cli::unknown(id, audit.verdicts.iter().map(|verdict| verdict.id.as_str())))
}

fn refused(failure: Failure) -> Refused {
    let first = |rejections: Vec<Rejection>| rejections.into_iter().next().map(|first| (first.message, first.help));
    let other = match failure {
        Failure::Usage(message, help) | Failure::Input(message, help) | Failure::Internal(message, help) => return (message, help),
        Failure::Records(rejections) => first(rejections),
        Failure::Policies(diagnostics) => diagnostics.into_iter().next().map(|first| (first.message, first.help.unwrap_or_else(|| Say::new("", "")))),
        Failure::Output(path, error) => Some((Say::new(format!("cannot write `{path}`: {error}"), format!("无法写入 `{path}`：{error}")), Say::new("", ""))),
    };
    other.unwrap_or_else(|| (Say::new("it cannot be done", "无法完成"), Say::new("", "")))
}

/// What is written, as a text.
fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut text = Vec::new();
    // Nothing fails to be written into memory.
    let _always = write(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}
