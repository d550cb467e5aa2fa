//! The verdict against its worlds: identity, parts, effects, causes, and the other norms that were looked at.

use super::Checker;
use super::case::{Case, Scene};
use super::decide::answer;
use crate::model::expr::Expr;
use crate::model::norm::{Norm, Occasion};
use crate::model::order;
use crate::model::walk::{self, Look};
use crate::reference::derivation::{Detail, NotApplied, Value, World};
use crate::reference::verdict::{Cause, Effect, Part, Ruling};
use std::collections::BTreeSet;

impl<'c> Checker<'c> {
    /// The occasion is the one that the verdict's id names.
    pub(super) fn occasion(&mut self) {
        let case = self.case;
        let verdict = &case.derivation.verdict;
        if verdict.source != case.norm.cites {
            self.fault("the citations are others", "引注不符");
        }
        if verdict.id.split_once('@').is_none_or(|(rule, _)| rule != verdict.rule) {
            self.fault("the id does not name the clause", "编号与条款不符");
        }
        if verdict.at != case.at {
            self.fault("the occasion happened at another time", "发生时间不符");
        }
        if let (Occasion::Record(pattern), Some(seen)) = (&case.norm.occasion, case.trigger)
            && (case.key() != seen.reference() || !case.is_of(seen, pattern))
        {
            self.fault("the record is not the one that the id names", "所涉记录与编号不符");
        }
        self.begun();
        let needs = matches!(case.norm.occasion, Occasion::Record(_) | Occasion::Member(..) | Occasion::Reaches { .. });
        if needs != case.trigger.is_some() {
            self.fault("the record that is judged is missing", "缺少所涉记录");
        }
    }

    /// Headline, parts and effects against the worlds.
    pub(super) fn verdict(&mut self) {
        let case = self.case;
        let (verdict, worlds) = (&case.derivation.verdict, &case.derivation.worlds);
        for part in &verdict.parts {
            self.within(&part.name, |checker| checker.part(part, worlds));
        }
        if worlds.is_empty() && self.too_many() {
            return self.rests_on();
        }
        let silent = worlds.iter().all(|world| world.ruling == Ruling::NotApplicable);
        let differ = worlds.iter().any(|world| Some(world.ruling) != worlds.first().map(|first| first.ruling));
        let unclear = worlds.iter().any(|world| matches!(world.when.as_ref().map(|step| &step.value), Some(Value::Fault(_))));
        let first = if silent {
            Ruling::NotApplicable
        } else if verdict.parts.is_empty() && (differ || worlds.iter().all(|world| world.ruling == Ruling::Undetermined)) {
            Ruling::Undetermined
        } else {
            // Without parts, as where the condition itself cannot be worked out, it is what every world says.
            let alike = worlds.first().map_or(Ruling::Compliant, |world| world.ruling);
            verdict.parts.iter().map(|part| part.ruling).min().unwrap_or(alike)
        };
        let waits = verdict.causes.iter().any(Cause::waits);
        let first = match unclear && !verdict.parts.is_empty() {
            true => first.min(if waits { Ruling::Pending } else { Ruling::Undetermined }),
            false => first,
        };
        if verdict.ruling != first {
            self.fault("the headline does not follow from the parts", "总结论与各部分不符");
        }
        self.needless();
        self.all_parts();
        self.standing();
        self.made_for_days();
        self.rests_on();
        self.open_causes();
    }

    /// Where it is open whether the clause applies, it is complied with only where it is in each case in which it applies, and nothing follows in any.
    fn needless(&mut self) {
        let derivation = &self.case.derivation;
        let (silent, applying): (Vec<&World>, Vec<&World>) = derivation.worlds.iter().partition(|world| world.ruling == Ruling::NotApplicable);
        if silent.is_empty() || applying.is_empty() {
            return;
        }
        let follows = |world: &World| world.decisions.iter().any(|told| told.value != Value::Blank);
        let nothing = self.case.norm.yields.is_empty() && !applying.iter().any(|world| world.ruling != Ruling::Compliant || follows(world));
        if (derivation.verdict.ruling == Ruling::Compliant) != nothing {
            self.fault("whether it is complied with where it applies does not follow", "适用时是否合规与依据不符");
        }
    }

    /// Every slot and requirement that was judged is a part.
    fn all_parts(&mut self) {
        let derivation = &self.case.derivation;
        let mut names: BTreeSet<String> = BTreeSet::new();
        for world in derivation.worlds.iter().filter(|world| world.ruling != Ruling::NotApplicable) {
            names.extend(world.decisions.iter().map(|told| told.slot.clone()));
            names.extend((1..=world.terms.len()).map(|n| format!("term {n}")));
            names.extend((1..=world.requirements.len()).map(|n| format!("requirement {n}")));
            names.extend(world.if_breached.iter().map(|told| format!("if breached {}", told.slot)));
            names.extend(self.case.norm.violation.then(|| "violation".to_owned()));
        }
        let told: BTreeSet<&str> = derivation.verdict.parts.iter().map(|part| part.name.as_str()).collect();
        if !names.iter().all(|name| told.contains(name.as_str())) || told.len() != derivation.verdict.parts.len() {
            self.fault("a part is missing or told twice", "某一部分缺失或重复");
        }
    }

