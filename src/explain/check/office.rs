//! Offices: who holds one, as of which day.

use super::Checker;
use super::arith::yes;
use super::case::Scene;
use crate::model::expr::Expr;
use crate::model::office::Holds;
use crate::model::value::Scalar;
use crate::reference::derivation::{Detail, Value};
use chrono::NaiveDate;

/// The office that is asked about; else what the question comes to at once.
fn which<'h>(holds: &'h Holds, parts: &[Value]) -> Result<&'h Expr, Option<Value>> {
    match parts {
        [Value::Fault(cause), _] | [_, Value::Fault(cause)] => Err(Some(Value::Fault(cause.clone()))),
        [_, Value::Known(Scalar::Kind(_, office))] => match (parts, holds.asked(office)) {
            ([Value::Blank, _], _) | (_, None) => Err(Some(yes(false))),
            (_, Some(asked)) => Ok(asked),
        },
        [Value::Open { .. }, _] | [_, Value::Open { .. }] => Err(None),
        _ => Err(Some(yes(false))),
    }
}

impl<'c> Scene<'c> {
    fn as_of(&self, holds: &Holds, who: Option<&Value>) -> (NaiveDate, Self) {
        let day = match (self.holder(holds.on), who) {
            (Some(seen), _) => seen.at().day(self.case.zone),
            (None, Some(Value::Known(Scalar::Ref(entity, id)))) => self.day_for(entity, id),
            (None, _) => self.case.day,
        };
        (day, Self { as_of: Some(day), ..*self })
    }

    /// Does the person hold the office?
    pub(super) fn holds(&self, holds: &Holds) -> Option<Value> {
        let parts = [self.eval(&holds.who)?, self.eval(&holds.office)?];
        match which(holds, &parts) {
            Ok(asked) => self.as_of(holds, parts.first()).1.eval(asked),
            Err(value) => value,
        }
    }
}

impl<'c> Checker<'c> {
    /// What an office asks, as it was told.
    pub(super) fn held(&mut self, scene: Scene<'c>, holds: &Holds, parts: &[Value], detail: &Detail) -> Option<Value> {
        match (which(holds, parts), detail) {
            (Ok(asked), Detail::Held { day, asked: told }) => {
                let (as_of, scene) = scene.as_of(holds, parts.first());
                if *day != as_of {
                    self.fault("an office is asked about on another day", "职位所依日期不符");
                }
                self.step(scene, asked, told);
                Some(told.value.clone())
            }
            (Err(value), Detail::None) => value,
            _ => {
                self.fault("what an office asks is not told", "未列明职位的条件");
                None
            }
        }
    }
}
