//! What a plain ban forbids.

use super::Words;
use crate::model::norm::{Norm, Occasion};

impl Words<'_> {
    /// Which occasions are violations by themselves; none when the norm says no more than its name.
    pub(crate) fn forbidden(&self, norm: &Norm) -> Option<String> {
        if !norm.violation {
            return None;
        }
        let what = match &norm.occasion {
            Occasion::Record(pattern) => Some(self.pattern(pattern)),
            Occasion::Member(pattern, members) => {
                let (pattern, members) = (self.pattern(pattern), self.phrase(members, &[]));
                Some(if self.zh() { format!("列于{pattern}的“{members}”") } else { format!("being among {members} of the {pattern}") })
            }
            Occasion::Reaches { measure, number, .. } => Some(format!("{} ≥ {}", self.measure_in_full(measure), self.phrase(number, &[]))),
            Occasion::Period { .. } | Occasion::Case { .. } | Occasion::Throughout { .. } => None,
        };
        match (what, norm.when.as_ref().map(|when| self.phrase(when, &[]))) {
            (Some(what), Some(when)) if self.zh() => Some(format!("{what}，条件为：{when}")),
            (Some(what), Some(when)) => Some(format!("{what} when {when}")),
            (what, when) => what.or(when),
        }
    }
}
