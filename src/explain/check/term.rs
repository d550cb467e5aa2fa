//! Terms that must end without what they name: each is a requirement turned round.

use super::Checker;
use super::case::Scene;
use crate::reference::derivation::{Required, World};
use crate::reference::verdict::Ruling;

impl<'c> Checker<'c> {
    /// Have all terms ended so? If not, nothing else is judged: the norm does not apply where it came in time, and waits or is open else.
    pub(super) fn terms(&mut self, scene: Scene<'c>, world: &World) -> bool {
        let norm = self.case.norm;
        if world.terms.len() != norm.terms.len() {
            self.fault("a term is missing", "缺少一个期间");
        }
        for (n, (term, told)) in norm.terms.iter().zip(&world.terms).enumerate() {
            let ruling = match told.ruling {
                Ruling::NotApplicable => Ruling::Compliant,
                Ruling::Compliant => Ruling::Violation,
                Ruling::Violation => return self.no_breach(),
                other => other,
            };
            let as_duty = Required { ruling, ..told.clone() };
            self.within(&format!("term {}", n + 1), |checker| checker.required(scene, term, &as_duty));
        }
        let has = |wanted: Ruling| world.terms.iter().any(|told| told.ruling == wanted);
        let whole = world.terms.iter().map(|told| told.ruling).min().unwrap_or(Ruling::Compliant);
        let whole = if has(Ruling::NotApplicable) { Ruling::NotApplicable } else { whole };
        if whole == Ruling::Compliant {
            return true;
        }
        if world.ruling != whole || !world.decisions.is_empty() || !world.requirements.is_empty() {
            self.fault("what is said does not follow from the terms", "结论与期间不符");
        }
        false
    }

    fn no_breach(&mut self) -> bool {
        self.fault("a term cannot be breached", "期间无从违反");
        false
    }
}
