//! Finding things in a model by name. Every list of a [`Model`] is sorted by name, so these are binary searches.

use super::calendar::Calendar;
use super::norm::{Deadline, Norm, Requirement, Until};
use super::{Entity, EventType, Field, Kind, Model, Parameter, Regulation, Schedule};

fn find<'a, T>(list: &'a [T], name: &str, of: impl Fn(&T) -> &str) -> Option<&'a T> {
    list.binary_search_by(|item| of(item).cmp(name)).ok().map(|at| &list[at])
}

impl Model {
    /// The record type called `name`.
    pub fn event(&self, name: &str) -> Option<&EventType> {
        find(&self.events, name, |event| &event.name)
    }
    /// Index of the record type called `name`: what [`crate::records::Record::event`] holds.
    pub fn event_index(&self, name: &str) -> Option<usize> {
        self.events.binary_search_by(|event| event.name.as_str().cmp(name)).ok()
    }
    /// The register or case called `name`.
    pub fn entity(&self, name: &str) -> Option<&Entity> {
        find(&self.entities, name, |entity| &entity.name)
    }
    /// The norm called `regulation.name`.
    pub fn norm(&self, name: &str) -> Option<&Norm> {
        find(&self.norms, name, |norm| &norm.name)
    }
    /// The hole, reading or judged fact called `name` (`regulation.name`, or the bare name of a shared one).
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        find(&self.parameters, name, |parameter| &parameter.name)
    }
    /// The enumeration called `name`.
    pub fn kind(&self, name: &str) -> Option<&Kind> {
        find(&self.kinds, name, |kind| &kind.name)
    }
    /// The calendar called `name`.
    pub fn calendar(&self, name: &str) -> Option<&Calendar> {
        find(&self.calendars, name, |calendar| &calendar.name)
    }
    /// The schedule called `name`.
    pub fn schedule(&self, name: &str) -> Option<&Schedule> {
        find(&self.schedules, name, |schedule| &schedule.name)
    }
    /// The regulation called `name`.
    pub fn regulation(&self, name: &str) -> Option<&Regulation> {
        find(&self.regulations, name, |regulation| &regulation.name)
    }
    /// Sorts every list by name, as lookups expect. For models built by hand; `compile` and `bundle::read` have done it.
    pub fn sort(&mut self) {
        self.regulations.sort_by(|a, b| a.name.cmp(&b.name));
        self.calendars.sort_by(|a, b| a.name.cmp(&b.name));
        self.schedules.sort_by(|a, b| a.name.cmp(&b.name));
        self.kinds.sort_by(|a, b| a.name.cmp(&b.name));
        self.entities.sort_by(|a, b| a.name.cmp(&b.name));
        self.events.sort_by(|a, b| a.name.cmp(&b.name));
        self.parameters.sort_by(|a, b| a.name.cmp(&b.name));
        self.declared.sort();
        self.left_out.sort();
        self.norms.sort_by(|a, b| a.name.cmp(&b.name));
        self.examples.sort_by(|a, b| (&a.regulation, &a.title).cmp(&(&b.regulation, &b.title)));
    }
}

impl Kind {
    /// Place of the value called `name`: its rank when the enumeration is ordered.
    pub fn rank(&self, name: &str) -> Option<usize> {
        // Names in a list often begin alike: the last letter tells most of them apart.
        let last = name.as_bytes().last();
        self.values.iter().position(|(value, _)| value.as_bytes().last() == last && value == name)
    }
}

impl Entity {
    /// The attribute called `name`.
    pub fn attribute(&self, name: &str) -> Option<&Field> {
        self.attributes.iter().find(|field| field.name == name)
    }
}

impl EventType {
    /// The roles: fields that name the subjects.
    pub fn role_fields(&self) -> &[Field] {
        self.fields.get(..self.roles).unwrap_or_default()
    }
}

impl Norm {
    /// The requirement that a part of a verdict is about: `requirement 2`.
    pub fn requirement(&self, part: &str) -> Option<&Requirement> {
        let number: usize = part.strip_prefix("requirement ")?.parse().ok()?;
        self.requirements.get(number.checked_sub(1)?)
    }
}

impl Requirement {
    /// Does it ask for something before its deadline, whichever deadline counts?
    pub fn is_before(&self) -> bool {
        let is_before = |until: &Until| {
            let mut all = until.changes.iter().map(|change| &change.deadline).chain([&until.default]);
            until.on_request.is_none() && all.all(|deadline| matches!(deadline, Deadline::Before(_)))
        };
        self.until.as_ref().is_some_and(is_before)
    }
}
