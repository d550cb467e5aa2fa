//! Expressions, patterns and measures of the core. Names are resolved, types are checked: the evaluator need not doubt them.

use super::group::Group;
use super::value::{Scalar, Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose fields an expression reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The occasion that is judged.
    This,
    /// The record that a pattern is looking at.
    Counted,
}

/// An expression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expr {
    /// A constant.
    Value(Scalar),
    /// A role or field of a record.
    Field(Scope, String),
    /// When the record or occasion happened: a date or a moment. For a period it is the period's last day.
    At(Scope),
    /// The day (in the regulation's time zone) of [`Expr::At`].
    Day(Scope),
    /// The subject of the occasion.
    Subject,
    /// The member that `for each … as` is looking at.
    Member,
    /// The member that the innermost [`Expr::Group`] is looking at.
    Each,
    /// On how many days of the occasion's period the subject is in this register; `true`: in how many full calendar months.
    Belonging(Box<Expr>, String, #[serde(default, skip_serializing_if = "std::ops::Not::not")] bool),
    /// First day of the occasion's period.
    PeriodStart,
    /// `MM-DD` in the year of the occasion's period (or day): a date.
    MonthDay(u32, u32),
    /// Day of the week of a date or moment: a value of the kind [`super::WEEKDAY`].
    Weekday(Box<Expr>),
    /// Time of day of a moment, in the regulation's time zone. A record that has a date alone does not say it: open.
    TimeOfDay(Box<Expr>),
    /// The moment at which the clock shows the second on the day of the first.
    OnDay(Box<Expr>, Box<Expr>),
    /// The later (`true`) or the earlier of two dates or moments; a date counts as its end. The earlier leaves out what is blank or comes of something blank.
    Later(bool, Box<Expr>, Box<Expr>),
    /// Attribute of a subject (entity, attribute), as of the occasion's day.
    Fact(Box<Expr>, String, String),
    /// A hole or a reading.
    Parameter(String),
    /// A judged fact about a record, or about the subject that an expression gives.
    Judged(String, About),
    /// The value that another norm decides for the same occasion: norm, slot. A requirement may read the slots of its own norm.
    Decided(String, String),
    /// The value that another norm decides period by period: norm, slot, subject (none: the institution). In its period that holds the occasion's
    /// day, or (`true`) in the one before that.
    DecidedOf(String, String, Option<Box<Expr>>, bool),
    /// A measure.
    Measure(Box<Measure>),
    /// An aggregate over the members of a register or a set.
    Group(Box<Group>),
    /// A question about a state.
    Stay(Box<super::state::Stay>),
    /// A person holds an office.
    Holds(Box<super::office::Holds>),
    /// Negation.
    Not(Box<Expr>),
    /// All hold.
    And(Vec<Expr>),
    /// One holds.
    Or(Vec<Expr>),
    /// Comparison; both sides have the same type and unit.
    Compare(Op, Box<Expr>, Box<Expr>),
    /// Is the value among these.
    OneOf(Box<Expr>, Vec<Expr>),
    /// The first, a set, holds the second.
    Contains(Box<Expr>, Box<Expr>),
    /// The value is stated, not blank. A missing value is neither: it is open.
    Stated(Box<Expr>),
    /// The members of a set as one debtor or creditor: a subject whose id is theirs, joined by `+`.
    Jointly(Box<Expr>),
    /// The set of these people; who is blank is left out.
    Together(Vec<Expr>),
    /// In a sanction of the norm itself: the last day of the time that passed (`true`: the day on which it was done all the same, blank as long as it
    /// was not).
    Delay(bool),
    /// How many days or working days after the first the second lies; open as long as the second is blank.
    Late(Unit, Box<Expr>, Box<Expr>),
    /// The first, or the second where the first is blank.
    OrElse(Box<Expr>, Box<Expr>),
    /// Sum.
    Add(Box<Expr>, Box<Expr>),
    /// Difference.
    Sub(Box<Expr>, Box<Expr>),
    /// Product; at most one side has a unit, which is the result's.
    Mul(Box<Expr>, Box<Expr>),
    /// Quotient; the left's unit, or [`Unit::One`] when both have the same.
    Div(Box<Expr>, Box<Expr>),
    /// Opposite.
    Neg(Box<Expr>),
    /// Whole units from the first to the second, negative when it lies before. Calendar or working days between the two
    /// days (working days: those after the first up to and with the second), or exact hours or minutes between two moments.
    Between(Unit, Box<Expr>, Box<Expr>),
    /// A date or moment, moved by a length (days, working days, months, hours, …; negative moves back).
    Shift(Box<Expr>, Box<Expr>),
    /// Rounded to a multiple of the second.
    Round(Rounding, Box<Expr>, super::number::Number),
    /// Start (`true`) or end of a slot (schedule, slot) on the occasion's day: a moment.
    Slot(String, String, bool),
}

