//! Registers: who and what is there.

use super::Maker;
use super::world::{Member, Values};
use crate::model::value::{Scalar, Type};
use crate::model::{Entity, EntitySort, Field};
use chrono::{Days, NaiveDateTime, NaiveTime};
use std::sync::Arc;

const HAN: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜";
const LATIN: &str = "zhao qian sun li zhou wu zheng wang feng chen chu wei jiang shen han yang zhu qin you xu he lv shi zhang kong cao yan hua jin tao ma lin";

impl<'m> Maker<'m> {
    /// Fills every register: ids first, as attributes name members of other registers.
    pub(super) fn people(&mut self) {
        let registers: Vec<&'m Entity> = self.model.entities.iter().filter(|entity| entity.sort == EntitySort::Register).collect();
        let roles = |entity: &Entity| {
            let given = self.model.events.iter().filter(|event| !event.derived);
            given.flat_map(|event| event.role_fields()).filter(|role| matches!(&role.ty, Type::Ref(of) if *of == entity.name)).count()
        };
        let counts: Vec<usize> = registers.iter().map(|entity| roles(entity)).collect();
        let most = counts.iter().copied().max().unwrap_or(0);
        let people = usize::try_from(self.plan.people).unwrap_or(usize::MAX).max(2);
        for (entity, count) in registers.iter().zip(&counts) {
            let are_people = *count > 0 && count * 3 >= most;
            let many = if are_people { people } else { (people / 4).max(2) };
            let members = (0..many).map(|n| self.somebody(entity, n, *count == most)).collect();
            self.world.members.insert(entity.name.clone(), members);
        }
        for entity in registers {
            let many = self.world.members.get(&entity.name).map_or(0, Vec::len);
            let shifts: Vec<usize> = entity.attributes.iter().map(|_| self.chance.below(many)).collect();
            for n in 0..many {
                let mut values = Values::new();
                for (field, shift) in entity.attributes.iter().zip(&shifts) {
                    let value = self.trait_of(entity, field, n, (n + shift) % many);
                    values.insert(field.name.clone(), value);
                }
                if let Some(member) = self.world.members.get_mut(&entity.name).and_then(|members| members.get_mut(n)) {
                    member.values = values;
                }
            }
        }
    }

    /// A new member; the last of a long register join or leave on the way.
    fn somebody(&mut self, entity: &Entity, n: usize, named: bool) -> Member {
        let han = entity.name.chars().any(is_han);
        let names: Vec<String> = if han { HAN.chars().map(String::from).collect() } else { LATIN.split(' ').map(str::to_owned).collect() };
        let id = match (named, names.get(n % names.len())) {
            (true, Some(name)) if n < names.len() => name.clone(),
            (true, Some(name)) => format!("{name}{}", n / names.len() + 1),
            _ if han => format!("{}{}", entity.name, n + 1),
            _ => format!("{}_{:02}", entity.name, n + 1),
        };
        let (mut from, mut until) = (None, None);
        let day = self.clock.first.checked_add_days(Days::new(u64::from(self.plan.days / 3).saturating_add(n as u64)));
        match n % 8 {
            6 if named => until = day,
            7 if named => from = day,
            _ => {}
        }
        Member { id: id.into(), from, until, values: Values::new() }
    }

    /// An attribute of the `n`-th member. Values of lists come up once each, the highest of an ordered one no more than twice.
    fn trait_of(&mut self, entity: &Entity, field: &Field, n: usize, shifted: usize) -> Option<Scalar> {
        if let Type::Kind(kind) = &field.ty {
            let kind = self.model.kind(kind)?;
            let many = kind.values.len();
            let place = match kind.ordered {
                true if n < many && n < 6 => many - 1 - n,
                true => self.chance.falling(many.saturating_sub(1).max(1)),
                false if shifted < many => shifted,
                false => self.chance.below(many),
            };
            return kind.values.get(place).map(|(value, _)| Scalar::Kind(kind.name.as_str().into(), value.as_str().into()));
        }
        let at = self.clock.first.and_time(NaiveTime::MIN);
        let own = self.world.members.get(&entity.name).and_then(|members| members.get(n)).map(|member| Scalar::Ref(entity.name.as_str().into(), Arc::clone(&member.id)));
        self.any_value(field, at, own.as_slice())
    }

    /// A new case with its attributes; its id.
    pub(super) fn open_case(&mut self, entity: &str, at: NaiveDateTime) -> Arc<str> {
        let n = self.world.members.get(entity).map_or(0, Vec::len) + 1;
        let id: Arc<str> = format!("{entity}_{n:03}").into();
        let attributes = self.model.entity(entity).map_or(&[][..], |entity| &entity.attributes);
        let mut values = Values::new();
        for field in attributes {
            let is_case = matches!(&field.ty, Type::Ref(of) if self.is_case(of));
            let value = if is_case { None } else { self.any_value(field, at, &[]) };
            values.insert(field.name.clone(), value.filter(|_| !self.chance.percent(3)));
        }
        self.world.members.entry(entity.to_owned()).or_default().push(Member { id: Arc::clone(&id), from: None, until: None, values });
        id
    }
}

fn is_han(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character)
}
