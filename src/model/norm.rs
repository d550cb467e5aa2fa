//! Norms of the core: an occasion, whom it binds, what it decides, what it requires, what follows.

use super::Interval;
use super::expr::{Expr, Measure, Op, Pattern, Period, Rounding, Scope};
use super::number::Number;
use super::value::{Scalar, Unit};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A norm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Norm {
    /// `regulation.name`; the first part of every verdict id.
    pub name: String,
    /// Earlier name whose verdict ids it continues.
    pub continues: Option<String>,
    /// Title for people.
    pub label: Option<String>,
    /// Regulation.
    pub regulation: String,
    /// Cited clauses.
    pub cites: Vec<String>,
    /// In force.
    pub validity: Interval,
    /// Day that chooses the version; none: the occasion's day.
    pub dated_by: Option<Expr>,
    /// What is judged.
    pub occasion: Occasion,
    /// Day on which a period is judged; until then everything is pending. None: the period's last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged_on: Option<Expr>,
    /// Condition; false: not applicable.
    pub when: Option<Expr>,
    /// Who is bound; none: the subject.
    pub bearer: Option<Expr>,
    /// Slots that get a value.
    pub decisions: Vec<Decision>,
    /// What must be.
    pub requirements: Vec<Requirement>,
    /// Terms that must end without what they name: until one does, nothing follows; once it has come in time, the norm does not apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<Requirement>,
    /// The occasion, once it applies, is itself a violation (bans, rules that say so).
    pub violation: bool,
    /// Derived records.
    pub yields: Vec<Yield>,
    /// Sanctions posted when a requirement is breached.
    pub if_breached: Vec<Decision>,
    /// What prevails over it.
    pub exceptions: Vec<Exception>,
    /// Findings the drafter expects.
    pub expected_findings: Vec<ExpectedFinding>,
    /// What the drafter remarks on the text that no check can find.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// A defect of the text that is known and kept as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExpectedFinding {
    /// Code of the finding.
    pub code: String,
    /// Last day on which it is expected; none: for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<NaiveDate>,
    /// Why it is kept.
    pub because: String,
}

/// The slot under which other norms read the deadline of a norm with one requirement.
pub const DEADLINE: &str = "deadline";

impl Norm {
    /// May other norms read its deadline?
    pub fn deadline_is_a_value(&self) -> bool {
        let own = self.decisions.iter().any(|decision| decision.slot == DEADLINE);
        matches!(self.requirements.as_slice(), [one] if !own && !matches!(one.what, What::Either(_)))
    }
}

/// What is judged, one by one. Its key is the second part of the verdict id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant)] // one per norm
pub enum Occasion {
    /// Each record of the pattern. Key: the record's id.
    Record(Pattern),
    /// Each record and each member of a set. Key: `id/member`.
    Member(Pattern, Expr),
    /// Each subject in each period. Key: `subject/2024-03`, or `2024-03` without subject.
    Period {
        /// Entity; none: the institution.
        entity: Option<String>,
        /// Which of them.
        filter: Option<Expr>,
        /// Rhythm.
        every: Rhythm,
    },
    /// Each case with a record, from its first to its last. Key: the case's id.
    Case {
        /// Entity.
        entity: String,
        /// Which of them.
        filter: Option<Expr>,
    },
    /// Each subject of a register, on each day on which one of its attributes begins to have another value or on which it enters the
    /// register, and on the first day of the audit. Key: `subject/2024-03-05`.
    Throughout {
        /// Register.
        entity: String,
        /// Which of them.
        filter: Option<Expr>,
    },
    /// When a count first reaches the number (`every`: again at each multiple), per link value and window. Key:
    /// `subject/2024-03#k` in calendar windows, `subject/record` in others.
    Reaches {
        /// What is measured; it must be a count or a total over one pattern.
        measure: Measure,
        /// The number.
        number: Expr,
        /// Again at each multiple.
        every: bool,
    },
}

