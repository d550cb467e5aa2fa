//! What was read of one subject's records, by itself: rows of a table that carries an audit which is shared out over machines from month to month.
//!
//! The bytes are those of a saved state without its compression (tables have their own): a line with the version, the values, and the SHA-256 of both, of the key and
//! of what stands beside it in the row.

use super::super::store::Store;
use super::packed::{Packing, Unpacking};
use super::{DIGEST, UnusableState, wire};
use crate::model::Model;
use chrono::{Datelike, NaiveDate};
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// How the bytes begin. The number goes up with every change of the format.
const VERSION: &str = "bylaw key 1\n";
/// All versions begin so.
const ANY_VERSION: &str = "bylaw key ";

/// What stands beside the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key<'k> {
    /// The entity by whose subjects the records are told apart.
    pub entity: &'k str,
    /// Id of the subject, empty for records that name none; none: of what became no record.
    pub key: Option<&'k str>,
    /// How many records there are.
    pub records: u64,
    /// Day of the earliest of them, whatever became of it.
    pub first: Option<NaiveDate>,
    /// The last of their places in the whole, from 0.
    pub last: Option<u64>,
}

/// What was read of one subject's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyState {
    /// As [`Key::key`].
    pub key: Option<String>,
    /// How many records there are.
    pub records: u64,
    /// Day of the earliest of them, whatever became of it.
    pub first: Option<NaiveDate>,
    /// The last of their places in the whole, from 0.
    pub last: Option<u64>,
    /// The records, packed and with a digest.
    pub bytes: Vec<u8>,
}

impl Key<'_> {
    /// Digest of what stands beside the bytes, and of them.
    fn digest(&self, bytes: &[u8]) -> Vec<u8> {
        let mut hash = Sha256::new();
        for text in [Some(self.entity), self.key] {
            hash.update(text.map_or(u64::MAX, |text| text.len() as u64).to_le_bytes());
            hash.update(text.unwrap_or_default());
        }
        hash.update(self.records.to_le_bytes());
        hash.update(self.first.map_or(i32::MIN, |day| day.num_days_from_ce()).to_le_bytes());
        hash.update(self.last.unwrap_or(u64::MAX).to_le_bytes());
        hash.update(bytes);
        hash.finalize().to_vec()
    }
}

/// Packs a store with the records of one key. `declared`: digest of what the policies declare of records.
pub(in super::super) fn pack(model: &Model, declared: &str, store: &Store, key: Key<'_>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(VERSION.len() + 256);
    bytes.write_all(VERSION.as_bytes())?;
    let mut packing = Packing::new(bytes);
    packing.put(&declared)?;
    wire::save(model, store, &mut packing)?;
    let mut bytes = packing.end();
    let digest = key.digest(&bytes);
    bytes.extend_from_slice(&digest);
    Ok(bytes)
}

/// What [`pack`] packed, as a store of its own.
pub(in super::super) fn unpack(model: &Model, declared: &str, key: Key<'_>, bytes: &[u8]) -> Result<Store, UnusableState> {
    if !bytes.starts_with(VERSION.as_bytes()) {
        return Err(if bytes.starts_with(ANY_VERSION.as_bytes()) { UnusableState::other_version() } else { UnusableState::damaged() });
    }
    let (content, digest) = bytes.split_at(bytes.len().saturating_sub(DIGEST));
    if key.digest(content).as_slice() != digest {
        return Err(UnusableState::damaged());
    }
    let mut unpacking = Unpacking::new(content.get(VERSION.len()..).ok_or_else(UnusableState::damaged)?);
    let saved_for: String = unpacking.next().ok_or_else(UnusableState::damaged)?;
    if saved_for != declared {
        return Err(UnusableState::undeclared());
    }
    let mut store = Store::default();
    wire::read(model, &mut store, &mut unpacking, None).ok_or_else(UnusableState::damaged)?;
    Ok(store)
}
