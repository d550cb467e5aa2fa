//! Does a fraction of a second matter: are there two times that differ by nothing else?

use super::records;
use crate::model::value::Scalar;
use crate::records::At;
use crate::reference::derivation::{Counting, Derivation, Detail, Required, Step, Value};
use chrono::{DateTime, FixedOffset, Timelike};
use std::collections::BTreeMap;

/// The moments that were met, by their second.
#[derive(Default)]
struct Seconds {
    fractions: BTreeMap<i64, u32>,
    differ: bool,
}

/// Are there two moments within one second?
pub(super) fn matters(derivation: &Derivation) -> bool {
    let mut seconds = Seconds::default();
    seconds.at(derivation.known_until);
    seconds.at(derivation.verdict.at);
    derivation.reached.iter().for_each(|counting| seconds.counting(counting));
    for world in &derivation.worlds {
        records::steps(world).into_iter().for_each(|step| seconds.step(step));
        for required in world.terms.iter().chain(&world.requirements).flat_map(Required::each) {
            required.due.into_iter().chain(required.met_at).for_each(|at| seconds.at(at));
            required.counting.iter().for_each(|counting| seconds.counting(counting));
        }
    }
    seconds.differ
}

impl Seconds {
    fn at(&mut self, at: At) {
        if let At::Moment(moment) = at {
            self.moment(moment);
        }
    }

    fn moment(&mut self, moment: DateTime<FixedOffset>) {
        let fraction = moment.nanosecond();
        self.differ |= *self.fractions.entry(moment.timestamp()).or_insert(fraction) != fraction;
    }

    fn value(&mut self, value: &Value) {
        if let Value::Known(Scalar::Moment(moment)) = value {
            self.moment(*moment);
        }
    }

    fn counting(&mut self, counting: &Counting) {
        for record in &counting.counted {
            self.at(record.at);
            record.value.iter().for_each(|value| self.value(value));
        }
        counting.from.into_iter().chain(counting.until).for_each(|at| self.at(at));
        counting.left_out.iter().for_each(|(_, at, _)| self.at(*at));
    }

    fn step(&mut self, step: &Step) {
        self.value(&step.value);
        if let Detail::Counted(counting) = &step.detail {
            self.counting(counting);
        }
        step.parts.iter().for_each(|part| self.step(part));
    }
}
