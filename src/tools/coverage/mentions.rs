//! What cites which clause, and on what it rests.

use crate::model::expr::Expr;
use crate::model::norm::{Decision, Exception, Norm, Requirement, Until};
use crate::model::order::{BREACH, FORFEIT, Reads};
use crate::model::{Model, Parameter, ParameterSort, walk};
use std::collections::BTreeSet;

/// Something that cites a clause.
#[derive(Debug)]
pub(super) struct Mention<'m> {
    /// The citation.
    pub clause: &'m str,
    /// Name of the norm, exception, declaration or regulation.
    pub by: &'m str,
    /// Its regulation; none of a shared text.
    pub regulation: Option<&'m str>,
    /// What it says about the clause.
    pub says: Says,
}

/// What a mention says about its clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// It is encoded, resting on these.
    Encoded(Rests),
    /// The text can be read in several ways, and a norm asks which.
    ReadingUsed,
    /// Only that something is open: a hole, a judged fact, a reading that nobody asks for.
    Open,
}

/// On what a construct rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Rests {
    /// Somebody must say something.
    pub judged: bool,
    /// The text does not state something.
    pub hole: bool,
}

impl Rests {
    fn and(self, other: Self) -> Self {
        Self { judged: self.judged || other.judged, hole: self.hole || other.hole }
    }
}

/// Everything in the model that cites something.
pub(super) fn all(model: &Model) -> Vec<Mention<'_>> {
    let mut found = Mentions { model, all: Vec::new() };
    for regulation in &model.regulations {
        found.add(&regulation.cites, &regulation.name, Some(&regulation.name), Says::Encoded(Rests::default()));
    }
    for declared in &model.declared {
        let rests = declared.asks.iter().filter_map(|name| model.parameter(name)).map(rests_on).fold(Rests::default(), Rests::and);
        found.add(&declared.cites, &declared.name, declared.regulation.as_deref(), Says::Encoded(rests));
    }
    for (event, valid) in model.events.iter().filter_map(|event| Some((event, event.valid.as_ref()?))) {
        let rests = found.rests(|reads| walk::expr(&valid.when, reads));
        found.add(&valid.cites, &event.name, None, Says::Encoded(rests));
    }
    let asked: BTreeSet<String> = model.norms.iter().flat_map(|norm| Reads::of(norm).parameters).collect();
    for parameter in &model.parameters {
        let reading = matches!(parameter.sort, ParameterSort::Reading { .. });
        let says = if reading && asked.contains(&parameter.name) { Says::ReadingUsed } else { Says::Open };
        found.add(&parameter.cites, &parameter.name, regulation_of(model, &parameter.name), says);
    }
    model.norms.iter().for_each(|norm| found.norm(norm));
    found.all
}

/// The regulation in `regulation.name`.
fn regulation_of<'m>(model: &'m Model, full: &str) -> Option<&'m str> {
    let (regulation, _) = full.split_once('.')?;
    model.regulation(regulation).map(|regulation| regulation.name.as_str())
}

fn rests_on(parameter: &Parameter) -> Rests {
    match parameter.sort {
        ParameterSort::Hole => Rests { judged: false, hole: true },
        ParameterSort::Judged { .. } => Rests { judged: true, hole: false },
        ParameterSort::Reading { .. } => Rests::default(),
    }
}

struct Mentions<'m> {
    model: &'m Model,
    all: Vec<Mention<'m>>,
}

/// A line of a norm: what it cites, on what it rests.
type Line<'m> = (&'m [String], Rests);

impl<'m> Mentions<'m> {
    fn add(&mut self, cites: &'m [String], by: &'m str, regulation: Option<&'m str>, says: Says) {
        self.all.extend(cites.iter().map(|clause| Mention { clause, by, regulation, says }));
    }

    fn rests(&self, look: impl FnOnce(&mut Reads)) -> Rests {
        let mut reads = Reads::default();
        look(&mut reads);
        let asked = reads.parameters.iter().chain(&reads.judged).filter_map(|name| self.model.parameter(name));
        asked.map(rests_on).fold(Rests::default(), Rests::and)
    }

    /// What every line of the norm rests on: its occasion and conditions, and who is bound.
    fn common(&self, norm: &Norm) -> Rests {
        self.rests(|reads| {
            walk::occasion(&norm.occasion, reads);
            norm.dated_by.iter().chain(&norm.when).chain(&norm.bearer).for_each(|expr| walk::expr(expr, reads));
        })
    }

