//! Aggregates over members in words.

use super::Words;
use super::phrase::Tight;
use crate::diagnostics::Tongue;
use crate::model::expr::Aggregate;
use crate::model::group::{Group, Members};

impl Words<'_> {
    /// `number of machine where …`, `average over each cadre of (…)`; `机器（……）的个数`.
    pub(crate) fn group(&self, group: &Group) -> String {
        let whose = match &group.of {
            Members::Register(entity) => self.entity(entity),
            Members::During(entity) => self.pick("{} in the register at any time", "期内在册的{}").replace("{}", &self.entity(entity)),
            Members::Set(set, _) => self.phrase(set, &[]),
        };
        let filter = match (&group.filter, self.tongue) {
            (None, _) => String::new(),
            (Some(filter), Tongue::En) => format!(" where {}", self.inside(filter, &[], Tight::Not)),
            (Some(filter), Tongue::Zh) => format!("（{}）", self.phrase(filter, &[])),
        };
        let value = group.value.as_ref().map(|value| self.phrase(value, &[])).unwrap_or_default();
        let (en, zh) = match group.aggregate {
            Aggregate::Total => ("total", "合计"),
            Aggregate::Least => ("least", "最小值"),
            Aggregate::Most => ("most", "最大值"),
            Aggregate::Average => ("average", "平均值"),
            _ => return if self.zh() { self.around(&format!("{whose}{filter}"), "的", "个数") } else { format!("number of {whose}{filter}") },
        };
        match self.tongue {
            Tongue::En => format!("{en} over each {whose}{filter} of ({value})"),
            Tongue::Zh => format!("{}“{value}”的{zh}", self.around(&format!("每个{whose}{filter}"), "的", "")),
        }
    }
}
