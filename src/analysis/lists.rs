//! Lists that do not match: a value of an enumeration that a list of amounts leaves out, an item that may be marked and stands on no sheet, an office
//! that nobody can hold.

use super::condition::{Cond, Shape};
use super::finding::{Finding, plain};
use super::pairs::stage::{Sort, days, looked_at, stage};
use super::reader::Reader;
use super::region::Speech;
use super::space::{Cell, Domain};
use super::{Context, feasible, witness};
use crate::diagnostics::{Say, Severity};
use crate::model::Interval;
use crate::model::expr::{Expr, Op};
use crate::model::norm::{Decision, Hit, Norm, Posting};
use crate::model::office::{Holds, NOBODY};
use crate::model::value::Scalar;
use crate::model::walk::{self, Look};
use std::collections::{BTreeMap, BTreeSet};

/// Looks at all lists.
pub(super) fn look(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (sort, norms) in looked_at(context).iter().filter(|(sort, _)| sort.event.is_some()) {
        let mut amounts: BTreeMap<Posting, Vec<(&Norm, &Decision)>> = BTreeMap::new();
        for norm in norms {
            for decision in norm.decisions.iter().filter(|decision| !decision.clauses.iter().any(|clause| clause.item.is_some())) {
                if let Some(posting) = decision.posting {
                    amounts.entry(posting).or_default().push((norm, decision));
                }
            }
        }
        amounts.values().for_each(|lines| left_out(context, sort, lines, found));
    }
    items(context, found);
    offices(context, found);
}

/// A value of an enumeration for which no line of a list gives an amount, where each line is for some of its values.
fn left_out(context: &Context<'_>, sort: &Sort, list: &[(&Norm, &Decision)], found: &mut Vec<Finding>) {
    let Some((first, decision)) = list.first() else { return };
    let ground = stage(first, sort, Interval::default());
    let mut reader = Reader::new(context.model, &ground);
    let mut lines: Vec<Cond> = Vec::new();
    for (norm, decision) in list {
        let during = days(context.model, norm).unwrap_or_default();
        let applies = reader.applies(norm, during);
        // Where one line must answer, a value without one is a gap.
        let must = matches!(decision.hit, Hit::ExactlyOne | Hit::First);
        let whens = decision.clauses.iter().filter(|_| !must).map(|clause| reader.when(clause.when.as_ref())).collect::<Vec<_>>();
        lines.push(if must { applies } else { Cond::All(vec![applies, Cond::Either(whens)]) });
    }
    reader.space.cut();
    let (named, thresholds) = named(list);
    for (at, axis) in reader.space.axes.iter().enumerate() {
        let (Domain::Kind(kind, values), [(term, _)]) = (&axis.domain, axis.form.as_slice()) else { continue };
        if !matches!(term, Expr::Field(..)) || thresholds.contains(&**kind) || !lines.iter().all(|line| line.axes().contains(&at)) {
            continue;
        }
        let Ok(shapes) = lines.iter().map(|line| line.shapes(&reader.space, true)).collect::<Result<Vec<_>, _>>() else { return };
        let shapes: Vec<Shape> = feasible::only(&reader, shapes.into_iter().flatten().collect());
        let cell = |value: &str| axis.cells.iter().position(|cell| matches!(cell, Cell::Is(Scalar::Kind(_, other)) if &**other == value));
        let said = |value: &str| cell(value).is_some_and(|cell| shapes.iter().any(|shape| shape.get(&at).is_none_or(|runs| runs.iter().any(|other| other == cell))));
        let (with, without): (Vec<&str>, Vec<&str>) = values.iter().map(|value| &**value).partition(|value| said(value));
        let is_named = |value: &&str| named.contains(&(kind.to_string(), (*value).to_owned()));
        let without: Vec<&str> = without.into_iter().filter(|value| !is_named(value)).collect();
        if with.len() < 2 || !with.iter().all(is_named) || without.is_empty() || without.len() > with.len() {
            continue;
        }
        let Some(cell) = without.first().and_then(|value| cell(value)) else { continue };
        let rules: BTreeSet<&str> = list.iter().map(|(norm, _)| norm.name.as_str()).collect();
        let shape = Shape::from([(at, super::runs::Runs::range(cell, cell + 1))]);
        // A line that does not apply for its `where` gives no verdict, and so no case; that no line is for it rests on the conditions alone.
        let case = witness::find_among(context.model, &ground, &reader, &[shape], &|audit| {
            let own = || audit.verdicts.iter().filter(|verdict| rules.contains(verdict.rule.as_str()));
            let nothing = own().all(|verdict| verdict.effects.iter().all(|effect| effect.posting != decision.posting));
            own().find(|_| nothing)
        });
        let speech = context.speech(&first.name);
        let all = |values: &[&str]| speech.say(|words| words.list(&values.iter().map(|value| quoted(&speech, kind, value, words.zh())).collect::<Vec<_>>(), ("and", "和")));
        let what = speech.say(|words| words.phrase(term, &[]));
        let slot = speech.say(|words| words.slot(&decision.slot));
        let (with, without) = (all(&with), all(&without));
        let message = Say::new(
            format!("no {} is stated where {} is {}, though it is where it is {}", slot.en, what.en, without.en, with.en),
            format!("{}为{}的，没有写明{}；为{}的都写明了", what.zh, without.zh, slot.zh, with.zh),
        );
        let help = Say::new(
            "add a line for it, or name it in a line that says what holds of it; if the text leaves it out, keep it and write `expect finding list-mismatch because \"…\"`",
            "为它加一行，或在某一行写明它如何处理；原文就没有写的，照原样保留，并写`预期 问题 list-mismatch 因为 “…”`",
        );
        let places = list.iter().map(|(norm, _)| {
            let speech = context.speech(&norm.name);
            (context.written.items.get(&norm.name).cloned(), speech.say(|words| format!("{}{}", words.quoted_norm(&norm.name), words.cites(&norm.cites))))
        });
        let with: BTreeSet<String> = list.iter().map(|(norm, _)| norm.name.clone()).filter(|name| *name != first.name).collect();
        found.push(Finding { places: places.collect(), with: with.into_iter().collect(), help, witness: case, ..plain("list-mismatch", Severity::Note, &first.name, message) });
    }
}

