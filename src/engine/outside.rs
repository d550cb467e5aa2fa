//! What the engine does not do: such a norm is judged by the reference evaluator.

use crate::diagnostics::Say;

/// The records are about subjects of another entity.
pub(super) const NOT_FIRST: (&str, &str) = ("a record that does not name the subject first", "记录的首个角色并非该主体");
/// The periods are those of other subjects.
pub(super) const OTHERS: (&str, &str) = ("other subjects", "其他主体");

/// Why a norm stays outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside(pub Say);

impl Outside {
    /// Is the norm about subjects of another entity?
    pub(super) fn is_about_others(&self) -> bool {
        [NOT_FIRST.0, OTHERS.0].iter().any(|others| self.0.en == *others)
    }

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
