//! Examples for what the examples of a policy do not show (`docs/cli.md`, `bylaw test --generate`). Cases are made for each way that is missing, judged,
//! looked at with the same eyes as `--coverage`, and of those that show something the fewest are chosen that show everything.

mod expect;

use super::exercised::{ByNorm, Kind, Shown, Spot, Target, by_norm, shown};
use super::{Ran, run};
use crate::analysis::witness::cases::{Aim, Case, Lack, cases, is_plain};
use crate::diagnostics::Say;
use crate::model::expr::Expr;
use crate::model::norm::{Norm, Occasion};
use crate::model::value::Scalar;
use crate::model::{Example, Model, order};
use crate::reference::verdict::{Ruling, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// A way of a target, by its place among them: its first way or the other.
pub(crate) type Way = (usize, bool);

/// An example that may be added.
pub(crate) struct Proposal {
    /// What is given, and what the rules now say of it.
    pub(crate) example: Example,
    /// What it shows that nothing showed before: first what it was made for, then in the order of the text.
    pub(crate) shows: Vec<Way>,
    /// The values at which it is so.
    pub(crate) values: Vec<(Expr, Option<Scalar>)>,
    /// The verdict on which the first of these is seen; none where there is none.
    pub(crate) verdict: Option<Verdict>,
}

/// What was found.
pub(crate) struct Proposed {
    /// Examples, in the order of what they show.
    pub(crate) proposals: Vec<Proposal>,
    /// What no case was found for, and why.
    pub(crate) left: Vec<(Way, Say)>,
}

/// Every way that is missing.
pub(crate) fn missing(targets: &[Target]) -> Vec<Way> {
    let ways = |(at, target): (usize, &Target)| [(!target.seen).then_some((at, true)), (target.both && !target.seen_not).then_some((at, false))];
    targets.iter().enumerate().flat_map(ways).flatten().collect()
}

/// Looks for the fewest examples that show what is missing; `done` hears how many of the missing ways were looked at.
pub(crate) fn propose(model: &Model, targets: &[Target], wanted: &[Way], done: &mut dyn FnMut(usize)) -> Proposed {
    let bare = Model { examples: Vec::new(), ..model.clone() };
    let mut search = Search { model: &bare, needs: order::needs(&bare), targets, by_norm: by_norm(targets), wanted: wanted.iter().copied().collect(), found: BTreeSet::new(), kept: Vec::new() };
    let mut left = Vec::new();
    for (at, way) in wanted.iter().enumerate() {
        done(at);
        if !search.found.contains(way)
            && let Err(why) = search.look_for(*way)
        {
            left.push((*way, why));
        }
    }
    // What one case was not found for, another may show.
    left.retain(|(way, _)| !search.found.contains(way));
    let mut proposals = Vec::new();
    for kept in chosen(search.kept) {
        let lead = kept.lead();
        let mut shows: Vec<Way> = kept.shows.keys().copied().collect();
        shows.sort_by_key(|way| (Some(*way) != lead, way.0, !way.1));
        match expect::with_expectations(&bare, targets, &kept) {
            Some((example, verdict)) => {
                let values = if lead == Some(kept.made_for) { kept.values } else { Vec::new() };
                proposals.push(Proposal { example, shows, values, verdict });
            }
            None => left.extend(shows.into_iter().map(|way| (way, Say::new("a case shows it, of which no verdict can be expected by name", "有实例可以显示，但无法按名称写出预期")))),
        }
    }
    left.sort_by_key(|(way, _)| (way.0, !way.1));
    Proposed { proposals, left }
}

/// A case that shows something.
struct Kept {
    case: Case,
    /// What it was made for, and the values at which that is so.
    made_for: Way,
    values: Vec<(Expr, Option<Scalar>)>,
    shows: Shown,
}

impl Kept {
    /// What it is for, among what it shows: where another case shows what it was made for, the first.
    fn lead(&self) -> Option<Way> {
        let made_for = Some(self.made_for).filter(|way| self.shows.contains_key(way));
        made_for.or_else(|| self.shows.keys().copied().min_by_key(|(at, way)| (*at, !way)))
    }
}

struct Search<'s> {
    model: &'s Model,
    needs: Vec<BTreeSet<usize>>,
    targets: &'s [Target],
    by_norm: ByNorm,
    wanted: BTreeSet<Way>,
    found: BTreeSet<Way>,
    kept: Vec<Kept>,
}

