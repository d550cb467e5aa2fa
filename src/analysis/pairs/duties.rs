//! A duty to do what another norm forbids; more asked for than another norm allows.

use super::bind::Bind;
use super::must::{Must, of};
use super::stage::{Sort, both, days, place, same_place, sorted, sorts, stage};
use super::{Told, tell, when_en, when_zh};
use crate::analysis::condition::Cond;
use crate::analysis::diagram::Diagram;
use crate::analysis::finding::{Finding, Witness};
use crate::analysis::linear::{constant, number};
use crate::analysis::reader::Reader;
use crate::analysis::region::{said, term};
use crate::analysis::{Context, Undecided, witness};
use crate::diagnostics::{Say, Severity};
use crate::model::expr::{About, Expr, Op, Pattern, Scope};
use crate::model::norm::{Norm, Occasion, Requirement, What};
use crate::model::walk::{self, Look};
use crate::model::written::Part;
use crate::model::{EntitySort, EventType, Model, rewrite};
use crate::reference::verdict::{Audit, Ruling, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// Records that are made for a case, at most.
const MOST: i128 = 40;

/// A number of records that a norm asks for.
struct Asked<'m> {
    norm: &'m Norm,
    at: usize,
    pattern: &'m Pattern,
    op: Op,
    number: i128,
    distinct: bool,
}

impl<'m> Asked<'m> {
    fn of(norm: &'m Norm) -> Vec<Self> {
        let one = |(at, requirement): (usize, &'m Requirement)| match &requirement.what {
            What::Records { pattern, op, number, distinct } => {
                let number = constant(number).and_then(|value| self::number(&value))?.0.as_whole()?;
                Some(Self { norm, at, pattern, op: *op, number, distinct: distinct.is_some() })
            }
            _ => None,
        };
        norm.requirements.iter().enumerate().filter_map(one).collect()
    }

    fn requirement(&self) -> Option<&'m Requirement> {
        self.norm.requirements.get(self.at)
    }

    fn ruling(&self, verdict: &Verdict) -> Option<Ruling> {
        verdict.requirement(self.at).map(|part| part.ruling)
    }
}

/// Looks at every duty.
pub(super) fn look(context: &Context<'_>, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
    let model = context.model;
    let sorted = sorted(context);
    let mut musts: BTreeMap<&str, Vec<Must<'_>>> = BTreeMap::new();
    for (sort, norms) in &sorted {
        if let Some(event) = &sort.event {
            // What is said of the members of a set is kept by a record that has none.
            let of_record = norms.iter().filter(|norm| matches!(norm.occasion, Occasion::Record(_)));
            musts.entry(event).or_insert_with(|| of_record.flat_map(|norm| Must::of(norm)).collect());
        }
    }
    for norm in context.norms() {
        let Some(sort) = sorts(norm).into_iter().next() else { continue };
        for asked in Asked::of(norm).into_iter().filter(|asked| asked.op != Op::Le && asked.number >= 1) {
            let [event] = asked.pattern.events.as_slice() else { continue };
            let Some(event) = model.event(event).filter(|event| !event.derived) else { continue };
            for must in musts.get(event.name.as_str()).into_iter().flatten().filter(|must| must.norm.name != norm.name && (context.looks_at(norm) || context.looks_at(must.norm))) {
                Forbidden { context, sort: &sort, asked: &asked, event, must: *must }.look(found, undecided);
            }
        }
    }
    for (sort, norms) in sorted.iter().filter(|(_, norms)| norms.iter().any(|norm| context.looks_at(norm))) {
        let all: Vec<Asked<'_>> = norms.iter().flat_map(|norm| Asked::of(norm)).collect();
        let mut by_event: BTreeMap<&str, Vec<&Asked<'_>>> = BTreeMap::new();
        for asked in &all {
            asked.pattern.events.iter().for_each(|event| by_event.entry(event).or_default().push(asked));
        }
        for asked in by_event.values() {
            for least in asked.iter().filter(|asked| asked.op != Op::Le) {
                for most in asked.iter().filter(|asked| asked.op != Op::Ge && asked.number < least.number) {
                    let first = least.pattern.events.first().is_some_and(|event| by_event.get(event.as_str()).is_some_and(|other| std::ptr::eq(other, asked)));
                    if first && within(least, most) && sort.holds(least.norm, most.norm) {
                        too_many(context, sort, least, most, found, undecided);
                    }
                }
            }
        }
    }
}

