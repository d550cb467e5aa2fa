//! The tree of a policy text: what the drafter wrote, with byte spans, before any name is looked up.
//!
//! Both tongues give the same tree. Equality ignores spans, so `parse(english) == parse(chinese)` is a test.

mod approvals;
mod consequences;
mod declarations;
mod examples;
mod expressions;
mod norms;
mod powers;
mod procedures;
mod states;

pub use approvals::*;
pub use consequences::*;
pub use declarations::*;
pub use examples::*;
pub use expressions::*;
pub use norms::*;
pub use powers::*;
pub use procedures::*;
pub use states::*;

use crate::diagnostics::Span;

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
#[allow(clippy::large_enum_variant)] // one per item
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
    /// `state NAME of KIND from PATTERN to PATTERN`.
    State(State),
    /// `office NAME of staff: EXPR`.
    Office(Office),
    /// `powers NAME` with a table of acts and offices.
    Powers(Powers),
    /// `not computable [CLAUSE, …] because "…"`.
    LeftOut(LeftOut),
    /// Any norm.
    Norm(Norm),
    /// `exception NAME to OTHER`.
    Exception(Exception),
    /// `example "…"`.
    Example(Example),
}

impl Item {
    /// The names an item declares, each with its label and citations; an event may declare several. Imports, examples and lists of clauses have none.
    pub fn heads(&self) -> Vec<&Head> {
        match self {
            Self::Regulation(regulation) => vec![&regulation.head],
            Self::Calendar(calendar) => vec![&calendar.head],
            Self::Schedule(schedule) => vec![&schedule.head],
            Self::Kind(kind) => vec![&kind.head],
            Self::Register(entity) | Self::Case(entity) => vec![&entity.head],
            Self::Feed(feed) => vec![&feed.head],
            Self::Event(event) => event.heads.iter().collect(),
            Self::Hole(hole) => vec![&hole.head],
            Self::Judged(judged) => vec![&judged.head],
            Self::Reading(reading) => vec![&reading.head],
            Self::Measure(define) => vec![&define.head],
            Self::State(state) => vec![&state.head],
            Self::Office(office) => vec![&office.head],
            Self::Powers(powers) => vec![&powers.head],
            Self::Norm(norm) => vec![&norm.head],
            Self::Exception(exception) => vec![&exception.head],
            Self::Import(_) | Self::LeftOut(_) | Self::Example(_) => Vec::new(),
        }
    }
}
