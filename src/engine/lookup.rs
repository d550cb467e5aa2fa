//! Clauses by look-up: where all that clauses ask is how fields and counters compare with constants, each of these is looked up once, and says of all
//! clauses at once which may apply.

use super::code::{Code, Now};
use super::counter::Counters;
use super::word::Word;

/// So many clauses are worth it, and have a bit each.
const FEWEST: usize = 3;
const MOST: usize = 64;
/// Most values that are looked up.
const COLUMNS: usize = 8;
/// So many cuts are compared one by one.
const FEW: usize = 16;

/// Which of some clauses apply.
#[derive(Debug, Clone)]
pub(super) struct Lookup {
    /// One bit for each clause.
    all: u64,
    columns: Vec<Column>,
}

/// One value, and what it leaves of the clauses.
#[derive(Debug, Clone)]
struct Column {
    of: Code,
    /// Where that changes, growing.
    cuts: Vec<Word>,
    /// Clauses that may apply below the first cut, from it to the next, and so on.
    left: Vec<u64>,
}

/// What a clause asks of one value.
type Term<'c> = (usize, &'c Code);

impl Lookup {
    /// Of clauses with these conditions; none when they ask something else, or are few. It may be used only while all fields are there ([`Now::sure`]).
    pub(super) fn new<'c>(conditions: impl Iterator<Item = Option<&'c Code>>, counters: &Counters) -> Option<Self> {
        let mut columns: Vec<(Code, Vec<Term<'c>>)> = Vec::new();
        let mut count = 0;
        for (clause, condition) in conditions.enumerate() {
            count = clause + 1;
            for term in condition.into_iter().flat_map(terms) {
                let mut of = None;
                if !asks_one(term, &mut of) {
                    return None;
                }
                let of = of.filter(|of| of.is_sure(counters))?;
                match columns.iter_mut().find(|(known, _)| *known == of) {
                    Some((_, asked)) => asked.push((clause, term)),
                    None => columns.push((of, vec![(clause, term)])),
                }
            }
        }
        if !(FEWEST..=MOST).contains(&count) || columns.is_empty() || columns.len() > COLUMNS {
            return None;
        }
        let all = u64::MAX >> (MOST - count);
        Some(Self { all, columns: columns.into_iter().map(|(of, asked)| Column::new(of, &asked, all)).collect() })
    }

    /// One bit for each clause that applies.
    #[inline]
    pub(super) fn clauses(&self, now: &mut Now<'_>) -> u64 {
        let mut left = self.all;
        for column in &self.columns {
            let value = if let Code::Slot(at) = &column.of { now.slots.get(*at).copied().unwrap_or_default() } else { column.of.eval(now) };
            left &= column.left(value);
        }
        left
    }
}

impl Column {
    fn new(of: Code, asked: &[Term<'_>], all: u64) -> Self {
        let mut points = Vec::new();
        asked.iter().for_each(|(_, term)| constants(term, &mut points));
        points.extend(points.clone().into_iter().filter_map(|point| point.checked_add(1)));
        points.sort_unstable();
        points.dedup();
        let at = |value: Word| asked.iter().filter(|(_, term)| !holds(term, value)).fold(all, |left, (clause, _)| left & !(1 << clause));
        let mut column = Self { of, cuts: Vec::new(), left: vec![at(points.first().map_or(0, |point| point.saturating_sub(1)))] };
        for point in points {
            let left = at(point);
            if column.left.last() != Some(&left) {
                column.cuts.push(point);
                column.left.push(left);
            }
        }
        column
    }

    #[inline]
    fn left(&self, value: Word) -> u64 {
        let at = if self.cuts.len() <= FEW { self.cuts.iter().map(|cut| usize::from(*cut <= value)).sum() } else { self.cuts.partition_point(|cut| *cut <= value) };
        self.left.get(at).copied().unwrap_or_default()
    }
}

/// What must hold together.
fn terms(condition: &Code) -> Vec<&Code> {
    match condition {
        Code::All(parts, _) => parts.iter().flat_map(terms).collect(),
        other => vec![other],
    }
}

/// Does it ask of one value only, how it compares with constants? Which one.
fn asks_one(term: &Code, of: &mut Option<Code>) -> bool {
    let mut same = |other: &Code| of.get_or_insert_with(|| other.clone()) == other;
    match term {
        Code::SlotAgainst(_, at, _) => same(&Code::Slot(*at)),
        Code::Slot(_) => same(term),
        Code::Against(_, other, _) => same(other),
        Code::Not(part) => asks_one(part, of),
        Code::All(parts, _) | Code::Any(parts, _) => parts.iter().all(|part| asks_one(part, of)),
        _ => false,
    }
}

/// The constants that a value is compared with.
fn constants(term: &Code, into: &mut Vec<Word>) {
    match term {
        Code::SlotAgainst(_, _, constant) | Code::Against(_, _, constant) => into.push(*constant),
        Code::Not(part) => constants(part, into),
        Code::All(parts, _) | Code::Any(parts, _) => parts.iter().for_each(|part| constants(part, into)),
        // Yes or no.
        _ => into.extend([0, 1]),
    }
}

/// Does a term hold for a value?
fn holds(term: &Code, value: Word) -> bool {
    match term {
        Code::SlotAgainst(op, _, constant) | Code::Against(op, _, constant) => op.holds(value.cmp(constant)),
        Code::Not(part) => !holds(part, value),
        Code::All(parts, _) => parts.iter().all(|part| holds(part, value)),
        Code::Any(parts, _) => parts.iter().any(|part| holds(part, value)),
        _ => value != 0,
    }
}