/// What a judged fact is said of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The occasion's record, or the counted one.
    Record(Scope),
    /// The subject (a case, a person) that the expression gives.
    Subject(Box<Expr>),
}

/// Comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Op {
    /// Does the order of two values satisfy the comparison?
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Eq => order.is_eq(),
            Self::Ne => order.is_ne(),
            Self::Lt => order.is_lt(),
            Self::Le => order.is_le(),
            Self::Gt => order.is_gt(),
            Self::Ge => order.is_ge(),
        }
    }
    /// The comparison that holds exactly when this one does not.
    pub fn inverse(self) -> Self {
        match self {
            Self::Eq => Self::Ne,
            Self::Ne => Self::Eq,
            Self::Lt => Self::Ge,
            Self::Le => Self::Gt,
            Self::Gt => Self::Le,
            Self::Ge => Self::Lt,
        }
    }
    /// The comparison with its sides exchanged.
    pub fn mirrored(self) -> Self {
        match self {
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
            Self::Eq | Self::Ne => self,
        }
    }
}

/// Rounding mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Rounding {
    HalfUp,
    HalfEven,
    Down,
    Up,
}

/// Which records: any of these types, equal in these links, passing this filter. In the filter the record that is looked at is
/// [`Scope::Counted`], also in an occasion's own pattern (where there is no other).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pattern {
    /// Event types, sorted.
    pub events: Vec<String>,
    /// Role or field of the counted record, and the value of the occasion it must equal.
    pub links: Vec<(String, Expr)>,
    /// Condition on the counted record.
    pub filter: Option<Expr>,
}

/// An aggregate over the records of a pattern in a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measure {
    /// Name when it was declared with one.
    pub name: Option<String>,
    /// Title for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Aggregate.
    pub aggregate: Aggregate,
    /// Which records.
    pub pattern: Pattern,
    /// Value of each record ([`Scope::Counted`]); none when occurrences are counted.
    pub of: Option<Expr>,
    /// Only one for each value of this.
    pub distinct: Option<Expr>,
    /// Within which window.
    pub window: Window,
}

/// Aggregate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// How many.
    Count,
    /// Sum; 0 when there is none.
    Total,
    /// Smallest; blank when there is none.
    Least,
    /// Largest; blank when there is none.
    Most,
    /// Exact mean; blank when there is none.
    Average,
    /// Of the first record; blank when there is none.
    First,
    /// Of the last record; blank when there is none.
    Last,
    /// Is there one.
    Any,
    /// Longest run of consecutive calendar days with a record.
    ///
    /// With a value, that is the last day which a record covers.
    RunOfDays,
    /// Longest run of consecutive working days with a record.
    RunOfWorkingDays,
    /// Longest run of consecutive slots of this schedule, on working days, with a record.
    RunOfSlots(String),
}

/// A calendar period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Period {
    Day,
    Week,
    Month,
    Quarter,
    HalfYear,
    Year,
}

/// Which records are near enough in time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// The calendar period that holds the occasion; `whole`: all of it, otherwise up to and with the occasion.
    Period {
        /// Which.
        unit: Period,
        /// All of it.
        whole: bool,
    },
    /// The year that begins on this day of the calendar year and holds the occasion; `whole`: all of it, otherwise up to and with the occasion.
    YearFrom {
        /// 1 to 12.
        month: u32,
        /// A day that the month has in every year.
        day: u32,
        /// All of it.
        whole: bool,
    },
    /// The period of the occasion itself (period occasions).
    Occasion,
    /// The last `length` up to and with the occasion: `30 days` is the occasion's day and the 29 before it; months
    /// go back to the day after the same day of the month.
    Last(Scalar),
    /// What is still to come: from the occasion (its record left out), or from the start that the deadline names, to the end of the deadline.
    Next(Box<super::norm::Deadline>),
    /// After the last record of the pattern, up to and with the occasion; everything up to the occasion when there is none.
    Since(Box<Pattern>),
    /// Up to and with the occasion.
    SoFar,
    /// Everything known (with a link to a case: the case's life).
    Ever,
}
