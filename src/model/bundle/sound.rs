//! Do the names inside a model lead somewhere? `compile` makes no other models; a bundle may come from anywhere.

use crate::diagnostics::Say;
use crate::model::expr::{About, Aggregate, Expr, Pattern};
use crate::model::norm::{DEADLINE, Norm, Occasion, What};
use crate::model::order;
use crate::model::value::{Scalar, Type};
use crate::model::walk::{self, Look};
use crate::model::{Field, Model, ParameterSort};

/// Everything that leads nowhere, in the order of the model.
pub(super) fn faults(model: &Model) -> Vec<Say> {
    let mut faults = Faults { model, told: Vec::new(), owner: String::new() };
    faults.lists();
    faults.headers();
    faults.data();
    model.norms.iter().for_each(|norm| faults.norm(norm));
    if faults.told.is_empty() {
        faults.cycles();
    }
    faults.told
}

struct Faults<'m> {
    model: &'m Model,
    told: Vec<Say>,
    owner: String,
}

impl Faults<'_> {
    fn tell(&mut self, what_en: &str, what_zh: &str, name: &str) {
        let owner = &self.owner;
        self.told.push(Say::new(
            format!("`{owner}` names {what_en} `{name}`, which the bundle does not hold"),
            format!("`{owner}` 提到{what_zh} `{name}`，编译包中没有"),
        ));
    }

    fn must(&mut self, found: bool, what_en: &str, what_zh: &str, name: &str) {
        if !found {
            self.tell(what_en, what_zh, name);
        }
    }

    /// Lookups rely on sorted lists without duplicates.
    fn lists(&mut self) {
        let model = self.model;
        let names: [Vec<&str>; 8] = [
            model.regulations.iter().map(|x| x.name.as_str()).collect(),
            model.calendars.iter().map(|x| x.name.as_str()).collect(),
            model.schedules.iter().map(|x| x.name.as_str()).collect(),
            model.kinds.iter().map(|x| x.name.as_str()).collect(),
            model.entities.iter().map(|x| x.name.as_str()).collect(),
            model.events.iter().map(|x| x.name.as_str()).collect(),
            model.parameters.iter().map(|x| x.name.as_str()).collect(),
            model.norms.iter().map(|x| x.name.as_str()).collect(),
        ];
        for pair in names.iter().flat_map(|list| list.windows(2)) {
            if let [a, b] = pair
                && a >= b
            {
                self.told.push(Say::new(format!("`{b}` stands twice or in the wrong place"), format!("`{b}` 重复或位置有误")));
            }
        }
    }

    fn headers(&mut self) {
        let model = self.model;
        for regulation in &model.regulations {
            self.owner.clone_from(&regulation.name);
            let zone = &regulation.time_zone;
            self.must(zone.parse::<chrono_tz::Tz>().is_ok(), "the time zone", "时区", zone);
            if let Some(calendar) = &regulation.calendar {
                self.must(model.calendar(calendar).is_some(), "the calendar", "日历", calendar);
            }
        }
        for slot in model.schedules.iter().flat_map(|schedule| &schedule.slots) {
            self.owner.clone_from(&slot.name);
            for time in [&slot.start, &slot.end] {
                self.must(chrono::NaiveTime::parse_from_str(time, "%H:%M").is_ok(), "the time", "时间", time);
            }
        }
    }

    fn data(&mut self) {
        let model = self.model;
        for entity in &model.entities {
            self.owner.clone_from(&entity.name);
            entity.attributes.iter().for_each(|field| self.ty(&field.ty));
        }
        for event in &model.events {
            self.owner.clone_from(&event.name);
            event.fields.iter().for_each(|field| self.ty(&field.ty));
            let roles = event.fields.get(..event.roles).unwrap_or_default();
            let all_refs = roles.len() == event.roles && roles.iter().all(|role| matches!(role.ty, Type::Ref(_)));
            self.must(all_refs, "as a role", "角色", &event.name);
        }
        for parameter in &model.parameters {
            self.owner.clone_from(&parameter.name);
            self.ty(&parameter.ty);
            if let ParameterSort::Judged { of, by, who, .. } = &parameter.sort {
                self.must(model.entity(of).is_some() || model.event(of).is_some(), "the case or event", "案件或事件", of);
                by.iter().for_each(|by| self.must(model.entity(by).is_some(), "the register", "名册", by));
                who.iter().for_each(|who| walk::expr(who, self));
            }
        }
    }

    fn ty(&mut self, ty: &Type) {
        match ty {
            Type::Kind(name) => self.must(self.model.kind(name).is_some(), "the kind", "类别", name),
            Type::Ref(name) | Type::Set(name) => self.must(self.model.entity(name).is_some(), "the register or case", "名册或案件", name),
            _ => {}
        }
    }

    fn norm(&mut self, norm: &Norm) {
        let model = self.model;
        self.owner.clone_from(&norm.name);
        self.must(model.regulation(&norm.regulation).is_some(), "the regulation", "规章", &norm.regulation);
        if let Occasion::Period { entity: Some(entity), .. } | Occasion::Case { entity, .. } | Occasion::Throughout { entity, .. } = &norm.occasion {
            self.must(model.entity(entity).is_some(), "the register or case", "名册或案件", entity);
        }
        if let Occasion::Period { every, .. } = &norm.occasion {
            self.must(every.count > 0 && every.weekday.is_none_or(|day| day < 7), "the rhythm", "周期", &every.count.to_string());
        }
        for requirement in &norm.requirements {
            if let What::Either(alternatives) = &requirement.what {
                self.must(alternatives.len() > 1, "the second alternative", "第二个选项", &norm.name);
            }
        }
        for given in &norm.yields {
            let event = model.event(&given.event);
            self.must(event.is_some(), "the event", "事件", &given.event);
            for (field, _) in &given.fields {
                self.must(event.is_none_or(|event| event.field(field).is_some()), "the field", "字段", field);
            }
        }
        walk::norm(norm, self);
    }

    fn cycles(&mut self) {
        for cycle in order::cycles(self.model) {
            let names: Vec<String> = cycle.iter().map(|at| format!("`{}`", self.model.norms[*at].name)).collect();
            let list = names.join(" → ");
            self.told.push(Say::new(format!("norms wait for each other: {list}"), format!("规则互相等待：{list}")));
        }
    }

    fn any_event_has(&self, name: &str) -> bool {
        let has = |fields: &[Field]| fields.iter().any(|field| field.name == name);
        self.model.events.iter().any(|event| has(&event.fields))
    }
}

