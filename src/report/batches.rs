//! Batches of verdicts → the rows that they were made from, for CSV and Parquet.

use super::row::Row;
use super::{Format, csv};
#[cfg(feature = "parquet")]
use super::parquet;
use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch, StringArray};
use std::io::{self, Write};
use std::ops::Range;

/// Writes batches of verdicts ([`super::arrow::verdict_schema`]) as CSV or Parquet, as an audit that has these verdicts would write them.
///
/// # Errors
/// When `out` cannot be written, the batches have other columns, or the format says more than they do.
pub fn write(batches: &[RecordBatch], format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Csv => {
            csv::header(out)?;
            each(batches, |row| csv::verdict(row, out))
        }
        #[cfg(feature = "parquet")]
        Format::Parquet => {
            let mut file = parquet::Rows::new(out)?;
            batches.iter().try_for_each(|batch| file.push_batch(batch))?;
            file.end()
        }
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "this format says more than a batch of verdicts does")),
    }
}

/// Writes no more than `most` of them as CSV: first those that are neither compliant nor not applicable, then the compliant ones.
///
/// # Errors
/// As for [`write()`].
pub fn write_some(batches: &[RecordBatch], most: usize, out: &mut dyn Write) -> io::Result<()> {
    csv::header(out)?;
    let mut left = most;
    for is_wanted in [|ruling: &str| !matches!(ruling, "compliant" | "not_applicable"), |ruling: &str| ruling == "compliant"] {
        for batch in batches {
            if left == 0 {
                return Ok(());
            }
            for row in read(batch)?.iter().filter(|row| is_wanted(row.verdict)).take(left) {
                csv::verdict(row, out)?;
                left -= 1;
            }
        }
    }
    Ok(())
}

fn each(batches: &[RecordBatch], mut take: impl FnMut(&Row<&str>) -> io::Result<()>) -> io::Result<()> {
    batches.iter().try_for_each(|batch| read(batch)?.iter().try_for_each(&mut take))
}

fn read(batch: &RecordBatch) -> io::Result<Vec<Row<&str>>> {
    rows(batch).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "these are not the columns of verdicts"))
}

/// The rows of a batch of verdicts; none when it has other columns.
fn rows(batch: &RecordBatch) -> Option<Vec<Row<&str>>> {
    let texts = |name: &str| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
    let (id, verdict, rule, source, subject, at) = (texts("id")?, texts("verdict")?, texts("rule")?, texts("source")?, texts("subject")?, texts("at")?);
    let (period, revision, supersedes) = (texts("period")?, texts("revision")?, texts("supersedes")?);
    let (events, effects) = (batch.column_by_name("events")?.as_list_opt::<i32>()?, batch.column_by_name("effects")?.as_list_opt::<i32>()?);
    let (names, is_final) = (events.values().as_string_opt::<i32>()?, batch.column_by_name("final")?.as_boolean_opt()?);
    let fields = effects.values().as_struct_opt()?.columns().iter().map(|field| field.as_string_opt::<i32>()).collect::<Option<Vec<_>>>()?;
    let fields: [&StringArray; 5] = fields.try_into().ok()?;
    fn text(column: &StringArray, at: usize) -> Option<&str> {
        column.is_valid(at).then(|| column.value(at))
    }
    let range = |offsets: &[i32], at: usize| -> Option<Range<usize>> { Some(usize::try_from(*offsets.get(at)?).ok()?..usize::try_from(*offsets.get(at + 1)?).ok()?) };
    let row = |row: usize| {
        Some(Row {
            id: id.value(row),
            verdict: verdict.value(row),
            rule: rule.value(row),
            source: source.value(row),
            subject: text(subject, row),
            at: at.value(row),
            period: text(period, row),
            events: range(events.value_offsets(), row)?.map(|at| names.value(at)).collect(),
            effects: range(effects.value_offsets(), row)?.map(|at| fields.map(|field| text(field, at))).collect(),
            is_final: is_final.value(row),
            revision: revision.value(row),
            supersedes: text(supersedes, row),
        })
    };
    (0..batch.num_rows()).map(row).collect()
}
