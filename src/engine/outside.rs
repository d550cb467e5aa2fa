//! What the engine does not do: such a norm is judged by the reference evaluator.

use crate::diagnostics::Say;

/// Why a norm stays outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside(pub Say);

impl Outside {
    /// One that nobody needs to translate by hand: what it is, in both tongues.
    pub(super) fn because(en: &str, zh: &str) -> Self {
        Self(Say::new(en, zh))
    }
}

/// Something compiled, or why not.
pub(super) type Made<T> = Result<T, Outside>;

/// A refusal.
pub(super) fn outside<T>(en: &str, zh: &str) -> Made<T> {
    Err(Outside::because(en, zh))
}
