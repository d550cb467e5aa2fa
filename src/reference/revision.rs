//! The revision of a verdict (§10): a hash of what it says.

use super::verdict::{Cause, EarlierVerdict, Part, Ruling, Verdict};
use crate::records::At;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// First 16 hex digits of SHA-256 over ruling, parts, effects and counted records.
pub(crate) fn of(verdict: &Verdict) -> String {
    digits(Sha256::digest(hashed(verdict)).into()).to_string()
}

/// What is hashed.
fn hashed(verdict: &Verdict) -> Vec<u8> {
    let said = (verdict.ruling, Parts(&verdict.parts), &verdict.effects, &verdict.events);
    serde_json::to_vec(&said).expect("a verdict is plain data")
}

/// A revision as it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Digits([u8; 16]);

impl Digits {
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn digits(digest: [u8; 32]) -> Digits {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |at: usize| digest.get(at / 2).and_then(|byte| DIGITS.get(usize::from(if at.is_multiple_of(2) { byte >> 4 } else { byte & 15 })));
    Digits(std::array::from_fn(|at| digit(at).copied().unwrap_or(b'0')))
}

/// What is hashed of verdicts that say the same of several subjects, each on other records.
#[derive(Debug)]
pub(crate) struct Alike {
    /// The hash of what comes before the first.
    begun: Sha256,
    /// Before each stands to whom something is posted.
    pieces: Vec<Box<[u8]>>,
}

/// So an effect is written that is posted to nobody. No text has it inside, where quotes have a stroke before them.
const TO_NOBODY: &[u8] = b"\"to\":null";

impl Alike {
    /// Of a verdict without records that posts to nobody.
    pub(crate) fn new(verdict: &Verdict) -> Self {
        let all = hashed(verdict);
        // Behind it would stand the list of the records, and the end of all.
        let text = all.strip_suffix(b"[]]").unwrap_or(&all);
        let (mut pieces, mut from): (Vec<Box<[u8]>>, usize) = (Vec::new(), 0);
        for at in memchr::memmem::find_iter(text, TO_NOBODY) {
            let end = at + TO_NOBODY.len();
            pieces.push(text.get(from..end - b"null".len()).unwrap_or_default().into());
            from = end;
        }
        pieces.push(text.get(from..).unwrap_or_default().into());
        let begun = Sha256::new_with_prefix(pieces.remove(0));
        Self { begun, pieces }
    }

    /// The revision of the verdict that posts to this subject, and rests on these records. `room` is used to write in.
    pub(crate) fn revision(&self, subject: &(Arc<str>, Arc<str>), events: &[SmolStr], room: &mut Vec<u8>) -> Digits {
        room.clear();
        for piece in &self.pieces {
            json(subject, room);
            room.extend_from_slice(piece);
        }
        json(events, room);
        room.push(b']');
        digits(self.begun.clone().chain_update(room).finalize().into())
    }
}

fn json(value: &(impl Serialize + ?Sized), into: &mut Vec<u8>) {
    serde_json::to_writer(into, value).expect("names are plain data, and memory takes them");
}

/// Parts, without when they were met.
struct Parts<'v>(&'v [Part]);

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Said<'v> {
            name: &'v str,
            ruling: Ruling,
            due: Option<At>,
            causes: &'v [Cause],
        }
        serializer.collect_seq(self.0.iter().map(|part| Said { name: &part.name, ruling: part.ruling, due: part.due, causes: &part.causes }))
    }
}

/// Marks verdicts that replace earlier ones; gives the ids of earlier verdicts that are gone, sorted.
pub(super) fn supersede(verdicts: &mut [Verdict], earlier: &[EarlierVerdict]) -> Vec<String> {
    let mut left: BTreeMap<&str, &str> = earlier.iter().map(|verdict| (verdict.id.as_str(), verdict.revision.as_str())).collect();
    for verdict in verdicts {
        if let Some(revision) = left.remove(verdict.id.as_str()) {
            verdict.supersedes = (revision != verdict.revision).then(|| revision.to_owned());
        }
    }
    left.into_keys().map(str::to_owned).collect()
}
