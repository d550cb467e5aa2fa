//! Declarations: kinds, registers and cases, and the types of fields.

use super::data::cites;
use super::names::qualify;
use super::ty::Ty;
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::links::Sort;
use crate::model::number::Number;
use crate::model::value::{Range, Type, Unit};
use crate::model::{Entity, EntitySort, Field, Kind, LeftOut};
use crate::syntax::tree::{self, Item, Name};
use std::collections::BTreeMap;

impl<'t> Lower<'t> {
    /// Turns every declaration into its part of the model.
    pub(super) fn declare(&mut self) {
        let items = self.items();
        self.claim_types(&items);
        self.second_headers();
        for (file, item) in &items {
            match item {
                Item::Calendar(calendar) => self.calendar(*file, calendar),
                Item::Schedule(schedule) => self.schedule(*file, schedule),
                Item::Kind(kind) => self.kind(*file, kind),
                Item::Reading(reading) => self.reading_kind(*file, reading),
                _ => {}
            }
        }
        self.office_kinds(&items);
        self.model.sort();
        for (file, item) in &items {
            match item {
                Item::Regulation(regulation) => self.regulation(*file, regulation),
                Item::Register(entity) | Item::Case(entity) => self.entity(*file, entity),
                _ => {}
            }
        }
        let feeds = self.feeds(&items);
        for (file, item) in &items {
            if let Item::Event(event) = item {
                self.event(*file, event, &feeds);
            }
        }
        for (file, item) in &items {
            if let Item::LeftOut(left_out) = item {
                self.left_out(*file, left_out);
            }
        }
        if items.iter().any(|(_, item)| matches!(item, Item::Judged(_))) {
            self.model.events.push(super::event::attestation());
        }
        self.model.sort();
        self.unused_feed_columns(&feeds);
        self.names_in_data();
    }

    pub(super) fn items(&self) -> Vec<(usize, &'t Item)> {
        self.texts.iter().enumerate().flat_map(|(file, text)| text.tree.items.iter().map(move |item| (file, &item.value))).collect()
    }

    fn left_out(&mut self, file: usize, left_out: &tree::LeftOut) {
        let Some(regulation) = self.regulation_of(file) else {
            if let Some(first) = left_out.cites.first() {
                self.homeless(first, file);
            }
            return;
        };
        let left_out = LeftOut { regulation: regulation.to_owned(), cites: cites(&left_out.cites), because: left_out.because.value.clone() };
        self.model.left_out.push(left_out);
    }

    /// A text has one header: its items belong to that regulation.
    fn second_headers(&mut self) {
        let texts = self.texts;
        for (file, text) in texts.iter().enumerate() {
            let headers = text.tree.items.iter().filter_map(|item| if let Item::Regulation(r) = &item.value { Some(r) } else { None });
            for second in headers.skip(1) {
                let name = &second.head.name;
                self.error(
                    "second-regulation",
                    (file, name.span),
                    Say::new(format!("`{}` is the second regulation of this file", name.value), format!("`{}` 是本文件中的第二个规章", name.value)),
                    Say::new("put each regulation in a file of its own", "请把每个规章写在单独的文件中"),
                );
            }
        }
    }

