//! What follows from a norm, and what must be: effects, amounts, derived records, requirements.

use super::{CompareOp, Expr, Link, Name, Node, Pattern, Quantity, Unit};

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
    /// `decides SLOT = EXPR`: a named value other norms may read; `decides SLOT double`, `decides SLOT 5 days more` (exceptions only).
    Decides(Name, Change),
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

/// `base 90 CNY`, `less 5 CNY per day of leave when EXPR, at most 50 CNY [cite]`, `less 2 points per error from accuracy`.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    /// How much.
    pub amount: Node<Expr>,
    /// Per what.
    pub per: Option<Per>,
    /// Only then.
    pub when: Option<Node<Expr>>,
    /// `at most EXPR`: no more than that for all of them together.
    pub cap: Option<Node<Expr>>,
    /// `from ITEM`, `to ITEM`: a part of that item of a score.
    pub item: Option<Name>,
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
    /// In which part of the period, or from when.
    pub during: Option<Node<During>>,
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
    /// `must follow the order a, b, c for the same X`.
    Order(Vec<Name>, Link),
}

/// `extended to new_date on granted asked in asked refused in refused answered within 3 working days`.
#[derive(Debug, Clone, PartialEq)]
pub struct OnRequest {
    /// The new deadline; names are first the granting record's.
    pub deadline: Deadline,
    /// What grants it.
    pub granted: Pattern,
    /// What asks for it.
    pub asked: Option<Pattern>,
    /// What refuses it.
    pub refused: Option<Pattern>,
    /// How long an answer may take.
    pub answered: Option<Quantity>,
    /// Citations.
    pub cites: Vec<Node<String>>,
}

/// From when, or in which part of the period.
#[derive(Debug, Clone, PartialEq)]
pub enum During {
    /// `from EXPR`.
    From(Node<Expr>),
    /// `in the third week`: of the month.
    Week(u32),
    /// `in the fourth quarter`: of the year.
    Quarter(u32),
    /// `in june`.
    Month(u32),
}

/// By when.
#[derive(Debug, Clone, PartialEq)]
pub enum Deadline {
    /// `within 7 days`, `within NAME`, `within (not stated)`.
    Within(Within),
    /// `extended to EXPR`: a day, or a length of time.
    To(Node<Expr>),
    /// `by EXPR`: that day (whole) or moment, inclusive.
    By(Node<Expr>),
    /// `before EXPR`: strictly before.
    Before(Node<Expr>),
    /// `3 working days before EXPR`, counted backwards.
    Ahead(Quantity, Node<Expr>),
}

/// `within 7 days from EXPR counting the first day`.
#[derive(Debug, Clone, PartialEq)]
pub struct Within {
    /// How long.
    pub length: Node<Expr>,
    /// From when; none: the occasion.
    pub from: Option<Node<Expr>>,
    /// `counting the first day`, `not counting the first day`; none: as the regulation's clock says.
    pub counts_first: Option<bool>,
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
    /// `on DAY`: its own day.
    pub on: Option<Node<Expr>>,
    /// Its fields.
    pub fields: Vec<(Name, Node<Expr>)>,
    /// `for NORM, NORM only`: who sees it; empty: everyone.
    pub only_for: Vec<Name>,
    /// `when EXPR`: of a norm that does nothing else.
    pub when: Option<Node<Expr>>,
    /// Citations.
    pub cites: Vec<Node<String>>,
}
