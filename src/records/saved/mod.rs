//! What was read, on disk: an audit goes on where an earlier one ended, without the files that were read for it.
//!
//! Saved is what the readers said of the events files: records as they were read (before any cut, so that a later audit may know more), what could not be
//! used, and the counts. Not saved is what an audit works out anew: registers, which are given as they are today, and verdicts. So an audit
//! that goes on gives, byte for byte, what one over all files gives; and rules may change between the two, as long as they declare the same records.
//!
//! A file is a line with the version, then gzip of [`postcard`] values (a head, records by the thousand, an end), then the SHA-256 of all that. Nothing
//! of it is used before the digest was checked. Reading and writing hold some thousand records at a time ([`State`]).

mod draft;
mod keyed;
pub(crate) mod packed;
mod state;
mod value;
mod wire;

pub use keyed::{Key, KeyState};
pub use state::State;
pub(crate) use draft::{Draft, Whole};
pub(crate) use value::SavedAt;
pub(super) use keyed::{pack, unpack};

use super::layout::Layout;
use super::record::{Origin, Rejection};
use super::store::Store;
use crate::diagnostics::Say;
use crate::model::Model;
use flate2::Compression;
use flate2::write::GzEncoder;
use packed::{Hashed, Packing};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::{self, Cursor, Read, Write};

/// The first line of a saved state. The number goes up with every change of the format.
const VERSION: &str = "bylaw state 1\n";
/// All versions begin so.
const ANY_VERSION: &str = "bylaw state ";
/// Bytes of the digest at the end.
const DIGEST: usize = 32;

/// Why a saved state cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusableState {
    /// What is wrong.
    pub message: Say,
    /// What to do.
    pub help: Say,
}

impl UnusableState {
    fn new(en: &str, zh: &str) -> Self {
        Self {
            message: Say::new(en, zh),
            help: Say::new(
                "audit all events files again, and save the state of that",
                "请重新判定全部事件文件，并重新保存状态",
            ),
        }
    }

    fn no_state() -> Self {
        Self {
            message: Say::new("this is not the saved state of an audit", "这不是判定的保存状态"),
            help: Say::new("give the file that `bylaw audit --save-state FILE` wrote", "请给出由 `bylaw audit --save-state 文件` 写成的文件"),
        }
    }

    pub(super) fn late() -> Self {
        Self {
            message: Say::new("a saved state comes before everything else that is read", "保存的状态须先于其他文件读取"),
            help: Say::new("resume first, then read the files that are new", "请先恢复状态，再读取新的文件"),
        }
    }

    pub(super) fn other_version() -> Self {
        Self::new("the state was saved by another version of Bylaw", "该状态由另一版本的 Bylaw 保存")
    }

    pub(super) fn undeclared() -> Self {
        Self::new("the state was saved with policies that declare other records", "保存该状态的规章所声明的记录与现在不同")
    }

    fn damaged() -> Self {
        Self::new("the saved state is damaged: it is not what was written", "保存的状态已损坏：与写入时不一致")
    }

    /// As what is said of a file.
    pub(super) fn of_file(self, file: &str) -> Rejection {
        Rejection { code: "file-unreadable", origin: Origin { file: file.into(), line: 0 }, id: None, message: self.message, help: self.help }
    }

    fn unread(error: &io::Error) -> Self {
        Self {
            message: Say::new(format!("the saved state cannot be read: {error}"), format!("无法读取保存的状态：{error}")),
            help: Say::new("check the path and the permissions", "请检查路径和权限"),
        }
    }
}

impl std::fmt::Display for UnusableState {
    /// The message in English.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message.en)
    }
}

impl std::error::Error for UnusableState {}

/// Writes everything that was read of events files.
pub(super) fn save(model: &Model, layout: &Layout<'_>, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    packed_by(&declared(model, layout), out, |packing| wire::save(model, store, packing))
}

/// Writes a state; `put` puts what stands behind the declarations.
fn packed_by(declared: &str, out: &mut dyn Write, put: impl FnOnce(&mut Packing<GzEncoder<&mut Hashed<&mut dyn Write>>>) -> io::Result<()>) -> io::Result<()> {
    let mut out = Hashed::new(out);
    out.write_all(VERSION.as_bytes())?;
    let mut packing = Packing::new(GzEncoder::new(&mut out, Compression::fast()));
    packing.put(&declared)?;
    put(&mut packing)?;
    packing.end().finish()?;
    let (out, digest) = out.digest();
    out.write_all(&digest)
}

/// Reads what [`save`] wrote into an empty store, from an input that is read once.
pub(super) fn read(model: &Model, layout: &Layout<'_>, store: &mut Store, input: &mut dyn Read) -> Result<(), UnusableState> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(|error| UnusableState::unread(&error))?;
    State::open(declared(model, layout), Cursor::new(bytes))?.read(model, store, None)
}

/// Digest of what the policies declare of records: with the same, the same files are read alike.
pub(super) fn declared(model: &Model, layout: &Layout<'_>) -> String {
    let mut hash = Sha256::new();
    let mut add = |part: serde_json::Result<Vec<u8>>| {
        let part = part.expect("declarations can be written as JSON");
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    };
    add(serde_json::to_vec(&model.kinds));
    add(serde_json::to_vec(&model.entities));
    for plan in layout.plans.iter().filter(|plan| !plan.event.derived) {
        add(serde_json::to_vec(&(plan.event, plan.zone.map(|zone| zone.name()))));
    }
    hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string does not fail");
        hex
    })
}

#[cfg(test)]
mod tests;