fn quoted(speech: &Speech<'_>, kind: &str, value: &str, zh: bool) -> String {
    let said = speech.say(|words| words.scalar(&Scalar::Kind(kind.into(), value.into())));
    if zh { format!("“{}”", said.zh) } else { format!("“{}”", said.en) }
}

/// The values of enumerations that the norms of a list name, and the enumerations of which they name a threshold.
fn named(list: &[(&Norm, &Decision)]) -> (BTreeSet<(String, String)>, BTreeSet<String>) {
    #[derive(Default)]
    struct Named(BTreeSet<(String, String)>, BTreeSet<String>);
    impl Look for Named {
        fn expr(&mut self, expr: &Expr) {
            match expr {
                Expr::Value(Scalar::Kind(kind, value)) => {
                    self.0.insert((kind.to_string(), value.to_string()));
                }
                // A threshold speaks of all values, those that it leaves out too.
                Expr::Compare(Op::Lt | Op::Le | Op::Gt | Op::Ge, a, b) => {
                    let limits = [a, b].into_iter().filter_map(|side| if let Expr::Value(Scalar::Kind(kind, _)) = &**side { Some(kind.to_string()) } else { None });
                    self.1.extend(limits);
                }
                _ => {}
            }
        }
    }
    let mut named = Named::default();
    list.iter().for_each(|(norm, _)| walk::norm(norm, &mut named));
    (named.0, named.1)
}

