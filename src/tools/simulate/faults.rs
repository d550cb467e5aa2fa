//! What is never quite right in real data: corrections, records written down late, lines that cannot be used.

use super::Maker;
use super::write::{Line, column, text};
use crate::model::value::{Scalar, Type};
use chrono::Duration;

impl Maker<'_> {
    /// Some records are written down days later; a few are replaced or taken back. `lines` and `ids` go with the made records.
    pub(super) fn correct(&mut self, lines: &mut [Line], ids: &[String]) -> Vec<Line> {
        let mut corrections = Vec::new();
        for (place, line) in lines.iter_mut().enumerate() {
            let (Some(made), Some(id)) = (self.made.get(place).cloned(), ids.get(place)) else { continue };
            let late = made.at + Duration::days(self.chance.between(1, 9));
            let columns = &made.event.columns;
            if self.chance.percent(4) {
                line.put(&columns.recorded_at, text(&self.clock.written(late)));
            }
            match self.chance.below(120) {
                0 => {
                    let mut again = made.clone();
                    for field in made.event.fields.iter().skip(made.event.roles).filter(|field| matches!(field.ty, Type::Quantity(_) | Type::Kind(_) | Type::Time)) {
                        let value = self.value(field, &again);
                        again.fields.insert(field.name.clone(), value);
                    }
                    let mut correction = self.line(&again);
                    correction.put(&columns.supersedes, text(id));
                    correction.put(&columns.recorded_at, text(&self.clock.written(late)));
                    corrections.push(correction);
                }
                1 => {
                    let at = if self.clock.holds(late.date()) { late } else { made.at };
                    corrections.push(Line::new(made.event, at, vec![(columns.retracts.clone(), text(id))]));
                }
                _ => {}
            }
        }
        corrections
    }

    /// Lines that an audit reports and passes over.
    pub(super) fn bad(&mut self, lines: &[Line]) -> Vec<String> {
        let mut bad = Vec::new();
        for n in 0..self.plan.bad {
            let place = self.chance.below(lines.len().min(self.made.len()));
            let (Some(line), Some(made)) = (lines.get(place), self.made.get(place)) else { break };
            let mut line = line.clone().with_id(&format!("bad{}", n + 1));
            let columns = &made.event.columns;
            match n % 3 {
                0 => line.put(&columns.at, text(&format!("{}-31", made.at.format("%Y-02")))),
                1 => match self.impossible() {
                    Some(wrong) => line = wrong.with_id(&format!("bad{}", n + 1)),
                    None => line.put(&columns.at, text("")),
                },
                _ => {
                    let whole = line.json(&self.clock);
                    bad.push(whole.chars().take(whole.chars().count() * 2 / 3).collect());
                    continue;
                }
            }
            bad.push(line.json(&self.clock));
        }
        bad
    }

    /// A record with a value that its field cannot have.
    fn impossible(&mut self) -> Option<Line> {
        let wrong = |ty: &Type| match ty {
            Type::Quantity(_) => Some("many"),
            Type::Kind(_) => Some("no such value"),
            Type::Date | Type::Moment => Some("some day"),
            Type::Bool => Some("perhaps"),
            Type::Time => Some("noon"),
            Type::Text | Type::Ref(_) | Type::Set(_) => None,
        };
        let first = self.chance.below(self.made.len());
        for made in self.made.iter().cycle().skip(first).take(self.made.len()) {
            let fields = made.event.fields.iter().skip(made.event.roles);
            // A number below the lowest, where there is one.
            let below = |field: &crate::model::Field| field.range.low.and_then(|low| low.minus(crate::model::number::Number::whole(1)));
            let Some((field, value)) = fields.filter_map(|field| Some((field, wrong(&field.ty)?))).min_by_key(|(field, _)| below(field).is_none()) else { continue };
            let mut line = self.line(made);
            let value = match (&field.ty, below(field)) {
                (Type::Quantity(unit), Some(number)) => super::write::plain(&Scalar::Quantity(number, unit.clone()), &self.clock),
                _ => text(value),
            };
            line.put(column(field), value);
            return Some(line);
        }
        None
    }
}
