//! What is different about norms: what is said of each as a whole, and what it says at each place.

use super::compared::{Compared, Sums};
use super::matched::under_later_names;
use super::facets::{Facet, Looked, Said};
use super::recorded::judgement;
use super::words::{self, facet};
use super::{Case, Change, Proof, Row, Sort, meaning};
use crate::analysis::both::{Both, Place, Side, Spoken};
use crate::diagnostics::Say;
use crate::explain::words::Words;
use crate::model::Model;
use crate::model::expr::Expr;
use crate::model::norm::{Action, Decision, Exception, Hit, Norm, Occasion, Requirement, What};
use crate::records::Records;
use crate::reference::verdict::{Ruling, Verdict};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Pairs of results of one norm that are told, at most.
const MOST_ROWS: usize = 400;
/// Regions of one norm for which a case is looked for, at most.
const MOST_CASES: usize = 60;

/// The norms that say something else.
pub(crate) fn changes(first: &Model, second: &Model) -> Vec<Change> {
    let names: BTreeSet<&str> = [first, second].iter().flat_map(|model| &model.norms).map(|norm| norm.name.as_str()).collect();
    let nothing = Records::default();
    let mut changes = Vec::new();
    for name in names {
        match (first.norm(name), second.norm(name)) {
            (Some(a), Some(b)) if meaning::of_norm(first, a) != meaning::of_norm(second, b) => {
                let pair = Pair { models: [first, second], norms: [a, b], speech: [(first, a), (second, b)].map(|(model, norm)| Spoken::new(model, &norm.name, &nothing)) };
                changes.extend(pair.change());
            }
            (Some(norm), None) => changes.push(continued(first, second, norm, Sort::Removed, &nothing).unwrap_or_else(|| alone(first, norm, Sort::Removed, &nothing))),
            (None, Some(norm)) => changes.push(continued(second, first, norm, Sort::Added, &nothing).unwrap_or_else(|| alone(second, norm, Sort::Added, &nothing))),
            _ => {}
        }
    }
    changes
}

