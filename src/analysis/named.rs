//! The clauses that a name stands for.

use super::Context;
use crate::diagnostics::Say;
use crate::model::norm::{Decision, Exception, Norm};

/// A clause that a name stands for.
#[derive(Clone, Copy)]
pub(super) struct Clause<'m> {
    pub norm: &'m Norm,
    pub line: Line<'m>,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Line<'m> {
    /// All of the norm.
    Whole,
    /// A clause of a decision.
    Clause(&'m Decision, usize),
    /// A requirement that holds under a condition of its own, or none.
    Requirement(usize),
    Exception(&'m Exception),
}

/// The clauses that a name or a citation stands for: a norm, an exception, `NORM row 2`, or all that cite the clause of the text.
pub(super) fn named<'c>(context: &'c Context<'_>, name: &str) -> Result<Vec<Clause<'c>>, Say> {
    let is = |full: &str| full == name || is_short(name, full);
    let mut found = Vec::new();
    for norm in context.norms() {
        let clause = |line| Clause { norm, line };
        if is(&norm.name) {
            return Ok(vec![clause(Line::Whole)]);
        }
        if let Some(exception) = norm.exceptions.iter().find(|exception| is(&exception.name)) {
            return Ok(vec![clause(Line::Exception(exception))]);
        }
        let cited = |cites: &[String]| cites.iter().any(|cite| cite == name);
        let before = found.len();
        for decision in &norm.decisions {
            let row = |line: &str| name.strip_suffix(line).is_some_and(|of| of.trim_end() == norm.name || is_short(of.trim_end(), &norm.name));
            found.extend(decision.clauses.iter().enumerate().filter(|(_, line)| cited(&line.cites) || row(&line.name)).map(|(at, _)| clause(Line::Clause(decision, at))));
        }
        found.extend(norm.requirements.iter().enumerate().filter(|(_, requirement)| requirement.each().iter().any(|one| cited(&one.cites))).map(|(at, _)| clause(Line::Requirement(at))));
        found.extend(norm.exceptions.iter().filter(|exception| cited(&exception.cites)).map(|exception| clause(Line::Exception(exception))));
        if found.len() == before && cited(&norm.cites) {
            found.push(clause(Line::Whole));
        }
    }
    match found.is_empty() {
        true => Err(Say::new(format!("no norm, exception, row or citation is called `{name}`"), format!("没有名为 `{name}` 的规则、例外、行或出处"))),
        false => Ok(found),
    }
}

fn is_short(name: &str, full: &str) -> bool {
    full.split_once('.').is_some_and(|(_, short)| short == name)
}