/// Is each record that the first asks for one of those of which the second allows so many?
fn within(least: &Asked<'_>, most: &Asked<'_>) -> bool {
    let (a, b) = (least.pattern, most.pattern);
    let until = |asked: &Asked<'_>| asked.requirement().map(|requirement| (requirement.until.clone(), requirement.suspended.clone()));
    let times = until(least) == until(most) || most.requirement().is_some_and(|requirement| requirement.until.is_none());
    times && !most.distinct && a.events.iter().all(|event| b.events.contains(event)) && a.links == b.links && (b.filter.is_none() || a.filter == b.filter)
}

fn too_many(context: &Context<'_>, sort: &Sort, least: &Asked<'_>, most: &Asked<'_>, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
    let model = context.model;
    let Some(during) = days(model, least.norm).zip(days(model, most.norm)).and_then(|(a, b)| both(a, b)) else { return };
    let ground = stage(least.norm, sort, during);
    let mut reader = Reader::new(model, &ground);
    let scope = Cond::All(vec![reader.applies(least.norm, during), reader.applies(most.norm, during)]);
    reader.space.cut();
    let diagram = scope.shapes(&reader.space, true).and_then(|shapes| Diagram::new(&reader.space, &shapes.into_iter().map(|shape| (0, shape)).chain([(1, Default::default())]).collect::<Vec<_>>()));
    let Ok(diagram) = diagram else { return };
    let (exact, whole) = diagram.places(&|_| true, 12, false);
    if exact.is_empty() {
        return;
    }
    let many = usize::try_from(least.number).ok().filter(|_| least.number <= MOST);
    let shows = |audit: &Audit| -> Option<String> {
        of(audit, &most.norm.name).find(|verdict| {
            let kept = of(audit, &least.norm.name).filter(|other| same_place(place(context, other), place(context, verdict))).any(|other| least.ruling(other) == Some(Ruling::Compliant));
            kept && most.ruling(verdict) == Some(Ruling::Violation)
        }).map(|verdict| verdict.id.clone())
    };
    let case = many.and_then(|many| witness::answered(model, &ground, &reader, &exact, least.pattern, many, &|audit| shows(audit).and_then(|id| audit.verdicts.iter().find(|verdict| verdict.id == id))));
    let speech = context.speech(&least.norm.name);
    let regions: Vec<_> = exact.iter().map(|shape| speech.extents(&reader.space, shape)).collect();
    let where_ = said(&regions);
    let name = |asked: &Asked<'_>| context.speech(&asked.norm.name).say(|words| words.quoted_norm(&asked.norm.name));
    let (one, other) = (name(least), name(most));
    if let Some(why) = sort.open(&other) {
        undecided.push(Undecided { norm: least.norm.name.clone(), slot: String::new(), why });
        return;
    }
    let Some(case) = case else {
        let why = Say::new(format!("no case could be made in which it asks for more than {} allows, {}", other.en, when_en(&where_.en)), format!("造不出它的要求多于{}所许的实例（{}）", other.zh, where_.zh));
        undecided.push(Undecided { norm: least.norm.name.clone(), slot: String::new(), why });
        return;
    };
    let message = Say::new(
        format!("{} and {} cannot both be obeyed {}: {} times are asked for, and {} allowed", one.en, other.en, when_en(&where_.en), least.number, most.number),
        format!("{}，{}与{}无法同时遵守：要求 {} 次，却至多 {} 次", when_zh(&where_.zh), one.zh, other.zh, least.number, most.number),
    );
    let norms = [(least.norm, Some(Part::Requirement(least.at, 0))), (most.norm, Some(Part::Requirement(most.at, 0)))];
    tell(context, found, Told { code: "conflict", severity: Severity::Error, norms, message, help: help(), regions, whole, witness: case });
}

