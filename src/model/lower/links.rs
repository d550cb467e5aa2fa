//! What names were resolved to, written down beside the model for whoever asks ([`crate::model::links`]).

use super::env::{Env, This};
use super::names::{Scoped, qualify};
use super::{At, Lower};
use crate::diagnostics::{Say, Span};
use crate::model::expr::Expr;
use crate::model::links::{Notes, Sort};
use crate::model::order::BREACH;
use crate::syntax::tree::{self, Cell, Column, Effect, Item, Line, Name};

impl<'t> Lower<'t> {
    fn note(&self, note: impl FnOnce(&mut Notes)) {
        if let Some(notes) = &self.notes {
            note(&mut notes.borrow_mut());
        }
    }

    /// The name at `at` was resolved to this.
    pub(super) fn uses(&self, at: At, sort: Sort, owner: &str, name: &str) {
        self.note(|notes| notes.uses(at, sort, owner, name));
    }

    /// The name at `at` declares this.
    pub(super) fn declares(&self, at: At, sort: Sort, owner: &str, name: &str) {
        self.note(|notes| notes.declares(at, sort, owner, name));
    }

    /// What an expression is.
    pub(super) fn has_type(&self, at: At, say: impl FnOnce() -> Say) {
        self.note(|notes| notes.has_type(at, say));
    }

    /// `name`, or `regulation.name`, was resolved to the item called `full`.
    pub(super) fn uses_item(&self, file: usize, name: &Name, full: &str) {
        match self.dotted(file, name) {
            None => self.uses((file, name.span), Sort::Item, "", full),
            Some((before, last)) => {
                self.uses((file, last), Sort::Item, "", full);
                let regulation = name.value.rsplit_once('.').map_or("", |(regulation, _)| regulation);
                self.uses((file, before), Sort::Regulation, "", regulation);
            }
        }
    }

    /// `norm.slot` in one word.
    pub(super) fn uses_slot_of(&self, file: usize, name: &Name, full: &str, slot: &str) {
        if let Some((before, last)) = self.dotted(file, name) {
            let norm = Name { value: name.value.rsplit_once('.').map_or_else(String::new, |(norm, _)| norm.to_owned()), span: before };
            self.uses_item(file, &norm, full);
            self.uses((file, last), Sort::Slot, full, slot);
        }
    }

    /// `norm.not_stated_1`: a hole in place bears the name of its norm.
    pub(super) fn uses_hole(&self, file: usize, name: &Name) {
        let Some((before, _)) = self.dotted(file, name) else { return };
        let norm = Name { value: name.value.rsplit_once('.').map_or_else(String::new, |(norm, _)| norm.to_owned()), span: before };
        if let Some((full, ..)) = self.scoped(self.regulation_of(file), &norm.value) {
            self.uses_item(file, &norm, &full);
        }
    }

    /// The parts before and after the last dot of a name, where it stands in one piece.
    fn dotted(&self, file: usize, name: &Name) -> Option<(Span, Span)> {
        let written = self.texts.get(file)?.source.text.get(name.span.start..name.span.end)?;
        let dot = written.rfind('.')?;
        name.value.contains('.').then(|| (Span::new(name.span.start, name.span.start + dot), Span::new(name.span.start + dot + 1, name.span.end)))
    }

    /// A name that is something of a record of these types, or of a subject: what it was found to be.
    pub(super) fn uses_found(&self, env: &Env, at: At, name: &str, found: &Expr, events: &[String]) {
        if self.notes.is_none() || env.this == This::Unknown && matches!(found, Expr::Subject) {
            return;
        }
        match found {
            Expr::Fact(_, entity, attribute) => self.uses(at, Sort::Field, entity, attribute),
            Expr::Field(_, field) if field == name => events.iter().for_each(|event| self.uses_field(at, event, field)),
            Expr::Member if env.member.as_ref().is_some_and(|(member, entity)| member == name && member != entity) => self.uses(at, Sort::Member, &env.member_of, name),
            Expr::Field(..) | Expr::Subject | Expr::Each | Expr::Member => self.uses(at, Sort::Type, "", name),
            _ => {}
        }
    }

    /// A field of a record; of the breach of a norm it is what the norm's occasion has.
    fn uses_field(&self, at: At, event: &str, field: &str) {
        let Some(norm) = event.strip_prefix(BREACH) else { return self.uses(at, Sort::Field, event, field) };
        let Some(facets) = self.facets_of(norm) else { return };
        if let This::Records(events) = &facets.this {
            events.iter().for_each(|event| self.uses_field(at, event, field));
        }
        if self.model.entity(field).is_some() {
            self.uses(at, Sort::Type, "", field);
        }
    }