/// Cases that show it with an open verdict, before one of them is taken.
const OPEN: usize = 6;

impl Search<'_> {
    /// Keeps the first case that shows it with a verdict that is not open, else the first that shows it.
    fn look_for(&mut self, way: Way) -> Result<(), Say> {
        let mut lacks = Vec::new();
        let target = self.targets.get(way.0).ok_or_else(|| Say::new("", ""))?;
        for (name, spot) in &target.spots {
            let Some(norm) = self.model.norm(name) else { continue };
            match self.case(norm, aim(spot), way) {
                Ok((case, plain)) => {
                    self.keep(case, way, plain);
                    return Ok(());
                }
                Err(lack) => lacks.push(lack),
            }
            // What other rules make is judged where they make it.
            for giver in self.givers(norm) {
                for aim in [Aim::Violation, Aim::Guard] {
                    if let Ok((case, plain)) = self.case_of(giver, norm, (aim, true), way) {
                        self.keep(case, way, plain);
                        return Ok(());
                    }
                }
            }
        }
        Err(said(&lacks))
    }

    /// Norms that make the records which the norm judges.
    fn givers(&self, norm: &Norm) -> Vec<&Norm> {
        let (Occasion::Record(pattern) | Occasion::Member(pattern, _)) = &norm.occasion else { return Vec::new() };
        let makes = |giver: &&Norm| giver.yields.iter().any(|given| pattern.events.contains(&given.event));
        self.model.norms.iter().filter(makes).take(3).collect()
    }

    fn case(&self, norm: &Norm, aim: Aim<'_>, way: Way) -> Result<(Case, bool), Lack> {
        self.case_of(norm, norm, (aim, way.1), way)
    }

    /// A case made for an aim of `of` that shows the way of a target of `norm`.
    fn case_of(&self, of: &Norm, norm: &Norm, aim: (Aim<'_>, bool), way: Way) -> Result<(Case, bool), Lack> {
        let part = self.only(&[&of.name, &norm.name]);
        let mut open: Option<Case> = None;
        let (mut opens, mut found) = (0, None);
        let looked = cases(&part, of, aim, &mut |case| {
            let ran = run(&part, &case.example);
            let Some(verdict) = self.shown_by(&ran, way) else { return false };
            if verdict.as_ref().is_none_or(|verdict| matches!(verdict.ruling, Ruling::Compliant | Ruling::Violation | Ruling::NotApplicable)) {
                found = Some(case.clone());
                return true;
            }
            open.get_or_insert_with(|| case.clone());
            opens += 1;
            opens >= OPEN
        });
        let is_of_norm = of.name == norm.name;
        match found.or(open) {
            Some(case) => Ok((case, is_of_norm)),
            None => Err(looked.err().unwrap_or(Lack::Never)),
        }
    }

    /// Does it show the way? And by which verdict, if there is one?
    fn shown_by(&self, ran: &Ran<'_>, way: Way) -> Option<Option<Verdict>> {
        if !ran.unusable.is_empty() {
            return None;
        }
        let id = shown(self.targets, &self.by_norm, &ran.model, &ran.records).remove(&way)?;
        Some(ran.audit.verdicts.iter().find(|verdict| verdict.id == id).cloned())
    }

    /// Looks at what the case shows of everything that is missing.
    fn keep(&mut self, case: Case, made_for: Way, own: bool) {
        let ran = run(self.model, &case.example);
        let mut shows = shown(self.targets, &self.by_norm, &ran.model, &ran.records);
        shows.retain(|way, _| self.wanted.contains(way));
        self.found.extend(shows.keys().copied());
        drop(ran);
        let values = case.values.iter().filter(|(term, _)| own && is_plain(term)).take(3).cloned().collect();
        self.kept.push(Kept { case, made_for, values, shows });
    }

    /// The rules without norms on which these do not rest: what is judged of these is the same.
    fn only(&self, names: &[&str]) -> Model {
        let mut queue: Vec<usize> = self.model.norms.iter().enumerate().filter(|(_, norm)| names.contains(&norm.name.as_str())).map(|(at, _)| at).collect();
        let mut all: BTreeSet<usize> = queue.iter().copied().collect();
        while let Some(next) = queue.pop() {
            queue.extend(self.needs.get(next).into_iter().flatten().copied().filter(|need| all.insert(*need)));
        }
        let norms = self.model.norms.iter().enumerate().filter(|(at, _)| all.contains(at)).map(|(_, norm)| norm.clone()).collect();
        Model { norms, ..self.model.clone() }
    }
}

