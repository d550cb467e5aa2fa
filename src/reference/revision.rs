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
    Digits::of(Sha256::digest(hashed(verdict)).into()).to_string()
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
    /// The first of a digest.
    fn of([a, b, c, d, e, f, g, h, ..]: [u8; 32]) -> Self {
        const DIGITS: [u8; 16] = *b"0123456789abcdef";
        let mut digits = [0; 16];
        for (two, byte) in digits.chunks_exact_mut(2).zip([a, b, c, d, e, f, g, h]) {
            two.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        Self(digits)
    }

    /// All of them are ASCII.
    #[cfg(feature = "arrow")]
    pub(crate) fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
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
            list(&[&*subject.0, &*subject.1], room);
            room.extend_from_slice(piece);
        }
        list(events, room);
        room.push(b']');
        Digits::of(self.begun.clone().chain_update(room).finalize().into())
    }
}

/// The bytes that stand in a text of JSON as they are.
const IS_PLAIN: [bool; 256] = {
    let (mut plain, mut byte) = ([true; 256], 0);
    while byte < 0x20 {
        plain[byte] = false;
        byte += 1;
    }
    (plain[b'"' as usize], plain[b'\\' as usize]) = (false, false);
    plain
};

/// Texts as `serde_json` writes a list of them. Names are mostly plain, and need no strokes.
fn list(texts: &[impl AsRef<str>], into: &mut Vec<u8>) {
    into.push(b'[');
    for (at, text) in texts.iter().map(AsRef::as_ref).enumerate() {
        if at > 0 {
            into.push(b',');
        }
        if text.bytes().all(|byte| IS_PLAIN[usize::from(byte)]) {
            into.push(b'"');
            into.extend_from_slice(text.as_bytes());
            into.push(b'"');
        } else {
            serde_json::to_writer(&mut *into, text).expect("a text is plain data, and memory takes it");
        }
    }
    into.push(b']');
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::verdict::Effect;
    use chrono::NaiveDate;

    #[test]
    fn verdicts_that_are_alike_have_the_revisions_of_whole_ones() {
        let effect = |kind: String| Effect { kind, posting: None, amount: None, unit: None, value: None, to: None, cites: Vec::new(), items: Vec::new() };
        let mut room = Vec::new();
        // Texts of many lengths.
        for length in 0..200 {
            for effects in 0..3 {
                let alike = Verdict {
                    id: String::new(),
                    rule: String::from("office.late"),
                    source: Vec::new(),
                    subject: None,
                    at: At::Date(NaiveDate::default()),
                    period: None,
                    events: Vec::new(),
                    ruling: Ruling::Violation,
                    parts: Vec::new(),
                    effects: (0..effects).map(|at| effect("x".repeat(length * at))).collect(),
                    causes: Vec::new(),
                    immaterial: Vec::new(),
                    is_final: false,
                    revision: String::new(),
                    supersedes: None,
                };
                let names: Vec<String> = (0..length % 5).map(|at| ["plain", "\"said\"", "a\\b", "\u{1}\t", "李\u{7f}"].get(at).map_or_else(String::new, |name| format!("{name}{length}"))).collect();
                let subject = (Arc::from("staff"), Arc::from(format!("s{}\"", "y".repeat(length)).as_str()));
                let told = Alike::new(&alike).revision(&subject, &names.iter().map(SmolStr::from).collect::<Vec<_>>(), &mut room);
                let mut whole = Verdict { events: names, ..alike };
                whole.effects.iter_mut().for_each(|effect| effect.to = Some(subject.clone()));
                assert_eq!(told.to_string(), of(&whole), "{length} {effects}");
            }
        }
    }
}
