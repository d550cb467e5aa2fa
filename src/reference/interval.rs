//! What an open quantity may be: bounds, open or closed, and the distance between neighbouring values.

use crate::model::expr::Op;
use crate::model::number::Number;
use crate::model::value::Range;
use std::cmp::Ordering;

/// A bound and whether it is itself excluded.
type Bound = Option<(Number, bool)>;

/// An interval of numbers; with a step, only the multiples of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Interval {
    low: Bound,
    high: Bound,
    step: Option<Number>,
}

/// An end of an interval, or that there is none on this side.
#[derive(Debug, Clone, Copy)]
enum End {
    Below,
    At(Number, bool),
    Above,
}

impl End {
    fn at((number, strict): (Number, bool)) -> Self {
        Self::At(number, strict)
    }

    fn sign(self) -> Ordering {
        match self {
            Self::Below => Ordering::Less,
            Self::At(number, _) => number.cmp(&Number::whole(0)),
            Self::Above => Ordering::Greater,
        }
    }

    fn times(self, other: Self) -> Self {
        let zero = |end: Self| matches!(end, Self::At(number, false) if number.is_zero());
        if let (Self::At(a, missed), Self::At(b, too)) = (self, other)
            && let Some(product) = a.times(b)
        {
            return Self::At(product, (missed && !zero(other)) || (too && !zero(self)));
        }
        match (self.sign(), other.sign()) {
            (Ordering::Equal, _) | (_, Ordering::Equal) => Self::At(Number::whole(0), false),
            (one, other) if one == other => Self::Above,
            _ => Self::Below,
        }
    }

    /// Where it lies among others.
    fn place(self) -> (i8, Option<Number>) {
        match self {
            Self::Below => (-1, None),
            Self::At(number, _) => (0, Some(number)),
            Self::Above => (1, None),
        }
    }

    fn is_missed(self) -> bool {
        matches!(self, Self::At(_, true))
    }
}

/// Which side of a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Below,
    NotAbove,
    At,
    NotBelow,
    Above,
}

impl Side {
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::NotAbove => "<=",
            Self::At => "=",
            Self::NotBelow => ">=",
            Self::Above => ">",
        }
    }
}

impl Interval {
    pub(super) const ALL: Self = Self { low: None, high: None, step: None };

    pub(super) fn point(number: Number) -> Self {
        Self::closed(Some(number), Some(number))
    }

    pub(super) fn closed(low: Option<Number>, high: Option<Number>) -> Self {
        Self { low: low.map(|n| (n, false)), high: high.map(|n| (n, false)), step: None }
    }

    /// Whole numbers from `low` to `high`.
    pub(super) fn whole(low: i64, high: Option<i64>) -> Self {
        Self { step: Some(Number::whole(1)), ..Self::closed(Some(Number::whole(low)), high.map(Number::whole)) }
    }

    pub(super) fn of(range: &Range) -> Self {
        Self { step: range.grain, ..Self::closed(range.low, range.high) }.tight()
    }

    /// Lowest and highest value, inclusive or not.
    pub(super) fn ends(&self) -> (Option<Number>, Option<Number>) {
        (self.low.map(|(n, _)| n), self.high.map(|(n, _)| n))
    }

    pub(super) fn cut(mut self, side: Side, at: Number) -> Self {
        let (below, above) = match side {
            Side::Below => (Some((at, true)), None),
            Side::NotAbove => (Some((at, false)), None),
            Side::At => (Some((at, false)), Some((at, false))),
            Side::NotBelow => (None, Some((at, false))),
            Side::Above => (None, Some((at, true))),
        };
        if let Some((at, strict)) = below
            && self.high.is_none_or(|(high, excluded)| at < high || (at == high && strict && !excluded))
        {
            self.high = Some((at, strict));
        }
        if let Some((at, strict)) = above
            && self.low.is_none_or(|(low, excluded)| at > low || (at == low && strict && !excluded))
        {
            self.low = Some((at, strict));
        }
        self.tight()
    }

