//! Unpacks Zstandard (RFC 8878) while reading: frames after each other are one text, what is to be skipped is skipped, a checksum that is there must fit.

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{self, BufRead, Read};

/// Reads what is packed in `source`.
pub(super) struct Zstd<R> {
    source: R,
    decoder: FrameDecoder,
    /// A frame has begun and is not read to its end.
    inside: bool,
}

impl<R: BufRead> Zstd<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, decoder: FrameDecoder::new(), inside: false }
    }

    /// Begins the next frame; false at the end of the source.
    fn next_frame(&mut self) -> io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.reset(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    io::copy(&mut self.source.by_ref().take(length.into()), &mut io::sink())?;
                }
                Err(error) => return Err(broken(&error)),
            }
        }
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.inside && self.decoder.can_collect() > 0 {
                return self.decoder.read(into);
            }
            if self.inside && self.decoder.is_finished() {
                self.inside = false;
                if self.decoder.get_checksum_from_data().is_some_and(|told| self.decoder.get_calculated_checksum() != Some(told)) {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum is another"));
                }
            }
            if !self.inside {
                self.inside = self.next_frame()?;
                if !self.inside {
                    return Ok(0);
                }
            }
            self.decoder.decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBytes(into.len().max(1))).map_err(|error| broken(&error))?;
        }
    }
}

fn broken(error: &FrameDecoderError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}
