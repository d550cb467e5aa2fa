//! Worlds (§3): one choice for each open value that is asked for. A world is a replayed sequence of choices; the next world takes
//! the next option at the last choice that has one left.
//!
//! The open values of a record that a measure looks at are chosen in a frame of their own: they are tried inside the measure only.

use super::interval::{Interval, Side};
use super::value::{Key, Linear};
use super::verdict::Cause;
use crate::model::expr::Op;
use crate::model::number::Number;
use crate::model::value::Scalar;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A choice that was made.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub key: Key,
    pub causes: Vec<Cause>,
    pub option: usize,
    pub options: usize,
    /// What the option says.
    pub words: String,
}

/// An open quantity: what it may still be in this world, and why it is open.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    pub interval: Interval,
    pub causes: Vec<Cause>,
}

#[derive(Debug, Default)]
struct Frame {
    /// Keys that begin so are chosen here; the outermost frame has all others.
    owner: Option<String>,
    forced: Vec<usize>,
    taken: Vec<Choice>,
    memo: BTreeMap<Key, usize>,
    /// Values that opaque ones were taken to equal.
    equal: BTreeMap<Key, Scalar>,
    variables: BTreeMap<Key, Variable>,
}

/// The choices of one world.
#[derive(Debug)]
pub(super) struct World {
    frames: Vec<Frame>,
}

impl World {
    /// The world that begins with these options; everything after takes the first.
    pub(super) fn new(forced: Vec<usize>) -> Self {
        Self { frames: vec![Frame { forced, ..Frame::default() }] }
    }

    /// The choices of the outermost frame, in the order in which they were asked for.
    pub(super) fn choices(&self) -> &[Choice] {
        self.frames.first().map(|frame| frame.taken.as_slice()).unwrap_or_default()
    }

    /// The open quantities that are known to this world.
    pub(super) fn into_variables(self) -> Vec<(Key, Variable)> {
        self.frames.into_iter().next().map(|frame| frame.variables.into_iter().collect()).unwrap_or_default()
    }

    /// Opens a frame for the open values of one record.
    pub(super) fn enter(&mut self, owner: String, forced: Vec<usize>) {
        self.frames.push(Frame { owner: Some(owner), forced, ..Frame::default() });
    }

    /// Closes it: its choices.
    pub(super) fn leave(&mut self) -> Vec<Choice> {
        if self.frames.len() > 1 { self.frames.pop().map(|frame| frame.taken).unwrap_or_default() } else { Vec::new() }
    }

    fn frame(&mut self, key: &str) -> &mut Frame {
        let owned = |frame: &Frame| frame.owner.as_ref().is_some_and(|owner| key.contains(owner.as_str()));
        let at = self.frames.iter().rposition(owned).unwrap_or(0);
        &mut self.frames[at]
    }

    /// Chooses among options, the same each time the key is asked for in this world.
    pub(super) fn pick(&mut self, key: &Key, causes: &[Cause], options: &[String]) -> usize {
        let frame = self.frame(key);
        if let Some(option) = frame.memo.get(key) {
            return *option;
        }
        let option = take(frame, key, causes, options);
        frame.memo.insert(key.clone(), option);
        option
    }

    pub(super) fn equal(&mut self, key: &str) -> Option<Scalar> {
        self.frame(key).equal.get(key).cloned()
    }

    pub(super) fn set_equal(&mut self, key: &Key, value: Scalar) {
        self.frame(key).equal.insert(key.clone(), value);
    }

    /// Makes the open quantity known to this world.
    pub(super) fn declare(&mut self, key: &Key, variable: impl FnOnce() -> Variable) {
        self.frame(key).variables.entry(key.clone()).or_insert_with(variable);
    }

    /// What the quantity is worked out from leaves it less room.
    pub(super) fn narrow(&mut self, key: &Key, interval: &Interval) {
        if let Some(variable) = self.frame(key).variables.get_mut(key) {
            let both = variable.interval.and(interval);
            variable.interval = if both.is_empty() { variable.interval } else { both };
        }
    }

    pub(super) fn variable(&mut self, key: &str) -> Option<Variable> {
        self.frame(key).variables.get(key).cloned()
    }

