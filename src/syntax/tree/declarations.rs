//! Declarations: what a file says before any norm.

use super::{Expr, Head, Name, Node};
use rust_decimal::Decimal;

/// `regulation NAME "label" [03]` with its header lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Regulation {
    /// Name, label, cited document.
    pub head: Head,
    /// `in force from D [until D]`.
    pub validity: Option<Validity>,
    /// `time zone Asia/Shanghai`.
    pub time_zone: Option<Node<String>>,
    /// `currency CNY`: what `yuan`/`元` and bare money mean here.
    pub currency: Option<Node<String>>,
    /// `calendar china`.
    pub calendar: Option<Name>,
    /// `clock starts next day` (the default) or `clock starts same day`: which day is day one of "within N days".
    pub clock: Option<Node<Clock>>,
    /// `lateness 3 days`: how late a record may come before a verdict is final.
    pub lateness: Option<Quantity>,
    /// `adopts NAME from "../folder"`: what another regulation says holds here, too.
    pub adopts: Option<Adopts>,
    /// `applies to staff where contract is employed`: whom its norms bind.
    pub applies: Vec<Applies>,
    /// `deadlines on days off move on`: a time that ends on a day that is not worked ends on the next that is.
    pub moves_on: Option<Node<()>>,
    /// `without …`: what of it does not.
    pub without: Vec<Without>,
}

/// `applies to staff where contract is employed`: norms about others of this register do not apply.
#[derive(Debug, Clone, PartialEq)]
pub struct Applies {
    /// Register or case.
    pub to: Name,
    /// Which of them.
    pub when: Node<Expr>,
    /// Norms that hold for everybody all the same.
    pub except_in: Vec<Name>,
}

/// `adopts statistics_bureau from "../03-statistics-bureau"`.
#[derive(Debug, Clone, PartialEq)]
pub struct Adopts {
    /// The regulation that is adopted.
    pub regulation: Name,
    /// File or folder where it is, relative to this file.
    pub path: Node<String>,
}

/// `without meal_limit, "dinner for two" because "…"`: items, by name, and examples, by title.
#[derive(Debug, Clone, PartialEq)]
pub struct Without {
    /// Names and titles.
    pub names: Vec<Node<String>>,
    /// Why.
    pub because: Node<String>,
}

/// Which day counts as the first of a period of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The day after the event is day one.
    NextDay,
    /// The day of the event is day one.
    SameDay,
}

/// `in force from DATE [until DATE]`, both inclusive.
#[derive(Debug, Clone, PartialEq)]
pub struct Validity {
    /// First day in force.
    pub from: Option<Node<String>>,
    /// Last day in force.
    pub until: Option<Node<String>>,
}

/// `calendar china from "../calendars/cn.csv"` / `weekend saturday, sunday`.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// Name and label.
    pub head: Head,
    /// Data file, relative to this file.
    pub file: Node<String>,
    /// Days of the week that are free unless the file says otherwise.
    pub weekend: Vec<Node<Weekday>>,
}

/// `schedule office_hours from "hours.csv"`.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// Name and label.
    pub head: Head,
    /// Data file, relative to this file.
    pub file: Node<String>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// `kind adoption nobody < county < city` (ordered) or `kind leave_kind sick "病假", personal "事假"`.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// Name, label, citations.
    pub head: Head,
    /// The values, with their labels.
    pub values: KindValues,
}

/// The values of an enumeration.
#[derive(Debug, Clone, PartialEq)]
pub struct KindValues {
    /// `<` between the values: they are ordered from low to high.
    pub ordered: bool,
    /// Value and label.
    pub values: Vec<(Name, Option<Node<String>>)>,
}

/// `register staff "…"` or `case petition "…"`, one attribute a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// Name, label, citations.
    pub head: Head,
    /// Attributes.
    pub attributes: Vec<Field>,
}

/// `days "天数": days in halves, 0.5 .. 365 from "column"`.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Name.
    pub name: Name,
    /// Label.
    pub label: Option<Node<String>>,
    /// Type.
    pub ty: Node<Type>,
    /// `in halves`, `in 0.01`: the step between neighbouring values.
    pub grain: Option<Node<Decimal>>,
    /// `LOW .. HIGH`, inclusive; either end may be open.
    pub range: Option<Ends>,
    /// `from "column"`.
    pub column: Option<Node<String>>,
}

/// Lowest and highest value; none is open.
pub type Ends = (Option<Node<Decimal>>, Option<Node<Decimal>>);