fn help() -> Say {
    Say::new(
        "say which gives way (`exception NAME to NORM` with `does not apply`), or leave a way in which both can be obeyed; if the text itself says both, keep it and write `expect finding conflict because \"…\"`",
        "写明哪一条让步（`例外 … 于 …`，`不适用`），或留出可以同时遵守的办法；如果原文就是这样，照原样保留，并写`预期 问题 conflict 因为 “…”`",
    )
}

struct Forbidden<'a> {
    context: &'a Context<'a>,
    sort: &'a Sort,
    asked: &'a Asked<'a>,
    event: &'a EventType,
    must: Must<'a>,
}

impl Forbidden<'_> {
    fn look(&self, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
        let (model, duty) = (self.context.model, self.asked.norm);
        let Some(during) = days(model, duty).zip(days(model, self.must.norm)).and_then(|(a, b)| both(a, b)) else { return };
        let ground = stage(duty, self.sort, during);
        let mut reader = Reader::new(model, &ground);
        reader.counted = Some(self.event);
        let scope = reader.applies(duty, during);
        let done = self.asked.pattern.filter.as_ref().map_or(Cond::Known(true), |filter| { let filter = self.linked(filter); reader.cond(&filter) });
        let forbidding = self.seen_from_duty();
        let (applies, asks) = Must { norm: &forbidding, at: self.must.at }.read(&mut reader, during);
        let kept = Cond::Either(vec![applies.negated(), asks]);
        reader.space.cut();
        let fixed = reader.space.axes.iter().enumerate().filter(|(_, axis)| self.is_fixed(&term(&axis.form))).map(|(at, _)| at);
        let given: BTreeSet<usize> = scope.axes().into_iter().chain(fixed).collect();
        let Ok(bind) = Bind::new(&reader, &scope, (&done, &kept, &Cond::Known(true)), &given) else { return };
        if bind.is_empty() {
            return;
        }
        let speech = self.context.speech(&duty.name);
        let regions: Vec<_> = bind.shapes.iter().map(|shape| speech.extents(&reader.space, shape)).collect();
        let where_ = said(&regions);
        let (one, other) = (speech.say(|words| words.quoted_norm(&duty.name)), self.context.speech(&self.must.norm.name).say(|words| words.quoted_norm(&self.must.norm.name)));
        let Some(witness) = self.case(&ground, &reader, &bind) else {
            let why = Say::new(format!("no case could be made in which it asks for what {} forbids, {}", other.en, when_en(&where_.en)), format!("造不出它所要求的为{}所禁止的实例（{}）", other.zh, where_.zh));
            undecided.push(Undecided { norm: duty.name.clone(), slot: String::new(), why });
            return;
        };
        let message = Say::new(
            format!("{} asks for what {} forbids {}", one.en, other.en, when_en(&where_.en)),
            format!("{}，{}要求做{}所禁止的事", when_zh(&where_.zh), one.zh, other.zh),
        );
        let norms = [(duty, Some(Part::Requirement(self.asked.at, 0))), (self.must.norm, self.must.part())];
        tell(self.context, found, Told { code: "conflict", severity: Severity::Error, norms, message, help: help(), regions, whole: bind.whole, witness });
    }

    /// A case in which the duty is done and the other norm thereby broken, when without it the duty is not done.
    fn case(&self, ground: &Norm, reader: &Reader<'_>, bind: &Bind) -> Option<Witness> {
        let many = usize::try_from(self.asked.number).ok().filter(|_| self.asked.number <= MOST)?;
        let shapes = bind.of_one();
        let duty = &self.asked.norm.name;
        witness::find_among(self.context.model, ground, reader, &shapes, &|audit| of(audit, duty).find(|verdict| self.asked.ruling(verdict).is_some_and(|ruling| ruling != Ruling::Compliant)))?;
        witness::answered(self.context.model, ground, reader, &shapes, self.asked.pattern, many, &|audit| {
            let done = of(audit, duty).any(|verdict| self.asked.ruling(verdict) == Some(Ruling::Compliant));
            self.must.broken(audit).find(|verdict| done && same_place("f1", place(self.context, verdict)))
        })
    }

    /// An expression about the record, with what the duty links it to.
    fn linked(&self, expr: &Expr) -> Expr {
        self.asked.pattern.links.iter().fold(expr.clone(), |said, (role, value)| rewrite::replaced(&said, &Expr::Field(Scope::Counted, role.clone()), value))
    }

    /// The other norm, said of a record that the duty's occasion looks at.
    fn seen_from_duty(&self) -> Norm {
        let mut norm = self.must.norm.clone();
        let filter = if let Occasion::Record(pattern) = &norm.occasion { pattern.filter.clone() } else { None };
        let mut turns: Vec<(Expr, Expr)> = self.event.fields.iter().map(|field| (Expr::Field(Scope::This, field.name.clone()), Expr::Field(Scope::Counted, field.name.clone()))).collect();
        turns.push((Expr::At(Scope::This), Expr::At(Scope::Counted)));
        turns.push((Expr::Day(Scope::This), Expr::Day(Scope::Counted)));
        if let Some(role) = self.event.role_fields().first() {
            turns.push((Expr::Subject, Expr::Field(Scope::Counted, role.name.clone())));
        }
        for parameter in &self.context.model.parameters {
            turns.push((Expr::Judged(parameter.name.clone(), About::Record(Scope::This)), Expr::Judged(parameter.name.clone(), About::Record(Scope::Counted))));
        }
        for (what, with) in &turns {
            norm = rewrite::norm(&norm, what, with);
        }
        norm.when = match (filter, norm.when.take()) {
            (Some(filter), Some(when)) => Some(Expr::And(vec![filter, when])),
            (filter, when) => filter.or(when),
        };
        for (role, value) in &self.asked.pattern.links {
            norm = rewrite::norm(&norm, &Expr::Field(Scope::Counted, role.clone()), value);
        }
        norm.occasion = self.asked.norm.occasion.clone();
        if let Occasion::Record(pattern) | Occasion::Member(pattern, _) = &mut norm.occasion {
            pattern.filter = None;
        }
        if let Occasion::Period { filter, .. } | Occasion::Case { filter, .. } | Occasion::Throughout { filter, .. } = &mut norm.occasion {
            *filter = None;
        }
        norm
    }

    /// Is it as it is, whatever is done? What counts records, what somebody judges, what is known of a case, and the record that fulfils the duty can
    /// all be made otherwise in time.
    fn is_fixed(&self, expr: &Expr) -> bool {
        struct Turns<'m>(&'m Model, bool);
        impl Look for Turns<'_> {
            fn expr(&mut self, expr: &Expr) {
                let of_case = |entity: &str| self.0.entity(entity).is_some_and(|entity| entity.sort == EntitySort::Case);
                self.1 |= match expr {
                    Expr::Field(Scope::Counted, _) | Expr::At(_) | Expr::Day(_) | Expr::Judged(..) | Expr::Measure(_) | Expr::Group(_) | Expr::Stay(_) | Expr::Decided(..) | Expr::DecidedOf(..) => true,
                    Expr::Fact(_, entity, _) => of_case(entity),
                    _ => false,
                };
            }
        }
        let mut turns = Turns(self.context.model, false);
        walk::expr(expr, &mut turns);
        !turns.1
    }
}
