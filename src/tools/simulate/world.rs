//! Who is there, and what is known of them.

use crate::model::value::Scalar;
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Values by name; none is blank.
pub(super) type Values = BTreeMap<String, Option<Scalar>>;

/// A member of a register, or a case.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) id: Arc<str>,
    pub(super) from: Option<NaiveDate>,
    pub(super) until: Option<NaiveDate>,
    pub(super) values: Values,
}

impl Member {
    pub(super) fn there(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// Members of registers, and cases, by entity.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) members: BTreeMap<String, Vec<Member>>,
    /// What is to be attested about a subject, when a norm was made to hold: fact and subject.
    pub(super) judged: BTreeMap<(String, String), bool>,
}

impl World {
    /// Those of `entity` who are there on `day`.
    pub(super) fn there(&self, entity: &str, day: NaiveDate) -> Vec<&Member> {
        self.members.get(entity).into_iter().flatten().filter(|member| member.there(day)).collect()
    }

    pub(super) fn member(&self, entity: &str, id: &str) -> Option<&Member> {
        self.members.get(entity)?.iter().find(|member| &*member.id == id)
    }

    pub(super) fn member_mut(&mut self, entity: &str, id: &str) -> Option<&mut Member> {
        self.members.get_mut(entity)?.iter_mut().find(|member| &*member.id == id)
    }
}

/// A record that is being made.
#[derive(Debug, Clone)]
pub(super) struct Draft<'m> {
    pub(super) event: &'m crate::model::EventType,
    pub(super) at: NaiveDateTime,
    pub(super) fields: Values,
    /// Fields whose key is left out.
    pub(super) left_out: BTreeSet<String>,
    /// What is to be attested about it.
    pub(super) judged: BTreeMap<String, bool>,
    /// It opened this case: its role.
    pub(super) opened: Option<String>,
}

impl Draft<'_> {
    pub(super) fn value(&self, name: &str) -> Option<&Scalar> {
        self.fields.get(name)?.as_ref()
    }

    /// The first role's subject.
    pub(super) fn subject(&self) -> Option<Scalar> {
        self.event.role_fields().iter().find_map(|role| self.value(&role.name).cloned())
    }
}
