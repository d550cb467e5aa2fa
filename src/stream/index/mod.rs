//! Where each subject's records lie in the events files, so that an explanation reads those alone; and what it must know of all of them.
//!
//! A file is a line with the version, two tables in blocks ([`table`]), a head, the length of the head, and the SHA-256 of the version and the head; the head
//! has the digest of each block. The tables say for the hash of a subject where the records lie that name it, and for the hash of a record's id one of those whom it names. Hashes
//! may clash: what is read at a place says itself whose it is and what it is called. Values are written by [`postcard`].
//!
//! Nothing of it is believed that was not checked: the head and each block by their digests, the events files by their size and the time of their last change, each record
//! that is read by a hash of what it said when the index was made ([`Unusable`]).

mod make;
mod serve;
mod starts;
mod table;

pub use make::Making;
pub use serve::{Answer, EventsFile, of_verdict};

use crate::diagnostics::Say;
use crate::model::Model;
use crate::records::{Reader, SavedAt, hash};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{self, Read, Seek, SeekFrom, Write};
use table::Block;

/// The first line. The number goes up with every change of the format.
const VERSION: &[u8] = b"bylaw index 2\n";
/// All versions begin so.
const ANY_VERSION: &[u8] = b"bylaw index ";
/// Bytes at the end: the length of the head, and the digest.
const END: usize = 8 + 32;
/// In the table of ids, instead of a subject: a record that names none.
const NOBODY: u32 = 0;

/// An events file as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Where it is, whatever it is called on the command line.
    pub path: String,
    /// The name given to its source.
    pub source: Option<String>,
    /// Bytes.
    pub size: u64,
    /// When it was changed last: seconds since 1970, nanoseconds.
    pub modified: (i64, u32),
}

/// Why an index cannot be used.
#[derive(Debug)]
pub enum Unusable {
    /// It is something else.
    NotOne,
    /// Another version of Bylaw made it.
    Version,
    /// It is not what was written.
    Damaged,
    /// Policies that declare other records, or another version of Bylaw.
    Declared,
    /// An events file is not what it was; its path. None: they are others.
    Changed(Option<String>),
    /// It cannot be read.
    Unread(io::Error),
}

impl From<io::Error> for Unusable {
    fn from(error: io::Error) -> Self {
        Self::Unread(error)
    }
}

impl Unusable {
    /// What is wrong.
    pub fn message(&self) -> Say {
        match self {
            Self::NotOne => Say::new("this is not an index", "这不是索引"),
            Self::Version => Say::new("the index was made by another version of Bylaw", "该索引由另一版本的 Bylaw 建立"),
            Self::Damaged => Say::new("the index is damaged: it is not what was written", "索引已损坏：与写入时不一致"),
            Self::Declared => Say::new("the index was made with policies that declare other records, or by another version of Bylaw", "建立该索引的规章所声明的记录与现在不同，或所用 Bylaw 版本不同"),
            Self::Changed(None) => Say::new("the index was made of other events files, or of the same in another order", "该索引由其他事件文件建立，或文件顺序不同"),
            Self::Changed(Some(path)) => Say::new(format!("`{path}` has changed since the index was made"), format!("索引建立之后 `{path}` 有改动")),
            Self::Unread(error) => Say::new(format!("the index cannot be read: {error}"), format!("无法读取索引：{error}")),
        }
    }
}

/// A place of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Spot {
    /// Which of the files, from 0.
    file: u32,
    /// Bytes before it.
    offset: u64,
    /// Its first line, from 1.
    line: u64,
    /// Hash of the record.
    hash: [u8; 8],
}

/// Makes small numbers of the places of one subject: how far each is from the one before it in its file.
fn near(spots: &mut [Spot]) {
    let mut before = (u32::MAX, 0, 0);
    for spot in spots {
        let (file, offset, line) = (spot.file, spot.offset, spot.line);
        if file == before.0 {
            (spot.offset, spot.line) = (offset - before.1, line - before.2);
        }
        before = (file, offset, line);
    }
}

