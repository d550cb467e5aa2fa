//! `--format csv`: one row a verdict, for spreadsheets.

use super::Report;
use super::row::{self, Row};
use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Deref;

const HEADER: [&str; 12] =
    ["id", "verdict", "rule", "source", "subject", "at", "period", "events", "effects", "final", "revision", "supersedes"];

/// Writes the header and the rows.
pub(crate) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    header(out)?;
    report.shown().try_for_each(|one| verdict(&Row::of(one), out))
}

/// The names of the columns.
pub(crate) fn header(out: &mut dyn Write) -> io::Result<()> {
    line(out, HEADER)
}

/// A verdict.
pub(crate) fn verdict(row: &Row<impl AsRef<str>, impl Deref<Target = [impl AsRef<str>]>, impl Deref<Target = [[Option<impl AsRef<str>>; 5]]>>, out: &mut dyn Write) -> io::Result<()> {
    line(out, cells(row).iter().map(|cell| &**cell))
}

/// What stands for `final`, and for its contrary.
pub(crate) const FINAL: (&str, &str) = ("yes", "no");

/// A verdict that is not final and replaces none, without the word for that; where it belongs.
pub(crate) fn open(row: &row::Alike<'_>, out: &mut Vec<u8>) -> io::Result<usize> {
    let tail = format!(",{},\n", row.revision);
    verdict(row, out)?;
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

fn cells<T: AsRef<str>>(row: &Row<T, impl Deref<Target = [impl AsRef<str>]>, impl Deref<Target = [[Option<impl AsRef<str>>; 5]]>>) -> [Cow<'_, str>; HEADER.len()] {
    fn or_none<T: AsRef<str>>(text: &Option<T>) -> Cow<'_, str> {
        text.as_ref().map_or_else(Cow::default, |text| Cow::Borrowed(text.as_ref()))
    }
    [
        row.id.as_ref().into(),
        row.verdict.as_ref().into(),
        row.rule.as_ref().into(),
        row.source.as_ref().into(),
        or_none(&row.subject),
        row.at.as_ref().into(),
        or_none(&row.period),
        row.events.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(";").into(),
        row.effects.iter().map(effect).collect::<Vec<_>>().join("; ").into(),
        if row.is_final { FINAL.0 } else { FINAL.1 }.into(),
        row.revision.as_ref().into(),
        or_none(&row.supersedes),
    ]
}

/// `fine 2 CNY`, in codes and in no tongue.
fn effect([kind, amount, unit, value, _]: &[Option<impl AsRef<str>>; 5]) -> String {
    let [kind, amount, unit, value] = [kind, amount, unit, value].map(|text| text.as_ref().map(AsRef::as_ref));
    [kind, Some(amount.or(value).unwrap_or("?")), unit].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