    /// Names of types must be known before the first field is read. Entities are entered without attributes here.
    fn claim_types(&mut self, items: &[(usize, &'t Item)]) {
        for (file, item) in items {
            let (Item::Register(tree::Entity { head, .. }) | Item::Case(tree::Entity { head, .. })) = item else { continue };
            let name = &head.name;
            if self.claim("type", &name.value, (*file, name.span)) {
                let sort = if matches!(item, Item::Case(_)) { EntitySort::Case } else { EntitySort::Register };
                let label = text(head.label.as_ref());
                self.model.entities.push(Entity { name: name.value.clone(), label, sort, attributes: Vec::new() });
            }
        }
    }

    fn kind(&mut self, file: usize, kind: &tree::Kind) {
        let name = &kind.head.name;
        if self.claim("type", &name.value, (file, name.span)) {
            let label = text(kind.head.label.as_ref());
            self.add_kind(file, name.value.clone(), label, &kind.values);
        }
    }

    fn add_kind(&mut self, file: usize, name: String, label: Option<String>, values: &tree::KindValues) {
        let mut seen: BTreeMap<&str, At> = BTreeMap::new();
        for (value, _) in &values.values {
            let at = (file, value.span);
            if let Some(first) = seen.insert(&value.value, at) {
                let bare = &value.value;
                self.error2(
                    "duplicate-name",
                    Say::new(format!("the value `{bare}` stands twice"), format!("取值 `{bare}` 重复")),
                    (at, Say::new("again here", "此处重复")),
                    (first, Say::new("first here", "首次出现")),
                    Say::new("remove one of them", "请删除其中之一"),
                );
            }
        }
        let list = values.values.iter().map(|(value, label)| (value.value.clone(), text(label.as_ref()))).collect();
        self.model.kinds.push(Kind { name, label, ordered: values.ordered, values: list });
    }

    /// The alternatives of a reading are an enumeration with the reading's name.
    fn reading_kind(&mut self, file: usize, reading: &tree::Reading) {
        let full = qualify(self.regulation_of(file), &reading.head.name.value);
        let values = tree::KindValues { ordered: false, values: reading.alternatives.clone() };
        if self.declared("item", &full) == Some((file, reading.head.name.span)) {
            self.add_kind(file, full, text(reading.head.label.as_ref()), &values);
        }
    }

    fn entity(&mut self, file: usize, entity: &'t tree::Entity) {
        let name = &entity.head.name.value;
        if self.declared("type", name) != Some((file, entity.head.name.span)) {
            return;
        }
        let attributes = self.fields(file, name, &entity.attributes);
        if let Some(known) = self.model.entities.iter_mut().find(|known| known.name == *name) {
            known.attributes = attributes;
        }
    }

    /// Fields of one owner; a name that stands twice is told.
    pub(super) fn fields(&mut self, file: usize, owner: &str, fields: &'t [tree::Field]) -> Vec<Field> {
        let mut seen: BTreeMap<&str, At> = BTreeMap::new();
        let mut all = Vec::new();
        for field in fields {
            let at = (file, field.name.span);
            if let Some(first) = seen.insert(&field.name.value, at) {
                self.twice(&field.name.value, at, first);
                continue;
            }
            all.push(self.field(file, owner, field));
        }
        all
    }

    pub(super) fn twice(&mut self, name: &str, at: At, first: At) {
        self.error2(
            "duplicate-name",
            Say::new(format!("the field `{name}` stands twice"), format!("字段 `{name}` 重复")),
            (at, Say::new("again here", "此处重复")),
            (first, Say::new("first here", "首次出现")),
            Say::new("give one of them another name, or remove it", "请改名或删除其中之一"),
        );
    }

    pub(super) fn field(&mut self, file: usize, owner: &str, field: &'t tree::Field) -> Field {
        let kind_name = format!("{owner}.{}", field.name.value);
        let ty = self.ty(file, &field.ty, &kind_name, field.label.as_ref());
        let range = self.range(file, field, &ty);
        let ty = if let Ty::Is(ty) = ty {
            ty
        } else {
            self.poison(owner, &field.name.value);
            Type::Bool
        };
        Field { name: field.name.value.clone(), label: text(field.label.as_ref()), ty, range, column: text(field.column.as_ref()) }
    }

    pub(super) fn range(&mut self, file: usize, field: &tree::Field, ty: &Ty) -> Range {
        let (low, high) = field.range.clone().unwrap_or_default();
        let grain = field.grain.as_ref().map(|grain| grain.value.into());
        let mut range = Range { grain, low: low.as_ref().map(|n| n.value.into()), high: high.as_ref().map(|n| n.value.into()) };
        let at = (file, low.or(high).or(field.grain.clone()).map_or(field.name.span, |n| n.span));
        let stated = range != Range::default();
        if stated && ty.unit().is_none() && *ty != Ty::Poison {
            let say = ty.say();
            self.error(
                "bad-range",
                at,
                Say::new(format!("{} has no step, lowest or highest value", say.en), format!("{}没有步长与上下限", say.zh)),
                Say::new("only quantities have a range; leave it out here", "只有数量才有范围，此处请删去"),
            );
        }
        if field.ty.value == tree::Type::Count {
            range.grain.get_or_insert(Number::whole(1));
            range.low.get_or_insert(Number::whole(0));
        }
        if range.low.zip(range.high).is_some_and(|(low, high)| low > high) {
            self.error(
                "bad-range",
                at,
                Say::new("the lowest value lies above the highest", "下限大于上限"),
                Say::new("write the smaller number first", "请把较小的数写在前面"),
            );
        }
        if range.grain.is_some_and(|grain| grain <= Number::whole(0)) {
            self.error(
                "bad-range",
                at,
                Say::new("a step must be greater than zero", "步长必须大于零"),
                Say::new("write a step such as `in halves` or `in 0.01`", "请写明步长，如 `以 0.5 计`"),
            );
        }
        range
    }

    /// A type as written; an enumeration written in place is entered under `kind_name`.
    pub(super) fn ty(&mut self, file: usize, ty: &tree::Node<tree::Type>, kind_name: &str, label: Option<&tree::Node<String>>) -> Ty {
        let at = (file, ty.span);
        Ty::Is(match &ty.value {
            tree::Type::Count | tree::Type::Number => Type::Quantity(Unit::One),
            tree::Type::Money(code) => match self.money(at, code.as_deref()) {
                Some(unit) => Type::Quantity(unit),
                None => return Ty::Poison,
            },
            tree::Type::Unit(unit) => match self.unit(at, unit) {
                Some((unit, factor)) if factor == Number::whole(1) => Type::Quantity(unit),
                Some((unit, _)) => {
                    let name = super::ty::unit_name(&unit);
                    self.error(
                        "unit-mismatch",
                        at,
                        Say::new(format!("values of this unit are kept in {}", name.en), format!("此单位的值以{}记录", name.zh)),
                        Say::new(format!("declare the field in {}", name.en), format!("请把字段声明为{}", name.zh)),
                    );
                    return Ty::Poison;
                }
                None => return Ty::Poison,
            },
            tree::Type::Date => Type::Date,
            tree::Type::Moment => Type::Moment,
            tree::Type::Time => Type::Time,
            tree::Type::YesNo => Type::Bool,
            tree::Type::Text => Type::Text,
            tree::Type::OneOf(values) => {
                self.add_kind(file, kind_name.to_owned(), text(label), values);
                self.model.sort();
                Type::Kind(kind_name.to_owned())
            }
            tree::Type::Set(name) => match self.entity_name(file, name) {
                Some(entity) => Type::Set(entity),
                None => return Ty::Poison,
            },
            tree::Type::Named(name) => match self.named_type(file, name) {
                Some(ty) => ty,
                None => return Ty::Poison,
            },
        })
    }

    fn named_type(&mut self, file: usize, name: &Name) -> Option<Type> {
        if self.model.kinds.iter().any(|kind| kind.name == name.value) {
            self.uses((file, name.span), Sort::Type, "", &name.value);
            return Some(Type::Kind(name.value.clone()));
        }
        if self.model.entities.iter().any(|entity| entity.name == name.value) {
            self.uses((file, name.span), Sort::Type, "", &name.value);
            return Some(Type::Ref(name.value.clone()));
        }
        let kinds = self.model.kinds.iter().map(|kind| kind.name.clone()).filter(|name| !name.contains(['.', ':']));
        let known: Vec<String> = kinds.chain(self.model.entities.iter().map(|entity| entity.name.clone())).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        self.unknown((file, name.span), ("type, kind, register or case", "类型、类别、名册或案件"), &name.value, &known);
        None
    }

    /// The entity called `name`; an unknown one is told.
    pub(super) fn entity_name(&mut self, file: usize, name: &Name) -> Option<String> {
        if self.model.entities.iter().any(|entity| entity.name == name.value) {
            self.uses((file, name.span), Sort::Type, "", &name.value);
            return Some(name.value.clone());
        }
        let known: Vec<String> = self.model.entities.iter().map(|entity| entity.name.clone()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        self.unknown((file, name.span), ("register or case", "名册或案件"), &name.value, &known);
        None
    }
}

/// The text of an optional quoted text.
pub(super) fn text(node: Option<&tree::Node<String>>) -> Option<String> {
    node.map(|node| node.value.clone())
}