    /// With a step, the bounds are values.
    fn tight(mut self) -> Self {
        let Some(step) = self.step else { return self };
        if let Some((low, strict)) = self.low
            && let Some(first) = low.over(step).map(Number::ceil).and_then(|n| n.times(step))
        {
            let first = if strict && first == low { first.plus(step) } else { Some(first) };
            self.low = first.map(|n| (n, false)).or(self.low);
        }
        if let Some((high, strict)) = self.high
            && let Some(last) = high.over(step).map(Number::floor).and_then(|n| n.times(step))
        {
            let last = if strict && last == high { last.minus(step) } else { Some(last) };
            self.high = last.map(|n| (n, false)).or(self.high);
        }
        self
    }

    /// The least interval that holds both.
    pub(super) fn hull(&self, other: &Self) -> Self {
        let ((low, high), (lower, higher)) = (self.ends(), other.ends());
        Self::closed(low.zip(lower).map(|(a, b)| a.min(b)), high.zip(higher).map(|(a, b)| a.max(b)))
    }

    pub(super) fn is_empty(&self) -> bool {
        match (self.low, self.high) {
            (Some((low, a)), Some((high, b))) => low > high || (low == high && (a || b)),
            _ => false,
        }
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        let add = |a: Bound, b: Bound| Some((a?.0.plus(b?.0)?, a?.1 || b?.1));
        Self { low: add(self.low, other.low), high: add(self.high, other.high), step: None }
    }

    pub(super) fn times(&self, factor: Number) -> Self {
        let by = |bound: Bound| bound.and_then(|(n, strict)| Some((n.times(factor)?, strict)));
        if factor < Number::whole(0) {
            Self { low: by(self.high), high: by(self.low), step: None }
        } else {
            Self { low: by(self.low), high: by(self.high), step: None }
        }
    }

    /// The part that both have.
    pub(super) fn and(self, other: &Self) -> Self {
        let one = other.high.map_or(self, |(at, strict)| self.cut(if strict { Side::Below } else { Side::NotAbove }, at));
        other.low.map_or(one, |(at, strict)| one.cut(if strict { Side::Above } else { Side::NotBelow }, at))
    }

    /// Every product of a value of each: the extremes lie at the ends.
    pub(super) fn product(&self, other: &Self) -> Self {
        let ends = |one: &Self| [one.low.map_or(End::Below, End::at), one.high.map_or(End::Above, End::at)];
        let corners: Vec<End> = ends(self).iter().flat_map(|a| ends(other).map(|b| a.times(b))).collect();
        let bound = |end: Option<&End>| if let Some(End::At(n, strict)) = end { Some((*n, *strict)) } else { None };
        // Of equal ends the one that is reached counts.
        let low = corners.iter().min_by_key(|end| (end.place(), end.is_missed()));
        let high = corners.iter().max_by_key(|end| (end.place(), !end.is_missed()));
        Self { low: bound(low), high: bound(high), step: None }
    }

    /// One through each value; everything where zero is among them.
    pub(super) fn inverse(&self) -> Self {
        let zero = Number::whole(0);
        let one = |(n, strict): (Number, bool)| Some((Number::whole(1).over(n)?, strict));
        let above = self.low.is_some_and(|(low, strict)| low > zero || low == zero && strict);
        let below = self.high.is_some_and(|(high, strict)| high < zero || high == zero && strict);
        if !above && !below {
            return Self::ALL;
        }
        let (near, far) = if above { (self.low, self.high) } else { (self.high, self.low) };
        let (near, far) = (near.and_then(one), far.map_or(Some((zero, true)), one));
        if above { Self { low: far, high: near, step: None } } else { Self { low: near, high: far, step: None } }
    }

    /// Is every value `op 0`, or none? None when it is open.
    pub(super) fn decides(&self, op: Op) -> Option<bool> {
        let zero = Number::whole(0);
        let positive = self.low.is_some_and(|(low, strict)| low > zero || (low == zero && strict));
        let not_negative = self.low.is_some_and(|(low, _)| low >= zero);
        let negative = self.high.is_some_and(|(high, strict)| high < zero || (high == zero && strict));
        let not_positive = self.high.is_some_and(|(high, _)| high <= zero);
        let (yes, no) = match op {
            Op::Lt => (negative, not_negative),
            Op::Le => (not_positive, positive),
            Op::Gt => (positive, not_positive),
            Op::Ge => (not_negative, negative),
            Op::Eq => (not_negative && not_positive, positive || negative),
            Op::Ne => (positive || negative, not_negative && not_positive),
        };
        if yes { Some(true) } else if no { Some(false) } else { None }
    }
}
