//! An audit's result, and why a verdict is as it is.

use crate::errors::{Failure, rejections};
use crate::passed::{Kept, Passed};
use crate::table::Table;
use arrow_schema::ArrowError;
use bylaw::report::{Format, Report, arrow, batches};
use bylaw::stream::Form;
use bylaw::{Audit as Judged, Policy, Records, Ruling, Threads, Tongue, bindings};
use pyo3::exceptions::{PyOSError, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::PyList;
use std::fs::File;
use std::mem;
use std::thread;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

/// Verdicts and statements, with the rules that they were made from, and the records or where they stand.
#[pyclass(frozen, module = "bylaw._bylaw")]
pub(crate) struct Audit {
    policy: Arc<Policy>,
    result: Outcome,
    all: bool,
    threads: Threads,
}

enum Outcome {
    Passed(Box<Passed>),
    Kept(Arc<Kept>),
}

impl Audit {
    pub(crate) fn new(policy: Arc<Policy>, kept: Kept, all: bool, threads: Threads) -> Self {
        Self { policy, result: Outcome::Kept(Arc::new(kept)), all, threads }
    }

    /// Of records that passed by.
    pub(crate) fn passed(policy: Arc<Policy>, passed: Box<Passed>, all: bool, threads: Threads) -> Self {
        Self { policy, result: Outcome::Passed(passed), all, threads }
    }

    /// With the records; they are read again where they passed by.
    fn kept(&self) -> Result<Arc<Kept>, Failure> {
        match &self.result {
            Outcome::Passed(passed) => passed.kept(&self.policy),
            Outcome::Kept(kept) => Ok(Arc::clone(kept)),
        }
    }

    /// What was read; without the records where they passed by.
    fn records(&self) -> &Records {
        match &self.result {
            Outcome::Passed(passed) => &passed.read,
            Outcome::Kept(kept) => &kept.records,
        }
    }

    fn report<'a>(&'a self, kept: &'a Kept) -> Report<'a> {
        Report { model: self.policy.model(), records: &kept.records, audit: &kept.audit, withdrawn: &kept.withdrawn, all: self.all, threads: self.threads }
    }

    /// Writes it as `format`, to what `out` opens.
    fn written<W: Write>(&self, format: Format, tongue: Tongue, out: impl FnOnce() -> io::Result<W>) -> Result<io::Result<()>, Failure> {
        if let Outcome::Passed(passed) = &self.result {
            let again = match format {
                Format::Csv | Format::Parquet => return Ok(out().and_then(|mut out| {
                    batches::write(&passed.verdicts, format, &mut out)?;
                    out.flush()
                })),
                Format::Jsonl => passed.again(&self.policy, Form::Jsonl, self.all)?,
                Format::Human { colour } => passed.again(&self.policy, Form::Human { colour }, self.all)?,
                Format::Xlsx => None,
            };
            if let Some(streamed) = again {
                return Ok(out().and_then(|mut out| {
                    streamed.write(tongue, &mut out)?;
                    out.flush()
                }));
            }
        }
        let kept = self.kept()?;
        Ok(out().and_then(|mut out| {
            self.report(&kept).write(format, tongue, &mut out)?;
            out.flush()
        }))
    }
}

/// Records and verdicts of a large audit take a while to be given back, text by text: nobody has to wait for that.
impl Drop for Audit {
    fn drop(&mut self) {
        let result = mem::replace(&mut self.result, Outcome::Kept(Arc::new(Kept { records: Arc::default(), audit: Judged::default(), withdrawn: Vec::new() })));
        // Without another thread, they are given back here.
        let _or_here = thread::Builder::new().spawn(move || drop(result));
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
        let batches = match &self.result {
            Outcome::Passed(passed) => passed.verdicts.clone(),
            Outcome::Kept(kept) => py.detach(|| self.report(kept).verdict_batches()).map_err(too_large)?,
        };
        Ok(Table::new(arrow::verdict_schema(), batches))
    }

    /// The statements as an Arrow table.
    fn statements(&self, py: Python<'_>) -> PyResult<Table> {
        let batches = match &self.result {
            Outcome::Passed(passed) => py.detach(|| passed.rest(&self.policy))?.0,
            Outcome::Kept(kept) => py.detach(|| self.report(kept).statement_batches()).map_err(too_large)?,
        };
        Ok(Table::new(arrow::statement_schema(), batches))
    }

    /// Records and rows of registers that could not be used.
    fn rejected<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let records = self.records();
        let all: Vec<_> = records.rejections.iter().chain(&records.rows_rejected).cloned().collect();
        rejections(py, &all, "error")
    }

    /// What was used and deserves a look.
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        rejections(py, &self.records().warnings, "warning")
    }

    /// Ids of earlier verdicts whose occasion is gone.
    fn withdrawn(&self) -> Vec<String> {
        match &self.result {
            Outcome::Passed(_) => Vec::new(),
            Outcome::Kept(kept) => kept.withdrawn.clone(),
        }
    }

    /// The summary as JSON.
    fn summary(&self, py: Python<'_>, lang: &str) -> PyResult<String> {
        let tongue = tongue(lang);
        Ok(match &self.result {
            Outcome::Passed(passed) => {
                let (_, [en, zh]) = py.detach(|| passed.rest(&self.policy))?;
                if tongue == Tongue::Zh { zh } else { en }
            }
            Outcome::Kept(kept) => py.detach(|| bindings::summary(&self.report(kept), tongue)),
        })
    }

    /// As `bylaw audit` writes it: `human`, `jsonl`, `csv`, `parquet` or `xlsx`.
    fn write(&self, py: Python<'_>, path: &str, format: &str, lang: &str) -> PyResult<()> {
        let format = format_of(format)?;
        let written = py.detach(|| self.written(format, tongue(lang), || Ok(BufWriter::new(File::create(path)?))))?;
        written.map_err(|error| PyOSError::new_err(format!("cannot write `{path}`: {error}")))
    }

    /// The rows of CSV of no more than `most` verdicts, of those first that are neither compliant nor not applicable.
    fn some(&self, py: Python<'_>, most: usize) -> PyResult<Vec<u8>> {
        let written = py.detach(|| -> io::Result<Vec<u8>> {
            let mut out = Vec::new();
            match &self.result {
                Outcome::Passed(passed) => batches::write_some(&passed.verdicts, most, &mut out)?,
                Outcome::Kept(kept) => {
                    let is_bad = |verdict: &&bylaw::Verdict| !matches!(verdict.ruling, Ruling::Compliant | Ruling::NotApplicable);
                    let is_good = |verdict: &&bylaw::Verdict| verdict.ruling == Ruling::Compliant;
                    let first = kept.audit.verdicts.iter().filter(is_bad).chain(kept.audit.verdicts.iter().filter(is_good));
                    let some = Judged { verdicts: first.take(most).cloned().collect(), ..Judged::default() };
                    Report { audit: &some, ..self.report(kept) }.write(Format::Csv, Tongue::En, &mut out)?;
                }
            }
            Ok(out)
        });
        written.map_err(|error| PyOSError::new_err(error.to_string()))
    }

    /// The report for people.
    fn text(&self, py: Python<'_>, lang: &str) -> PyResult<String> {
        let mut out = Vec::new();
        let written = py.detach(|| self.written(Format::Human { colour: false }, tongue(lang), || Ok(&mut out)))?;
        written.map_err(|error| PyOSError::new_err(error.to_string()))?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    /// Why a verdict is as it is.
    fn explain(&self, py: Python<'_>, verdict: &str) -> PyResult<Explained> {
        let told = py.detach(|| {
            let records = match &self.result {
                Outcome::Passed(passed) => passed.records(&self.policy)?,
                Outcome::Kept(kept) => Arc::clone(&kept.records),
            };
            explained(&self.policy, &records, verdict)
        });
        Ok(told?)
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
