//! What an open quantity may be, and whether a set of choices leaves nothing of it out.

use crate::model::expr::Op;
use crate::model::number::Number;
use crate::model::value::{Range, Type};

/// From the lowest to the highest value, in steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    low: Option<(Number, bool)>,
    high: Option<(Number, bool)>,
    step: Option<Number>,
}

/// The signs of choices; a longer sign before its beginning.
const SIGNS: [&str; 6] = ["<=", ">=", "!=", "<", ">", "="];

impl Span {
    /// Of a quantity with this range; none for another type.
    pub(super) fn of(ty: &Type, range: &Range) -> Option<Self> {
        let Type::Quantity(_) = ty else { return None };
        Some(Self { low: range.low.map(|n| (n, true)), high: range.high.map(|n| (n, true)), step: range.grain })
    }

    /// Between two bounds, both possible.
    pub(super) fn between(low: Option<Number>, high: Option<Number>, whole: bool) -> Self {
        Self { low: low.map(|n| (n, true)), high: high.map(|n| (n, true)), step: whole.then(|| Number::whole(1)) }
    }

    /// The part on one side of a threshold; none when nothing is there.
    fn part(&self, sign: &str, at: Number) -> Option<Self> {
        let mut part = *self;
        if matches!(sign, "<" | "<=" | "=") && part.high.is_none_or(|(high, _)| at <= high) {
            let inside = sign != "<" && part.high.is_none_or(|(high, inside)| at < high || inside);
            part.high = Some((at, inside));
        }
        if matches!(sign, ">" | ">=" | "=") && part.low.is_none_or(|(low, _)| at >= low) {
            let inside = sign != ">" && part.low.is_none_or(|(low, inside)| at > low || inside);
            part.low = Some((at, inside));
        }
        part.tight().filter(Self::holds_something)
    }

    /// What every value says of the comparison with a number; none when they differ.
    pub(super) fn decides(&self, op: Op, at: Number) -> Option<bool> {
        let below = self.part("<", at).is_some();
        let above = self.part(">", at).is_some();
        let here = self.part("=", at).is_some();
        let (holds, fails) = match op {
            Op::Lt => (below, here || above),
            Op::Le => (below || here, above),
            Op::Gt => (above, here || below),
            Op::Ge => (above || here, below),
            Op::Eq => (here, below || above),
            Op::Ne => (below || above, here),
        };
        (holds != fails).then_some(holds)
    }

    /// Bounds that are themselves possible values.
    fn tight(mut self) -> Option<Self> {
        let Some(step) = self.step else { return Some(self) };
        if let Some((low, inside)) = self.low {
            let first = low.over(step)?.ceil().times(step)?;
            self.low = Some((if first == low && !inside { first.plus(step)? } else { first }, true));
        }
        if let Some((high, inside)) = self.high {
            let last = high.over(step)?.floor().times(step)?;
            self.high = Some((if last == high && !inside { last.minus(step)? } else { last }, true));
        }
        Some(self)
    }

    fn holds_something(&self) -> bool {
        match (self.low, self.high) {
            (Some((low, a)), Some((high, b))) => low < high || (low == high && a && b),
            _ => true,
        }
    }
}

/// `< 3` as sign and rest; a choice about several quantities names them first.
fn parsed(word: &str) -> Option<(&'static str, &str)> {
    let word = word.rsplit_once(": ").map_or(word, |(_, sign)| sign);
    SIGNS.into_iter().find_map(|sign| word.strip_prefix(sign).map(|rest| (sign, rest.trim())))
}

/// The part of a span that a choice takes.
pub(super) fn narrowed(span: &Span, word: &str) -> Option<Span> {
    let (sign, rest) = parsed(word)?;
    span.part(sign, Number::parse(rest)?)
}

/// Do the choices, all about one threshold or value, leave nothing out?
pub(super) fn complete(words: &[&str], span: Option<&Span>) -> bool {
    let Some(choices) = words.iter().map(|word| parsed(word)).collect::<Option<Vec<_>>>() else { return false };
    let Some((_, rest)) = choices.first() else { return false };
    if choices.iter().any(|(_, other)| other != rest) {
        return false;
    }
    let signs: Vec<&str> = choices.iter().map(|(sign, _)| *sign).collect();
    let told = |wanted: &[&str]| wanted.len() == signs.len() && wanted.iter().all(|sign| signs.contains(sign));
    if told(&["<", ">="]) || told(&["<=", ">"]) || told(&["=", "!="]) {
        return true;
    }
    let possible = |sign: &&str| match (span, Number::parse(rest)) {
        (Some(span), Some(at)) => span.part(sign, at).is_some(),
        _ => true,
    };
    let wanted: Vec<&str> = ["<", "=", ">"].into_iter().filter(possible).collect();
    told(&wanted)
}