    /// Final when nothing that comes in time can change it: surely not before the occasion and the lateness have passed, surely
    /// once every deadline and window and the lateness have.
    fn standing(&mut self) {
        let case = self.case;
        let verdict = &case.derivation.verdict;
        let known = case.derivation.known_until.day(case.zone);
        let required = case.derivation.worlds.iter().flat_map(super::walk::requirements).flat_map(super::request::waited_for);
        let countings = || case.derivation.worlds.iter().flat_map(super::walk::countings);
        let windows = countings().filter_map(|counting| counting.until);
        // A window without an end can always take one more record.
        let endless = countings().any(|counting| counting.until.is_none()) || self.aside().endless;
        // A record of this type may yet be made for a day gone by.
        let backdated = || case.model.norms.iter().flat_map(|norm| &norm.yields).filter(|given| given.may_be_backdated());
        let endless = endless || backdated().any(|given| order::Reads::of(case.norm).events.contains(&given.event));
        // What another verdict decides is a premise; until when it can change stands there.
        let steps = || case.derivation.worlds.iter().flat_map(super::walk::all_steps);
        let premised = steps().any(|step| matches!(&step.detail, Detail::Decided { verdict: other } if *other != verdict.id));
        // What has not been done may be done on any day.
        let done = || steps().filter(|step| matches!(&step.expr, Expr::Delay(true)) || matches!(&step.expr, Expr::Field(_, name) if name == crate::model::order::DONE));
        let endless = endless || done().any(|step| step.value == Value::Blank);
        let done = done().filter_map(|step| if let Value::Known(day) = &step.value { super::dates::day_of(day, case.zone) } else { None });
        let premised = premised || self.gives_what_others_decide();
        // What it rests on may come late, too: an attestation long after the occasion.
        let rests_on = verdict.events.iter().filter_map(|reference| case.record(reference)).map(|seen| seen.at());
        let last = required.chain(windows).chain(rests_on).map(|at| at.day(case.zone)).chain(done).chain([case.day]).max().unwrap_or(case.day);
        let late = chrono::Days::new(u64::from(case.regulation.lateness));
        let after = |day: chrono::NaiveDate| day.checked_add_days(late).is_some_and(|day| known >= day);
        // Whether it applies may still be judged, or hang on what has not come.
        let to_be_said = |cause: &Cause| matches!(cause, Cause::NotJudged { .. } | Cause::NotYet { .. });
        let mixed = |silent: bool| case.derivation.worlds.iter().any(|world| (world.ruling == Ruling::NotApplicable) == silent);
        let waits = mixed(true) && mixed(false) && verdict.ruling == Ruling::Compliant && verdict.immaterial.iter().any(to_be_said);
        let surely_not = verdict.ruling == Ruling::Pending || waits || !after(case.day);
        let settled = !endless && !premised && !waits && !matches!(verdict.ruling, Ruling::Pending | Ruling::Undetermined);
        let surely = settled && last.succ_opt().is_some_and(after);
        if (verdict.is_final && surely_not) || (!verdict.is_final && surely) {
            self.fault("whether it is final does not follow", "是否为最终结论与依据不符");
        }
    }

