//! What is carried from one audit to the next: saved states, and earlier verdicts.

use crate::data::{Data, Input};
use crate::errors::Failure;
use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch, RecordBatchReader};
use arrow_schema::ArrowError;
use bylaw::bindings::{self, Saving};
use bylaw::diagnostics::Say;
use bylaw::{EarlierVerdict, Reader};
use pyo3::prelude::*;
use pyo3_arrow::input::AnyRecordBatch;
use std::fs::File;
use std::io::BufReader;

/// Goes on from the state at `path`.
pub(crate) fn resume(reader: &mut Reader<'_>, path: &str) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| {
        let message = Say::new(format!("the saved state `{path}` cannot be read: {error}"), format!("无法读取保存的状态 `{path}`：{error}"));
        Failure::State(message, Say::new("for the first audit leave `resume` out, and save a state with `save_state`", "首次判定请不写 `resume`，并以 `save_state` 保存状态"))
    };
    let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
    reader.resume(&mut file).map_err(|unusable| {
        let Say { en, zh } = unusable.message;
        Failure::State(Say::new(format!("`{path}`: {en}"), format!("`{path}`：{zh}")), unusable.help)
    })
}

/// A table of states that is none.
pub(crate) fn is_damaged() -> Failure {
    Failure::State(
        Say::new("this is not the table of a saved state", "这不是保存的状态的表"),
        Say::new("give the data frame that `result.state` was written from", "请给出由 `result.state` 写成的表"),
    )
}

/// Writes the state beside the place that it takes when the audit is done. It must not be one of the files that are read.
pub(crate) fn save(reader: &Reader<'_>, path: &str) -> Result<Saving, Failure> {
    Saving::write(reader, path).map_err(|(message, _)| Failure::Unwritten(message))
}

/// It takes its place.
pub(crate) fn saved(saving: Saving) -> Result<(), Failure> {
    saving.end().map_err(|(message, _)| Failure::Unwritten(message))
}

/// Refuses to write a state over what is read.
pub(crate) fn spare(state: &str, data: &Data, since: Option<&Since>) -> Result<(), Failure> {
    let inputs = data.events.iter().map(|(_, input)| input).chain(data.registers.iter().map(|(_, input)| input));
    let paths = inputs.filter_map(|input| if let Input::Path(path) = input { Some(path.as_str()) } else { None });
    let since = since.and_then(|since| if let Since::Path(path) = since { Some(path.as_str()) } else { None });
    Ok(bindings::spare(state, paths.chain(since))?)
}

/// Verdicts of an earlier audit.
pub(crate) enum Since {
    /// In the file that `--format jsonl` wrote.
    Path(String),
    /// In a table with the columns `id` and `revision`.
    Table(Box<dyn RecordBatchReader + Send>),
}

impl Since {
    /// A path or an Arrow object.
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(path) = object.extract::<String>() {
            return Ok(Self::Path(path));
        }
        Ok(Self::Table(object.extract::<AnyRecordBatch>()?.into_reader()?))
    }

    /// Reads them.
    pub(crate) fn read(self) -> Result<Vec<EarlierVerdict>, Failure> {
        match self {
            Self::Path(path) => bindings::earlier(&path).map_err(|(message, help)| Failure::State(message, help)),
            Self::Table(batches) => {
                let mut all = Vec::new();
                for batch in batches {
                    let batch = batch.map_err(|error: ArrowError| no_verdicts(&format!("it cannot be read: {error}"), &format!("无法读取：{error}")))?;
                    let (ids, revisions) = (texts(&batch, "id")?, texts(&batch, "revision")?);
                    all.extend(ids.into_iter().zip(revisions).map(|(id, revision)| EarlierVerdict { id, revision }));
                }
                Ok(all)
            }
        }
    }
}

fn no_verdicts(en: &str, zh: &str) -> Failure {
    Failure::State(
        Say::new(format!("this is no table of an earlier audit's verdicts: {en}"), format!("这不是以前判定的表：{zh}")),
        Say::new("give the audit, its `verdicts`, or the JSONL file that it wrote", "请给出以前的 audit、其 `verdicts`，或它写成的 JSONL 文件"),
    )
}

/// A column of texts, none of them null.
fn texts(batch: &RecordBatch, name: &str) -> Result<Vec<String>, Failure> {
    let column = batch.column_by_name(name).ok_or_else(|| no_verdicts(&format!("it has no column `{name}`"), &format!("没有列 `{name}`")))?;
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let values: Option<Vec<String>> = if let Some(all) = column.as_string_opt::<i32>() {
        all.iter().map(owned).collect()
    } else if let Some(all) = column.as_string_opt::<i64>() {
        all.iter().map(owned).collect()
    } else if let Some(all) = column.as_string_view_opt() {
        all.iter().map(owned).collect()
    } else {
        let ty = column.data_type();
        return Err(no_verdicts(&format!("`{name}` is {ty}, not text"), &format!("`{name}` 的类型为 {ty}，不是文本")));
    };
    values.ok_or_else(|| no_verdicts(&format!("`{name}` is null somewhere"), &format!("`{name}` 中有空值")))
}
