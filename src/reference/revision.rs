//! The revision of a verdict (§10): a hash of what it says.

use super::verdict::{EarlierVerdict, Part, Verdict};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// First 16 hex digits of SHA-256 over ruling, parts, effects and counted records.
pub(crate) fn of(verdict: &Verdict) -> String {
    let parts: Vec<Part> = verdict.parts.iter().map(|part| Part { met: None, ..part.clone() }).collect();
    let said = (verdict.ruling, &parts, &verdict.effects, &verdict.events);
    let bytes = serde_json::to_vec(&said).expect("a verdict is plain data");
    Sha256::digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
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