/// A type as written.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// `count`: a whole number from 0.
    Count,
    /// `number`: dimensionless.
    Number,
    /// `money` (the regulation's currency) or a currency code.
    Money(Option<String>),
    /// `days`, `working days`, `hours`, `minutes`, `months`, `years`, `percent`, `points`.
    Unit(Unit),
    /// `date`.
    Date,
    /// `moment`: an instant.
    Moment,
    /// `time`: of day.
    Time,
    /// `yes/no`.
    YesNo,
    /// `text`.
    Text,
    /// `one of a, b` or `a < b` written in place.
    OneOf(KindValues),
    /// `set of KIND`.
    Set(Name),
    /// A kind, register or case by name.
    Named(Name),
}

/// A unit of measure as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unit {
    /// Currency code; `yuan`/`元` is CNY.
    Money(String),
    /// Calendar days.
    Days,
    /// Working days of the regulation's calendar.
    WorkingDays,
    /// Weeks of seven calendar days.
    Weeks,
    /// Calendar months.
    Months,
    /// Calendar years.
    Years,
    /// Hours.
    Hours,
    /// Minutes.
    Minutes,
    /// `%`.
    Percent,
    /// `points` / `分`.
    Points,
    /// `times` / `次`: a count.
    Times,
}

/// A number with its unit, or without.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// The number.
    pub number: Node<Decimal>,
    /// The unit, when written.
    pub unit: Option<Node<Unit>>,
}

/// `feed fines_log` with lines such as `type in "concept:name"`, `at in "time:timestamp" as date`, `fine in "case:concept:name"`.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// Name and label.
    pub head: Head,
    /// Which column holds what. The names `type`, `id`, `at`, `source`, `revision`, `recorded_at`, `supersedes`,
    /// `retracts` are the record's own; any other name is a role of the events.
    pub columns: Vec<FeedColumn>,
}

/// One line of a feed.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedColumn {
    /// What.
    pub name: Name,
    /// In which column.
    pub column: Node<String>,
    /// `as date`: the time of day and offset in the data carry no meaning.
    pub as_date: bool,
}

/// `event late "迟到", early_leave "早退" by staff of petition in fines_log`, with `called "…"` and fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The names declared, each with its label; all share the rest.
    pub heads: Vec<Head>,
    /// `by KIND`, `of KIND`, `by KIND as ROLE`: subjects by role. The first is the event's own subject.
    pub roles: Vec<Role>,
    /// `in FEED`.
    pub feed: Option<Name>,
    /// `called "Create Fine"`: the type's name in the data (several allowed).
    pub called: Vec<Node<String>>,
    /// Fields.
    pub fields: Vec<Field>,
    /// `void unless EXPR [cite]`: a record of which this is not so counts nowhere.
    pub void_unless: Option<(Node<Expr>, Vec<Node<String>>)>,
}

/// A subject of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Role {
    /// It stands after `by`: somebody who does it, not what it is about.
    pub by: bool,
    /// Register or case.
    pub kind: Name,
    /// `as NAME`; otherwise the kind's own name is the role's.
    pub name: Option<Name>,
}

/// `hole floor: money, 0 .. 90 [cite] "the text names no floor"`.
#[derive(Debug, Clone, PartialEq)]
pub struct Hole {
    /// Name, label (what the text fails to say), citations.
    pub head: Head,
    /// Type and range of what it could be.
    pub field: Field,
}

/// `judged complex: yes/no of petition by staff where post is director, presumed no after 5 working days`.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Name, label, citations.
    pub head: Head,
    /// Type and range of the answer.
    pub field: Field,
    /// What it is said of: a case kind or an event.
    pub of: Name,
    /// Who may say it: a register, with a condition on the person; none: the text does not state who.
    pub by: Option<Name>,
    /// `every year`: it is said anew of each such period.
    pub every: Option<super::Every>,
    /// Condition on the person who says it.
    pub who: Option<Node<Expr>>,
    /// `presumed VALUE [after LENGTH]`.
    pub presumed: Option<(Node<Expr>, Option<Quantity>)>,
}

/// `reading within_a_year "一年内" [01.4h]` with alternatives and what was decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Name, label (the words that can be read twice), citations.
    pub head: Head,
    /// The alternatives and their labels.
    pub alternatives: Vec<(Name, Option<Node<String>>)>,
    /// `read as NAME by "office" since DATE [retroactive]`; none: not decided.
    pub decided: Option<Decided>,
}

/// Who decided a reading, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// Which alternative.
    pub alternative: Name,
    /// Who.
    pub by: Node<String>,
    /// First day it governs.
    pub since: Node<String>,
    /// Also governs occasions before.
    pub retroactive: bool,
}

/// `not computable [01.1a, 01.1b] because "an aim"`: clauses of which no record could show anything.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// The clauses.
    pub cites: Vec<Node<String>>,
    /// Why.
    pub because: Node<String>,
}

/// `measure lates = count of (late or early_leave) in the month`.
#[derive(Debug, Clone, PartialEq)]
pub struct Define {
    /// Name, label, citations.
    pub head: Head,
    /// What it stands for.
    pub expr: Node<Expr>,
}