/// Values of an enumeration of items that stand on no sheet, where others do: a mark for them counts nowhere.
fn items(context: &Context<'_>, found: &mut Vec<Finding>) {
    let mut sheets: BTreeMap<&str, Vec<(&Norm, BTreeSet<&str>)>> = BTreeMap::new();
    for norm in &context.model.norms {
        for item in norm.decisions.iter().flat_map(|decision| &decision.clauses).filter_map(|clause| clause.item.as_ref()) {
            let of = sheets.entry(&item.kind).or_default();
            match of.last_mut().filter(|(other, _)| other.name == norm.name) {
                Some((_, values)) => {
                    values.insert(&item.value);
                }
                None => of.push((norm, BTreeSet::from([item.value.as_str()]))),
            }
        }
    }
    for (kind, norms) in sheets.iter().filter(|(_, norms)| norms.iter().any(|(norm, _)| context.looks_at(norm))) {
        let Some(enumeration) = context.model.kind(kind) else { continue };
        let on_sheets: BTreeSet<&str> = norms.iter().flat_map(|(_, values)| values.iter().copied()).collect();
        let missing: Vec<&str> = enumeration.values.iter().map(|(value, _)| value.as_str()).filter(|value| !on_sheets.contains(value)).collect();
        let Some((first, _)) = norms.first().filter(|_| !missing.is_empty()) else { continue };
        let speech = context.speech(&first.name);
        let all = speech.say(|words| words.list(&missing.iter().map(|value| quoted(&speech, kind, value, words.zh())).collect::<Vec<_>>(), ("and", "和")));
        let message = Say::new(format!("{} may be marked, but no sheet says how many points it is worth", all.en), format!("{}可以评分，但没有一张表写明它值多少分", all.zh));
        let help = Say::new(
            "put it on a sheet, or take it out of the enumeration; if the text is so, keep it and write `expect finding list-mismatch because \"…\"`",
            "把它列入一张表，或从枚举中删去；原文就是这样的，照原样保留，并写`预期 问题 list-mismatch 因为 “…”`",
        );
        let places = norms.iter().map(|(norm, _)| (context.written.items.get(&norm.name).cloned(), speech.say(|words| format!("{}{}", words.quoted_norm(&norm.name), words.cites(&norm.cites)))));
        let with = norms.iter().skip(1).map(|(norm, _)| norm.name.clone()).collect();
        found.push(Finding { places: places.collect(), with, help, ..plain("list-mismatch", Severity::Note, &first.name, message) });
    }
}

/// Offices that a norm asks for and nobody can hold: what they ask of a person contradicts itself.
fn offices(context: &Context<'_>, found: &mut Vec<Finding>) {
    #[derive(Default)]
    struct Asked(Vec<Holds>);
    impl Look for Asked {
        fn expr(&mut self, expr: &Expr) {
            if let Expr::Holds(holds) = expr {
                self.0.push((**holds).clone());
            }
        }
    }
    let mut told: BTreeSet<String> = BTreeSet::new();
    for norm in context.norms().filter(|norm| context.looks_at(norm)) {
        let mut asked = Asked::default();
        walk::norm(norm, &mut asked);
        for holds in asked.0 {
            let one = if let Expr::Value(Scalar::Kind(_, office)) = &holds.office { Some(office.to_string()) } else { None };
            for (office, condition) in holds.asks.iter().filter(|(office, _)| *office != NOBODY && one.as_ref().is_none_or(|one| one == office)) {
                if !told.contains(office) && impossible(context, norm, condition) {
                    told.insert(office.clone());
                    found.push(unheld(context, norm, office, condition));
                }
            }
        }
    }
}

fn impossible(context: &Context<'_>, norm: &Norm, condition: &Expr) -> bool {
    let mut reader = Reader::new(context.model, norm);
    let condition = reader.cond(condition);
    reader.space.cut();
    condition.shapes(&reader.space, true).is_ok_and(|shapes| feasible::only(&reader, shapes).is_empty())
}

fn unheld(context: &Context<'_>, norm: &Norm, office: &str, condition: &Expr) -> Finding {
    let speech = context.speech(&norm.name);
    let (title, asked) = (speech.say(|words| words.quoted_norm(&norm.name)), speech.say(|words| words.phrase(condition, &[])));
    let message = Say::new(format!("{} asks for “{office}”, and nobody can hold that office: {}", title.en, asked.en), format!("{}要由“{office}”办理，而没有人能够担任该职位：{}", title.zh, asked.zh));
    let help = Say::new("compare what the office asks with the values that the register's attributes may have", "请将该职位的条件与名册属性的取值对照");
    let place = context.written.items.get(&norm.name).cloned();
    Finding { places: vec![(place, speech.say(|words| words.cites(&norm.cites)))], help, ..plain("no-holder", Severity::Warning, &norm.name, message) }
}
