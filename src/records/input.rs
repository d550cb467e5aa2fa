//! Where records come from.

use super::format::Format;
#[cfg(feature = "arrow")]
use arrow_array::RecordBatchReader;
use std::io::BufRead;

/// What is read: of one file or one table.
pub enum Input<'i> {
    /// What stands in a file, and in which format.
    File(Format, &'i mut dyn BufRead),
    /// A table in memory that comes in batches.
    #[cfg(feature = "arrow")]
    Batches(&'i mut dyn RecordBatchReader),
}

impl Input<'_> {
    /// Is it JSONL?
    pub(super) fn is_lines(&self) -> bool {
        matches!(self, Self::File(Format::Jsonl, _))
    }
}