impl Look for Faults<'_> {
    fn pattern(&mut self, pattern: &Pattern) {
        for name in &pattern.events {
            let event = self.model.event(name);
            self.must(event.is_some(), "the event", "事件", name);
            for (link, _) in &pattern.links {
                self.must(event.is_none_or(|event| event.field(link).is_some()), "the field", "字段", link);
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        let model = self.model;
        match expr {
            Expr::Field(_, name) => self.must(self.any_event_has(name), "the field", "字段", name),
            Expr::Fact(_, entity, attribute) => {
                let found = model.entity(entity).is_some_and(|entity| entity.attribute(attribute).is_some());
                self.must(found, "the attribute", "属性", &format!("{entity}.{attribute}"));
            }
            Expr::Parameter(name) | Expr::Judged(name, About::Record(_) | About::Subject(_)) => {
                self.must(model.parameter(name).is_some(), "the parameter", "参数", name);
            }
            Expr::Decided(norm, slot) | Expr::DecidedOf(norm, slot, ..) => {
                let has = |norm: &Norm| norm.decisions.iter().any(|decision| decision.slot == *slot) || slot == DEADLINE && norm.deadline_is_a_value();
                let found = model.norm(norm).is_some_and(has);
                self.must(found, "the slot", "取值", &format!("{norm}.{slot}"));
            }
            Expr::Slot(schedule, slot, _) => {
                let found = model.schedule(schedule).is_some_and(|schedule| schedule.slots.iter().any(|s| s.name == *slot));
                self.must(found, "the slot", "时段", &format!("{schedule}.{slot}"));
            }
            Expr::Measure(measure) => {
                if let Aggregate::RunOfSlots(schedule) = &measure.aggregate {
                    self.must(model.schedule(schedule).is_some(), "the schedule", "作息", schedule);
                }
            }
            Expr::Stay(stay) => {
                self.must(model.entity(&stay.of).is_some(), "the register or case", "名册或案件", &stay.of);
                for turn in stay.turns() {
                    self.must(self.any_event_has(&turn.role), "the field", "字段", &turn.role);
                }
            }
            Expr::Value(Scalar::Kind(kind, value)) => {
                let found = model.kind(kind).is_some_and(|kind| kind.rank(value).is_some());
                self.must(found, "the value", "取值", &format!("{kind}.{value}"));
            }
            _ => {}
        }
    }
}