struct Pair<'m> {
    models: [&'m Model; 2],
    norms: [&'m Norm; 2],
    speech: [Spoken<'m>; 2],
}

/// Where a facet comes out in one way: what is said there, the places, and those at which the result must differ.
struct Found<'n, 'b> {
    said: [Said<'n>; 2],
    places: BTreeSet<&'b Place>,
    shown: BTreeSet<&'b Place>,
}

impl<'m> Pair<'m> {
    fn change(&self) -> Option<Change> {
        let (mut rows, mut not_compared) = (self.whole(), Vec::new());
        match self.by_region() {
            Some(more) => rows.extend(more),
            None => not_compared.push(Say::new("its conditions have too many combinations to be compared place by place", "条件的组合太多，未能逐一比较")),
        }
        let [_, norm] = self.norms;
        let change = Change { name: norm.name.clone(), title: title(&self.speech[1], norm), cites: norm.cites.clone(), is_norm: true, sort: Sort::Changed, rows, not_compared };
        (!change.rows.is_empty() || !change.not_compared.is_empty()).then_some(change)
    }

    /// What is said of the norm as a whole.
    fn whole(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut row = |what: Say, key: &dyn Fn(&Norm) -> Value, say: &dyn Fn(&Words<'_>, &Norm) -> String| {
            let [a, b] = self.norms;
            if key(a) != key(b) {
                let [old, new] = [0, 1].map(|side: usize| Some(self.speech[side].say(|words| say(words, self.norms[side]))));
                rows.push(Row::text(what, old, new));
            }
        };
        let none = |words: &Words<'_>| words.pick("as usual", "照一般").to_owned();
        row(Say::new("what is judged", "判定对象"), &|norm| meaning::of(&bare_occasion(norm)), &words::occasion);
        row(Say::new("in force", "有效期"), &|norm| meaning::of(&norm.validity), &words::in_force);
        row(Say::new("the day that chooses the version", "适用版本所依日期"), &|norm| meaning::of(&norm.dated_by), &|words, norm| norm.dated_by.as_ref().map_or_else(|| none(words), |day| words.phrase(day, &[])));
        row(Say::new("judged on", "判定日"), &|norm| meaning::of(&norm.judged_on), &|words, norm| norm.judged_on.as_ref().map_or_else(|| none(words), |day| words.phrase(day, &[])));
        row(Say::new("who is bound", "责任人"), &|norm| meaning::of(&norm.bearer), &|words, norm| norm.bearer.as_ref().map_or_else(|| words.pick("who it is about", "当事人").to_owned(), |who| words.phrase(who, &[])));
        row(Say::new("counts as", "计为"), &|norm| meaning::sorted_of(&norm.yields), &|words, norm| listed(words, norm.yields.iter().map(|given| words::yields(words, given))));
        row(Say::new("a violation by itself", "本身即违规"), &|norm| meaning::of(&norm.violation), &|words, norm| words.yes(norm.violation).to_owned());
        row(Say::new("unless before", "除非在此之前"), &|norm| meaning::sorted_of(&norm.terms), &|words, norm| {
            listed(words, norm.terms.iter().map(|term| words::requirement(words, term, term.until.as_ref().map(|until| &until.default))))
        });
        for breached in [false, true] {
            let of = |norm: &'m Norm| if breached { &norm.if_breached } else { &norm.decisions };
            let slots: BTreeSet<&str> = self.norms.into_iter().flat_map(of).map(|decision| decision.slot.as_str()).collect();
            for slot in slots {
                let [Some(a), Some(b)] = self.norms.map(|norm| of(norm).iter().find(|decision| decision.slot == slot)) else { continue };
                if frame(a) != frame(b) {
                    let what = self.speech[1].say(|words| words::said(words, "how {} counts", "{}的计法", &words.slot(slot)));
                    let [old, new] = [(0, a), (1, b)].map(|(side, decision): (usize, _)| Some(self.speech[side].say(|words| words::frame(words, decision))));
                    rows.push(Row::text(what, old, new));
                }
            }
        }
        rows
    }

    /// What it says at each place; none: there are too many places.
    fn by_region(&self) -> Option<Vec<Row>> {
        let looked = self.norms.map(Looked::new);
        let sides: Vec<Side<'_>> = (0..2).map(|side| Side::new(self.models[side], self.norms[side], looked[side].asks())).collect();
        let both = Both::new(&sides[0], &sides[1])?;
        let sums = Sums::of(&looked);
        let facets = self.facets(&sums);
        let compared = Compared { looked: &looked, sums: &sums, alone: facets.len() == 1 };
        let mut found: BTreeMap<(&Facet, [String; 2]), Found<'_, '_>> = BTreeMap::new();
        for (place, truths) in both.places() {
            let said = [looked[0].said(&truths[0]), looked[1].said(&truths[1])];
            for facet in &facets {
                if let Some(keys) = compared.keys(facet, &said) {
                    let shows = compared.shows(facet, &said);
                    let found = found.entry((facet, keys)).or_insert_with(|| Found { said: said.clone(), places: BTreeSet::new(), shown: BTreeSet::new() });
                    found.places.insert(place);
                    if shows {
                        found.shown.insert(place);
                    }
                }
            }
            if found.len() > MOST_ROWS {
                return None;
            }
        }
        let mut rows = Vec::new();
        for (tried, ((of, _), found)) in found.iter().enumerate() {
            let (Some(region), Some(shown)) = (both.region(&found.places, &self.speech[1]), both.region(&found.shown, &self.speech[1])) else { continue };
            let also = compared.counts(of, &found.said);
            let case = if tried >= MOST_CASES { None } else { both.case(&shown, &also, compared.answers(of, &found.said), &|old, new| differ(of, old, new)) };
            let proof = case.map_or(Proof::Open, |case| {
                let [old, new] = case.verdicts;
                Proof::Case(Box::new(Case { example: case.example, of_later: case.of_second, old, new }))
            });
            let text = |side: usize| self.speech[side].say(|words| compared.text(words, of, &found.said, side));
            let row = Row { what: self.speech[1].say(|words| facet(words, of)), old: Some(text(0)), new: Some(text(1)), regions: region.told, whole: region.whole, proof };
            rows.push(((*of).clone(), region.order, row));
        }
        rows.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        Some(together(rows.into_iter().map(|(.., row)| row).collect()))
    }

    /// What is compared: where a norm does one thing only, whether it applies is said of that.
    fn facets(&self, sums: &Sums) -> Vec<Facet> {
        let mut all: BTreeSet<Facet> = sums.facets();
        for norm in self.norms {
            all.extend(norm.decisions.iter().filter(|decision| !sums.has(&decision.slot)).map(|decision| Facet::Slot(decision.slot.clone())));
            all.extend(norm.if_breached.iter().map(|decision| Facet::Breached(decision.slot.clone())));
            let at_once = |requirement: &Requirement| requirement.until.is_none() && matches!(requirement.what, What::Condition(_));
            if norm.requirements.iter().any(at_once) {
                all.insert(Facet::Kept);
            }
            if norm.requirements.iter().any(|requirement| !at_once(requirement)) {
                all.insert(Facet::Musts);
            }
            if norm.exceptions.iter().any(has_violation) {
                all.insert(Facet::Violation);
            }
        }
        if all.len() != 1 || all.contains(&Facet::Violation) || all.contains(&Facet::Kept) {
            all.insert(Facet::Applies);
        }
        all.into_iter().collect()
    }
}

fn has_violation(exception: &Exception) -> bool {
    exception.action == Action::Violation || exception.exceptions.iter().any(has_violation)
}

/// Do the verdicts differ in what is compared?
fn differ(facet: &Facet, old: Option<&Verdict>, new: Option<&Verdict>) -> bool {
    let applies = |verdict: Option<&Verdict>| verdict.is_some_and(|verdict| verdict.ruling != Ruling::NotApplicable);
    match facet {
        Facet::Applies => applies(old) != applies(new),
        Facet::Slot(slot) | Facet::Line(slot, _) | Facet::Forfeited(slot) | Facet::Around(slot) if applies(old) && applies(new) => {
            old.map(|verdict| judgement(verdict).of_slot(slot)) != new.map(|verdict| judgement(verdict).of_slot(slot))
        }
        _ => old.map(judgement) != new.map(judgement),
    }
}

/// Rows that say the same of several regions are one.
fn together(rows: Vec<Row>) -> Vec<Row> {
    let mut all: Vec<Row> = Vec::new();
    for row in rows {
        let alike = |other: &Row| other.what == row.what && other.old == row.old && other.new == row.new && matches!(other.proof, Proof::Open) == matches!(row.proof, Proof::Open);
        match all.iter_mut().find(|other| alike(other)) {
            Some(other) => {
                other.regions.extend(row.regions);
                other.whole &= row.whole;
            }
            None => all.push(row),
        }
    }
    all
}

/// A norm that only one version has and that continues one of both: what it says, compared with what that one says in the other version, where it has no end
/// on account of it.
fn continued(with: &Model, without: &Model, norm: &Norm, sort: Sort, nothing: &Records) -> Option<Change> {
    let earlier = norm.continues.as_ref().filter(|earlier| with.norm(earlier).is_some())?;
    let names = BTreeMap::from([(without.norm(earlier)?.name.clone(), norm.name.clone())]);
    let renamed = under_later_names(without, &names);
    let before = renamed.norm(&norm.name)?;
    let sides = [(&renamed, before), (with, norm)];
    let sides = if sort == Sort::Added { sides } else { [sides[1], sides[0]] };
    let speech = sides.map(|(model, norm)| Spoken::new(model, &norm.name, nothing));
    let pair = Pair { models: sides.map(|(model, _)| model), norms: sides.map(|(_, norm)| norm), speech };
    let mut change = pair.change()?;
    let speech = Spoken::new(with, &norm.name, nothing);
    let row = |what: Say, text: Say| {
        let (old, new) = if sort == Sort::Added { (None, Some(text)) } else { (Some(text), None) };
        Row::text(what, old, new)
    };
    let mut rows = vec![row(Say::new("continues", "接续"), speech.say(|words| words.quoted_norm(earlier)))];
    let in_force = Say::new("in force", "有效期");
    rows.push(row(in_force.clone(), speech.say(|words| words::in_force(words, norm))));
    rows.extend(change.rows.into_iter().filter(|row| row.what != in_force));
    change.rows = rows;
    change.sort = sort;
    change.cites.clone_from(&norm.cites);
    Some(change)
}

/// A norm that only one version has.
fn alone(model: &Model, norm: &Norm, sort: Sort, nothing: &Records) -> Change {
    let speech = Spoken::new(model, &norm.name, nothing);
    let mut rows = Vec::new();
    let mut row = |what: Say, text: Say| {
        let (old, new) = if sort == Sort::Added { (None, Some(text)) } else { (Some(text), None) };
        rows.push(Row::text(what, old, new));
    };
    let when = |words: &Words<'_>, text: String, when: Option<&Expr>| match when {
        None => text,
        Some(when) if words.zh() => format!("{}时，{text}", words.phrase(when, &[])),
        Some(when) => format!("{text} when {}", words.phrase(when, &[])),
    };
    row(Say::new("what is judged", "判定对象"), speech.say(|words| when(words, words::occasion(words, norm), norm.when.as_ref())));
    if !norm.validity.is_always() {
        row(Say::new("in force", "有效期"), speech.say(|words| words::in_force(words, norm)));
    }
    for (decision, breached) in norm.decisions.iter().map(|one| (one, false)).chain(norm.if_breached.iter().map(|one| (one, true))) {
        let of = if breached { Facet::Breached(decision.slot.clone()) } else { Facet::Slot(decision.slot.clone()) };
        for clause in &decision.clauses {
            row(speech.say(|words| facet(words, &of)), speech.say(|words| when(words, words::line(words, clause), clause.when.as_ref())));
        }
    }
    for requirement in &norm.requirements {
        row(speech.say(|words| facet(words, &Facet::Musts)), speech.say(|words| words::requirement(words, requirement, requirement.until.as_ref().map(|until| &until.default))));
    }
    if norm.violation {
        row(Say::new("a violation by itself", "本身即违规"), speech.say(|words| words.yes(true).to_owned()));
    }
    for given in &norm.yields {
        row(Say::new("counts as", "计为"), speech.say(|words| words::yields(words, given)));
    }
    Change { name: norm.name.clone(), title: title(&speech, norm), cites: norm.cites.clone(), is_norm: true, sort, rows, not_compared: Vec::new() }
}

fn title(speech: &Spoken<'_>, norm: &Norm) -> Say {
    speech.say(|words| words.quoted_norm(&norm.name))
}

fn listed(words: &Words<'_>, all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.collect();
    if all.is_empty() { words.pick("nothing", "无").to_owned() } else { all.join(words.pick("; ", "；")) }
}

/// What is judged, without the conditions that are compared place by place.
fn bare_occasion(norm: &Norm) -> Occasion {
    let mut occasion = norm.occasion.clone();
    match &mut occasion {
        Occasion::Record(pattern) | Occasion::Member(pattern, _) => pattern.filter = None,
        Occasion::Period { filter, .. } | Occasion::Case { filter, .. } | Occasion::Throughout { filter, .. } => *filter = None,
        Occasion::Reaches { .. } => {}
    }
    occasion
}

/// What a decision says beside its lines.
fn frame(decision: &Decision) -> Value {
    let mut bare = decision.clone();
    bare.clauses.clear();
    bare.forfeits.clear();
    bare.hit = Hit::Sum;
    meaning::of(&bare)
}
