//! The tree of a policy text: what the drafter wrote, with byte spans, before any name is looked up.
//!
//! Both tongues give the same tree. Equality ignores spans, so `parse(english) == parse(chinese)` is a test.

use crate::diagnostics::Span;
use rust_decimal::Decimal;

/// Something with the place it was written at. Equality ignores the place.
#[derive(Debug, Clone)]
pub struct Node<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T: PartialEq> PartialEq for Node<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> Node<T> {
    /// `value` written at `span`.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// An identifier: Unicode letters, digits, `_`.
pub type Name = Node<String>;

/// The name of an item, its label for people and the articles it rests on.
///
/// `rule late_fine "迟到扣款" [03.2e]`: the bracket holds one or more citations separated by `,` or `;`.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// Identifier.
    pub name: Name,
    /// Quoted text after the name.
    pub label: Option<Node<String>>,
    /// Cited clauses, as written.
    pub cites: Vec<Node<String>>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct File {
    /// Items in the order written.
    pub items: Vec<Node<Item>>,
}

/// One item: it starts at the left margin, and everything indented below belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// `import "../common"`: another file or folder, relative to this file.
    Import(Node<String>),
    /// `regulation NAME …`: the header; at most one a file; items of the file belong to it.
    Regulation(Regulation),
    /// `calendar NAME from "cn.csv"`.
    Calendar(Calendar),
    /// `schedule NAME from "hours.csv"`.
    Schedule(Schedule),
    /// `kind NAME a, b, c` or `kind NAME a < b < c`.
    Kind(Kind),
    /// `register NAME` with attributes: people or things known from register files.
    Register(Entity),
    /// `case NAME` with attributes: cases known from columns of the records.
    Case(Entity),
    /// `feed NAME`: how columns of a data source map to records.
    Feed(Feed),
    /// `event NAME, NAME … by staff`.
    Event(Event),
    /// `hole NAME: type`: the text does not state it.
    Hole(Hole),
    /// `judged NAME: type of KIND by …`.
    Judged(Judged),
    /// `reading NAME` with alternatives.
    Reading(Reading),
    /// `measure NAME = expr`: a named expression.
    Measure(Define),
    /// Any norm.
    Norm(Norm),
    /// `exception NAME to OTHER`.
    Exception(Exception),
    /// `example "…"`.
    Example(Example),
}

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
    pub range: Option<(Option<Node<Decimal>>, Option<Node<Decimal>>)>,
    /// `from "column"`.
    pub column: Option<Node<String>>,
}

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
}

/// A subject of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Role {
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
    /// Type of the answer.
    pub ty: Node<Type>,
    /// What it is said of: a case kind or an event.
    pub of: Name,
    /// Who may say it: a register, with a condition on the person.
    pub by: Name,
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

/// `measure lates = count of (late or early_leave) in the month`.
#[derive(Debug, Clone, PartialEq)]
pub struct Define {
    /// Name, label, citations.
    pub head: Head,
    /// What it stands for.
    pub expr: Node<Expr>,
}

/// A norm: `rule`, `table`, `pay`, `duty`, `ban` or `counts as`, with its body lines in the order written.
#[derive(Debug, Clone, PartialEq)]
pub struct Norm {
    /// Which form.
    pub form: Form,
    /// Name, label, citations.
    pub head: Head,
    /// `continues OLD`: earlier name whose verdict ids go on.
    pub continues: Option<Name>,
    /// The body.
    pub lines: Vec<Node<Line>>,
}

/// The surface forms of a norm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `rule`: on an occasion, an effect.
    Rule,
    /// `table`: on an occasion, rows decide.
    Table,
    /// `pay`: per subject and period, a sum with deductions and forfeits.
    Pay,
    /// `duty`: on an occasion, something must be.
    Duty,
    /// `ban`: an act that is a violation.
    Ban,
    /// `counts as`: an occasion gives a derived record.
    CountsAs,
}