fn aim(spot: &Spot) -> Aim<'_> {
    match spot {
        Spot::Guard => Aim::Guard,
        Spot::Violation => Aim::Violation,
        Spot::Part(part) => Aim::Part(*part),
        Spot::Whole(at) => Aim::Whole(*at),
        Spot::Exception(name) => Aim::Exception(name),
    }
}

/// The fewest, by always taking the one that shows most of what is still missing; each keeps what it is taken for. In the order of the text.
fn chosen(mut kept: Vec<Kept>) -> Vec<Kept> {
    let mut open: BTreeSet<Way> = kept.iter().flat_map(|kept| kept.shows.keys().copied()).collect();
    let mut chosen: Vec<Kept> = Vec::new();
    while !open.is_empty() {
        let shows = |kept: &Kept| kept.shows.keys().filter(|way| open.contains(way)).count();
        let Some(best) = (0..kept.len()).rev().max_by_key(|at| kept.get(*at).map_or(0, shows)) else { break };
        let mut best = kept.remove(best);
        best.shows.retain(|way, _| open.remove(way));
        if best.shows.is_empty() {
            break;
        }
        chosen.push(best);
    }
    chosen.sort_by_key(|kept| kept.lead().map(|(at, way)| (at, !way)));
    chosen
}

/// Why no case was found.
fn said(lacks: &[Lack]) -> Say {
    let tried: usize = lacks.iter().map(|lack| if let Lack::Tried(many) = lack { *many } else { 0 }).sum();
    let of = |lack: Lack| lacks.contains(&lack);
    match tried {
        0 if of(Lack::TooMany) => Say::new("its conditions have too many combinations", "条件的组合太多"),
        0 if of(Lack::NoStory) => Say::new("no case is made for what it judges: it happens by other rules, or on no day in force", "造不出它所判的情形：由其他规则产生，或没有生效的日子"),
        0 => Say::new("where it is judged, it never comes out so", "凡判到它的情形，都不会如此"),
        many => Say::new(format!("{many} cases were tried, and none shows it"), format!("试了 {many} 个实例，都未显示")),
    }
}

/// How a way of a sort of target is said of it.
pub(crate) fn way_said(kind: Kind, way: bool) -> (&'static str, &'static str) {
    match (kind, way) {
        (Kind::Norm, true) => ("applies", "适用"),
        (Kind::Norm | Kind::Violation, false) => ("does not apply", "不适用"),
        (Kind::Must, true) => ("is met", "得到履行"),
        (Kind::Must, false) => ("is breached", "未履行"),
        (Kind::Violation, true) => ("is violated", "被违反"),
        (Kind::Clause | Kind::Forfeited | Kind::Deadline, true) => ("takes effect", "生效"),
        (Kind::Clause | Kind::Forfeited | Kind::Deadline, false) => ("has no effect", "不生效"),
        (Kind::Exception, true) => ("prevails", "优先适用"),
        (Kind::Exception, false) => ("does not prevail", "不优先适用"),
    }
}

/// Verdict ids of what is shown, by norm.
fn by_rule(shows: &Shown) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for id in shows.values() {
        all.entry(id.split_once('@').map_or(id, |(rule, _)| rule)).or_default().insert(id);
    }
    all
}
