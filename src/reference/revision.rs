//! The revision of a verdict (§10): a hash of what it says.

use super::verdict::{Cause, EarlierVerdict, Part, Ruling, Verdict};
use crate::records::At;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// First 16 hex digits of SHA-256 over ruling, parts, effects and counted records.
pub(crate) fn of(verdict: &Verdict) -> String {
    let said = (verdict.ruling, Parts(&verdict.parts), &verdict.effects, &verdict.events);
    let bytes = serde_json::to_vec(&said).expect("a verdict is plain data");
    let digest = Sha256::digest(&bytes);
    let digits = digest.iter().take(8).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
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