/// One line of a norm's body.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// `in force from D until D`: the clause's own validity.
    InForce(Validity),
    /// `dated by EXPR`: the reference date that chooses the version in force (default: the occasion's day).
    DatedBy(Node<Expr>),
    /// `on late or early_leave [where …]`.
    On(Pattern),
    /// `for each EXPR as NAME`: one occasion for each member of a set.
    ForEach(Node<Expr>, Option<Name>),
    /// `each staff [where …], every month` or `every year from 2004 every 3 years by 05-31`.
    Each(Each),
    /// `on breach of NORM`.
    OnBreach(Name),
    /// `every 3 of PATTERN [by the same staff] in the month` (`every`), or `when count … reaches N` (not `every`).
    Reaching(Reaching),
    /// `when EXPR`; several lines are joined by and.
    When(Node<Expr>),
    /// `unless EXPR`.
    Unless(Node<Expr>),
    /// `borne by EXPR`.
    BorneBy(Node<Expr>),
    /// `exactly one`, `first match`, `all` (with `sum`, `max`, `min`, `count`, `list`).
    Hit(Node<Hit>),
    /// An effect: `fine 2 CNY`, `pay 10 CNY`, `violation`, `permitted`.
    Effect(EffectLine),
    /// The rows of a table.
    Table(TableBody),
    /// `base 90 CNY`.
    Base(Amount),
    /// `less 5 CNY per day of leave`.
    Less(Amount),
    /// `add 5 CNY per …`.
    Add(Amount),
    /// `forfeited when EXPR`.
    Forfeited(Node<Expr>, Vec<Node<String>>),
    /// `at least EXPR` (floor), with citations.
    Floor(Node<Expr>, Vec<Node<String>>),
    /// `at most EXPR` (cap), with citations.
    Cap(Node<Expr>, Vec<Node<String>>),
    /// `rounded half-up to 0.01`.
    Rounded(Node<Rounding>, Node<Decimal>),
    /// `must …`.
    Must(Must),
    /// `instead within 15 days when EXPR`.
    Instead(Deadline, Node<Expr>, Vec<Node<String>>),
    /// `extended to 30 days when EXPR`.
    Extended(Deadline, Node<Expr>, Vec<Node<String>>),
    /// `suspended from EXPR to EXPR`: days in between are not counted.
    Suspended(Node<Expr>, Node<Expr>),
    /// `if breached EFFECT`.
    IfBreached(EffectLine),
    /// `count as EVENT with field = EXPR, …` or `gives EVENT …`.
    Gives(Gives),
    /// `expect finding CODE because "…"`.
    ExpectFinding(Node<String>, Node<String>),
}

/// `each staff where EXPR, every month`.
#[derive(Debug, Clone, PartialEq)]
pub struct Each {
    /// Register or case; none when the institution itself is the subject.
    pub kind: Option<Name>,
    /// Which of them.
    pub filter: Option<Node<Expr>>,
    /// The rhythm; none for `each permit` alone, the case from opening to end.
    pub every: Option<Every>,
}

/// `every month`, `every 3 years from 2004`, `every week on tuesday`, `every working day`.
#[derive(Debug, Clone, PartialEq)]
pub struct Every {
    /// How many units.
    pub count: u32,
    /// The unit.
    pub unit: Node<Period>,
    /// First year of a rhythm of several years.
    pub from_year: Option<Node<i32>>,
    /// `on tuesday`: only that day of the week.
    pub on: Option<Node<Weekday>>,
}

/// A calendar period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Period {
    Day,
    WorkingDay,
    Week,
    Month,
    Quarter,
    HalfYear,
    Year,
}

/// `every 3 of late or early_leave by the same staff in the month`.
#[derive(Debug, Clone, PartialEq)]
pub struct Reaching {
    /// Again at every multiple.
    pub every: bool,
    /// What is counted.
    pub measure: Node<Expr>,
    /// The number.
    pub number: Node<Expr>,
}

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

/// Hit policy of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    /// One outcome among the rows that apply; none is a gap, two a conflict.
    ExactlyOne,
    /// The first row that applies.
    First,
    /// Every row that applies, combined.
    All(Combine),
}

/// How several outcomes become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Combine {
    Sum,
    Max,
    Min,
    Count,
    List,
}

/// `fine 2 CNY to EXPR when EXPR [cite]`.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectLine {
    /// Which effect.
    pub effect: Effect,
    /// `to EXPR`: who receives it; otherwise the bearer.
    pub to: Option<Node<Expr>>,
    /// `when EXPR`: only then.
    pub when: Option<Node<Expr>>,
    /// Citations.
    pub cites: Vec<Node<String>>,
}

/// An effect of a norm or of an exception.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// `fine AMOUNT` (a violation), `deduct AMOUNT`, `pay AMOUNT`, `score AMOUNT`, `count AMOUNT`.
    Post(Node<Posting>, Change),
    /// `violation`.
    Violation,
    /// `permitted` / `does not apply`: the norm is switched off (exceptions only).
    Off,
    /// `decides SLOT = EXPR`: a named value other norms may read.
    Decides(Name, Node<Expr>),
    /// `forfeits NORM`: the subject loses that pay of the period.
    Forfeits(Name),
}