/// Rhythm of a period occasion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rhythm {
    /// The period.
    pub unit: Period,
    /// Every so many.
    pub count: u32,
    /// First day of a period from which several weeks, months or years are counted; none: a January.
    #[schemars(with = "Option<String>")]
    pub from: Option<NaiveDate>,
    /// Only this day of the week (0 = Monday); the period is then that day.
    pub weekday: Option<u8>,
    /// Only working days; the period is then a day.
    pub working: bool,
}

/// A slot that gets a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// Name: `fine`, `deduct`, `pay`, `score`, `count`, or the drafter's own.
    pub slot: String,
    /// Posts to the statement of the addressee, or only decides a value.
    pub posting: Option<Posting>,
    /// Unit of the value; none when it is not a quantity.
    pub unit: Option<Unit>,
    /// Who receives it; none: the bearer.
    pub to: Option<Expr>,
    /// How clauses become one value.
    pub hit: Hit,
    /// The clauses, in the order written.
    pub clauses: Vec<Clause>,
    /// Lowest value, with citations.
    pub floor: Option<(Expr, Vec<String>)>,
    /// Highest value, with citations.
    pub cap: Option<(Expr, Vec<String>)>,
    /// How it is rounded when posted, with citations.
    pub rounding: Option<(Rounding, Number, Vec<String>)>,
    /// What the items of a score should add up to. The evaluator does not use it: that they do not is a finding.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub totals: Vec<Total>,
    /// Conditions under which the whole is forfeited (the value is then 0 before floor and cap), with citations.
    pub forfeits: Vec<(Expr, Vec<String>)>,
}

/// What a posting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Posting {
    /// A sanction; makes the occasion a violation.
    Fine,
    /// A deduction.
    Deduct,
    /// A payment.
    Pay,
    /// Points.
    Score,
    /// A count.
    Count,
}

/// Hit policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Hit {
    /// None is a gap, two different values are a conflict.
    ExactlyOne,
    /// None: the slot stays empty without a gap; two different values are a conflict.
    AtMostOne,
    /// The first that applies; none is a gap.
    First,
    /// All that apply, added up.
    Sum,
    /// The largest.
    Max,
    /// The smallest.
    Min,
    /// How many apply.
    Count,
    /// Each stays by itself.
    List,
}

/// A clause or row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Clause {
    /// `row 2`, `base`, `less 1`.
    pub name: String,
    /// Citations.
    pub cites: Vec<String>,
    /// Condition; none: always.
    pub when: Option<Expr>,
    /// Value.
    pub value: Expr,
    /// The item of a score whose mark the value is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Item>,
}

/// What the items under one condition should add up to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Total {
    /// The condition that these items have; none: they have none.
    pub when: Option<Expr>,
    /// How much.
    pub points: Expr,
    /// Citations.
    pub cites: Vec<String>,
}

/// An item of a score. Its mark must be there and be no more than its points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// The enumeration that it is a value of.
    pub kind: String,
    /// The value.
    pub value: String,
    /// The most it can be marked with.
    pub points: Expr,
}

/// A requirement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Requirement {
    /// Citations.
    pub cites: Vec<String>,
    /// What must be.
    pub what: What,
    /// Until when; none: at once for conditions, the period's end for period occasions, open-ended otherwise.
    pub until: Option<Until>,
    /// Days that are not counted.
    pub suspended: Vec<Pause>,
}

/// When the time of a deadline does not run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// On the days that lie wholly between two days or moments; a blank beginning suspends nothing, a blank end goes on.
    Between(Expr, Expr),
    /// On the days on which this, the days that somebody is in a state, counts.
    While(Expr),
}

impl Pause {
    /// What is worked out for it.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        match self {
            Self::Between(from, to) => [Some(from), Some(to)],
            Self::While(days) => [Some(days), None],
        }
        .into_iter()
        .flatten()
    }
}

impl Requirement {
    /// The requirement itself, or each of its alternatives.
    pub fn each(&self) -> Vec<&Requirement> {
        match &self.what {
            What::Either(alternatives) => alternatives.iter().flat_map(Requirement::each).collect(),
            _ => vec![self],
        }
    }
}

