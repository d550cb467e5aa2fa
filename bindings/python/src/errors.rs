//! What went wrong, as Python's exceptions: their classes and that of a diagnostic are written in Python (`bylaw/errors.py`).

use arrow_schema::ArrowError;
use bylaw::diagnostics::{Say, Severity};
use bylaw::records::Rejection;
use bylaw::{Diagnostic, Tongue, Unsound, bindings};
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::PyList;

/// Why something could not be done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Policies that do not compile.
    Policies(Vec<Diagnostic>),
    /// Files or tables that cannot be read; with `strict`, records that cannot be used.
    Records(Vec<Rejection>),
    /// A saved state, or an earlier audit, that cannot be used.
    State(Say, Say),
    /// Data that is read again and is not what it was.
    Changed(Say, Say),
    /// A file that cannot be written.
    Unwritten(Say),
    /// Something is asked that cannot be.
    Asked(Say, Say),
    /// An id of which there is no verdict.
    NoVerdict(Say, Say),
    /// A bug.
    Unsound(Vec<Say>),
}

impl Failure {
    /// Texts that no array holds.
    pub(crate) fn too_large(error: &ArrowError) -> Self {
        Self::Unsound(vec![Say::new(error.to_string(), error.to_string())])
    }
}

impl From<bindings::Refused> for Failure {
    fn from((message, help): bindings::Refused) -> Self {
        Self::Asked(message, help)
    }
}

impl From<Unsound> for Failure {
    fn from(unsound: Unsound) -> Self {
        Self::Unsound(unsound.0)
    }
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> Self {
        Python::attach(|py| raised(py, &failure).unwrap_or_else(|error| error))
    }
}

fn raised(py: Python<'_>, failure: &Failure) -> PyResult<PyErr> {
    let of = |class: &str, message: String, diagnostics: Bound<'_, PyList>| -> PyResult<PyErr> {
        Ok(PyErr::from_value(py.import("bylaw.errors")?.getattr(class)?.call1((message, diagnostics))?))
    };
    match failure {
        Failure::Policies(told) => of("PolicyError", bindings::rendered(told, Tongue::En), diagnostics(py, told)?),
        Failure::Records(told) => {
            const SHOWN: usize = 8;
            let mut lines: Vec<String> = told.iter().take(SHOWN).map(line).collect();
            if told.len() > SHOWN {
                lines.push(format!("and {} more: `diagnostics` has them all", told.len() - SHOWN));
            }
            of("DataError", lines.join("\n"), rejections(py, told, "error")?)
        }
        Failure::State(message, help) => of("DataError", sentence(message, help), PyList::new(py, [said(py, "unusable-state", message, help)?])?),
        Failure::Changed(message, help) => of("DataError", sentence(message, help), PyList::new(py, [said(py, "changed-data", message, help)?])?),
        Failure::Unwritten(message) => Ok(PyOSError::new_err(message.en.clone())),
        Failure::Asked(message, help) => of("UsageError", sentence(message, help), PyList::new(py, [said(py, "usage", message, help)?])?),
        Failure::NoVerdict(message, help) => of("NoVerdictError", sentence(message, help), PyList::new(py, [said(py, "usage", message, help)?])?),
        Failure::Unsound(wrong) => {
            let all: Vec<&str> = wrong.iter().map(|say| say.en.as_str()).collect();
            let text = format!("the explanation does not follow from the records; this is a bug in bylaw, please report it with the policy and the records:\n  {}", all.join("\n  "));
            of("UnsoundError", text, PyList::empty(py))
        }
    }
}

fn sentence(message: &Say, help: &Say) -> String {
    if help.en.is_empty() { message.en.clone() } else { format!("{}\nhelp: {}", message.en, help.en) }
}

fn line(rejection: &Rejection) -> String {
    let place = if rejection.origin.line == 0 { rejection.origin.file.to_string() } else { format!("{}:{}", rejection.origin.file, rejection.origin.line) };
    format!("{place}: {} [{}]\n  help: {}", rejection.message.en, rejection.code, rejection.help.en)
}

/// `Diagnostic(code, severity, message, help, file, line, id)`.
type Fields<'a> = (&'a str, &'a str, (&'a str, &'a str), (&'a str, &'a str), Option<&'a str>, Option<u64>, Option<&'a str>);

fn diagnostic<'py>(py: Python<'py>, fields: Fields<'_>) -> PyResult<Bound<'py, PyAny>> {
    py.import("bylaw.errors")?.getattr("_diagnostic")?.call1(fields)
}

fn said<'py>(py: Python<'py>, code: &str, message: &Say, help: &Say) -> PyResult<Bound<'py, PyAny>> {
    diagnostic(py, (code, "error", (&message.en, &message.zh), (&help.en, &help.zh), None, None, None))
}

/// What the compiler says.
pub(crate) fn diagnostics<'py>(py: Python<'py>, told: &[Diagnostic]) -> PyResult<Bound<'py, PyList>> {
    let nothing = Say::new("", "");
    let one = |one: &Diagnostic| {
        let (help, place) = (one.help.as_ref().unwrap_or(&nothing), one.labels.first().map(|label| &label.place));
        let line = place.map(|place| place.line() as u64);
        let severity = match one.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        diagnostic(py, (one.code, severity, (&one.message.en, &one.message.zh), (&help.en, &help.zh), place.map(|place| place.source.name.as_str()), line, None))
    };
    PyList::new(py, told.iter().map(one).collect::<PyResult<Vec<_>>>()?)
}

/// Records and rows that cannot be used, or deserve a look.
pub(crate) fn rejections<'py>(py: Python<'py>, told: &[Rejection], severity: &str) -> PyResult<Bound<'py, PyList>> {
    let one = |one: &Rejection| {
        let fields = (one.code, severity, (one.message.en.as_str(), one.message.zh.as_str()), (one.help.en.as_str(), one.help.zh.as_str()));
        let (file, line, id) = (Some(&*one.origin.file), Some(one.origin.line), one.id.as_deref());
        diagnostic(py, (fields.0, fields.1, fields.2, fields.3, file, line, id))
    };
    PyList::new(py, told.iter().map(one).collect::<PyResult<Vec<_>>>()?)
}
