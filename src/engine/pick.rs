//! Which of many steps can matter to a record: those that ask for one value of a field are found by that value, so that the others cost nothing.

use super::code::Code;
use super::word::{Word, is_plain};
use crate::model::expr::Op;
use foldhash::fast::RandomState;
use std::collections::{BTreeMap, HashMap};

/// So many steps must ask for a value of the same field before they are looked up.
const MANY: usize = 3;

/// A field, and the values one of which it must have.
pub(super) type Guard = (usize, Vec<Word>);

/// Steps by what they ask for.
#[derive(Debug, Clone)]
pub(super) struct Pick {
    /// Steps that are always looked at.
    open: Vec<usize>,
    fields: Vec<Field>,
}

#[derive(Debug, Clone)]
struct Field {
    slot: usize,
    by_value: HashMap<Word, Vec<usize>, RandomState>,
    /// All of them: the record does not say which.
    all: Vec<usize>,
}

/// A step, and the values of a field of which it asks one.
type Asked = (usize, Vec<Word>);

impl Pick {
    /// From the guard of each step; none when looking up is not worth it.
    pub(super) fn new(guards: impl Iterator<Item = Option<Guard>>) -> Option<Self> {
        let mut open: Vec<usize> = Vec::new();
        let mut fields: BTreeMap<usize, Vec<Asked>> = BTreeMap::new();
        for (step, guard) in guards.enumerate() {
            match guard {
                Some((slot, words)) => fields.entry(slot).or_default().push((step, words)),
                None => open.push(step),
            }
        }
        let (many, few): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(_, steps)| steps.len() >= MANY);
        open.extend(few.into_iter().flat_map(|(_, steps)| steps).map(|(step, _)| step));
        open.sort_unstable();
        let field = |(slot, steps): (usize, Vec<(usize, Vec<Word>)>)| {
            let mut by_value: HashMap<Word, Vec<usize>, RandomState> = HashMap::default();
            let all = steps.iter().map(|(step, _)| *step).collect();
            for (step, mut words) in steps {
                words.sort_unstable();
                words.dedup();
                words.into_iter().for_each(|word| by_value.entry(word).or_default().push(step));
            }
            Field { slot, by_value, all }
        };
        (!many.is_empty()).then(|| Self { open, fields: many.into_iter().map(field).collect() })
    }

    /// The steps that can matter to a record with these words, in their order.
    pub(super) fn steps(&self, slots: &[Word], into: &mut Vec<usize>) {
        into.clear();
        into.extend_from_slice(&self.open);
        for field in &self.fields {
            into.extend_from_slice(match slots.get(field.slot) {
                Some(word) if is_plain(*word) => field.by_value.get(word).map(Vec::as_slice).unwrap_or_default(),
                _ => &field.all,
            });
        }
        into.sort_unstable();
    }
}

impl Code {
    /// A field of the record without one of some values of which it cannot hold.
    pub(super) fn guard(&self) -> Option<Guard> {
        match self {
            Self::SlotAgainst(Op::Eq, slot, word) => Some((*slot, vec![*word])),
            Self::All(parts, _) => parts.iter().find_map(Self::guard),
            Self::Any(parts, _) => {
                let mut parts = parts.iter().map(Self::guard);
                let (slot, mut words) = parts.next()??;
                for part in parts {
                    let (other, more) = part?;
                    if other != slot {
                        return None;
                    }
                    words.extend(more);
                }
                Some((slot, words))
            }
            _ => None,
        }
    }
}
