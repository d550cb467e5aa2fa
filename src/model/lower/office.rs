//! Offices: `staff holds director`, and who `may`.

use super::approval::value_of;
use super::data::cites;
use super::declare::text;
use super::effects::Context;
use super::env::{Env, Holder};
use super::expr::{all, any, negated};
use super::names::{Scoped, short};
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{Expr, Scope};
use crate::model::norm::{Requirement, What};
use crate::model::office::{Holds, OFFICES};
use crate::model::value::{Scalar, Type};
use crate::model::written::Part;
use crate::model::{Kind, walk};
use crate::syntax::tree::{self, Cell, Column, Item, Line, May, Name, Node, Step};
use std::collections::BTreeMap;

/// Names of the enumeration of a regulation's offices.
pub(super) fn offices(regulation: Option<&str>) -> String {
    format!("{OFFICES}{}", regulation.unwrap_or_default())
}

/// The record or occasion as of whose day offices are asked about here.
fn as_of(env: &Env) -> Scope {
    let here = if env.counted.is_some() { Scope::Counted } else { Scope::This };
    env.holder.as_ref().map_or(here, |holder| holder.on)
}

impl<'t> Lower<'t> {
    /// The offices of each regulation are an enumeration. Powers that are still powers here have no row.
    pub(super) fn office_kinds(&mut self, items: &[(usize, &'t Item)]) {
        for (file, item) in items {
            if let Item::Powers(powers) = item {
                self.error(
                    "form-incomplete",
                    (*file, powers.head.name.span),
                    Say::new("nothing says who may do what", "未写明谁可以做什么"),
                    Say::new("add a table with the columns `act | who | when | source`", "请加上含 `行为 | 谁 | 当 | 依据` 各栏的表"),
                );
            }
        }
        let mut kinds: BTreeMap<String, Vec<(String, Option<String>)>> = BTreeMap::new();
        for (file, item) in items {
            let Item::Office(office) = item else { continue };
            let values = kinds.entry(offices(self.regulation_of(*file))).or_default();
            let name = &office.head.name.value;
            if !values.iter().any(|(known, _)| known == name) {
                values.push((name.clone(), text(office.head.label.as_ref())));
            }
        }
        for (file, item) in items {
            let Item::Norm(norm) = item else { continue };
            let named: Vec<&'t [Name]> = step_cells(norm).collect();
            if named.is_empty() {
                continue;
            }
            let kind = offices(self.regulation_of(*file));
            for names in named {
                let label = self.label_of(*file, names);
                let values = kinds.entry(kind.clone()).or_default();
                let value = value_of(names);
                if !values.iter().any(|(known, _)| *known == value) {
                    values.push((value, label));
                }
            }
        }
        for (name, mut values) in kinds {
            values.sort();
            self.model.kinds.push(Kind { name, label: None, ordered: false, values });
        }
    }

    /// The labels of offices of which one is enough; none where one has none.
    fn label_of(&self, file: usize, names: &[Name]) -> Option<String> {
        let label = |name: &Name| match self.scoped(self.regulation_of(file), &name.value) {
            Some((.., Scoped::Office(office))) => text(office.head.label.as_ref()),
            _ => None,
        };
        let labels: Vec<String> = names.iter().map(label).collect::<Option<_>>()?;
        (!labels.is_empty()).then(|| labels.join("/"))
    }

    /// `WHO holds OFFICE`.
    pub(super) fn holds(&mut self, env: &Env, who: &'t Node<tree::Expr>, office: &'t Name, is: bool, at: At) -> Typed {
        let who = self.expr(env, who, None);
        match self.held(env, who, office) {
            Some(holds) => Typed::known(if is { holds } else { negated(holds) }, Type::Bool, at),
            None => Typed::poison(at),
        }
    }

    /// That `who` holds the office; none when told.
    pub(super) fn held(&mut self, env: &Env, who: Typed, office: &'t Name) -> Option<Expr> {
        let asked = self.asked_of(env, &who, office)?;
        let (full, file, _) = self.office(env, office)?;
        let regulation = self.regulation_of(file);
        let name = short(regulation, &full).to_owned();
        let office = Expr::Value(Scalar::Kind(offices(regulation).as_str().into(), name.as_str().into()));
        self.holds_one(env, who, office, vec![(name, asked)])
    }

    /// That `who` holds the office that `office` comes to, given what each asks.
    pub(super) fn holds_one(&self, env: &Env, who: Typed, office: Expr, asks: Vec<(String, Expr)>) -> Option<Expr> {
        (!who.is_poison()).then(|| Expr::Holds(Box::new(Holds { who: who.expr, office, on: as_of(env), asks })))
    }

    /// What the office asks of `who`; none when told.
    pub(super) fn asked_of(&mut self, env: &Env, who: &Typed, office: &'t Name) -> Option<Expr> {
        let (full, file, tree) = self.office(env, office)?;
        let entity = self.entity_name(file, &tree.of)?;
        if who.is_poison() {
            return None;
        }
        if who.ty != Ty::Is(Type::Ref(entity.clone())) {
            self.not_of(who, &entity, &office.value);
            return None;
        }
        let holder = self.holder(env, who.expr.clone(), entity);
        self.worked_out(env, (&full, file, tree), holder, env.at(office.span))
    }

    /// The register whose people can hold the office.
    pub(super) fn office_of(&mut self, env: &Env, office: &Name) -> Option<String> {
        let (_, file, tree) = self.office(env, office)?;
        self.entity_name(file, &tree.of)
    }

    /// The person that an office is asked of at this place.
    fn holder(&self, env: &Env, who: Expr, entity: String) -> Holder {
        let outer = env.holder.as_deref();
        let asker = match outer {
            Some(outer) => outer.asker.clone(),
            None => {
                let subjects = self.subjects(&Env { counted: None, ..env.clone() });
                subjects.into_iter().find(|(of, ..)| *of == entity).map(|(of, _, expr)| (expr, of))
            }
        };
        Holder { who, entity, asker, on: as_of(env) }
    }

    /// What an office asks of the holder, worked out where it is asked about.
    fn worked_out(&mut self, env: &Env, (full, file, tree): (&str, usize, &'t tree::Office), holder: Holder, at: At) -> Option<Expr> {
        if self.inlining.iter().any(|open| open == full) {
            self.told_cycle(at, &format!("`{full}` → `{full}`"));
            return None;
        }
        if !self.may_copy(at) {
            return None;
        }
        self.inlining.push(full.to_owned());
        let regulation = self.regulation_of(file).map(str::to_owned);
        let inside = Env { file, regulation, item: full.to_owned(), counted: None, each: None, holder: Some(Box::new(holder)), ..env.clone() };
        let asked = self.condition(&inside, &tree.holds);
        self.inlining.pop();
        self.asked(full, |reads| walk::expr(&asked, reads));
        if walk::counts(&asked) {
            self.error(
                "type-mismatch",
                (file, tree.holds.span),
                Say::new("who holds an office cannot hang on records that are counted", "任职与否不能取决于所数的记录"),
                Say::new("say it with attributes of the person, or with a state", "请用人员的属性或状态说明"),
            );
            return None;
        }
        Some(asked)
    }

    /// The office called so; an unknown one is told.
    fn office(&mut self, env: &Env, name: &Name) -> Option<(String, usize, &'t tree::Office)> {
        let regulation = env.regulation.as_deref();
        if let Some((full, file, Scoped::Office(office))) = self.scoped(regulation, &name.value) {
            self.uses_item(env.file, name, &full);
            return Some((full, file, office));
        }
        let known = self.names.scoped.iter().filter(|(_, (_, item))| matches!(item, Scoped::Office(_)));
        let known: Vec<String> = known.map(|(full, _)| short(regulation, full).to_owned()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        self.unknown(env.at(name.span), ("office", "职位"), &name.value, &known);
        None
    }

    fn not_of(&mut self, who: &Typed, entity: &str, office: &str) {
        let say = who.ty.say();
        self.error(
            "type-mismatch",
            who.at,
            Say::new(format!("`{office}` is held by a `{entity}`, but this is {}", say.en), format!("`{office}` 由 `{entity}` 担任，但这是{}", say.zh)),
            Say::new(format!("name a role or attribute that is a `{entity}`"), format!("请写属于 `{entity}` 的角色或属性")),
        );
    }

    /// Who acts, for permissions: the first of the occasion's subjects that can hold one of the offices.
    pub(super) fn acting(&self, env: &Env, tree: &'t tree::Norm) -> Option<(Expr, String)> {
        let offices = tree.lines.iter().filter_map(|line| if let Line::May(may) = &line.value { Some(&may.who) } else { None });
        for office in offices.flatten() {
            let Some((.., Scoped::Office(found))) = self.scoped(env.regulation.as_deref(), &office.value) else { continue };
            let of = found.of.value.clone();
            if let Some((entity, _, expr)) = self.subjects(env).into_iter().find(|(entity, ..)| *entity == of) {
                return Some((expr, entity));
            }
        }
        None
    }

    /// The `may` lines: one of them must be so.
    pub(super) fn permissions(&mut self, context: &mut Context, tree: &'t tree::Norm, person: Option<(Expr, Option<String>)>) {
        let env = context.env.clone();
        let (mut each, at) = (Vec::new(), context.requirements.len());
        for line in &tree.lines {
            let Line::May(may) = &line.value else { continue };
            let condition = self.permission(&env, may, person.clone(), env.at(line.span));
            if condition.is_some() {
                self.written.insert((context.full.clone(), Part::Requirement(at, each.len())), env.at(line.span));
            }
            each.extend(condition.map(|condition| Requirement { cites: cites(&may.cites), what: What::Condition(condition), until: None, suspended: Vec::new() }));
        }
        context.requirements.extend(match each.len() {
            0 | 1 => each.pop(),
            _ => Some(Requirement { cites: Vec::new(), what: What::Either(each), until: None, suspended: Vec::new() }),
        });
    }

    fn permission(&mut self, env: &Env, may: &'t May, person: Option<(Expr, Option<String>)>, at: At) -> Option<Expr> {
        let when = may.when.as_ref().map(|when| self.condition(env, when));
        if may.who.is_empty() {
            return Some(when.unwrap_or(Expr::Value(Scalar::Bool(true))));
        }
        let Some((who, entity)) = person else {
            self.error(
                "link-missing",
                at,
                Say::new("the occasion names nobody who could hold such an office", "本情形没有可任此职位的人"),
                Say::new("say who acts with `borne by ROLE`", "请用 `由 角色 负责` 写明行为人"),
            );
            return None;
        };
        let ty = entity.map_or(Ty::Poison, |entity| Ty::Is(Type::Ref(entity)));
        let held: Vec<Expr> = may.who.iter().filter_map(|office| self.held(env, Typed::new(who.clone(), ty.clone(), at), office)).collect();
        if held.len() < may.who.len() {
            return None;
        }
        all(any(held).into_iter().chain(when))
    }
}

/// What the cells below steps name; of a filing whose field is named, nothing.
fn step_cells(norm: &tree::Norm) -> impl Iterator<Item = &[Name]> {
    let tables = norm.lines.iter().filter_map(|line| if let Line::Table(table) = &line.value { Some(table) } else { None });
    tables.flat_map(|table| table.rows.iter().flat_map(move |row| table.columns.iter().zip(&row.value))).filter_map(|(column, cell)| {
        let Column::Step(step) = &column.value else { return None };
        let offices = step.step != Step::Filed || step.named.is_none();
        if let (true, Cell::Names(names)) = (offices, &cell.value) { Some(names.as_slice()) } else { None }
    })
}
