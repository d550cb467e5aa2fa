//! The revision of a verdict (§10): a hash of what it says.

use super::verdict::{Cause, EarlierVerdict, Part, Ruling, Verdict};
use crate::records::At;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// First 16 hex digits of SHA-256 over ruling, parts, effects and counted records.
pub(crate) fn of(verdict: &Verdict) -> String {
    digits(&hashed(verdict)).iter().collect()
}

/// What is hashed.
fn hashed(verdict: &Verdict) -> Vec<u8> {
    let said = (verdict.ruling, Parts(&verdict.parts), &verdict.effects, &verdict.events);
    serde_json::to_vec(&said).expect("a verdict is plain data")
}

fn digits(hashed: &[u8]) -> [char; 16] {
    let digest = Sha256::digest(hashed);
    let mut digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from_digit(u32::from(digit), 16).unwrap_or('0'));
    std::array::from_fn(|_| digits.next().unwrap_or('0'))
}

/// What is hashed of verdicts that say the same of several subjects, each on other records.
#[derive(Debug)]
pub(crate) struct Alike {
    /// Between them stands to whom something is posted; behind the last, the records.
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
        let (mut pieces, mut from) = (Vec::new(), 0);
        for at in memchr::memmem::find_iter(text, TO_NOBODY) {
            let end = at + TO_NOBODY.len();
            pieces.push(text.get(from..end - b"null".len()).unwrap_or_default().into());
            from = end;
        }
        pieces.push(text.get(from..).unwrap_or_default().into());
        Self { pieces }
    }

    /// The revision of the verdict that posts to this subject, and rests on these records. `room` is used to write in.
    pub(crate) fn revision(&self, subject: &(Arc<str>, Arc<str>), events: &[Arc<str>], room: &mut Vec<u8>) -> String {
        room.clear();
        for (at, piece) in self.pieces.iter().enumerate() {
            if at > 0 {
                json(subject, room);
            }
            room.extend_from_slice(piece);
        }
        json(events, room);
        room.push(b']');
        digits(room).iter().collect()
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
