//! Are there numbers that satisfy linear inequalities, some of them on steps (whole numbers, half days, cents)? Exact: the simplex method over fractions, after
//! Dutertre and de Moura, *A Fast Linear-Arithmetic Solver for DPLL(T)* (2006), with a symbolic small number for `<`, and branching for steps. It
//! counts its steps, not seconds, and says when they did not suffice.

use crate::model::number::Number;

/// The end of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bound {
    pub at: Number,
    /// The end itself is outside.
    pub open: bool,
}

/// What is known of a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// One value of each variable that satisfies all.
    Point(Vec<Number>),
    /// No values do.
    Never,
    /// The steps did not suffice, or the numbers became too large.
    NotDecided,
}

/// A number plus a multiple of a positive number as small as one likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Near {
    at: Number,
    small: Number,
}

impl Near {
    fn plus(self, other: Self, by: Number) -> Option<Self> {
        Some(Self { at: self.at.plus(other.at.times(by)?)?, small: self.small.plus(other.small.times(by)?)? })
    }
}

/// Inequalities over variables: a tableau whose rows say each basic column as a sum of the others.
#[derive(Debug, Clone, Default)]
pub(super) struct System {
    steps: Vec<Option<Number>>,
    low: Vec<Option<Near>>,
    high: Vec<Option<Near>>,
    value: Vec<Near>,
    rows: Vec<Row>,
    variables: usize,
}

#[derive(Debug, Clone)]
struct Row {
    basic: usize,
    factors: Vec<Number>,
}

const ZERO: Near = Near { at: Number::ZERO, small: Number::ZERO };

impl System {
    /// A new variable, a multiple of `step` where there is one. All variables come before the first sum.
    pub(super) fn variable(&mut self, step: Option<Number>, low: Option<Bound>, high: Option<Bound>) -> Option<usize> {
        let at = self.column(step, low, high)?;
        self.variables = at + 1;
        Some(at)
    }

    /// A sum of variables with their factors that lies between two ends.
    pub(super) fn sum(&mut self, terms: &[(usize, Number)], low: Option<Bound>, high: Option<Bound>) -> Option<()> {
        // A sum of multiples is a multiple of what they have in common.
        let mut step = Some(Number::ZERO);
        for (variable, by) in terms {
            step = match (step, self.steps.get(*variable).copied().flatten()) {
                (Some(step), Some(own)) => Some(step.common_step(own.times(*by)?)?),
                _ => None,
            };
        }
        let basic = self.column(step.filter(|step| !step.is_zero()), low, high)?;
        let mut factors = vec![Number::ZERO; basic];
        for (variable, by) in terms {
            factors[*variable] = factors[*variable].plus(*by)?;
        }
        self.rows.push(Row { basic, factors });
        Some(())
    }

    fn column(&mut self, step: Option<Number>, low: Option<Bound>, high: Option<Bound>) -> Option<usize> {
        let near = |bound: Option<Bound>, sign: i64| match (bound, step) {
            (None, _) => Some(None),
            (Some(bound), None) => Some(Some(Near { at: bound.at, small: if bound.open { Number::whole(sign) } else { Number::ZERO } })),
            (Some(bound), Some(step)) => {
                let steps = bound.at.over(step)?;
                let inside = if sign > 0 { steps.ceil() } else { steps.floor() };
                let inside = if bound.open && inside == steps { inside.plus(Number::whole(sign))? } else { inside };
                Some(Some(Near { at: inside.times(step)?, small: Number::ZERO }))
            }
        };
        let (low, high) = (near(low, 1)?, near(high, -1)?);
        let zero_fits = low.is_none_or(|low| low <= ZERO) && high.is_none_or(|high| ZERO <= high);
        self.value.push(if zero_fits { ZERO } else { low.or(high).unwrap_or(ZERO) });
        self.low.push(low);
        self.high.push(high);
        self.steps.push(step);
        Some(self.steps.len() - 1)
    }

    /// Looks for values, with at most `budget` steps.
    pub(super) fn solve(mut self, budget: &mut usize) -> Answer {
        let columns = self.steps.len();
        for row in &mut self.rows {
            row.factors.resize(columns, Number::ZERO);
        }
        if (0..columns).any(|at| self.low[at].zip(self.high[at]).is_some_and(|(low, high)| low > high)) {
            return Answer::Never;
        }
        if self.settle().is_none() {
            return Answer::NotDecided;
        }
        self.branch(budget).unwrap_or(Answer::NotDecided)
    }

    /// Gives basic columns the value that their rows say.
    fn settle(&mut self) -> Option<()> {
        for row in &self.rows {
            let mut sum = ZERO;
            for (column, by) in row.factors.iter().enumerate().filter(|(_, by)| !by.is_zero()) {
                sum = sum.plus(self.value[column], *by)?;
            }
            self.value[row.basic] = sum;
        }
        Some(())
    }

