//! Terms that must end without what they name.

use super::Prose;
use crate::diagnostics::Tongue;
use crate::model::norm::What;
use crate::reference::derivation::{Required, World};
use crate::reference::verdict::Ruling;

impl Prose<'_> {
    pub(super) fn terms(&mut self, world: &World) {
        let terms = self.words.norm.map(|norm| norm.terms.as_slice()).unwrap_or_default();
        for (n, (term, told)) in terms.iter().zip(&world.terms).enumerate() {
            let number = if terms.len() > 1 { format!(" {}", n + 1) } else { String::new() };
            self.page.heading(&format!("{}{number}{}", self.words.pick("Term", "期间"), self.words.cites(&told.cites)));
            if let What::Records { pattern, .. } = &term.what {
                let records = self.words.pattern(pattern);
                let line = match self.words.tongue {
                    Tongue::En => format!("it must end without a record of {records}"),
                    Tongue::Zh => self.words.after("须至届满仍无", &records),
                };
                self.page.line(1, &line);
            }
            self.found_deadline(told, Some(term));
            if let Some(due) = told.due {
                let line = format!("{}{}", self.words.pick("it ends with: ", "届满："), self.words.at(due));
                self.page.line(1, &line);
            }
            self.found(told, Some(term));
            let line = self.came_of(told);
            self.page.line(1, &line);
        }
    }

    fn came_of(&self, told: &Required) -> String {
        let words = &self.words;
        match (told.ruling, told.met_at, words.tongue) {
            (Ruling::NotApplicable, Some(at), Tongue::En) => format!("there is one in time, of {}: nothing follows", words.at(at)),
            (Ruling::NotApplicable, Some(at), Tongue::Zh) => format!("期间内已有记录（{}），不产生后果", words.at(at)),
            (Ruling::NotApplicable, None, _) => words.pick("there is one in time: nothing follows", "期间内已有记录，不产生后果").to_owned(),
            (Ruling::Compliant, ..) => words.pick("there is none: the term has ended so", "无此记录，期间已届满").to_owned(),
            (Ruling::Pending, ..) => words.pick("there is none so far: the term has not ended", "目前尚无，期间未满").to_owned(),
            (ruling, ..) => format!("{}{}", words.pick("outcome: ", "结论："), words.ruling(ruling)),
        }
    }

    /// `the term of “final” has ended for matter m1 with 2024-03-22`: what the first sentence says of a norm that has terms.
    pub(super) fn of_terms(&self, who: &str, norm: &str) -> Option<String> {
        let words = &self.words;
        let ruling = self.derivation.verdict.ruling;
        let last = self.shown_world()?.terms.iter().rev().find_map(|told| told.due)?;
        let last = words.at(last);
        match (ruling, words.tongue) {
            (Ruling::Compliant, Tongue::En) => Some(format!("the term of {norm} has ended for {who} with {last}")),
            (Ruling::Compliant, Tongue::Zh) => Some(format!("{who}所涉{norm}的期间已于{last}届满")),
            (Ruling::Pending, Tongue::En) => Some(format!("the term of {norm} still runs for {who} until {last}")),
            (Ruling::Pending, Tongue::Zh) => Some(format!("{who}所涉{norm}的期间至{last}届满，尚未届满")),
            _ => None,
        }
    }
}
