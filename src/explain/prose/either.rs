//! Alternatives: one is enough; the whole first, then each of them.

use super::Prose;
use crate::diagnostics::Tongue;
use crate::model::norm::Requirement;
use crate::reference::derivation::Required;

impl Prose<'_> {
    /// What came of the whole, then each alternative under its own heading.
    pub(super) fn either(&mut self, required: &Required, alternatives: &[Requirement]) {
        let line = self.one_of(alternatives.len());
        self.page.line(1, &line);
        self.due(required, None);
        self.met(required, None);
        for (n, (told, alternative)) in required.alternatives.iter().zip(alternatives).enumerate() {
            let title = self.words.pick("Alternative", "选项").to_owned();
            self.page.heading(&format!("{title} {}{}", n + 1, self.words.cites(&told.cites)));
            self.requirement(told, Some(alternative));
        }
    }

    pub(super) fn one_of(&self, many: usize) -> String {
        match self.words.tongue {
            Tongue::En if many == 2 => "either of 2 alternatives is enough".to_owned(),
            Tongue::En => format!("any one of {many} alternatives is enough"),
            Tongue::Zh => format!("以下 {many} 项满足其一即可"),
        }
    }
}
