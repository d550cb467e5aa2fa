//! Offices (§3): does a person hold one on the day of a record?

use super::derivation::Detail;
use super::judge::Judge;
use super::value::Val;
use crate::model::expr::Scope;
use crate::model::office::Holds;
use crate::model::value::Scalar;

impl Judge<'_, '_> {
    /// What the office asks of the person, with facts as of the day that counts. Nobody holds nothing.
    pub(super) fn holds(&mut self, holds: &Holds) -> Val {
        let (who, office) = (self.eval(&holds.who), self.eval(&holds.office));
        let person = if let Val::Known(Scalar::Ref(entity, id)) = &who { Some(self.known_on(entity, id)) } else { None };
        let asked = match (who, office) {
            (Val::Fault(cause), _) | (_, Val::Fault(cause)) => return Val::Fault(cause),
            (Val::Blank, _) | (_, Val::Blank) => return Val::bool(false),
            (_, Val::Known(Scalar::Kind(_, office))) => holds.asked(&office),
            _ => None,
        };
        let Some(asked) = asked else { return Val::bool(false) };
        let day = match (holds.on, self.counted) {
            (Scope::Counted, Some(id)) => self.rules.day(self.known.record(id).at),
            _ => person.unwrap_or(self.occasion.day),
        };
        let before = self.fact_day.replace(day);
        let (value, step) = self.condition(asked);
        self.fact_day = before;
        if let Some(step) = step {
            self.detail = Detail::Held { day, asked: Box::new(step) };
        }
        value
    }
}