    /// Does a record that it makes hold what another norm decides, or what may still be done?
    fn gives_what_others_decide(&self) -> bool {
        struct Others<'n>(&'n str, bool);
        impl Look for Others<'_> {
            fn expr(&mut self, expr: &Expr) {
                self.1 |= matches!(expr, Expr::Decided(norm, _) | Expr::DecidedOf(norm, ..) if norm != self.0);
                self.1 |= matches!(expr, Expr::Field(_, name) if name == crate::model::order::DONE);
            }
        }
        let mut others = Others(&self.case.norm.name, false);
        self.case.norm.yields.iter().flat_map(|given| given.exprs()).for_each(|value| walk::expr(value, &mut others));
        others.1
    }

    /// Records that are said to be made for a day come of norms that make such.
    fn made_for_days(&mut self) {
        let model = self.case.model;
        let makes = |verdict: &str, event: &str| {
            let norm = verdict.split_once('@').and_then(|(name, _)| model.norm(name));
            norm.is_some_and(|norm| norm.yields.iter().any(|given| given.event == event && given.on.is_some()))
        };
        if self.case.derivation.derived.iter().any(|made| made.for_day && !makes(&made.verdict, &made.event)) {
            self.fault("no norm makes such a record for a day", "没有规则按指定日期产生该记录");
        }
    }

    /// The records it rests on: the one that is judged, every counted one, every attestation of what was judged.
    fn rests_on(&mut self) {
        let derivation = &self.case.derivation;
        let mut all: BTreeSet<&str> = derivation.trigger.iter().map(String::as_str).collect();
        let reached = derivation.reached.iter().flat_map(|counting| &counting.counted);
        all.extend(reached.map(|record| record.record.as_str()));
        for counting in derivation.worlds.iter().flat_map(super::walk::countings) {
            all.extend(counting.counted.iter().map(|record| record.record.as_str()));
        }
        let requirements = derivation.worlds.iter().flat_map(super::walk::requirements);
        all.extend(requirements.flat_map(super::request::exchanged));
        for step in derivation.worlds.iter().flat_map(super::walk::all_steps) {
            if let Detail::Judged { attested, .. } = &step.detail {
                all.extend(attested.as_deref());
            }
        }
        let told: BTreeSet<&str> = derivation.verdict.events.iter().map(String::as_str).collect();
        let aside = self.aside();
        all.extend(aside.bearer.iter().filter(|_| !derivation.worlds.is_empty()).map(String::as_str));
        let besides = told.difference(&all).any(|record| !aside.records.contains(*record));
        if !all.is_subset(&told) || besides || told.len() != derivation.verdict.events.len() {
            self.fault("the records that it rests on are others", "所依据的记录不符");
        }
    }

    /// Everything open that was asked for is named: as a cause where it matters, as immaterial where it does not.
    fn open_causes(&mut self) {
        let derivation = &self.case.derivation;
        let verdict = &derivation.verdict;
        let asked: BTreeSet<&Cause> = derivation.worlds.iter().flat_map(|world| &world.choices).map(|(cause, _)| cause).collect();
        let named: BTreeSet<&Cause> = verdict.causes.iter().chain(&verdict.immaterial).collect();
        let in_parts: BTreeSet<&Cause> = verdict.parts.iter().flat_map(|part| &part.causes).collect();
        if !asked.is_subset(&named) || named.len() != verdict.causes.len() + verdict.immaterial.len() {
            self.fault("what is open is not named, or named twice", "未列明或重复列出未定事项");
        }
        let unclear = derivation.worlds.iter().any(|world| matches!(world.when.as_ref().map(|step| &step.value), Some(Value::Fault(_))));
        let of_parts = verdict.parts.is_empty() || unclear || self.too_many() || verdict.causes.iter().all(|cause| in_parts.contains(cause));
        if !of_parts {
            self.fault("something is open for a reason that no part names", "某项未定原因不属于任何部分");
        }
        if !in_parts.is_subset(&named) {
            self.fault("a part is open for a reason that the verdict does not name", "部分结论的未定原因未列入总结论");
        }
        let open = |ruling| matches!(ruling, Ruling::Undetermined | Ruling::Conflict);
        if verdict.parts.iter().any(|part| open(part.ruling) && part.causes.is_empty()) || (open(verdict.ruling) && verdict.causes.is_empty()) {
            self.fault("it is open without a reason", "未注明未定原因");
        }
    }

    fn part(&mut self, part: &Part, worlds: &[World]) {
        let mut rulings: Vec<Ruling> = worlds.iter().filter_map(|world| self.ruling_of(world, &part.name)).collect();
        rulings.dedup();
        // What waits for time is pending, what waits for a fact is undetermined.
        let waits = part.causes.iter().any(Cause::waits);
        let open = if waits { Ruling::Pending } else { Ruling::Undetermined };
        let follows = match rulings.as_slice() {
            [] => true,
            [one] => part.ruling == *one || (worlds.len() > 1 && part.ruling == open),
            _ => part.ruling == open,
        };
        if !follows {
            self.fault("the ruling on a part does not follow from the cases", "该部分结论与各情形不符");
        }
    }

    /// The ruling on a part in one world.
    fn ruling_of(&self, world: &World, name: &str) -> Option<Ruling> {
        self.ruling_at_once(world, name).map(|ruling| if self.waits() { Ruling::Pending } else { ruling })
    }

    /// The same, whether or not the day has come on which the period is judged.
    fn ruling_at_once(&self, world: &World, name: &str) -> Option<Ruling> {
        if let Some(n) = name.strip_prefix("requirement ").and_then(|n| n.parse::<usize>().ok()) {
            let told = world.requirements.get(n.checked_sub(1)?)?;
            return Some(if told.due.is_some() { told.ruling } else { self.in_time(told.ruling) });
        }
        if let Some(n) = name.strip_prefix("term ").and_then(|n| n.parse::<usize>().ok()) {
            return world.terms.get(n.checked_sub(1)?).map(|told| told.ruling);
        }
        if let Some(slot) = name.strip_prefix("if breached ") {
            let sanction = world.if_breached.iter().find(|told| told.slot == slot)?;
            return Some(if sanction.ruling == Ruling::Compliant { Ruling::Violation } else { sanction.ruling });
        }
        world.decisions.iter().find(|told| told.slot == name).map(|told| self.in_time(told.ruling))
    }

    /// Other norms on the same record: each condition is really false, and none whose condition is false is passed over.
    pub(super) fn other_norms(&mut self) {
        let case = self.case;
        for other in &case.derivation.not_applied {
            self.within(&other.rule, |checker| checker.other(other));
        }
        let missing: Vec<&str> = case.model.norms.iter().filter(|norm| silent(case, norm)).map(|norm| norm.name.as_str()).collect();
        for name in missing {
            if !case.derivation.not_applied.iter().any(|other| other.rule == name) {
                self.fault(&format!("`{name}` does not apply to this record and is not listed"), &format!("`{name}` 不适用于该记录，却未列出"));
            }
        }
    }

    fn other(&mut self, other: &'c NotApplied) {
        let Some(norm) = self.case.model.norm(&other.rule) else {
            return self.fault("there is no such clause", "没有该条款");
        };
        if other.cites != norm.cites {
            self.fault("the citations are others", "引注不符");
        }
        let filter = match &norm.occasion {
            Occasion::Record(pattern) | Occasion::Member(pattern, _) => pattern.filter.as_ref(),
            _ => None,
        };
        let scene = Scene { choices: &other.choices, ..self.case.scene() };
        let place = self.case.trigger.map_or(scene, |trigger| scene.at_record(trigger));
        let Some(step) = &other.condition else {
            // Not in force, or switched off by an exception.
            let day = self.case.day;
            let in_force = norm.validity.contains(day) && self.case.model.regulation(&norm.regulation).is_some_and(|r| r.validity.contains(day));
            if in_force && norm.exceptions.is_empty() && norm.terms.is_empty() && norm.dated_by.is_none() {
                self.fault("the condition that fails is missing", "缺少不成立的条件");
            }
            return;
        };
        let same_place = norm.regulation == self.case.norm.regulation && matches!(norm.occasion, Occasion::Record(_));
        match [(filter, place), (norm.when.as_ref(), scene)].into_iter().find(|(expr, _)| *expr == Some(&step.expr)) {
            Some((Some(expr), place)) if same_place => self.step(place, expr, step),
            Some(_) => {}
            None => self.fault("another condition stands in the policy", "规章中为另一条件"),
        }
        if answer(Some(step)) != Some(false) {
            self.fault("its condition is not false", "其条件并非不成立");
        }
    }

    /// What would have changed it gives something that people see differ, and asks no question twice.
    pub(super) fn changes_told(&mut self) {
        let case = self.case;
        let verdict = &case.derivation.verdict;
        let bare = |effects: &[Effect]| effects.iter().map(|effect| Effect { cites: Vec::new(), items: Vec::new(), ..effect.clone() }).collect::<Vec<_>>();
        for (n, change) in case.derivation.would_change.iter().enumerate() {
            if change.ruling == verdict.ruling && bare(&change.effects) == bare(&verdict.effects) {
                self.fault("a change is told that changes nothing", "所列变化并不改变结论");
            }
            let condition = matches!(change.step.value, Value::Known(crate::model::value::Scalar::Bool(_)));
            if condition && case.derivation.would_change.iter().take(n).any(|earlier| earlier.step.expr == change.step.expr) {
                self.fault("a change is told twice", "同一变化列出两次");
            }
        }
    }
}

/// Does a norm look at the same record and surely not apply?
fn silent(case: &Case<'_>, norm: &Norm) -> bool {
    let (Occasion::Record(pattern), Some(trigger)) = (&norm.occasion, case.trigger) else { return false };
    if norm.name == case.norm.name || !case.is_of(trigger, pattern) {
        return false;
    }
    let scene = case.scene();
    let is = |scene: Scene<'_>, expr, wanted| scene.eval(expr) == Some(Value::Known(crate::model::value::Scalar::Bool(wanted)));
    let filter = pattern.filter.as_ref();
    let no_occasion = filter.is_some_and(|filter| is(scene.at_record(trigger), filter, false));
    // Where it is open whether there is an occasion, the norm has a verdict of its own.
    let occasion = filter.is_none_or(|filter| is(scene.at_record(trigger), filter, true));
    norm.regulation == case.norm.regulation && (no_occasion || (occasion && norm.when.as_ref().is_some_and(|when| is(scene, when, false))))
}
