//! Norms and exceptions, line by line; tables.

use super::{Amount, CompareOp, Deadline, EffectLine, Expr, Gives, Head, May, Must, Name, Node, OnRequest, Pattern, Posting, ProcedureStep, Quantity, Rounding, SignedIn, StepAfter, StepColumn, Validity, Weekday};
use rust_decimal::Decimal;

/// A norm: `rule`, `table`, `pay`, `duty`, `ban`, `counts as`, `approval` or `only`, with its body lines in the order written.
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
    /// `score`: marks of items, added up, and grades.
    Score,
    /// `approval`: rows decide who signs, and the signatures must be there.
    Approval,
    /// `procedure`: steps of a case, each a norm of its own.
    Procedure,
    /// `only`: an act that those alone may do who are named.
    Only,
}

/// One line of a norm's body.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// `in force from D until D`: the clause's own validity.
    InForce(Validity),
    /// `dated by EXPR`: the reference date that chooses the version in force (default: the occasion's day).
    DatedBy(Node<Expr>),
    /// `judged 31 days after the period`, `judged on 01-31 of the next year`.
    JudgedOn(JudgedOn),
    /// `on late or early_leave [where …]`.
    On(Pattern),
    /// `for each EXPR as NAME`: one occasion for each member of a set.
    ForEach(Node<Expr>, Option<Name>),
    /// `each staff [where …], every month` or `every year from 2004 every 3 years by 05-31`.
    Each(Each),
    /// `on breach of NORM, NORM`: of any of them.
    OnBreach(Vec<Name>),
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
    /// `marked in item_marked`: where the marks of a score stand.
    /// With `for FIELD` marks belong to the period that holds the day in that field, whenever they are recorded.
    Marked(Pattern, Option<Name>),
    /// `total 100 points`: what the items of a score should add up to.
    Total(Node<Expr>, Vec<Node<String>>),
    /// `sheet when EXPR`: the items and the total below it are for such members only.
    Sheet(Node<Expr>, Vec<Node<String>>),
    /// `grade good when >= 75 points`: name, condition on the score, citations.
    Grade(Node<Expr>, Option<(CompareOp, Node<Expr>)>, Vec<Node<String>>),
    /// `rounded half-up to 0.01`, with citations.
    Rounded(Node<Rounding>, Node<Decimal>, Vec<Node<String>>),
    /// `each item at least 0 points`: a floor, cap or rounding of every item of a score.
    EachItem(Box<Line>),
    /// `must …`.
    Must(Must),
    /// `when no PATTERN within 5 days`: nothing follows before that time has ended without such a record.
    WhenNo(Must),
    /// `or must …`: another way to meet the `must` above.
    OrMust(Must),
    /// `signed in PATTERN`, `filed in PATTERN`: where the records of an approval stand.
    SignedIn(SignedIn),
    /// `step EVENT by OFFICE within 2 days when EXPR`.
    Step(ProcedureStep),
    /// `distinct a, b`: nobody takes two of these steps.
    DistinctPeople(Vec<Name>, Vec<Node<String>>),
    /// A step of a procedure, in its own norm.
    StepAfter(StepAfter),
    /// `not their own`: one's own signature under one's own request is none.
    NotTheirOwn,
    /// `may supervisor when EXPR`: a permission; without one of them the act is a violation.
    May(May),
    /// `instead within 15 days when EXPR`.
    Instead(Deadline, Node<Expr>, Vec<Node<String>>),
    /// `extended to 30 days when EXPR`.
    Extended(Deadline, Node<Expr>, Vec<Node<String>>),
    /// `extended to EXPR on GRANTED asked in ASKED`.
    ExtendedOnRequest(Box<OnRequest>),
    /// `suspended from EXPR to EXPR`: days in between are not counted.
    Suspended(Node<Expr>, Node<Expr>, Vec<Node<String>>),
    /// `suspended while SUBJECT in STATE`.
    SuspendedWhile(Node<Expr>, Vec<Node<String>>),
    /// `if breached EFFECT`.
    IfBreached(EffectLine),
    /// `if breached count as EVENT with field = EXPR, …`: a norm of its own, `NAME_breached`.
    IfBreachedGives(Gives),
    /// `count as EVENT with field = EXPR, …` or `gives EVENT …`.
    Gives(Gives),
    /// `remark "…"`.
    Remark(Node<String>),
    /// `expect finding CODE until DAY because "…"`; without a day, for good.
    ExpectFinding(Node<String>, Option<Node<String>>, Node<String>),
}

/// When a period is judged.
#[derive(Debug, Clone, PartialEq)]
pub enum JudgedOn {
    /// So long after its last day.
    After(Quantity),
    /// On this day of the year after.
    NextYear(Node<String>),
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
    /// `in the register throughout`: only those who belong to it on every day of the period.
    pub whole: bool,
    /// `throughout`: whenever something about the subject begins to be otherwise.
    pub throughout: bool,
}

/// `every month`, `every 3 years from 2004`, `every 2 months from 2024-03`, `every week on tuesday`, `every working day`.
#[derive(Debug, Clone, PartialEq)]
pub struct Every {
    /// How many units.
    pub count: u32,
    /// The unit.
    pub unit: Node<Period>,
    /// A first period of a rhythm of several: `2004`, `2024-03`, or a day of a first week.
    pub from: Option<Node<String>>,
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
    /// `approved by`: a step of an approval.
    Step(StepColumn),
    /// `worked out` / `计算`: how an item of a score gets its points.
    Worked,
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
    /// `>= 5 and < 10`.
    Both((CompareOp, Node<Expr>), (CompareOp, Node<Expr>)),
    /// `1500 .. 3000`, both inclusive.
    Range(Node<Expr>, Node<Expr>),
    /// `analysis` or `sick, personal`: one of these values.
    OneOf(Vec<Node<Expr>>),
    /// `not sick`.
    NotOneOf(Vec<Node<Expr>>),
    /// Offices, any of them; none: nobody.
    Names(Vec<Name>),
    /// An outcome, or how an item is worked out.
    Value(Node<Expr>),
    /// `full points`.
    FullPoints,
    /// Citations.
    Source(Vec<Node<String>>),
}

/// `exception NAME to NORM [to NORM]` with conditions and effects.
#[derive(Debug, Clone, PartialEq)]
pub struct Exception {
    /// Name, label, citations.
    pub head: Head,
    /// The norms or exceptions it prevails over.
    pub to: Vec<Name>,
    /// Body: `InForce`, `When`, `Unless`, `Effect`, `Remark`, `ExpectFinding`.
    pub lines: Vec<Node<Line>>,
}