    /// Values for all; where one is between two steps, first below, then above. None: not decided.
    fn branch(mut self, budget: &mut usize) -> Option<Answer> {
        if !self.repair(budget)? {
            return Some(Answer::Never);
        }
        let between = (0..self.variables).find_map(|at| {
            let step = self.steps[at]?;
            let Near { at: number, small } = self.value[at];
            let whole = number.over(step).is_some_and(|steps| steps.as_whole().is_some());
            (!whole || !small.is_zero()).then_some((at, step, number, whole && small < Number::ZERO))
        });
        let Some((column, step, number, just_below)) = between else {
            return self.point().map(Answer::Point);
        };
        let mut below = number.over(step)?.floor().times(step)?;
        if just_below {
            below = below.minus(step)?;
        }
        let near = |at| Near { at, small: Number::ZERO };
        let mut open = false;
        for (low, high) in [(None, Some(near(below))), (Some(near(below.plus(step)?)), None)] {
            let mut part = self.clone();
            part.low[column] = part.low[column].max(low);
            part.high[column] = [part.high[column], high].into_iter().flatten().min();
            if part.low[column].zip(part.high[column]).is_some_and(|(low, high)| low > high) {
                continue;
            }
            part.enter(column)?;
            match part.branch(budget) {
                Some(Answer::Never) => {}
                Some(answer @ Answer::Point(_)) => return Some(answer),
                Some(Answer::NotDecided) | None => open = true,
            }
        }
        Some(if open { Answer::NotDecided } else { Answer::Never })
    }

    /// Moves a column that is not basic between its ends.
    fn enter(&mut self, column: usize) -> Option<()> {
        if self.rows.iter().any(|row| row.basic == column) {
            return Some(());
        }
        let value = self.value[column];
        let inside = self.high[column].map_or(value, |high| value.min(high));
        self.value[column] = self.low[column].map_or(inside, |low| inside.max(low));
        self.settle()
    }

    /// Brings every basic column between its ends, by the rule of the smallest index, which ends. False: it cannot be.
    fn repair(&mut self, budget: &mut usize) -> Option<bool> {
        loop {
            *budget = budget.checked_sub(1)?;
            let wrong = self.rows.iter().enumerate().filter_map(|(at, row)| {
                let value = self.value[row.basic];
                let below = self.low[row.basic].filter(|low| value < *low);
                let above = self.high[row.basic].filter(|high| *high < value);
                Some((row.basic, at, below.or(above)?, below.is_some()))
            });
            let Some((basic, at, target, up)) = wrong.min_by_key(|(basic, ..)| *basic) else { return Some(true) };
            let may = |column: usize, up: bool| match up {
                true => self.high[column].is_none_or(|high| self.value[column] < high),
                false => self.low[column].is_none_or(|low| low < self.value[column]),
            };
            let factors = &self.rows[at].factors;
            let helps = factors.iter().enumerate().find(|(column, by)| !by.is_zero() && may(*column, up == (**by > Number::ZERO)));
            let Some((column, by)) = helps.map(|(column, by)| (column, *by)) else { return Some(false) };
            let missing = target.plus(self.value[basic], Number::whole(-1))?;
            self.value[column] = self.value[column].plus(missing, Number::whole(1).over(by)?)?;
            self.turn(at, column)?;
            self.value[basic] = target;
            self.settle()?;
        }
    }

    /// Makes the column basic in place of the row's.
    fn turn(&mut self, at: usize, column: usize) -> Option<()> {
        let Row { basic, factors } = self.rows[at].clone();
        let by = factors[column];
        let mut own: Vec<Number> = Vec::with_capacity(factors.len());
        for factor in &factors {
            own.push(Number::ZERO.minus(factor.over(by)?)?);
        }
        own[column] = Number::ZERO;
        own[basic] = Number::whole(1).over(by)?;
        for (other, row) in self.rows.iter_mut().enumerate() {
            let times = row.factors[column];
            if other == at || times.is_zero() {
                continue;
            }
            row.factors[column] = Number::ZERO;
            for (factor, own) in row.factors.iter_mut().zip(&own) {
                *factor = factor.plus(own.times(times)?)?;
            }
        }
        self.rows[at] = Row { basic: column, factors: own };
        Some(())
    }

    /// The values of the variables, the small number made small enough.
    fn point(&self) -> Option<Vec<Number>> {
        let mut small = Number::whole(1);
        for (at, value) in self.value.iter().enumerate() {
            for (higher, lower) in [(Some(*value), self.low[at]), (self.high[at], Some(*value))] {
                let Some((higher, lower)) = higher.zip(lower) else { continue };
                if higher.small < lower.small {
                    small = small.min(higher.at.minus(lower.at)?.over(lower.small.minus(higher.small)?)?);
                }
            }
        }
        self.value.iter().take(self.variables).map(|value| value.at.plus(value.small.times(small)?)).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