/// What is posted to a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posting {
    /// A sanction; the occasion is a violation.
    Fine,
    /// A deduction, no violation by itself.
    Deduct,
    /// A payment.
    Pay,
    /// Points.
    Score,
    /// A plain count.
    Count,
}

/// The amount of a posting, or what an exception does to it.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// `pay 50 CNY`.
    To(Node<Expr>),
    /// `pay double`, `pay 3 times`.
    Times(Node<Expr>),
    /// `pay 5 CNY more`.
    More(Node<Expr>),
}

/// A table: header cells and rows of cells.
#[derive(Debug, Clone, PartialEq)]
pub struct TableBody {
    /// One column each.
    pub columns: Vec<Node<Column>>,
    /// The rows; as many cells as columns.
    pub rows: Vec<Node<Vec<Node<Cell>>>>,
}

/// A column's header.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// A condition on the value of this expression.
    Condition(Node<Expr>),
    /// An outcome: `pay`, `fine`, …
    Outcome(Posting),
    /// `decides SLOT`.
    Decides(Name),
    /// `source` / `依据`: the row's citations.
    Source,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// `any`, `-` or empty.
    Any,
    /// `<= 1500`, `> 3 days`.
    Compare(CompareOp, Node<Expr>),
    /// `1500 .. 3000`, both inclusive.
    Range(Node<Expr>, Node<Expr>),
    /// `analysis` or `sick, personal`: one of these values.
    OneOf(Vec<Node<Expr>>),
    /// `not sick`.
    NotOneOf(Vec<Node<Expr>>),
    /// An outcome.
    Value(Node<Expr>),
    /// Citations.
    Source(Vec<Node<String>>),
}

/// `base 90 CNY`, `less 5 CNY per day of leave when EXPR [cite]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    /// How much.
    pub amount: Node<Expr>,
    /// Per what.
    pub per: Option<Per>,
    /// Only then.
    pub when: Option<Node<Expr>>,
    /// Citations.
    pub cites: Vec<Node<String>>,
}

/// `per day of leave` (the event's one field in that unit, summed) or `per late or early_leave` (counted).
#[derive(Debug, Clone, PartialEq)]
pub struct Per {
    /// The unit; none or `times`: each occurrence counts one.
    pub unit: Option<Node<Unit>>,
    /// What is counted, within the occasion's period.
    pub pattern: Pattern,
}

/// A requirement.
#[derive(Debug, Clone, PartialEq)]
pub struct Must {
    /// What must be.
    pub what: What,
    /// By when; none for a period duty (its period's end) or a condition (at once).
    pub deadline: Option<Deadline>,
    /// Citations.
    pub cites: Vec<Node<String>>,
}

/// What a duty asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// `must [not] PATTERN [at least 10 times] [counting distinct EXPR]`.
    Records {
        /// What is done.
        pattern: Pattern,
        /// `at least`, `at most`, `exactly`; `must not` is at most 0; nothing written is at least 1.
        op: CompareOp,
        /// The number.
        number: Node<Expr>,
        /// `counting distinct EXPR`.
        distinct: Option<Node<Expr>>,
    },
    /// `must have EXPR by …`: a moment, blank until it has happened.
    Moment(Node<Expr>),
    /// `must satisfy EXPR`: judged at once.
    Condition(Node<Expr>),
    /// `must follow the order a, b, c`.
    Order(Vec<Name>),
}

/// By when. Equality ignores spans.
#[derive(Debug, Clone)]
pub enum Deadline {
    /// `within 7 days [from EXPR]`.
    Within(Quantity, Option<Node<Expr>>),
    /// `within (not stated)`: a hole.
    NotStated(Span),
    /// `by EXPR`: that day (whole) or moment, inclusive.
    By(Node<Expr>),
    /// `before EXPR`: strictly before.
    Before(Node<Expr>),
    /// `3 working days before EXPR`, counted backwards.
    Ahead(Quantity, Node<Expr>),
}

impl PartialEq for Deadline {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Within(length, from), Self::Within(other, other_from)) => length == other && from == other_from,
            (Self::NotStated(_), Self::NotStated(_)) => true,
            (Self::By(limit), Self::By(other)) | (Self::Before(limit), Self::Before(other)) => limit == other,
            (Self::Ahead(length, limit), Self::Ahead(other, other_limit)) => length == other && limit == other_limit,
            _ => false,
        }
    }
}

/// Rounding mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Rounding {
    HalfUp,
    HalfEven,
    Down,
    Up,
}