    /// Lines with citations of their own speak for themselves. What the norm as a whole cites rests on the lines without any and on those that cite
    /// the same; where there are none, on what all of its lines rest.
    fn norm(&mut self, norm: &'m Norm) {
        let common = self.common(norm);
        let lines: Vec<Line<'m>> = self.lines(norm).into_iter().map(|(cites, rests)| (cites, rests.and(common))).collect();
        let of = Some(norm.regulation.as_str());
        for clause in &norm.cites {
            let mut own = lines.iter().filter(|(cites, _)| cites.is_empty() || cites.contains(clause)).map(|(_, rests)| *rests).peekable();
            let rests = match own.peek() {
                Some(_) => own.fold(common, Rests::and),
                None => Rests {
                    judged: common.judged || !lines.is_empty() && lines.iter().all(|(_, rests)| rests.judged),
                    hole: common.hole || !lines.is_empty() && lines.iter().all(|(_, rests)| rests.hole),
                },
            };
            self.all.push(Mention { clause, by: &norm.name, regulation: of, says: Says::Encoded(rests) });
        }
        for (cites, rests) in lines {
            self.add(cites, &norm.name, of, Says::Encoded(rests));
        }
        for exception in &norm.exceptions {
            self.exception(exception, norm, common);
        }
    }

    /// An exception prevails only where its norm applies.
    fn exception(&mut self, exception: &'m Exception, norm: &'m Norm, common: Rests) {
        let own = self.rests(|reads| {
            exception.when.iter().for_each(|when| walk::expr(when, reads));
            walk::action(&exception.action, reads);
        });
        let rests = own.and(common);
        let regulation = regulation_of(self.model, &exception.name).or(Some(&norm.regulation));
        self.add(&exception.cites, &exception.name, regulation, Says::Encoded(rests));
        for inner in &exception.exceptions {
            self.exception(inner, norm, rests);
        }
    }

    fn lines(&self, norm: &'m Norm) -> Vec<Line<'m>> {
        let mut lines: Vec<Line<'m>> = norm.decisions.iter().chain(&norm.if_breached).flat_map(|decision| self.decision(decision)).collect();
        lines.extend(norm.requirements.iter().flat_map(Requirement::each).flat_map(|requirement| self.requirement(requirement)));
        let given = norm.yields.iter().map(|given| {
            (given.cites.as_slice(), self.rests(|reads| given.exprs().for_each(|value| walk::expr(value, reads))))
        });
        lines.extend(given);
        lines
    }

    fn decision(&self, decision: &'m Decision) -> Vec<Line<'m>> {
        let clauses = decision.clauses.iter().map(|clause| {
            let parts = clause.when.iter().chain([&clause.value]).chain(&decision.to);
            (clause.cites.as_slice(), self.rests(|reads| parts.for_each(|part| walk::expr(part, reads))))
        });
        let bounds = decision.floor.iter().chain(&decision.cap).map(|(bound, cites)| (cites.as_slice(), self.rests(|reads| walk::expr(bound, reads))));
        let forfeits = decision.forfeits.iter().filter_map(|(when, cites)| Some((cites.as_slice(), self.forfeit(when)?)));
        clauses.chain(bounds).chain(forfeits).collect()
    }

    /// A pay that another norm takes away rests on what that norm rests on; where that norm says so in a line of its own, this is no line.
    fn forfeit(&self, when: &Expr) -> Option<Rests> {
        let event = match when {
            Expr::Measure(measure) => measure.pattern.events.first().map_or("", String::as_str),
            _ => "",
        };
        if event.starts_with(FORFEIT) {
            return None;
        }
        match event.strip_prefix(BREACH).and_then(|norm| self.model.norm(norm)) {
            Some(broken) => Some(self.rests(|reads| walk::norm(broken, reads))),
            None => Some(self.rests(|reads| walk::expr(when, reads))),
        }
    }

    /// The requirement with its deadline, then each change of that.
    fn requirement(&self, requirement: &'m Requirement) -> Vec<Line<'m>> {
        let changes = requirement.until.iter().flat_map(|until| &until.changes);
        let plain = Requirement {
            until: requirement.until.as_ref().map(|until| Until { default: until.default.clone(), changes: Vec::new(), on_request: None }),
            ..requirement.clone()
        };
        let mut lines = vec![(requirement.cites.as_slice(), self.rests(|reads| walk::requirement(&plain, reads)))];
        lines.extend(changes.map(|change| {
            let rests = self.rests(|reads| {
                walk::expr(&change.when, reads);
                walk::deadline(&change.deadline, reads);
            });
            (change.cites.as_slice(), rests)
        }));
        let requests = requirement.until.iter().filter_map(|until| until.on_request.as_deref());
        lines.extend(requests.map(|request| (request.cites.as_slice(), self.rests(|reads| walk::on_request(request, reads)))));
        lines
    }
}
