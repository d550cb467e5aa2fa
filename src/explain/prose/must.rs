//! A required condition as a sentence: what must be, what is, met or not.

use super::Prose;
use super::condition::is_sum;
use crate::diagnostics::Tongue;
use crate::explain::words::sides::Sides;
use crate::model::expr::{Aggregate, Expr};
use crate::model::value::Scalar;
use crate::reference::derivation::{Step, Value};

impl Prose<'_> {
    /// `the days must be at most 90 days; they are 94 days: not met`, or a list when the condition has several parts.
    pub(super) fn must_be(&mut self, step: &Step) {
        let (en, zh) = match &step.expr {
            Expr::And(all) if all.len() > 1 => ("all of these must be so", "须同时符合下列各项"),
            Expr::Or(all) if matches!(all.as_slice(), [Expr::Not(_), _]) => return self.needed_where(step),
            Expr::Or(all) if all.len() > 1 => ("at least one of these must be so", "须符合下列任一项"),
            _ => {
                let line = self.sentence_of(step);
                return self.page.line(1, &line);
            }
        };
        let line = format!("{}{}{}", self.words.pick(en, zh), self.words.pick(": ", "："), self.met_or_not(&step.value));
        self.page.line(1, &line);
        step.parts.iter().for_each(|part| self.condition(part, 2));
    }

    /// `must satisfy X when Y` is *not Y or X*: told as what it is needed for, then what is needed.
    fn needed_where(&mut self, step: &Step) {
        let met = self.met_or_not(&step.value);
        let line = format!("{}{met}", self.words.pick("where the first of these is so, the second must be: ", "符合下列第一项的，须符合第二项："));
        self.page.line(1, &line);
        for (part, first) in step.parts.iter().zip([true, false]) {
            let part = if first { part.parts.first().unwrap_or(part) } else { part };
            self.condition(part, 2);
        }
    }

    fn sentence_of(&self, step: &Step) -> String {
        let words = &self.words;
        let colon = words.pick(": ", "：");
        let text = match (&step.expr, step.parts.as_slice()) {
            (Expr::Compare(op, a, b), [left, right]) => {
                let sides = words.sides(a, b);
                let what = words.phrase(a, &[]);
                let bound = words.figure(right, Sides::Names, &[]);
                let must = words.around(&what, &words.must(*op, sides), &bound);
                let is = self.came_to(left);
                if words.zh() { format!("{must}；{}", words.after("实为", &is)) } else { format!("{must}; it is {is}") }
            }
            (Expr::Holds(_), [who, office]) => words.must_hold(step, (who, office)),
            (Expr::Not(of), _) if matches!(of.as_ref(), Expr::Measure(measure) if measure.aggregate == Aggregate::Any) => self.no_record(of),
            (Expr::Not(_), [of]) => self.answer_must_be(of, false),
            (Expr::Measure(measure), _) if measure.aggregate == Aggregate::Any => {
                match words.tongue {
                    Tongue::En => format!("there must be a record of {}", words.records_in(measure)),
                    Tongue::Zh => format!("{}{}", words.window(&measure.window), words.after("须有", &words.pattern(&measure.pattern))),
                }
            }
            _ => self.answer_must_be(step, true),
        };
        format!("{text}{colon}{}", self.met_or_not(&step.value))
    }

    /// `there must be no record of leave`.
    fn no_record(&self, of: &Expr) -> String {
        let (words, Expr::Measure(measure)) = (&self.words, of) else { return String::new() };
        match words.tongue {
            Tongue::En => format!("there must be no record of {}", words.records_in(measure)),
            Tongue::Zh => format!("{}{}", words.window(&measure.window), words.after("不得有", &words.pattern(&measure.pattern))),
        }
    }

    fn answer_must_be(&self, step: &Step, wanted: bool) -> String {
        let words = &self.words;
        let (asked, wanted, is) = (words.asked(step, &[]), words.yes(wanted), words.value(&step.value));
        match words.tongue {
            Tongue::En => format!("the answer to “{asked}” must be {wanted}; it is {is}"),
            Tongue::Zh => format!("“{asked}”须为{wanted}；实为{is}"),
        }
    }

    /// A value, with the arithmetic that led to it.
    fn came_to(&self, step: &Step) -> String {
        let value = self.words.known_in(step);
        if is_sum(&step.expr) { format!("{} = {value}", self.words.worked(step)) } else { value }
    }

    fn met_or_not(&self, value: &Value) -> String {
        match value {
            Value::Known(Scalar::Bool(true)) => self.words.pick("met", "符合").to_owned(),
            Value::Known(Scalar::Bool(false)) => self.words.pick("not met", "不符合").to_owned(),
            other => self.words.value(other),
        }
    }
}