    /// Measures that nothing uses are not checked, since nothing says what their names mean; those that mean the same everywhere are noted all the same.
    pub(super) fn note_unused(&mut self) {
        if self.notes.is_none() {
            return;
        }
        let unused = self.names.scoped.iter().filter(|(full, _)| !self.used.contains(*full));
        let unused: Vec<(String, usize, &'t tree::Define)> = unused.filter_map(|(full, (file, item))| if let Scoped::Measure(define) = item { Some((full.clone(), *file, *define)) } else { None }).collect();
        let kept = (self.told.len(), self.parameters.clone(), self.holes.clone(), self.hole_counts.clone(), self.asks.clone(), self.used.clone(), self.copies);
        for (full, file, define) in unused {
            let mut env = Env::new(file, self.regulation_of(file).map(str::to_owned), full);
            env.this = This::Unknown;
            self.expr(&env, &define.expr, None);
        }
        self.told.truncate(kept.0);
        (self.parameters, self.holes, self.hole_counts, self.asks, self.used, self.copies) = (kept.1, kept.2, kept.3, kept.4, kept.5, kept.6);
    }

    /// What every text declares.
    pub(super) fn note_declarations(&self) {
        if self.notes.is_none() {
            return;
        }
        for (file, item) in self.items() {
            self.note_item(file, item);
        }
        for (file, text) in self.texts.iter().enumerate() {
            for name in &text.adopted_names {
                let Some(there) = self.texts.iter().position(|text| text.path == name.path) else { continue };
                self.declares((there, name.declared), name.sort, "", &name.full);
                self.uses((file, name.used), name.sort, "", &name.full);
            }
        }
    }

    fn note_item(&self, file: usize, item: &Item) {
        let regulation = self.regulation_of(file);
        let names = |sort: Sort, head: &tree::Head| self.declares((file, head.name.span), sort, "", &head.name.value);
        let item_name = |head: &tree::Head| {
            let full = qualify(regulation, &head.name.value);
            self.declares((file, head.name.span), Sort::Item, "", &full);
            full
        };
        match item {
            Item::Regulation(header) => names(Sort::Regulation, &header.head),
            Item::Calendar(calendar) => names(Sort::Calendar, &calendar.head),
            Item::Schedule(schedule) => names(Sort::Schedule, &schedule.head),
            Item::Feed(feed) => names(Sort::Feed, &feed.head),
            Item::Kind(kind) => {
                names(Sort::Type, &kind.head);
                self.note_values(file, &kind.head.name.value, &kind.values);
            }
            Item::Register(entity) | Item::Case(entity) => {
                names(Sort::Type, &entity.head);
                let owner = &entity.head.name.value;
                self.note_fields(file, &[owner], &entity.attributes);
            }
            Item::Event(event) => self.note_event(file, event),
            Item::Hole(hole) => {
                item_name(&hole.head);
                self.note_type(file, &format!("{}.{}", regulation.unwrap_or_default(), hole.field.name.value), &hole.field.ty.value);
            }
            Item::Judged(judged) => {
                let full = item_name(&judged.head);
                self.note_type(file, &full, &judged.field.ty.value);
            }
            Item::Reading(reading) => {
                let full = item_name(&reading.head);
                reading.alternatives.iter().for_each(|(name, _)| self.declares((file, name.span), Sort::Value, &full, &name.value));
                let decided = reading.decided.iter().map(|decided| &decided.alternative);
                decided.for_each(|name| self.uses((file, name.span), Sort::Value, &full, &name.value));
            }
            Item::Measure(define) => drop(item_name(&define.head)),
            Item::State(state) => drop(item_name(&state.head)),
            Item::Office(office) => drop(item_name(&office.head)),
            Item::Norm(norm) => {
                let full = item_name(&norm.head);
                norm.lines.iter().for_each(|line| self.note_line(file, &full, &line.value));
            }
            Item::Exception(exception) => drop(item_name(&exception.head)),
            Item::Import(_) | Item::LeftOut(_) | Item::Example(_) | Item::Powers(_) => {}
        }
    }

    fn note_event(&self, file: usize, event: &tree::Event) {
        let owners: Vec<&String> = event.heads.iter().map(|head| &head.name.value).collect();
        for head in &event.heads {
            self.declares((file, head.name.span), Sort::Event, "", &head.name.value);
        }
        for role in &event.roles {
            let name = role.name.as_ref().unwrap_or(&role.kind);
            owners.iter().for_each(|owner| self.declares((file, name.span), Sort::Field, owner, &name.value));
        }
        self.note_fields(file, &owners, &event.fields);
    }

    fn note_fields(&self, file: usize, owners: &[&String], fields: &[tree::Field]) {
        for field in fields {
            owners.iter().for_each(|owner| self.declares((file, field.name.span), Sort::Field, owner, &field.name.value));
            if let Some(first) = owners.first() {
                self.note_type(file, &format!("{first}.{}", field.name.value), &field.ty.value);
            }
        }
    }

    fn note_type(&self, file: usize, kind: &str, ty: &tree::Type) {
        if let tree::Type::OneOf(values) = ty {
            self.note_values(file, kind, values);
        }
    }

    fn note_values(&self, file: usize, kind: &str, values: &tree::KindValues) {
        values.values.iter().for_each(|(value, _)| self.declares((file, value.span), Sort::Value, kind, &value.value));
    }

    fn note_line(&self, file: usize, full: &str, line: &Line) {
        let slot = |name: &Name| self.declares((file, name.span), Sort::Slot, full, &name.value);
        match line {
            Line::ForEach(_, Some(name)) => self.declares((file, name.span), Sort::Member, full, &name.value),
            Line::Effect(effect) | Line::IfBreached(effect) => {
                if let Effect::Decides(name, _) = &effect.effect {
                    slot(name);
                }
            }
            Line::Table(table) => {
                table.columns.iter().for_each(|column| if let Column::Decides(name) = &column.value { slot(name) });
                // Of equal cells only one is lowered.
                let cells = table.rows.iter().flat_map(|row| &row.value);
                let offices = cells.filter_map(|cell| if let Cell::Names(names) = &cell.value { Some(names) } else { None });
                offices.flatten().for_each(|name| if let Some((full, ..)) = self.scoped(self.regulation_of(file), &name.value) { self.uses_item(file, name, &full) });
            }
            _ => {}
        }
    }
}
