//! One slot, decided twice: norms that give different values for the same occasion. One act, sanctioned twice.

use super::must::of;
use super::stage::{Sort, both, days, looked_at, place, same_place, stage};
use super::{Told, tell, when_en, when_zh};
use crate::analysis::condition::{Cond, Shape, TooMany};
use crate::analysis::diagram::Diagram;
use crate::analysis::feasible;
use crate::analysis::finding::{Finding, Witness};
use crate::analysis::linear::constant;
use crate::analysis::reader::Reader;
use crate::analysis::region::said;
use crate::analysis::{Context, Undecided, witness};
use crate::diagnostics::{Say, Severity};
use crate::model::{Interval, Model};
use crate::model::expr::Expr;
use crate::model::norm::{Action, Decision, Hit, Norm, Posting};
use crate::model::value::Scalar;
use crate::model::walk::{self, Look};
use crate::model::written::Part;
use crate::reference::verdict::{Effect, Ruling};
use std::collections::{BTreeMap, BTreeSet};

/// Boxes of a region, at most.
const TRIED: usize = 12;
/// Lines of one norm that are held against each other, at most.
const MOST_ROWS: usize = 16;

/// A line of a norm: what it gives, and where.
struct Line<'m> {
    norm: &'m Norm,
    at: usize,
    /// The clause, where the lines are looked at one by one.
    clause: Option<usize>,
    value: Option<&'m Expr>,
    when: Cond,
}

/// Looks at the norms of each sort of occasion.
pub(super) fn look(context: &Context<'_>, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
    let mut told: BTreeSet<(String, String, String)> = BTreeSet::new();
    for (sort, norms) in looked_at(context) {
        let mut slots: BTreeMap<(&str, bool), Vec<(&Norm, usize)>> = BTreeMap::new();
        for norm in &norms {
            for (at, decision) in norm.decisions.iter().enumerate() {
                match decision.posting {
                    // Numbers of the same name, such as `days`, are each norm's own; who approves, or which grade it is, is one and the same.
                    None if one_value(decision) && decision.unit.is_none() => slots.entry((&decision.slot, false)).or_default().push((norm, at)),
                    Some(Posting::Fine | Posting::Deduct) => slots.entry(("", true)).or_default().push((norm, at)),
                    _ => {}
                }
            }
        }
        for ((slot, sanction), decisions) in slots {
            if decisions.iter().any(|(norm, _)| norm.name != decisions[0].0.name) {
                let group = Group { context, sort: &sort, slot, sanction };
                if group.look(&decisions, &mut told, found, undecided).is_err() {
                    let why = Say::new("its conditions have too many combinations with those of other norms", "它与其他规则的条件组合太多");
                    undecided.push(Undecided { norm: decisions[0].0.name.clone(), slot: slot.to_owned(), why });
                }
            }
        }
    }
}

fn one_value(decision: &Decision) -> bool {
    matches!(decision.hit, Hit::ExactlyOne | Hit::AtMostOne | Hit::First) && decision.slot != crate::model::office::SELF_SIGNED
}

struct Group<'a> {
    context: &'a Context<'a>,
    sort: &'a Sort,
    slot: &'a str,
    sanction: bool,
}

