//! Why a register that is judged throughout is judged on this day: what began.

use super::Prose;
use crate::diagnostics::Tongue;
use crate::model::norm::Occasion;
use crate::reference::derivation::Value;

impl Prose<'_> {
    pub(super) fn began(&mut self) {
        let Some(Occasion::Throughout { entity, .. }) = self.words.norm.map(|norm| &norm.occasion) else { return };
        let key = self.derivation.verdict.id.split_once('@').and_then(|(_, key)| key.rsplit_once('/'));
        let Some((id, _)) = key else { return };
        self.page.heading(self.words.pick("What began on this day", "当日起的变更"));
        let subject = format!("{entity}:{id}");
        let lines: Vec<String> = self
            .derivation
            .began
            .iter()
            .map(|began| {
                let what = self.words.fact(&subject, &began.attribute).1;
                let (now, before) = (self.or_unknown(began.now.as_ref()), self.or_unknown(began.before.as_ref()));
                match self.words.tongue {
                    Tongue::En => format!("{what}: {now} (before: {before})"),
                    Tongue::Zh => format!("{what}：{now}（此前：{before}）"),
                }
            })
            .collect();
        if lines.is_empty() {
            self.page.line(1, self.words.pick("from this day it is in the register, or is looked at", "自当日起列入名册，或自当日起评判"));
        }
        self.page.lines(1, &lines);
    }

    fn or_unknown(&self, value: Option<&Value>) -> String {
        value.map_or_else(|| self.words.pick("not known", "不详").to_owned(), |value| self.words.value(value))
    }
}
