//! Events, and the feeds that say in which columns they stand.

use super::declare::text;
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::links::Sort;
use crate::model::value::{Range, Type};
use crate::model::{Columns, EventType, Field};
use crate::syntax::tree::{self, Item};
use std::collections::BTreeMap;

/// Name of the built-in event by which somebody says a judged fact.
pub(super) const ATTESTATION: &str = "attestation";

/// Feeds by name, with the text they stand in.
pub(super) type Feeds<'t> = BTreeMap<&'t str, (usize, &'t tree::Feed)>;

impl<'t> Lower<'t> {
    pub(super) fn feeds(&mut self, items: &[(usize, &'t Item)]) -> Feeds<'t> {
        let mut feeds = BTreeMap::new();
        for (file, item) in items {
            if let Item::Feed(feed) = item
                && self.claim("feed", &feed.head.name.value, (*file, feed.head.name.span))
            {
                feeds.insert(feed.head.name.value.as_str(), (*file, feed));
            }
        }
        feeds
    }

    pub(super) fn event(&mut self, file: usize, event: &'t tree::Event, feeds: &Feeds<'t>) {
        let Some(first) = event.heads.first() else { return };
        let mut fields = self.roles(file, event);
        let roles = fields.len();
        for field in self.fields(file, &first.name.value, &event.fields) {
            if let Some(role) = fields.iter().position(|other| other.name == field.name) {
                let at = event.fields.iter().find(|f| f.name.value == field.name).map_or(first.name.span, |f| f.name.span);
                let first = event.roles.get(role).map_or(at, |role| role.kind.span);
                self.twice(&field.name, (file, at), (file, first));
            } else {
                fields.push(field);
            }
        }
        let mut columns = Columns::default();
        if let Some(name) = &event.feed {
            match feeds.get(name.value.as_str()) {
                Some((_, feed)) => {
                    self.uses((file, name.span), Sort::Feed, "", &name.value);
                    apply_feed(feed, &mut columns, &mut fields);
                }
                None => self.unknown((file, name.span), ("feed", "数据源"), &name.value, &feeds.keys().copied().collect::<Vec<_>>()),
            }
        }
        let called: Vec<String> = event.called.iter().map(|name| name.value.clone()).collect();
        let broken: Vec<String> = self.poisoned.iter().filter(|(owner, _)| *owner == first.name.value).map(|(_, name)| name.clone()).collect();
        let doer = event.roles.iter().find(|role| role.by).map(|role| role.name.as_ref().unwrap_or(&role.kind).value.clone());
        for head in &event.heads {
            self.doers.extend(doer.clone().map(|doer| (head.name.value.clone(), doer)));
            broken.iter().for_each(|name| self.poison(&head.name.value, name));
            let name = head.name.value.clone();
            if self.claim("event", &name, (file, head.name.span)) {
                let (label, called) = (text(head.label.as_ref()), called.clone());
                let (columns, fields) = (columns.clone(), fields.clone());
                self.model.events.push(EventType { name, label, called, columns, fields, roles, derived: false, valid: None });
            }
        }
    }

    fn roles(&mut self, file: usize, event: &tree::Event) -> Vec<Field> {
        let (mut roles, mut seen): (Vec<Field>, BTreeMap<String, At>) = (Vec::new(), BTreeMap::new());
        for role in &event.roles {
            let name = role.name.as_ref().unwrap_or(&role.kind);
            let at = (file, name.span);
            if let Some(first) = seen.insert(name.value.clone(), at) {
                self.twice(&name.value, at, first);
                continue;
            }
            if let Some(entity) = self.entity_name(file, &role.kind) {
                let (name, range) = (name.value.clone(), Range::default());
                roles.push(Field { name, label: None, ty: Type::Ref(entity), range, column: None });
            } else if let Some(first) = event.heads.first() {
                self.poison(&first.name.value, super::ANY);
            }
        }
        roles
    }

    /// One name in one type column can mean one event only.
    pub(super) fn names_in_data(&mut self) {
        let mut seen: BTreeMap<(String, String), String> = BTreeMap::new();
        let mut clashes: Vec<(String, String, String)> = Vec::new();
        for event in self.model.events.iter().filter(|event| !event.derived) {
            let own = [event.name.clone()];
            let called = if event.called.is_empty() { own.as_slice() } else { event.called.as_slice() };
            for name in called {
                let key = (event.columns.r#type.clone(), name.clone());
                if let Some(other) = seen.insert(key, event.name.clone()) {
                    clashes.push((name.clone(), other, event.name.clone()));
                }
            }
        }
        for (name, one, other) in clashes {
            let (Some(first), Some(second)) = (self.declared("event", &one), self.declared("event", &other)) else { continue };
            self.error2(
                "duplicate-name",
                Say::new(format!("`{name}` in the data could be `{one}` or `{other}`"), format!("数据中的 `{name}` 可能是 `{one}` 或 `{other}`")),
                (second, Say::new("this event", "此事件")),
                (first, Say::new("and this one", "与此事件")),
                Say::new("give each event names of its own with `called`, or one of them another feed", "请用 `称为` 分别命名，或改用另一数据源"),
            );
        }
    }

    /// A line of a feed that names neither a property of records nor a role or field of an event that uses the feed.
    pub(super) fn unused_feed_columns(&mut self, feeds: &Feeds<'t>) {
        let items = self.items();
        for (name, (file, feed)) in feeds {
            let users: Vec<&str> = items
                .iter()
                .filter_map(|(_, item)| if let Item::Event(event) = item { Some(event) } else { None })
                .filter(|event| event.feed.as_ref().is_some_and(|feed| feed.value == *name))
                .flat_map(|event| event.heads.iter().map(|head| head.name.value.as_str()))
                .collect();
            for column in &feed.columns {
                let own = &column.name.value;
                users.iter().for_each(|user| self.uses((*file, column.name.span), Sort::Field, user, own));
                let known: Vec<String> = users
                    .iter()
                    .filter_map(|user| self.model.event(user))
                    .flat_map(|event| event.fields.iter().map(|field| field.name.clone()))
                    .chain(PROPERTIES.iter().map(|name| (*name).to_owned()))
                    .collect();
                if !known.contains(own) && !users.is_empty() {
                    let known: Vec<&str> = known.iter().map(String::as_str).collect();
                    self.unknown((*file, column.name.span), ("role or field", "角色或字段"), own, &known);
                }
            }
        }
    }
}

const PROPERTIES: [&str; 8] = ["type", "id", "at", "source", "revision", "recorded_at", "supersedes", "retracts"];

fn apply_feed(feed: &tree::Feed, columns: &mut Columns, fields: &mut [Field]) {
    for line in &feed.columns {
        let column = line.column.value.clone();
        match line.name.value.as_str() {
            "type" => columns.r#type = column,
            "id" => columns.id = column,
            "at" => {
                columns.at = column;
                columns.at_is_date = line.as_date;
            }
            "source" => columns.source = column,
            "revision" => columns.revision = column,
            "recorded_at" => columns.recorded_at = column,
            "supersedes" => columns.supersedes = column,
            "retracts" => columns.retracts = column,
            name => {
                if let Some(field) = fields.iter_mut().find(|field| field.name == name) {
                    field.column.get_or_insert(column);
                }
            }
        }
    }
}

/// `about` and `by` are ids: what they are ids of is known from the fact.
pub(super) fn attestation() -> EventType {
    let field = |name: &str| Field { name: name.to_owned(), label: None, ty: Type::Text, range: Range::default(), column: None };
    EventType {
        name: ATTESTATION.to_owned(),
        label: None,
        called: Vec::new(),
        columns: Columns::default(),
        fields: ["fact", "about", "value", "by"].map(field).to_vec(),
        roles: 0,
        derived: false,
        valid: None,
    }
}