/// The places of which [`near`] made small numbers.
fn far(spots: &mut [Spot]) -> Option<()> {
    let mut before = (u32::MAX, 0, 0);
    for spot in spots {
        if spot.file == before.0 {
            (spot.offset, spot.line) = (spot.offset.checked_add(before.1)?, spot.line.checked_add(before.2)?);
        }
        before = (spot.file, spot.offset, spot.line);
    }
    Some(())
}

/// What an explanation must know of all records.
#[derive(Debug, Serialize, Deserialize)]
struct Whole {
    /// Are one subject's records enough for its verdicts? Not where records correct others, have an id that was there already, or lie so that only all together tell which is
    /// the first and the last.
    is_enough: bool,
    is_in_order: bool,
    /// The last record's time.
    until: Option<SavedAt>,
    /// The last day (from the first of January of the year 1), and the last moment (seconds, nanoseconds).
    last: Option<(i32, Option<(i64, u32)>)>,
    /// The first of all.
    first: Option<Spot>,
    /// Types of records of which one does not say whom this field names.
    nobodys: Vec<(String, String)>,
}

/// What stands behind the tables.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    declared: String,
    files: Vec<Known>,
    whole: Whole,
    subjects: Vec<Block>,
    ids: Vec<Block>,
}

impl Head {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let head = postcard::to_stdvec(self).map_err(io::Error::other)?;
        out.write_all(&head)?;
        out.write_all(&(head.len() as u64).to_le_bytes())?;
        out.write_all(&digest(&head))
    }
}

fn digest(head: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(VERSION);
    hash.update(head);
    hash.finalize().into()
}

/// An index that was read, as far as its head.
#[derive(Debug)]
pub struct Index<I> {
    input: I,
    head: Head,
}

impl<I: Read + Seek> Index<I> {
    /// Opens what [`Making`] wrote for this model. `files`: the events files as they are now, in their order.
    ///
    /// # Errors
    /// When it cannot be used: it is damaged, or of other policies, or of files that have changed.
    pub fn open(mut input: I, model: &Model, files: &[Known]) -> Result<Self, Unusable> {
        let mut begins = Vec::new();
        Read::take(&mut input, VERSION.len() as u64).read_to_end(&mut begins)?;
        if begins != VERSION {
            return Err(if begins.starts_with(ANY_VERSION) { Unusable::Version } else { Unusable::NotOne });
        }
        let size = input.seek(SeekFrom::End(0))?;
        let before_end = size.checked_sub(END as u64).ok_or(Unusable::Damaged)?;
        input.seek(SeekFrom::Start(before_end))?;
        let mut end = [0; END];
        input.read_exact(&mut end)?;
        let (length, written) = end.split_first_chunk().ok_or(Unusable::Damaged)?;
        let length = u64::from_le_bytes(*length);
        let start = before_end.checked_sub(length).filter(|start| *start >= VERSION.len() as u64).ok_or(Unusable::Damaged)?;
        input.seek(SeekFrom::Start(start))?;
        let mut head = Vec::new();
        Read::take(&mut input, length).read_to_end(&mut head)?;
        if digest(&head) != written {
            return Err(Unusable::Damaged);
        }
        let head: Head = postcard::from_bytes(&head).map_err(|_| Unusable::Damaged)?;
        if head.declared != Reader::new(model).read_alike() {
            return Err(Unusable::Declared);
        }
        let is_same = |(one, other): (&Known, &Known)| (&one.path, &one.source) == (&other.path, &other.source);
        if head.files.len() != files.len() || !head.files.iter().zip(files).all(is_same) {
            return Err(Unusable::Changed(None));
        }
        if let Some((changed, _)) = files.iter().zip(&head.files).find(|(now, then)| now != then) {
            return Err(Unusable::Changed(Some(changed.path.clone())));
        }
        Ok(Self { input, head })
    }
}

/// By what the records of a subject are found.
fn subject(entity: &str, id: &str) -> u32 {
    short(&[entity, "\0", id].concat()).max(NOBODY + 1)
}

/// By what the subject of a record of this name is found.
fn short(name: &str) -> u32 {
    let [a, b, c, d, ..] = hash(name.as_bytes()).to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}
