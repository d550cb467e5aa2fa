//! Columns of texts that are being filled.

use arrow_array::{ArrayRef, StringArray};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::ArrowError;
use std::sync::Arc;

/// Texts, one behind the other.
#[derive(Debug)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    /// Where each begins; and where the last ends.
    ends: Vec<i32>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { bytes: Vec::new(), ends: vec![0] }
    }
}

impl Texts {
    /// An empty column with room for as much.
    pub(super) fn next(&self) -> Self {
        let mut ends = Vec::with_capacity(self.ends.len());
        ends.push(0);
        Self { bytes: Vec::with_capacity(self.bytes.len()), ends }
    }

    /// A column of these.
    pub(super) fn of<'t>(texts: impl Iterator<Item = &'t str> + Clone) -> Result<Self, ArrowError> {
        let mut column = Self { bytes: Vec::with_capacity(texts.clone().map(str::len).sum()), ends: Vec::with_capacity(texts.size_hint().0 + 1) };
        column.ends.push(0);
        for text in texts {
            column.push(text)?;
        }
        Ok(column)
    }

    /// One more.
    #[inline]
    pub(super) fn push(&mut self, text: &str) -> Result<(), ArrowError> {
        self.bytes.extend_from_slice(text.as_bytes());
        self.end()
    }

    /// One more, of several pieces.
    #[inline]
    pub(super) fn push_all(&mut self, pieces: &[&str]) -> Result<(), ArrowError> {
        pieces.iter().for_each(|piece| self.bytes.extend_from_slice(piece.as_bytes()));
        self.end()
    }

    /// One more, that somebody writes behind what is there.
    #[inline]
    pub(super) fn put(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Result<(), ArrowError> {
        write(&mut self.bytes);
        self.end()
    }

    #[inline]
    fn end(&mut self) -> Result<(), ArrowError> {
        let end = i32::try_from(self.bytes.len()).map_err(|_| ArrowError::InvalidArgumentError("the texts of a column take more than two gigabytes".to_owned()))?;
        self.ends.push(end);
        Ok(())
    }

    /// As Arrow. Errors: something else than text was written.
    pub(super) fn finish(self, nulls: Option<NullBuffer>) -> Result<ArrayRef, ArrowError> {
        let ends = OffsetBuffer::new(ScalarBuffer::from(self.ends));
        Ok(Arc::new(StringArray::try_new(ends, Buffer::from_vec(self.bytes), nulls)?))
    }
}

/// Texts, some of which may not be there.
#[derive(Debug, Default)]
pub(super) struct Column {
    texts: Texts,
    there: Vec<bool>,
}

impl Column {
    /// An empty column with room for as much.
    pub(super) fn next(&self) -> Self {
        Self { texts: self.texts.next(), there: Vec::with_capacity(self.there.len()) }
    }

    /// One more, or none.
    #[inline]
    pub(super) fn push(&mut self, text: Option<&(impl AsRef<str> + ?Sized)>) -> Result<(), ArrowError> {
        self.there.push(text.is_some());
        self.texts.push(text.map_or("", |text| text.as_ref()))
    }

    /// As Arrow.
    pub(super) fn finish(self) -> Result<ArrayRef, ArrowError> {
        let nulls = self.there.contains(&false).then(|| NullBuffer::from(self.there));
        self.texts.finish(nulls)
    }
}
