//! Where records come from.

use super::format::Format;
use super::saved::State;
#[cfg(feature = "arrow")]
use arrow_array::RecordBatchReader;
use std::io::BufRead;

/// What is read: of one file or one table, or of the files of an earlier audit.
pub enum Input<'i> {
    /// What stands in a file, and in which format.
    File(Format, &'i mut dyn BufRead),
    /// A table in memory that comes in batches.
    #[cfg(feature = "arrow")]
    Batches(&'i mut dyn RecordBatchReader),
    /// What an earlier audit saved; it comes before everything else.
    State(&'i mut State),
}

impl Input<'_> {
    /// Does what reads it take the digest of its records, too? A state says it.
    pub(super) fn is_digested(&self) -> bool {
        matches!(self, Self::File(Format::Jsonl, _) | Self::State(_))
    }
}
