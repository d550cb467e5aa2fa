//! A saved state that is read as a stream: checked as a whole before anything of it is used, and once more while its records pass by.

use super::packed::{Hashed, Unpacking};
use super::{ANY_VERSION, DIGEST, UnusableState, VERSION, wire};
use crate::model::Model;
use crate::records::events::Pass;
use crate::records::store::Store;
use flate2::read::MultiGzDecoder;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// Bytes that are read at once.
const ROOM: usize = 1 << 16;

/// What can be read from its start again.
trait Again: Read + Seek {}

impl<T: Read + Seek> Again for T {}

/// What [`crate::Reader::save`] wrote, to be read as often as it takes. Memory holds some thousand of its records at a time.
pub struct State {
    input: Box<dyn Again>,
    /// Digest of what the policies declare of records.
    declared: String,
    /// Bytes before the digest, and the digest.
    length: u64,
    digest: Vec<u8>,
}

impl State {
    /// Checks the version, the digest of everything, and that the records were declared as they are now.
    pub(in super::super) fn open(declared: String, input: impl Read + Seek + 'static) -> Result<Self, UnusableState> {
        let mut input: Box<dyn Again> = Box::new(input);
        let unread = |error: io::Error| UnusableState::unread(&error);
        let mut start = Vec::new();
        input.rewind().and_then(|()| Read::take(&mut input, VERSION.len() as u64).read_to_end(&mut start)).map_err(unread)?;
        if start != VERSION.as_bytes() {
            return Err(if start.starts_with(ANY_VERSION.as_bytes()) { UnusableState::other_version() } else { UnusableState::no_state() });
        }
        let length = input.seek(SeekFrom::End(0)).map_err(unread)?.saturating_sub(DIGEST as u64);
        let mut digest = Vec::new();
        input.seek(SeekFrom::Start(length)).and_then(|_| input.read_to_end(&mut digest)).map_err(unread)?;
        let mut state = Self { input, declared, length, digest };
        let content = Content::of(&mut *state.input, length).map_err(unread)?;
        if content.digest().map_err(unread)? != state.digest {
            return Err(UnusableState::damaged());
        }
        let mut content = Content::of(&mut *state.input, length).map_err(unread)?;
        content.unpacking(&state.declared)?;
        Ok(state)
    }

    /// Reads it into a store that is empty. `pass` gets the store when there are some records, to hand them over; none: they are kept.
    pub(in super::super) fn read(&mut self, model: &Model, store: &mut Store, pass: Option<Pass<'_>>) -> Result<(), UnusableState> {
        let unread = |error: io::Error| UnusableState::unread(&error);
        let mut content = Content::of(&mut *self.input, self.length).map_err(unread)?;
        let mut unpacking = content.unpacking(&self.declared)?;
        wire::read(model, store, &mut unpacking, pass).ok_or_else(UnusableState::damaged)?;
        // It is still what was checked.
        if content.digest().map_err(unread)? == self.digest { Ok(()) } else { Err(UnusableState::damaged()) }
    }
}

/// What stands before the digest; its own is taken while it is read.
struct Content<'i>(io::Take<BufReader<&'i mut dyn Again>>, Hashed<io::Sink>);

impl<'i> Content<'i> {
    /// From the start.
    fn of(input: &'i mut (dyn Again + 'i), length: u64) -> io::Result<Self> {
        input.rewind()?;
        Ok(Self(BufReader::with_capacity(ROOM, input).take(length), Hashed::new(io::sink())))
    }

    /// The values, when they belong to records that are declared so.
    fn unpacking(&mut self, declared: &str) -> Result<Unpacking<MultiGzDecoder<&mut Self>>, UnusableState> {
        let mut version = [0; VERSION.len()];
        self.read_exact(&mut version).map_err(|error| UnusableState::unread(&error))?;
        let mut unpacking = Unpacking::new(MultiGzDecoder::new(self));
        let saved_for: String = unpacking.next().ok_or_else(UnusableState::damaged)?;
        if saved_for == declared { Ok(unpacking) } else { Err(UnusableState::undeclared()) }
    }

    /// Reads what is left; the digest of everything.
    fn digest(mut self) -> io::Result<Vec<u8>> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(self.1.digest().1)
    }
}

impl Read for Content<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(bytes)?;
        io::Write::write_all(&mut self.1, bytes.get(..read).unwrap_or_default())?;
        Ok(read)
    }
}