/// `absence with days = 1 day`.
#[derive(Debug, Clone, PartialEq)]
pub struct Gives {
    /// Event.
    pub event: Name,
    /// Its fields.
    pub fields: Vec<(Name, Node<Expr>)>,
    /// `for NORM, NORM only`: who sees it; empty: everyone.
    pub only_for: Vec<Name>,
    /// Citations.
    pub cites: Vec<Node<String>>,
}

/// `exception NAME to NORM [to NORM]` with conditions and effects.
#[derive(Debug, Clone, PartialEq)]
pub struct Exception {
    /// Name, label, citations.
    pub head: Head,
    /// The norms or exceptions it prevails over.
    pub to: Vec<Name>,
    /// Body: `InForce`, `When`, `Unless`, `Effect`, `ExpectFinding`.
    pub lines: Vec<Node<Line>>,
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
    /// `count of …`, `total days of …`.
    Measure(Box<Measure>),
    /// `days from A to B`, `working days from A to B`.
    Between(Node<Unit>, Box<Node<Expr>>, Box<Node<Expr>>),
    /// `E rounded half-up to 0.01`.
    Rounded(Box<Node<Expr>>, Node<Rounding>, Node<Decimal>),
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
    /// Within which window.
    pub window: Option<Node<Window>>,
}

/// Aggregate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// `longest run of PATTERN over days / working days`: consecutive days with at least one record.
    Run(RunOver),
}

/// What a run is counted over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunOver {
    /// Consecutive calendar days.
    Days,
    /// Consecutive working days.
    WorkingDays,
}

/// Window of a measure.
#[derive(Debug, Clone, PartialEq)]
pub enum Window {
    /// `in the month` (up to the occasion) or `in the whole month`.
    Period(Period, bool),
    /// `in the last 30 days`.
    Last(Quantity),
    /// `since PATTERN`: after its last record.
    Since(Pattern),
    /// `in the case`: the case's life.
    Case,
    /// `so far`: everything up to the occasion.
    SoFar,
    /// `ever`: everything known.
    Ever,
}

/// `example "…"`: given records, expected verdicts.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// What it shows.
    pub title: Node<String>,
    /// Register rows and records.
    pub given: Vec<Node<Given>>,
    /// `known up to DATE`.
    pub until: Option<Node<Expr>>,
    /// Expected verdicts and amounts.
    pub expect: Vec<Node<Expect>>,
}

/// One line of given data.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// `given staff li with post = clerk`.
    Subject(Name, Node<String>, Vec<(Name, Node<Expr>)>),
    /// `given late by li on 2024-03-05 [08:37]`, `on each of A .. B`, `for petition p1`, `with days = 2 days`.
    Record {
        /// Event.
        event: Name,
        /// Explicit record id: `given late "r1" by li`.
        id: Option<Node<String>>,
        /// Subjects: role or kind (none for `by`), and id.
        roles: Vec<(Option<Name>, Node<String>)>,
        /// Days or moments.
        on: GivenOn,
        /// Fields.
        fields: Vec<(Name, Node<Expr>)>,
    },
    /// `given complex of p1 is yes by wang on DATE`: an attested fact.
    Attested {
        /// Judged fact.
        fact: Name,
        /// Case or record id.
        of: Node<String>,
        /// Answer.
        value: Node<Expr>,
        /// Who says it.
        by: Node<String>,
        /// When.
        on: Node<Expr>,
    },
}

/// When a given record happened.
#[derive(Debug, Clone, PartialEq)]
pub enum GivenOn {
    /// One date, with or without a time.
    At(Node<Expr>, Option<Node<Expr>>),
    /// `each of A .. B`: every calendar day.
    Each(Node<Expr>, Node<Expr>),
}

/// One expected result.
#[derive(Debug, Clone, PartialEq)]
pub enum Expect {
    /// `expect NORM of li [on DATE | for PERIOD] is violation`.
    Verdict {
        /// Norm.
        norm: Name,
        /// Subject.
        of: Option<Node<String>>,
        /// Date or period as written (`2024-03-05`, `2024-03`, `2024`).
        on: Option<Node<String>>,
        /// Ruling.
        is: Node<Ruling>,
    },
    /// `expect NORM of li for 2024-03 is 0 CNY`; also `expect NORM of li is none`.
    Amount {
        /// Norm.
        norm: Name,
        /// Subject.
        of: Option<Node<String>>,
        /// Date or period.
        on: Option<Node<String>>,
        /// Posted amount.
        is: Node<Expr>,
    },
}

/// A ruling as written in an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Ruling {
    Compliant,
    Violation,
    Pending,
    Undetermined,
    Conflict,
    NotApplicable,
}