/// What must be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant)] // a few per norm
pub enum What {
    /// So many records.
    Records {
        /// Which; those at or after the occasion's start.
        pattern: Pattern,
        /// Compared with the number (`Ge`, `Le`, `Eq`).
        op: Op,
        /// Number.
        number: Expr,
        /// Only one for each value of this.
        distinct: Option<Expr>,
    },
    /// A moment that is blank until it has come.
    Moment(Expr),
    /// A condition, judged at once.
    Condition(Expr),
    /// One of these is enough, each with its own deadline; the requirement itself then has no deadline and no citations.
    Either(Vec<Requirement>),
}

/// A deadline: the default, and the changes in the order of their weight (the last that applies counts).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Until {
    /// Default.
    pub default: Deadline,
    /// `instead` and `extended`: condition, deadline, citations, is it an extension.
    pub changes: Vec<DeadlineChange>,
    /// What is granted when somebody asks for it in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_request: Option<Box<OnRequest>>,
}

/// An extension on request: it counts if it was asked for at or before the deadline then in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OnRequest {
    /// Citations.
    pub cites: Vec<String>,
    /// What asks for it.
    pub asked: Pattern,
    /// What grants it.
    pub granted: Pattern,
    /// What refuses it.
    pub refused: Option<Pattern>,
    /// The new deadline; the granting record is the counted one.
    pub deadline: Deadline,
    /// How long an answer may take; a request that is not answered by then counts as refused. None: as long as it takes.
    pub answered: Option<Expr>,
}

impl OnRequest {
    /// Patterns of all records that it looks at.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        [&self.asked, &self.granted].into_iter().chain(&self.refused)
    }
}

/// A change of a deadline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeadlineChange {
    /// Condition.
    pub when: Expr,
    /// New deadline.
    pub deadline: Deadline,
    /// Citations.
    pub cites: Vec<String>,
    /// An extension prevails over every `instead`.
    pub extension: bool,
}

/// A deadline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Deadline {
    /// So long (days, working days, months, years, hours, minutes) from a start; none: the occasion. Lengths in days end with the end
    /// of their last day; hours and minutes are exact. Last: whether the start's own day counts; none: as the regulation's clock says.
    Within(Expr, Option<Expr>, #[serde(default, skip_serializing_if = "Option::is_none")] Option<bool>),
    /// Up to and with a day or moment.
    By(Expr),
    /// Before a day or moment.
    Before(Expr),
}

/// A derived record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Yield {
    /// Event type.
    pub event: String,
    /// Its day; none: the occasion's day and hour. A blank day makes no record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Expr>,
    /// Fields and roles; a role with the subject's entity that is not set is the subject.
    pub fields: Vec<(String, Expr)>,
    /// Norms that see it; empty: all.
    pub only_for: Vec<String>,
    /// Citations.
    pub cites: Vec<String>,
}

impl Yield {
    /// What is worked out for it: its fields and its day.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.fields.iter().map(|(_, value)| value).chain(&self.on)
    }

    /// May its day lie before that of what makes it? Not where it is so long after the occasion's day.
    pub fn may_be_backdated(&self) -> bool {
        let ahead = |length: &Expr| matches!(length, Expr::Value(Scalar::Quantity(length, _)) if *length >= Number::whole(0));
        !matches!(&self.on, None | Some(Expr::Day(Scope::This))) && !matches!(&self.on, Some(Expr::Shift(day, length)) if matches!(**day, Expr::Day(Scope::This)) && ahead(length))
    }
}

/// An exception: under its condition it replaces, changes or switches off what it is an exception to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Exception {
    /// `regulation.name`.
    pub name: String,
    /// Title for people.
    pub label: Option<String>,
    /// Citations.
    pub cites: Vec<String>,
    /// In force.
    pub validity: Interval,
    /// Condition; none: always.
    pub when: Option<Expr>,
    /// What it does.
    pub action: Action,
    /// Exceptions to this exception.
    pub exceptions: Vec<Exception>,
}

/// What an exception does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Switches off: the norm (or exception) does not apply.
    Off,
    /// Gives this slot another value.
    Replace(String, Expr),
    /// Multiplies this slot's value.
    Times(String, Expr),
    /// Adds to this slot's value.
    More(String, Expr),
    /// Makes it a violation.
    Violation,
}
