//! Conditions with the values that they met.

use super::Prose;
use crate::explain::words::Words;
use crate::explain::words::phrase::{Tight, counted_units, tight, wanted, wants_worked};
use crate::explain::words::sides::Sides;
use crate::model::expr::{Expr, Op};
use crate::model::state::Ask;
use crate::model::value::{Scalar, Type, Unit};
use crate::reference::derivation::{Step, Value, World};

impl Prose<'_> {
    /// Why the norm applies or not.
    pub(super) fn applicability(&mut self, world: &World) {
        if let Some(about) = &world.about {
            self.page.heading(self.words.pick("Conditions", "适用条件"));
            return self.condition(about, 1);
        }
        if !world.in_force {
            self.page.heading(self.words.pick("Conditions", "适用条件"));
            self.page.line(1, self.words.pick("the clause was not in force on the day that counts", "该条款在所涉日期不在有效期内"));
        }
        let Some(when) = &world.when else { return };
        if world.in_force {
            self.page.heading(self.words.pick("Conditions", "适用条件"));
        }
        self.condition(when, 1);
    }

    /// A condition as an indented list.
    pub(super) fn condition(&mut self, step: &Step, depth: usize) {
        let (en, zh) = match &step.expr {
            Expr::And(all) if all.len() > 1 => ("all of these hold", "须同时符合下列各项"),
            Expr::Or(all) if all.len() > 1 => ("at least one of these holds", "须符合下列任一项"),
            Expr::Not(of) if tight(of) < Tight::Not && step.parts.len() == 1 => ("the following does not hold", "不得有下列情形"),
            _ => {
                let line = self.words.condition_line(step);
                return self.page.line(depth, &line);
            }
        };
        let line = format!("{}{}{}", self.words.pick(en, zh), self.words.pick(": ", "："), self.words.value(&step.value));
        self.page.line(depth, &line);
        for part in &step.parts {
            self.condition(part, depth + 1);
        }
    }
}

