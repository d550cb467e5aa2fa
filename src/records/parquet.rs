//! Parquet: a table stored by columns. It is read as batches of Arrow, so that a cell says what it says in a table in memory (`arrow.rs`); only the columns that the policies read are
//! unpacked, some rows at a time.

use super::arrow::{Batches, header};
use super::problem::Problem;
use super::sink::{Sink, Stop};
use crate::diagnostics::Say;
use arrow_array::RecordBatchReader;
use arrow_schema::ArrowError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use std::collections::HashSet;
use std::io::Read;

/// Rows that are unpacked at once.
const ROWS: usize = 1 << 13;

/// The rows of a file, some at a time; `sink` is told all its columns, of which only those that are `wanted` are there (none: all). The packed file is held in memory as it is.
pub(super) fn open<'i>(input: &mut dyn Read, wanted: Option<&HashSet<&str>>, sink: &mut dyn Sink) -> Result<Batches<'i>, Stop> {
    let mut packed = Vec::new();
    input.read_to_end(&mut packed).map_err(|error| Stop::input(1, &error))?;
    let failed = |error: parquet::errors::ParquetError| broken(1, error.into());
    // What stands in the file counts, not the types in memory of whoever wrote it.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let file = ParquetRecordBatchReaderBuilder::try_new_with_options(bytes::Bytes::from(packed), options).map_err(failed)?;
    header(file.schema(), sink)?;
    let kept = file.schema().fields().iter().enumerate().filter(|(_, field)| wanted.is_none_or(|wanted| wanted.contains(field.name().as_str())));
    let kept = ProjectionMask::roots(file.parquet_schema(), kept.map(|(at, _)| at));
    let batches = file.with_projection(kept).with_batch_size(ROWS).build().map_err(failed)?;
    Ok(Batches::new(batches.schema(), batches, broken))
}

/// A file that cannot be read from a row on.
fn broken(line: u64, error: ArrowError) -> Stop {
    // It says itself that it is one of Parquet.
    let error = if let ArrowError::ParquetError(text) = error { text } else { error.to_string() };
    let problem = Problem::new(
        "broken-parquet",
        Say::new(format!("the file is no Parquet that can be read here: {error}"), format!("不是此处可读的 Parquet 文件：{error}")),
        Say::new(
            "get a whole copy of the file, or write it again with snappy, gzip or no compression",
            "请取得完整的文件，或以 snappy、gzip 或不压缩的方式重新写出",
        ),
    );
    Stop { line, problem }
}
