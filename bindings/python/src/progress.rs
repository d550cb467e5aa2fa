//! A Python function that is told how far the work is: `progress(stage, done, of)`.

use pyo3::prelude::*;
use std::time::{Duration, Instant};

/// Not more often than this.
const EVERY: Duration = Duration::from_millis(100);

/// Tells the function, and keeps the first exception that it raises. The work goes on; the exception is raised when it is done.
pub(crate) struct Progress {
    listener: Option<Py<PyAny>>,
    last: Option<Instant>,
    raised: Option<PyErr>,
}

impl Progress {
    /// Nobody listens without a function.
    pub(crate) fn new(listener: Option<Py<PyAny>>) -> Self {
        Self { listener, last: None, raised: None }
    }

    /// So much of so much is done: bytes, rows or norms; the whole may not be known.
    pub(crate) fn at(&mut self, stage: &str, done: u64, of: Option<u64>) {
        let (Some(listener), None) = (&self.listener, &self.raised) else { return };
        if Some(done) != of && self.last.is_some_and(|last| last.elapsed() < EVERY) {
            return;
        }
        self.last = Some(Instant::now());
        self.raised = Python::attach(|py| listener.call1(py, (stage, done, of)).err());
    }

    /// What the function raised.
    pub(crate) fn end(self) -> PyResult<()> {
        self.raised.map_or(Ok(()), Err)
    }
}
