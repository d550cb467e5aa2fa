//! Declared holes, readings and judged facts.

use super::data::cites;
use super::declare::text;
use super::env::{Env, This};
use super::names::Scoped;
use super::ty::Ty;
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::Expr;
use crate::model::links::Sort;
use crate::model::number::Number;
use crate::model::value::{Range, Scalar, Type, Unit};
use crate::model::{Decided, Parameter, ParameterSort};
use crate::syntax::tree::{self, Node};

impl<'t> Lower<'t> {
    /// The type of a declared parameter.
    pub(super) fn parameter_type(&self, full: &str) -> Option<Type> {
        self.parameters.get(full).map(|parameter| parameter.ty.clone())
    }

    /// Lowers all declared parameters: first their types, then the conditions on who may say them.
    pub(super) fn all_parameters(&mut self) {
        let all: Vec<(String, usize, Scoped<'t>)> =
            self.names.scoped.iter().map(|(full, (file, item))| (full.clone(), *file, *item)).collect();
        let mut judged = Vec::new();
        for (full, file, item) in all {
            match item {
                Scoped::Hole(hole) => self.hole_declared(full, file, hole),
                Scoped::Reading(reading) => self.reading(full, file, reading),
                Scoped::Judged(fact) => {
                    self.judged(full.clone(), file, fact);
                    judged.push((full, file, fact));
                }
                _ => {}
            }
        }
        for (full, file, fact) in judged {
            self.who(&full, file, fact);
        }
        self.model.sort();
    }

    fn hole_declared(&mut self, full: String, file: usize, hole: &'t tree::Hole) {
        let told = self.told.len();
        let owner = self.regulation_of(file).unwrap_or_default().to_owned();
        let field = self.field(file, &owner, &hole.field);
        if self.told.len() > told {
            return;
        }
        let label = text(hole.head.label.as_ref()).or(field.label);
        let parameter = Parameter { name: full.clone(), label, cites: cites(&hole.head.cites), ty: field.ty, range: field.range, sort: ParameterSort::Hole, settled: None };
        self.parameters.insert(full, parameter);
    }

    fn reading(&mut self, full: String, file: usize, reading: &'t tree::Reading) {
        let decided = reading.decided.as_ref().and_then(|decided| {
            let name = &decided.alternative;
            let known: Vec<&str> = reading.alternatives.iter().map(|(name, _)| name.value.as_str()).collect();
            if !known.contains(&name.value.as_str()) {
                self.unknown((file, name.span), ("alternative of this reading", "解读选项"), &name.value, &known);
                return None;
            }
            let since = self.date((file, decided.since.span), &decided.since.value)?;
            let (alternative, by) = (name.value.clone(), decided.by.value.clone());
            Some(Decided { alternative, by, since, retroactive: decided.retroactive })
        });
        let parameter = Parameter {
            name: full.clone(),
            label: text(reading.head.label.as_ref()),
            cites: cites(&reading.head.cites),
            ty: Type::Kind(full.clone()),
            range: Range::default(),
            sort: ParameterSort::Reading { decided },
            settled: None,
        };
        self.parameters.insert(full, parameter);
    }

    fn judged(&mut self, full: String, file: usize, fact: &'t tree::Judged) {
        let of = self.judged_of(file, &fact.of);
        let by = match &fact.by {
            Some(by) => self.entity_name(file, by).map(Some),
            None => Some(None),
        };
        let ty = self.ty(file, &fact.field.ty, &full, None);
        let range = self.range(file, &fact.field, &ty);
        let (Some(of), Some(by), Ty::Is(ty)) = (of, by, ty) else { return };
        let (presumed, presumed_after) = match &fact.presumed {
            Some((value, after)) => {
                let value = self.constant(file, value, &ty);
                (value, after.as_ref().and_then(|after| self.waiting(file, after)))
            }
            None => (None, None),
        };
        let every = fact.every.as_ref().and_then(|every| self.judged_every(file, &of, every));
        let sort = ParameterSort::Judged { of, every, by, who: None, presumed, presumed_after };
        let label = text(fact.head.label.as_ref());
        let parameter = Parameter { name: full.clone(), label, cites: cites(&fact.head.cites), ty, range, sort, settled: None };
        self.parameters.insert(full, parameter);
    }

    /// What a judged fact is said of: a register or case, or an event.
    fn judged_of(&mut self, file: usize, name: &tree::Name) -> Option<String> {
        if self.model.event(&name.value).is_some() || self.model.entity(&name.value).is_some() {
            let sort = if self.model.entity(&name.value).is_some() { Sort::Type } else { Sort::Event };
            self.uses((file, name.span), sort, "", &name.value);
            return Some(name.value.clone());
        }
        let known: Vec<String> =
            self.model.entities.iter().map(|e| e.name.clone()).chain(self.model.events.iter().map(|e| e.name.clone())).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        self.unknown((file, name.span), ("case, register or event", "案件、名册或事件"), &name.value, &known);
        None
    }

    fn who(&mut self, full: &str, file: usize, fact: &'t tree::Judged) {
        let (Some(who), Some(by)) = (&fact.who, &fact.by) else { return };
        let mut env = Env::new(file, self.regulation_of(file).map(str::to_owned), full.to_owned());
        env.this = This::Person(by.value.clone());
        let condition: Expr = self.condition(&env, who);
        if let Some(Parameter { sort: ParameterSort::Judged { who, .. }, .. }) = self.parameters.get_mut(full) {
            *who = Some(condition);
        }
    }

    /// How long a presumption waits: calendar or working days.
    fn waiting(&mut self, file: usize, after: &tree::Quantity) -> Option<Scalar> {
        let at: At = (file, after.number.span);
        let unit = after.unit.as_ref().map(|unit| self.unit((file, unit.span), &unit.value));
        match unit {
            Some(None) => None,
            Some(Some((unit @ (Unit::Days | Unit::WorkingDays), factor))) => {
                if unit == Unit::WorkingDays && !self.has_calendar(at) {
                    return None;
                }
                Some(Scalar::Quantity(Number::from(after.number.value).times(factor)?, unit))
            }
            _ => {
                self.error(
                    "unit-mismatch",
                    at,
                    Say::new("a presumption waits for days or working days", "推定须等待若干天或工作日"),
                    Say::new("write for instance `after 5 working days`", "例如 `于 5 个工作日 后`"),
                );
                None
            }
        }
    }

    /// A constant of this type; anything else is told.
    pub(super) fn constant(&mut self, file: usize, node: &'t Node<tree::Expr>, ty: &Type) -> Option<Scalar> {
        let env = Env::new(file, self.regulation_of(file).map(str::to_owned), String::new());
        let typed = self.expect(&env, node, &Ty::Is(ty.clone()));
        match (typed.is_poison(), typed.expr) {
            (true, _) => None,
            (false, Expr::Value(value)) => Some(value),
            (false, _) => {
                self.error(
                    "type-mismatch",
                    (file, node.span),
                    Say::new("a plain value belongs here, not something to work out", "此处应为具体的值，不能是算式"),
                    Say::new("write the value itself", "请直接写出该值"),
                );
                None
            }
        }
    }
}
