//! An audit's result, and why a verdict is as it is.

use crate::errors::{Failure, rejections};
use crate::table::Table;
use arrow_schema::ArrowError;
use bylaw::report::{Format, Report, arrow};
use bylaw::{Audit as Judged, Policy, Records, Ruling, Threads, Tongue, bindings};
use pyo3::exceptions::{PyOSError, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::PyList;
use std::fs::File;
use std::mem;
use std::thread;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

/// Verdicts and statements, with the records and rules that they were made from.
#[pyclass(frozen, module = "bylaw._bylaw")]
pub(crate) struct Audit {
    policy: Arc<Policy>,
    records: Records,
    audit: Judged,
    withdrawn: Vec<String>,
    all: bool,
    threads: Threads,
}

impl Audit {
    pub(crate) fn new(policy: Arc<Policy>, records: Records, audit: Judged, withdrawn: Vec<String>, all: bool, threads: Threads) -> Self {
        Self { policy, records, audit, withdrawn, all, threads }
    }

    fn report(&self) -> Report<'_> {
        Report { model: self.policy.model(), records: &self.records, audit: &self.audit, withdrawn: &self.withdrawn, all: self.all, threads: self.threads }
    }
}

/// Records and verdicts of a large audit take a while to be given back, text by text: nobody has to wait for that.
impl Drop for Audit {
    fn drop(&mut self) {
        let all = (mem::take(&mut self.records), mem::take(&mut self.audit));
        // Without another thread, they are given back here.
        let _or_here = thread::Builder::new().spawn(move || drop(all));
    }
}

/// `en` or `zh`.
pub(crate) fn tongue(lang: &str) -> Tongue {
    if lang == "zh" { Tongue::Zh } else { Tongue::En }
}

fn too_large(error: ArrowError) -> PyErr {
    PyRuntimeError::new_err(error.to_string())
}

/// Summary in two tongues, whole text in two tongues, everything as JSON.
type Explained = (String, String, String, String, String);

/// Unfolds one verdict.
pub(crate) fn explained(policy: &Policy, records: &Records, id: &str) -> Result<Explained, Failure> {
    let Some(explanation) = policy.explain(records, id) else {
        let (message, help) = bindings::unknown_verdict(id, &policy.audit(records));
        return Err(Failure::NoVerdict(message, help));
    };
    let explanation = explanation?;
    let (en, zh) = (Tongue::En, Tongue::Zh);
    Ok((explanation.summary(en), explanation.summary(zh), explanation.prose(en), explanation.prose(zh), explanation.json().to_string()))
}

#[pymethods]
impl Audit {
    /// The verdicts as an Arrow table.
    fn verdicts(&self, py: Python<'_>) -> PyResult<Table> {
        let batches = py.detach(|| self.report().verdict_batches()).map_err(too_large)?;
        Ok(Table::new(arrow::verdict_schema(), batches))
    }

    /// The statements as an Arrow table.
    fn statements(&self, py: Python<'_>) -> PyResult<Table> {
        let batches = py.detach(|| self.report().statement_batches()).map_err(too_large)?;
        Ok(Table::new(arrow::statement_schema(), batches))
    }

    /// Records and rows of registers that could not be used.
    fn rejected<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let all: Vec<_> = self.records.rejections.iter().chain(&self.records.rows_rejected).cloned().collect();
        rejections(py, &all, "error")
    }

    /// What was used and deserves a look.
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        rejections(py, &self.records.warnings, "warning")
    }

    /// Ids of earlier verdicts whose occasion is gone.
    fn withdrawn(&self) -> Vec<String> {
        self.withdrawn.clone()
    }

    /// The summary as JSON.
    fn summary(&self, py: Python<'_>, lang: &str) -> String {
        py.detach(|| bindings::summary(&self.report(), tongue(lang)))
    }

    /// As `bylaw audit` writes it: `human`, `jsonl`, `csv`, `parquet` or `xlsx`.
    fn write(&self, py: Python<'_>, path: &str, format: &str, lang: &str) -> PyResult<()> {
        let format = format_of(format)?;
        let written = py.detach(|| -> io::Result<()> {
            let mut out = BufWriter::new(File::create(path)?);
            self.report().write(format, tongue(lang), &mut out)?;
            out.flush()
        });
        written.map_err(|error| PyOSError::new_err(format!("cannot write `{path}`: {error}")))
    }

    /// The same as bytes, of no more than `most` verdicts; with `open`, of those first that are neither compliant nor not applicable.
    fn some(&self, py: Python<'_>, format: &str, most: usize, lang: &str) -> PyResult<Vec<u8>> {
        let format = format_of(format)?;
        let written = py.detach(|| -> io::Result<Vec<u8>> {
            let is_bad = |verdict: &&bylaw::Verdict| !matches!(verdict.ruling, Ruling::Compliant | Ruling::NotApplicable);
            let is_good = |verdict: &&bylaw::Verdict| verdict.ruling == Ruling::Compliant;
            let first = self.audit.verdicts.iter().filter(is_bad).chain(self.audit.verdicts.iter().filter(is_good));
            let some = Judged { verdicts: first.take(most).cloned().collect(), ..Judged::default() };
            let mut out = Vec::new();
            Report { audit: &some, ..self.report() }.write(format, tongue(lang), &mut out)?;
            Ok(out)
        });
        written.map_err(|error| PyOSError::new_err(error.to_string()))
    }

    /// The report for people.
    fn text(&self, py: Python<'_>, lang: &str) -> PyResult<String> {
        let mut out = Vec::new();
        py.detach(|| self.report().write(Format::Human { colour: false }, tongue(lang), &mut out)).map_err(|error| PyOSError::new_err(error.to_string()))?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    /// Why a verdict is as it is.
    fn explain(&self, py: Python<'_>, verdict: &str) -> PyResult<Explained> {
        Ok(py.detach(|| explained(&self.policy, &self.records, verdict))?)
    }
}

fn format_of(name: &str) -> PyResult<Format> {
    Ok(match name {
        "human" => Format::Human { colour: false },
        "jsonl" => Format::Jsonl,
        "csv" => Format::Csv,
        "parquet" => Format::Parquet,
        "xlsx" => Format::Xlsx,
        _ => return Err(Failure::Asked(
            bylaw::Say::new(format!("`{name}` is no format"), format!("`{name}` 不是可用的格式")),
            bylaw::Say::new("the formats are `human`, `jsonl`, `csv`, `parquet` and `xlsx`", "可用的格式：`human`、`jsonl`、`csv`、`parquet`、`xlsx`"),
        ).into()),
    })
}