impl Words<'_> {
    /// A condition in one line with the values and the answer: `days = 4 days ≥ 3 days: yes`.
    pub(crate) fn condition_line(&self, step: &Step) -> String {
        self.condition_in(step, &[])
    }

    /// As [`Words::condition_line`], inside a pattern over these record types.
    pub(crate) fn condition_in(&self, step: &Step, counted: &[String]) -> String {
        let colon = self.pick(": ", "：");
        match (&step.expr, step.parts.as_slice()) {
            (Expr::Compare(op, _, with), [inner, _]) if wanted(*op, with) == Some(true) => self.condition_in(inner, counted),
            (Expr::Compare(op, _, with), [inner, _]) if wanted(*op, with) == Some(false) => {
                let no = self.aside(self.pick("asked for: no", "要求为否"));
                format!("{}{colon}{}{no}", self.asked(inner, counted), self.value(&inner.value))
            }
            // Not `not clear: no`.
            (Expr::Not(of), [inner]) if asks_for_no(of) => {
                let no = self.aside(self.pick("asked for: no", "要求为否"));
                format!("{}{colon}{}{no}", self.asked(inner, counted), self.value(&inner.value))
            }
            _ => format!("{}{colon}{}", self.asked(step, counted), self.value(&step.value)),
        }
    }

    /// A condition with values, without the answer.
    pub(crate) fn asked(&self, step: &Step, counted: &[String]) -> String {
        match (&step.expr, step.parts.as_slice()) {
            (Expr::Compare(op, _, with), [left, _]) if wanted(*op, with) == Some(true) => self.asked(left, counted),
            (Expr::Compare(Op::Eq, a, b), _) if wants_worked(a, b).is_some() => self.phrase(&step.expr, counted),
            (Expr::Compare(op, a, b), [left, right]) => {
                let sides = self.sides(a, b);
                // `kind (sick) is sick` says it twice, and so does `count = 1 = 1`.
                let given = matches!((sides, op, &right.expr), (Sides::Names | Sides::Numbers, Op::Eq, Expr::Value(_)));
                let twice = given && left.value == right.value && !is_sum(&left.expr);
                let said = if twice { self.inside(a, counted, Tight::Sum) } else { self.figure(left, sides, counted) };
                self.around(&said, self.op(*op, sides), &self.figure(right, sides, counted))
            }
            (Expr::OneOf(..), parts @ [_, ..]) => self.among(parts, self.pick("is one of", "属于"), counted),
            (Expr::Contains(..), [set, one]) => {
                let (set, one) = (self.figure(set, Sides::Names, counted), self.figure(one, Sides::Names, counted));
                if self.zh() { format!("{set}中有 {one}") } else { format!("{one} is among {set}") }
            }
            (Expr::Holds(_), [who, office]) => self.held(step, (who, office), counted),
            (Expr::Stated(_), [of]) => {
                let shown = if of.value == Value::Blank { self.phrase(&of.expr, counted) } else { self.figure(of, Sides::Names, counted) };
                self.around(&shown, self.pick("is stated", "已填写"), "").trim_end().to_owned()
            }
            (Expr::Not(of), _) if matches!(of.as_ref(), Expr::Stated(_)) => self.phrase(&step.expr, counted),
            (Expr::Not(_), [Step { expr: Expr::OneOf(..), parts, .. }]) if !parts.is_empty() => {
                self.among(parts, self.pick("is none of", "不属于"), counted)
            }
            (Expr::Not(_), [step @ Step { expr: Expr::Holds(_), parts, .. }]) if parts.len() == 2 => match parts.as_slice() {
                [who, office] => self.not_held(step, (who, office), counted),
                _ => self.phrase(&step.expr, counted),
            },
            (Expr::Not(of), _) if matches!(of.as_ref(), Expr::Stay(stay) if stay.ask == Ask::Now) => self.phrase(&step.expr, counted),
            (Expr::Not(_), [of]) if tight(&of.expr) == Tight::Whole => format!("{}{}", self.pick("not ", "并非"), self.asked(of, counted)),
            (Expr::Not(_), [of]) => format!("{}{}", self.pick("not ", "并非"), self.bracketed(&self.asked(of, counted))),
            (Expr::And(all), parts) if all.len() > 1 => self.asked_all(parts, self.pick(" and ", "，且"), counted),
            (Expr::Or(all), parts) if all.len() > 1 => self.asked_all(parts, self.pick(" or ", "，或"), counted),
            (expr, _) => self.phrase(expr, counted),
        }
    }

    /// A value and those that it is among or not.
    fn among(&self, parts: &[Step], word: &str, counted: &[String]) -> String {
        let said: Vec<String> = parts.iter().map(|step| self.figure(step, Sides::Names, counted)).collect();
        said.split_first().map(|(value, among)| self.one_of(value, word, among)).unwrap_or_default()
    }

    fn asked_all(&self, parts: &[Step], with: &str, counted: &[String]) -> String {
        let said: Vec<String> = parts
            .iter()
            .map(|part| match tight(&part.expr) {
                Tight::Or | Tight::And => self.bracketed(&self.asked(part, counted)),
                _ => self.asked(part, counted),
            })
            .collect();
        said.join(with)
    }

    /// One side of a comparison: what it is and what it came to.
    pub(crate) fn figure(&self, step: &Step, sides: Sides, counted: &[String]) -> String {
        let (value, phrase) = (self.known_in(step), self.phrase(&step.expr, counted));
        // What cannot be worked out is said once, of the whole comparison.
        if is_constant(&step.expr) || matches!(step.value, Value::Fault(_)) {
            return phrase;
        }
        if phrase == value {
            return value;
        }
        match sides {
            Sides::Numbers if is_sum(&step.expr) => format!("{phrase} = {} = {value}", self.worked(step)),
            Sides::Numbers => format!("{phrase} = {value}"),
            Sides::Times | Sides::Names if self.zh() => format!("{phrase}（{value}）"),
            Sides::Times | Sides::Names => format!("{phrase} ({value})"),
        }
    }

    /// Arithmetic with values in the place of names and without units: `90 − 5 × 2`. Anything else as its value.
    pub(crate) fn worked(&self, step: &Step) -> String {
        self.worked_in(step, Tight::Or)
    }

    fn worked_in(&self, step: &Step, least: Tight) -> String {
        let pair = |op: &str, left: &Step, right: &Step, level: Tight| {
            let inner = if level == Tight::Sum { Tight::Product } else { Tight::Whole };
            format!("{} {op} {}", self.worked_in(left, level), self.worked_in(right, inner))
        };
        let said = match (&step.expr, step.parts.as_slice()) {
            (Expr::Add(..), [a, b]) => pair("+", a, b, Tight::Sum),
            (Expr::Sub(..), [a, b]) => pair("−", a, b, Tight::Sum),
            (Expr::Mul(..), [a, b]) => pair("×", a, b, Tight::Product),
            (Expr::Div(..), [a, _]) if counted_units(&step.expr).is_some() => return self.worked_in(a, least),
            (Expr::Div(..), [a, b]) => pair("÷", a, b, Tight::Product),
            (Expr::Neg(_), [a]) => format!("−{}", self.worked_in(a, Tight::Product)),
            _ => return self.bare(&step.value),
        };
        if tight(&step.expr) < least { format!("({said})") } else { said }
    }

    /// The value of a step; an open quantity of a parameter says its unit.
    pub(crate) fn known_in(&self, step: &Step) -> String {
        match (&step.value, &step.expr) {
            (Value::Open { low, high, .. }, Expr::Parameter(name)) => match self.model.parameter(name).map(|parameter| &parameter.ty) {
                Some(Type::Quantity(unit)) => self.open(*low, *high, unit),
                _ => self.value(&step.value),
            },
            _ => self.value(&step.value),
        }
    }

    /// A value without its unit, a percentage excepted.
    pub(crate) fn bare(&self, value: &Value) -> String {
        match value {
            Value::Known(Scalar::Quantity(number, Unit::Percent)) => self.quantity(*number, &Unit::Percent),
            Value::Known(Scalar::Quantity(number, _)) => self.number(*number),
            _ => self.value(value),
        }
    }
}

/// Is the opposite of `expr` best said as an answer that must be no?
fn asks_for_no(expr: &Expr) -> bool {
    tight(expr) == Tight::Whole || matches!(expr, Expr::Compare(..))
}

/// Is it arithmetic?
pub(crate) fn is_sum(expr: &Expr) -> bool {
    matches!(expr, Expr::Add(..) | Expr::Sub(..) | Expr::Mul(..) | Expr::Div(..) | Expr::Neg(_))
}

/// Does it say its value itself?
pub(super) fn is_constant(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(_) | Expr::MonthDay(..))
}

/// The smallest part that makes a condition false: the first false one of an `and`, at any depth.
pub(super) fn first_false(step: &Step) -> &Step {
    match &step.expr {
        Expr::And(_) => step.parts.iter().find(|part| !is_true(part)).map_or(step, first_false),
        _ => step,
    }
}

fn is_true(step: &Step) -> bool {
    step.value == Value::Known(Scalar::Bool(true))
}