impl Group<'_> {
    fn look(&self, decisions: &[(&Norm, usize)], told: &mut BTreeSet<(String, String, String)>, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) -> Result<(), TooMany> {
        let model = self.context.model;
        let ground = stage(decisions[0].0, self.sort, Interval::default());
        let mut reader = Reader::new(model, &ground);
        let mut lines: Vec<Line<'_>> = Vec::new();
        for (norm, at) in decisions {
            self.read(&mut reader, norm, *at, &mut lines);
        }
        reader.space.cut();
        let mut boxes: Vec<(usize, Shape)> = vec![(0, Shape::new())];
        for (n, line) in lines.iter().enumerate() {
            boxes.extend(line.when.shapes(&reader.space, true)?.into_iter().map(|shape| (n + 1, shape)));
        }
        let diagram = Diagram::new(&reader.space, &boxes)?;
        let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
        let together = diagram.together();
        for owners in &together {
            for (n, a) in owners.iter().enumerate() {
                let differ = |b: usize| self.differ(&lines[*a - 1], &lines[b - 1]);
                pairs.extend(owners.iter().skip(n + 1).filter(|b| differ(**b)).map(|b| (*a, *b)));
            }
        }
        for (a, b) in pairs {
            let (one, other) = (&lines[a - 1], &lines[b - 1]);
            let Some(during) = days(model, one.norm).zip(days(model, other.norm)).and_then(|(a, b)| both(a, b)) else { continue };
            // Lines of the same two norms that meet on records of several types are told once.
            let name = |line: &Line<'_>| format!("{} {} {:?}", line.norm.name, line.at, line.clause);
            if !told.insert((self.slot.to_owned(), name(one), name(other))) {
                continue;
            }
            let (shown, whole) = diagram.both(a, b, TRIED, true);
            let exact = feasible::only(&reader, diagram.both(a, b, TRIED, false).0);
            if exact.is_empty() {
                continue;
            }
            let named = self.context.speech(&other.norm.name).say(|words| words.quoted_norm(&other.norm.name));
            if let Some(why) = self.sort.open(&named) {
                undecided.push(Undecided { norm: one.norm.name.clone(), slot: self.slot.to_owned(), why });
                continue;
            }
            // Does one of them never stand alone?
            let alone = |owner: usize, other: usize| !together.iter().any(|owners| owners.contains(&owner) && !owners.contains(&other));
            let certain = self.sanction && (alone(a, b) || alone(b, a));
            let ground = stage(one.norm, self.sort, during);
            let shows = |effects: &[Effect]| -> Vec<Effect> { effects.iter().filter(|effect| if self.sanction { is_sanction(effect) } else { effect.kind == self.slot }).cloned().collect() };
            let witness = witness::find_among(model, &ground, &reader, &exact, &|audit| {
                of(audit, &other.norm.name).filter(|verdict| verdict.ruling != Ruling::NotApplicable).find(|verdict| {
                    let before = of(audit, &one.norm.name).filter(|first| first.ruling != Ruling::NotApplicable && same_place(place(self.context, first), place(self.context, verdict))).flat_map(|first| shows(&first.effects));
                    let given = shows(&verdict.effects);
                    before.into_iter().any(|first| given.iter().any(|second| if self.sanction { first.to == second.to } else { (&first.amount, &first.value) != (&second.amount, &second.value) }))
                })
            });
            let speech = self.context.speech(&one.norm.name);
            let regions: Vec<_> = shown.iter().map(|shape| speech.extents(&reader.space, shape)).collect();
            let where_ = said(&regions);
            let Some(witness) = witness else {
                let (en, zh) = (where_.en, where_.zh);
                let why = Say::new(format!("no case could be made in which {} decides as well, {}", named.en, when_en(&en)), format!("造不出{}也作出决定的实例（{zh}）", named.zh));
                undecided.push(Undecided { norm: one.norm.name.clone(), slot: self.slot.to_owned(), why });
                continue;
            };
            let (message, help) = if self.sanction { self.twice(one, other, &where_, &witness) } else { self.contradicts(one, other, &where_) };
            let (code, severity) = match (self.sanction, certain) {
                (true, true) => ("double-sanction", Severity::Warning),
                (true, false) => ("double-sanction", Severity::Note),
                (false, _) => ("conflict", Severity::Warning),
            };
            let part = |line: &Line<'_>| line.clause.map(|clause| Part::Clause(line.at, clause));
            tell(self.context, found, Told { code, severity, norms: [(one.norm, part(one)), (other.norm, part(other))], message, help, regions, whole, witness });
        }
        Ok(())
    }

    /// The lines of a decision: one for each clause, or, of a sanction, one for all.
    fn read<'m>(&self, reader: &mut Reader<'_>, norm: &'m Norm, at: usize, lines: &mut Vec<Line<'m>>) {
        let Some(decision) = norm.decisions.get(at) else { return };
        let during = days(self.context.model, norm).unwrap_or_default();
        let mut scope = vec![reader.applies(norm, during)];
        for exception in norm.exceptions.iter().filter(|exception| matches!(&exception.action, Action::Replace(slot, _) if *slot == decision.slot)) {
            scope.push(reader.prevails(exception, during).negated());
        }
        let scope = Cond::All(scope);
        let whens: Vec<Cond> = decision.clauses.iter().map(|clause| reader.when(clause.when.as_ref())).collect();
        if self.sanction {
            lines.push(Line { norm, at, clause: None, value: None, when: Cond::All(vec![scope, Cond::Either(whens)]) });
            return;
        }
        let mut earlier: Vec<Cond> = Vec::new();
        for (n, (clause, when)) in decision.clauses.iter().zip(&whens).enumerate() {
            let mut all = vec![scope.clone(), when.clone()];
            if decision.hit == Hit::First {
                all.extend(earlier.iter().map(|cond| cond.clone().negated()));
                earlier.push(when.clone());
            } else if whens.len() <= MOST_ROWS {
                // Where the norm contradicts itself, it decides nothing.
                all.extend(decision.clauses.iter().zip(&whens).filter(|(other, _)| other.value != clause.value).map(|(_, when)| when.clone().negated()));
            }
            lines.push(Line { norm, at, clause: Some(n), value: Some(&clause.value), when: Cond::All(all) });
        }
    }

    /// Are the two of different norms, neither of which builds on the other, with different values?
    fn differ(&self, a: &Line<'_>, b: &Line<'_>) -> bool {
        // Where a number of acts costs something of its own, each act may well cost something too; a member is not who acted.
        let crossing = |line: &Line<'_>| self.context.is_crossing(&line.norm.name);
        let alike = self.sort.holds(a.norm, b.norm) && Sort::is_alike(a.norm, b.norm) && (!self.sanction || crossing(a) == crossing(b));
        alike && a.norm.name != b.norm.name && (self.sanction || a.value != b.value) && !builds_on(self.context.model, a.norm, &b.norm.name) && !builds_on(self.context.model, b.norm, &a.norm.name) && unit(a) == unit(b)
    }

    fn contradicts(&self, one: &Line<'_>, other: &Line<'_>, where_: &Say) -> (Say, Say) {
        let value = |line: &Line<'_>| {
            let speech = self.context.speech(&line.norm.name);
            let name = speech.say(|words| words.quoted_norm(&line.norm.name));
            let value = speech.say(|words| line.value.map(|value| words.phrase(value, &[])).unwrap_or_default());
            Say::new(format!("{} by {}", value.en, name.en), format!("{}定为{}", name.zh, value.zh))
        };
        let slot = self.context.speech(&one.norm.name).say(|words| words.slot(self.slot));
        let (a, b) = (value(one), value(other));
        let message = Say::new(
            format!("two norms say what the {} is {}: {}, {}", slot.en, when_en(&where_.en), a.en, b.en),
            format!("{}，{}由两条规则各作规定：{}，{}", when_zh(&where_.zh), slot.zh, a.zh, b.zh),
        );
        let help = Say::new(
            "let one give way (`exception NAME to NORM`), or let the two apply to different occasions; if they decide different things, give them different names; if the text itself says both, keep it and write `expect finding conflict because \"…\"`",
            "写明哪一条让步（`例外 … 于 …`），或使两条适用于不同的情形；如果所定并非同一事项，请用不同的名称；如果原文就是这样，照原样保留，并写`预期 问题 conflict 因为 “…”`",
        );
        (message, help)
    }

    fn twice(&self, one: &Line<'_>, other: &Line<'_>, where_: &Say, witness: &Witness) -> (Say, Say) {
        let name = |line: &Line<'_>| {
            let speech = self.context.speech(&line.norm.name);
            let name = speech.say(|words| words.quoted_norm(&line.norm.name));
            // Where it is not the same for all, what it is in the case.
            let always = line.norm.decisions.get(line.at).is_some_and(|decision| decision.clauses.len() == 1 && constant(&decision.clauses[0].value).is_some());
            let effect = witness.judged.iter().filter(|verdict| verdict.rule == line.norm.name).flat_map(|verdict| &verdict.effects).find(|effect| is_sanction(effect));
            let amount = effect.and_then(|effect| Some(Expr::Value(Scalar::Quantity(effect.amount?, effect.unit.clone()?)))).map(|amount| speech.say(|words| words.phrase(&amount, &[])));
            match (amount, always) {
                (Some(amount), true) => Say::new(format!("{} ({})", name.en, amount.en), format!("{}（{}）", name.zh, amount.zh)),
                (Some(amount), false) => Say::new(format!("{} (in the case {})", name.en, amount.en), format!("{}（实例中为 {}）", name.zh, amount.zh)),
                (None, _) => name,
            }
        };
        let (a, b) = (name(one), name(other));
        let message = Say::new(
            format!("the same act is sanctioned twice {}, by {} and by {}", when_en(&where_.en), a.en, b.en),
            format!("{}，同一行为被处罚两次：{}和{}", when_zh(&where_.zh), a.zh, b.zh),
        );
        let help = Say::new(
            "if only one of them is meant, let the other give way (`exception NAME to NORM` with `does not apply`); if both are, write `expect finding double-sanction because \"…\"`",
            "如果只应处罚一次，使另一条让步（`例外 … 于 …`，`不适用`）；如果本应并罚，写`预期 问题 double-sanction 因为 “…”`",
        );
        (message, help)
    }
}

fn unit<'m>(line: &Line<'m>) -> Option<&'m crate::model::value::Unit> {
    line.norm.decisions.get(line.at).and_then(|decision| decision.unit.as_ref())
}

fn is_sanction(effect: &Effect) -> bool {
    matches!(effect.posting, Some(Posting::Fine | Posting::Deduct)) && effect.amount.is_some_and(|amount| !amount.is_zero())
}

/// Does the norm look at what the other one decides, itself or through others?
fn builds_on(model: &Model, norm: &Norm, other: &str) -> bool {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut next = vec![norm];
    while let Some(norm) = next.pop() {
        let mut asks = Asks::default();
        walk::norm(norm, &mut asks);
        if asks.0.contains(other) {
            return true;
        }
        next.extend(asks.0.into_iter().filter(|name| seen.insert(name.clone())).filter_map(|name| model.norm(&name)));
    }
    false
}

/// The norms whose decisions are read.
#[derive(Default)]
struct Asks(BTreeSet<String>);

impl Look for Asks {
    fn expr(&mut self, expr: &Expr) {
        if let Expr::Decided(of, _) | Expr::DecidedOf(of, ..) = expr {
            self.0.insert(of.clone());
        }
    }
}
