//! Expressions, patterns and measures.

use super::{Deadline, Name, Node, Period, Quantity, Rounding, Unit};
use crate::diagnostics::Span;
use rust_decimal::Decimal;

/// `late or early_leave by the same staff where EXPR`. Equality ignores the span.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// Event names; any of them.
    pub events: Vec<Name>,
    /// How counted records hang together with the occasion.
    pub link: Link,
    /// Condition on each counted record.
    pub filter: Option<Box<Node<Expr>>>,
    /// The whole pattern.
    pub span: Span,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.events == other.events && self.link == other.link && self.filter == other.filter
    }
}

/// The link of a pattern to its occasion.
#[derive(Debug, Clone, PartialEq)]
pub enum Link {
    /// Nothing written: the occasion's own subject.
    Implicit,
    /// `by the same X`, `for the same X and Y`: equal in these roles or fields.
    Same(Vec<Name>),
    /// `by anyone`: not linked.
    Anyone,
}

/// Expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// `5 days`, `90 CNY`, `1500`, `10%`.
    Quantity(Quantity),
    /// `"text"`.
    Text(String),
    /// `2024-03-01`, kept as written.
    Date(String),
    /// `08:30`.
    Time(String),
    /// `05-31`: a day of the occasion's year.
    MonthDay(String),
    /// `yes`, `no`.
    YesNo(bool),
    /// `(not stated)`: a hole in place.
    NotStated,
    /// `staff.post`, `post of staff`, `this.days`: outermost subject first.
    Path(Vec<Name>),
    /// `due.days of the year before`: what a norm decided in the period before.
    Before(Vec<Name>, Node<super::Period>),
    /// `not E`.
    Not(Box<Node<Expr>>),
    /// `- E`.
    Negate(Box<Node<Expr>>),
    /// Two operands.
    Binary(BinaryOp, Box<Node<Expr>>, Box<Node<Expr>>),
    /// `E is one of a, b` (true) / `is not one of` (false).
    OneOf(Box<Node<Expr>>, Vec<Node<Expr>>, bool),
    /// `E is stated` (true) / `E is blank` (false).
    Stated(Box<Node<Expr>>, bool),
    /// `X is a working day` or `X is a day off`, by the calendar.
    Worked(Box<Node<Expr>>, bool),
    /// `count of …`, `total days of …`.
    Measure(Box<Measure>),
    /// `number of machine where …`, `average over each cadre of (…)`.
    Group(Box<Group>),
    /// `rank of X among department`.
    Rank(Box<Rank>),
    /// `E or else E`.
    OrElse(Box<Node<Expr>>, Box<Node<Expr>>),
    /// `staff in STATE`.
    InState(Box<Node<Expr>>, Name),
    /// `staff holds director` (true) / `does not hold` (false).
    Holds(Box<Node<Expr>>, Name, bool),
    /// `days in STATE in the month`, `least at once in STATE in the day`.
    Stay(Box<super::Stay>),
    /// `days from A to B`, `working days from A to B`.
    Between(Node<Unit>, Box<Node<Expr>>, Box<Node<Expr>>),
    /// `09:30 on E`, `E 的 09:30`: the day, and the time that the clock shows on it.
    OnDay(Box<Node<Expr>>, Box<Node<Expr>>),
    /// `the later of A and B` (true), `the earlier of A, B and C`.
    Later(bool, Vec<Node<Expr>>),
    /// `E rounded half-up to 0.01`.
    Rounded(Box<Node<Expr>>, Node<Rounding>, Node<Decimal>),
    /// `E jointly`, after `to`.
    Jointly(Box<Node<Expr>>),
    /// `to driver, owner`: these together.
    Together(Vec<Node<Expr>>),
    /// `norm.slot of (E)`: what is decided for whom the expression gives.
    Of(Vec<Name>, Box<Node<Expr>>),
    /// In parentheses (kept for the formatter).
    Paren(Box<Node<Expr>>),
}

/// Comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// Binary operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BinaryOp {
    Or,
    And,
    Compare(CompareOp),
    Add,
    Sub,
    Mul,
    Div,
}

/// `count of PATTERN counting distinct EXPR in the month`.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Aggregate.
    pub aggregate: Node<Aggregate>,
    /// `total days of leave`: the value of each record; none for counts.
    pub of: Option<Node<Expr>>,
    /// Which records.
    pub pattern: Pattern,
    /// `counting distinct EXPR`.
    pub distinct: Option<Node<Expr>>,
    /// `through EXPR`: the last day that a record of a run covers.
    pub through: Option<Node<Expr>>,
    /// Within which window.
    pub window: Option<Node<Window>>,
}

/// An aggregate over the members of a register or a set.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// `number of` is a count.
    pub aggregate: Node<Aggregate>,
    /// Whose members.
    pub of: Members,
    /// Condition on each member.
    pub filter: Option<Node<Expr>>,
    /// Value of each member; none when they are counted.
    pub value: Option<Node<Expr>>,
}

/// `staff`, `staff in the register at any time`, `staff in the register throughout`.
#[derive(Debug, Clone, PartialEq)]
pub struct Members {
    /// The register, or the way to a set.
    pub names: Vec<Name>,
    /// On which days of the period they must be in the register: on each (`true`) or on any; none: on the last.
    pub there: Option<Node<bool>>,
}

/// `rank of safety.score among department where assessed lowest first ties by size, age lowest first`.
#[derive(Debug, Clone, PartialEq)]
pub struct Rank {
    /// What is compared, of each member.
    pub of: Node<Expr>,
    /// Whose members.
    pub among: Members,
    /// Condition on each member.
    pub filter: Option<Node<Expr>>,
    /// The lowest comes first.
    pub lowest: bool,
    /// What decides between equals, one after the other, and whether its lowest comes first.
    pub ties: Vec<(Node<Expr>, bool)>,
}

/// Aggregate.
#[derive(Debug, Clone, PartialEq)]
pub enum Aggregate {
    /// `count of`.
    Count,
    /// `total X of`.
    Total,
    /// `least X of`.
    Least,
    /// `most X of`.
    Most,
    /// `average X of`: an exact ratio.
    Average,
    /// `first X of`.
    First,
    /// `last X of`.
    Last,
    /// `any`: was there one.
    Any,
    /// `longest run of PATTERN over days / working days / SCHEDULE`: consecutive days, or slots, with at least one record.
    Run(RunOver),
}

/// What a run is counted over.
#[derive(Debug, Clone, PartialEq)]
pub enum RunOver {
    /// Consecutive calendar days.
    Days,
    /// Consecutive working days.
    WorkingDays,
    /// `over hours`: consecutive slots of a schedule.
    Slots(Name),
}

/// Window of a measure.
#[derive(Debug, Clone, PartialEq)]
pub enum Window {
    /// `in the month` (up to the occasion) or `in the whole month`.
    Period(Period, bool),
    /// `in the year from 04-01`, `in the whole year from 04-01`: the period, and whether all of it; the day that the year begins on.
    YearFrom(Node<Period>, bool, Node<String>),
    /// `in the last 30 days`.
    Last(Quantity),
    /// `in the next 10 days`, and on a line of its own `when PATTERN within 10 days`: from the occasion to the end of that time.
    Next(Box<Deadline>),
    /// `since PATTERN`: after its last record.
    Since(Pattern),
    /// `in the case`: the case's life.
    Case,
    /// `so far`: everything up to the occasion.
    SoFar,
    /// `ever`: everything known.
    Ever,
}
