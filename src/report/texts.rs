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
        Self::with(self.ends.len(), self.bytes.len())
    }

    /// An empty column with room for so many texts that have so many bytes together.
    pub(super) fn with(count: usize, bytes: usize) -> Self {
        let mut ends = Vec::with_capacity(count + 1);
        ends.push(0);
        Self { bytes: Vec::with_capacity(bytes + PIECE), ends }
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

    /// The last one once more.
    #[inline]
    pub(super) fn again(&mut self) -> Result<(), ArrowError> {
        let start = self.ends.len().checked_sub(2).and_then(|before| self.ends.get(before)).and_then(|start| usize::try_from(*start).ok()).unwrap_or(self.bytes.len());
        self.bytes.extend_from_within(start..);
        self.end()
    }

    /// One more, copied in whole pieces.
    #[inline]
    pub(super) fn push_padded(&mut self, text: &Padded) -> Result<(), ArrowError> {
        self.put_padded(text);
        self.end()
    }

    /// Some more, that stand one behind the other, by their lengths.
    #[inline]
    pub(super) fn push_joined(&mut self, texts: &Padded, lengths: &[usize]) -> Result<(), ArrowError> {
        let mut end = self.bytes.len();
        self.put_padded(texts);
        for length in lengths {
            end += length;
            self.ends.push(i32::try_from(end).map_err(|_| too_long())?);
        }
        Ok(())
    }

    #[inline]
    fn put_padded(&mut self, text: &Padded) {
        let end = self.bytes.len() + text.length;
        text.pieces.iter().for_each(|piece| self.bytes.extend_from_slice(piece));
        self.bytes.truncate(end);
    }

    #[inline]
    fn end(&mut self) -> Result<(), ArrowError> {
        self.ends.push(i32::try_from(self.bytes.len()).map_err(|_| too_long())?);
        Ok(())
    }

    /// As Arrow. Errors: something else than text was written.
    pub(super) fn finish(self, nulls: Option<NullBuffer>) -> Result<ArrayRef, ArrowError> {
        let ends = OffsetBuffer::new(ScalarBuffer::from(self.ends));
        Ok(Arc::new(StringArray::try_new(ends, Buffer::from_vec(self.bytes), nulls)?))
    }
}

#[cold]
fn too_long() -> ArrowError {
    ArrowError::InvalidArgumentError("the texts of a column take more than two gigabytes".to_owned())
}

/// Bytes that are copied at once.
const PIECE: usize = 32;

/// A short text that is copied often: in pieces of one length, which takes no call. What stands behind its end is cut off again.
#[derive(Debug, Default)]
pub(super) struct Padded {
    pieces: Vec<[u8; PIECE]>,
    length: usize,
}

impl Padded {
    pub(super) fn new(text: &str) -> Self {
        let piece = |bytes: &[u8]| {
            let mut piece = [0; PIECE];
            piece.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
            piece
        };
        Self { pieces: text.as_bytes().chunks(PIECE).map(piece).collect(), length: text.len() }
    }

    /// How many bytes it has.
    pub(super) fn len(&self) -> usize {
        self.length
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

#[cfg(test)]
mod tests {
    use super::{Padded, Texts};
    use arrow_array::StringArray;
    use arrow_array::cast::AsArray;

    #[test]
    fn texts_of_every_length_are_copied_whole() {
        let all: Vec<String> = (0..100).map(|length: u8| (0..length).map(|at| char::from(b'!' + at % 90)).collect()).collect();
        let mut columns: [Texts; 4] = Default::default();
        let [one, pieces, padded, joined] = &mut columns;
        for (before, text) in all.iter().zip(all.iter().skip(1)) {
            one.push(text).expect("no array is full");
            pieces.push_all(&[before, ":", text]).expect("no array is full");
            padded.push_padded(&Padded::new(text)).expect("no array is full");
            joined.push_joined(&Padded::new(&format!("{before}{text}")), &[before.len(), text.len()]).expect("no array is full");
        }
        let columns = columns.map(|column| column.finish(None).expect("no array is full"));
        let [one, pieces, padded, joined]: [&StringArray; 4] = columns.each_ref().map(|column| column.as_string());
        for (at, (before, text)) in all.iter().zip(all.iter().skip(1)).enumerate() {
            assert_eq!((one.value(at), padded.value(at)), (text.as_str(), text.as_str()));
            assert_eq!(pieces.value(at), format!("{before}:{text}"));
            assert_eq!((joined.value(2 * at), joined.value(2 * at + 1)), (before.as_str(), text.as_str()));
        }
    }
}
