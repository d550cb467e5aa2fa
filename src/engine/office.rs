//! Offices: what an office asks of a person, on the day of the occasion's record.

use super::code::Code;
use super::compile::Maker;
use super::outside::{Made, outside};
use super::typed::Typed;
use crate::model::expr::{Expr, Op};
use crate::model::office::Holds;
use crate::model::value::Scalar;

impl Maker<'_, '_> {
    /// Does a person hold an office? Nobody holds none.
    pub(super) fn holds(&mut self, holds: &Holds) -> Made<Typed> {
        if self.event.is_none() || (self.counted && !self.own) {
            return outside("an office at another time than the record's", "并非在记录当日的职务");
        }
        let Typed::Ref(who, _) = self.make(&holds.who)? else { return outside("an office of nobody in a register", "名册以外者的职务") };
        let asked = match &holds.office {
            Expr::Value(Scalar::Kind(_, office)) => match holds.asked(office) {
                Some(asked) => self.condition(asked)?,
                None => Code::Const(0),
            },
            office => self.one_of_offices(office, &holds.asks)?,
        };
        Ok(Typed::Bool(Code::all(vec![Code::Stated(Box::new(who)), asked], &self.common.counters)))
    }

    /// The same for an office that is decided: the one that it comes to asks.
    fn one_of_offices(&mut self, office: &Expr, asks: &[(String, Expr)]) -> Made<Code> {
        let Typed::Kind(office, kind) = self.make(office)? else { return outside("an office that is none", "并非职务") };
        let mut parts = Vec::new();
        for (name, asked) in asks {
            let Some(place) = self.common.kinds.place(&kind, name) else { continue };
            let asked = self.condition(asked)?;
            parts.push(Code::all(vec![Code::compare(Op::Eq, office.clone(), Code::Const(place)), asked], &self.common.counters));
        }
        Ok(Code::any(parts, &self.common.counters))
    }
}
