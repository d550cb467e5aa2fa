//! `--format csv`: one row a verdict, for spreadsheets.

use super::Report;
use super::words::{at, cites, ruling_code, subject, unit_code, value_code};
use crate::reference::verdict::{Effect, Verdict};
use std::io::{self, Write};

const HEADER: [&str; 12] =
    ["id", "verdict", "rule", "source", "subject", "at", "period", "events", "effects", "final", "revision", "supersedes"];

/// Writes the header and the rows.
pub(crate) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    header(out)?;
    report.shown().try_for_each(|one| verdict(one, out))
}

/// The names of the columns.
pub(crate) fn header(out: &mut dyn Write) -> io::Result<()> {
    line(out, HEADER)
}

/// A verdict.
pub(crate) fn verdict(verdict: &Verdict, out: &mut dyn Write) -> io::Result<()> {
    line(out, row(verdict))
}

/// What stands for `final`, and for its contrary.
pub(crate) const FINAL: (&str, &str) = ("yes", "no");

/// A verdict that is not final and replaces none, without the word for that; where it belongs.
pub(crate) fn open(verdict: Verdict, out: &mut Vec<u8>) -> io::Result<usize> {
    let tail = format!(",{},\n", verdict.revision);
    self::verdict(&Verdict { is_final: false, ..verdict }, out)?;
    let hole = out.len().saturating_sub(FINAL.1.len() + tail.len());
    out.truncate(hole);
    out.extend_from_slice(tail.as_bytes());
    Ok(hole)
}

fn line(out: &mut dyn Write, cells: impl IntoIterator<Item = impl AsRef<[u8]>>) -> io::Result<()> {
    let mut rows = csv::WriterBuilder::new().buffer_capacity(1 << 9).from_writer(Vec::new());
    rows.write_record(cells).map_err(plainly)?;
    let line = rows.into_inner().map_err(|error| error.into_error())?;
    out.write_all(&line)
}

/// What went wrong when a table was written, as it was: a reader that has gone away is no failure.
pub(super) fn plainly(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn row(verdict: &Verdict) -> [String; HEADER.len()] {
    [
        verdict.id.clone(),
        ruling_code(verdict.ruling).to_owned(),
        verdict.rule.clone(),
        cites(&verdict.source),
        verdict.subject.as_ref().map(subject).unwrap_or_default(),
        at(verdict.at),
        verdict.period.clone().unwrap_or_default(),
        verdict.events.join(";"),
        verdict.effects.iter().map(effect).collect::<Vec<_>>().join("; "),
        if verdict.is_final { "yes" } else { "no" }.to_owned(),
        verdict.revision.clone(),
        verdict.supersedes.clone().unwrap_or_default(),
    ]
}

/// `fine 2 CNY`, in codes and in no tongue.
fn effect(effect: &Effect) -> String {
    let unit = effect.unit.as_ref().and_then(unit_code);
    let value = match (effect.amount, &effect.value) {
        (Some(amount), _) => amount.to_string(),
        (None, Some(value)) => value_code(value),
        (None, None) => "?".to_owned(),
    };
    [Some(effect.kind.as_str()), Some(value.as_str()), unit].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