    /// Why a form is open.
    pub(super) fn causes(&mut self, linear: &Linear) -> Vec<Cause> {
        let mut causes: Vec<Cause> = linear.terms.keys().filter_map(|key| self.variable(key)).flat_map(|v| v.causes).collect();
        causes.sort();
        causes.dedup();
        causes
    }

    /// What the form may be.
    pub(super) fn bounds(&mut self, linear: &Linear) -> Interval {
        let mut sum = Interval::point(linear.constant);
        for (key, factor) in &linear.terms {
            let interval = self.variable(key).map_or(Interval::ALL, |variable| variable.interval);
            sum = sum.plus(&interval.times(*factor));
        }
        sum
    }

    /// Is `linear op 0`? Splits what is open where both are possible. None on overflow.
    pub(super) fn holds(&mut self, op: Op, linear: &Linear) -> Option<bool> {
        if let Some(known) = self.bounds(linear).decides(op) {
            return Some(known);
        }
        match linear.terms.iter().next() {
            Some((key, factor)) if linear.terms.len() == 1 => self.split(op, key, *factor, linear.constant),
            _ => self.sign(op, linear),
        }
    }

    /// `factor × x + constant op 0`: x's interval is cut at the threshold.
    fn split(&mut self, op: Op, key: &Key, factor: Number, constant: Number) -> Option<bool> {
        let threshold = Number::whole(0).minus(constant)?.over(factor)?;
        let op = if factor < Number::whole(0) { op.mirrored() } else { op };
        let variable = self.variable(key)?;
        let sides = match op {
            Op::Lt | Op::Ge => vec![Side::Below, Side::NotBelow],
            Op::Le | Op::Gt => vec![Side::NotAbove, Side::Above],
            Op::Eq | Op::Ne => vec![Side::Below, Side::At, Side::Above],
        };
        let parts: Vec<(Side, Interval)> = sides
            .into_iter()
            .map(|side| (side, variable.interval.cut(side, threshold)))
            .filter(|(_, interval)| !interval.is_empty())
            .collect();
        let options: Vec<String> = parts.iter().map(|(side, _)| format!("{} {threshold}", side.sign())).collect();
        let frame = self.frame(key);
        let option = take(frame, key, &variable.causes, &options);
        let (side, interval) = parts.into_iter().nth(option)?;
        frame.variables.insert(key.clone(), Variable { interval, causes: variable.causes });
        Some(match op {
            Op::Lt => side == Side::Below,
            Op::Ge => side == Side::NotBelow,
            Op::Le => side == Side::NotAbove,
            Op::Gt => side == Side::Above,
            Op::Eq => side == Side::At,
            Op::Ne => side != Side::At,
        })
    }

    /// Several open quantities: the sign of the form is chosen, once for each form up to a factor.
    fn sign(&mut self, op: Op, linear: &Linear) -> Option<bool> {
        let (_, lead) = linear.terms.iter().next()?;
        let normal = linear.times(Number::whole(1).over(*lead)?)?;
        let op = if *lead < Number::whole(0) { op.mirrored() } else { op };
        let key: Key = Arc::from(format!("sign {}", normal.name()));
        let causes = self.causes(linear);
        let threshold = Number::whole(0).minus(normal.constant)?;
        let options = ["<", "=", ">"].map(|sign| format!("{sign} {threshold}"));
        let sign = self.pick(&key, &causes, &options).cmp(&1);
        Some(op.holds(sign))
    }
}

/// The next option: forced, or the first.
fn take(frame: &mut Frame, key: &Key, causes: &[Cause], options: &[String]) -> usize {
    let option = frame.forced.get(frame.taken.len()).copied().unwrap_or(0);
    let words = options.get(option).cloned().unwrap_or_default();
    frame.taken.push(Choice { key: key.clone(), causes: causes.to_vec(), option, options: options.len(), words });
    option
}

/// The options with which the next world begins; none when this was the last.
pub(super) fn next(taken: &[Choice]) -> Option<Vec<usize>> {
    let last = taken.iter().rposition(|choice| choice.option + 1 < choice.options)?;
    let mut forced: Vec<usize> = taken.iter().take(last + 1).map(|choice| choice.option).collect();
    if let Some(option) = forced.last_mut() {
        *option += 1;
    }
    Some(forced)
}
