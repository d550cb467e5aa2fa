//! States, and the questions about them.

use super::{Head, Link, Name, Node, Pattern, Unit, Window};

/// `state NAME of KIND from PATTERN to PATTERN`.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Name, label, citations.
    pub head: Head,
    /// Whose state: register or case.
    pub of: Name,
    /// What begins it.
    pub from: Pattern,
    /// What ends it; none: it is for good.
    pub to: Option<Pattern>,
}

/// `days in STATE in the month`, `least at once in STATE in the day`.
#[derive(Debug, Clone, PartialEq)]
pub struct Stay {
    /// What is asked.
    pub ask: Node<StayAsk>,
    /// Which state: bare or `regulation.name`.
    pub state: Name,
    /// Whose, when it is not the occasion's subject.
    pub link: Link,
    /// Within which window.
    pub window: Option<Node<Window>>,
}

/// What is asked about a state in a window.
#[derive(Debug, Clone, PartialEq)]
pub enum StayAsk {
    /// `days in`, `hours in`, `minutes in`.
    Time(Unit),
    /// `least at once in`.
    LeastAtOnce,
    /// `most at once in`.
    MostAtOnce,
}
