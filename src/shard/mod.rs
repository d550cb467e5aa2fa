//! One part of an audit that is shared out over machines ([`crate::model::sharding`]): the records of some subjects, judged as if all the others were there.

#[cfg(feature = "arrow")]
mod pass;

use crate::diagnostics::Say;
use crate::model::norm::Occasion;
use crate::model::sharding::key;
use crate::model::value::Scalar;
use crate::model::{Columns, EventType, Model};
use crate::records::{At, Origin, Reader, Record, Records, Stored};
use crate::reference::verdict::Verdict;
use crate::Policy;
use std::collections::BTreeSet;

/// The event of the record with which the whole audit begins.
const FIRST: &str = "shard:first";

/// Which part.
#[derive(Debug, Clone)]
pub struct Shard {
    /// By whose subjects the records are shared out.
    pub entity: String,
    /// Norms whose verdicts are wanted, by name.
    pub norms: BTreeSet<String>,
    /// The number of the part, and how many there are: a subject falls to the part that [`shard_of`] says.
    pub at: u32,
    /// How many parts.
    pub of: u32,
    /// Day on which the first record of the whole audit lies.
    pub first: Option<chrono::NaiveDate>,
}

/// The part to which a subject falls: CRC-32 of its id, which every engine can work out.
pub fn shard_of(id: &str, of: u32) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(id.as_bytes());
    crc.sum() % of.max(1)
}

/// An id that fell to another part than it belongs to.
#[doc(hidden)]
pub fn not_plain(entity: &str, id: &str) -> (Say, Say) {
    (
        Say::new(format!("the id `{id}` of `{entity}` is not written plainly in its column"), format!("`{entity}` 的编号 `{id}` 在其列中写法不规范")),
        Say::new("write ids as texts without blanks around them, or as whole numbers", "编号请写成前后无空白的文本，或整数"),
    )
}

impl Policy {
    /// The same rules with these norms only, for parts of an audit.
    #[doc(hidden)]
    pub fn only(&self, norms: &BTreeSet<usize>) -> Self {
        let mut model: Model = self.model().clone();
        let mut at = 0;
        model.norms.retain(|_| {
            at += 1;
            norms.contains(&(at - 1))
        });
        model.examples.clear();
        let word = |word: &str| word.to_owned();
        let columns = Columns { r#type: word("type"), id: word("id"), at: word("at"), at_is_date: true, source: word("source"), revision: word("revision"), recorded_at: word("recorded_at"), supersedes: word("supersedes"), retracts: word("retracts") };
        // Events are found by their names, in order.
        let place = model.events.partition_point(|event| event.name.as_str() < FIRST);
        model.events.insert(place, EventType { name: word(FIRST), label: None, called: Vec::new(), columns, fields: Vec::new(), roles: 0, derived: true, valid: None });
        Self::of(model)
    }
}

impl Shard {
    /// Puts the beginning of the whole audit before the records of this part. No norm looks at it.
    pub fn begin(&self, policy: &Policy, reader: &mut Reader<'_>) {
        let (Some(day), Some(event)) = (self.first, policy.model().event_index(FIRST)) else { return };
        reader.push(Record {
            event,
            source: FIRST.into(),
            id: FIRST.into(),
            revision: 0,
            recorded_at: None,
            at: At::Date(day),
            stream: u32::MAX,
            seq: 0,
            fields: Vec::new(),
            origin: Origin { file: FIRST.into(), line: 0 },
            certain: true,
            only_for: None,
        });
    }

    /// Sees that the records are those of this part, and do not begin before the whole does.
    ///
    /// # Errors
    /// What is not as it must be, and what to do.
    pub fn see(&self, policy: &Policy, records: &Records) -> Result<(), (Say, Say)> {
        let model = policy.model();
        let keys: Vec<Option<usize>> = model.events.iter().map(|event| key(event, &self.entity).map(|(at, _)| at)).collect();
        for record in &records.records {
            if let Some(Stored::Known(Scalar::Ref(_, id))) = keys.get(record.event).copied().flatten().and_then(|at| record.fields.get(at))
                && shard_of(id, self.of) != self.at
            {
                return Err(not_plain(&self.entity, id));
            }
        }
        let Some(first) = self.first else { return Ok(()) };
        let day = |at: At| model.regulations.first().and_then(|regulation| regulation.time_zone.parse().ok()).map_or(first, |zone: chrono_tz::Tz| at.day(zone));
        let is_own = |record: &&Record| model.events.get(record.event).is_some_and(|event| event.name != FIRST);
        if let Some(before) = records.records.iter().find(is_own).filter(|record| day(record.at) < first) {
            return Err((
                Say::new(format!("the record `{}` lies before {first}, with which the audit is said to begin", before.reference()), format!("记录 `{}` 早于所称的审计起始日 {first}", before.reference())),
                Say::new("give an earlier `first`, or none", "请给出更早的 `first`，或不给"),
            ));
        }
        Ok(())
    }

    /// Is the verdict one of this part? Occasions of records are; of periods, those of subjects that fall to it.
    pub fn has(&self, policy: &Policy, verdict: &Verdict) -> bool {
        let is_period = || policy.model().norm(&verdict.rule).is_some_and(|norm| matches!(norm.occasion, Occasion::Period { .. }));
        // Whose period it is stands in its name: somebody else may be bound.
        let key = || verdict.id.split_once('@').map_or("", |(_, key)| key).rsplit_once('/');
        let is_own = || key().is_none_or(|(id, _)| shard_of(id, self.of) == self.at);
        self.norms.contains(&verdict.rule) && (!is_period() || is_own())
    }
}
