//! Sharing an audit out over machines: which records must stay together, so that each norm still sees every record that it looks at.
//!
//! Records are shared out by the subject of one entity that they name (the *key*): all records of one person, one case, one department go together. A norm can be
//! judged so if its occasions have one key, and every record that it looks at is linked to that key, be it counted, waited for, or made by another norm.
//! What cannot be shown to be so is refused, with the reason: a norm is never judged on a part of its records.

use super::expr::{About, Expr, Pattern, Scope};
use super::group::Members;
use super::norm::{Decision, Norm, Occasion};
use super::order::{self, BREACH};
use super::state::Ask;
use super::value::Type;
use super::walk::{self, Look};
use super::{EntitySort, EventType, Field, Model};
use crate::diagnostics::Say;
use std::collections::{BTreeMap, BTreeSet};

/// Norms that are judged on records shared out by one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Whose records go together.
    pub entity: String,
    /// The norms, by index.
    pub norms: BTreeSet<usize>,
    /// These, and those on which they rest.
    pub judged: BTreeSet<usize>,
    /// Some of them are judged period by period from the first record on, which every machine must know.
    pub from_the_first: bool,
    /// Norms that post to somebody else than the key: their statements are not all in one place.
    pub post_elsewhere: BTreeSet<usize>,
}

/// How the norms of a model can be shared out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shares {
    /// One for each key that is needed.
    pub shares: Vec<Share>,
    /// Norms that cannot, and why.
    pub whole: Vec<(usize, Say)>,
}

impl Shares {
    /// Looks for the fewest keys by which `wanted` norms can be judged. `loaded`: registers that are given.
    pub fn new(model: &Model, loaded: &BTreeSet<String>, wanted: &BTreeSet<usize>) -> Self {
        let needs = order::needs(model);
        let zones: BTreeSet<&str> = model.regulations.iter().map(|regulation| regulation.time_zone.as_str()).collect();
        if zones.len() > 1 {
            let why = || Say::new("the regulations are in different time zones", "各规章分属不同时区");
            return Self { shares: Vec::new(), whole: wanted.iter().map(|norm| (*norm, why())).collect() };
        }
        let around: Vec<(&str, BTreeMap<usize, Say>)> = model.entities.iter().map(|entity| (entity.name.as_str(), Around { model, entity: &entity.name, loaded }.refused(&needs))).collect();
        let (mut left, mut shares) = (wanted.clone(), Vec::new());
        let of = |refused: &BTreeMap<usize, Say>, left: &BTreeSet<usize>| -> BTreeSet<usize> { left.iter().copied().filter(|norm| !refused.contains_key(norm)).collect() };
        while let Some((entity, norms)) = around.iter().map(|(entity, refused)| (*entity, of(refused, &left))).max_by_key(|(_, norms)| norms.len()).filter(|(_, norms)| !norms.is_empty()) {
            left.retain(|norm| !norms.contains(norm));
            shares.push(share(model, &needs, entity, norms, loaded));
        }
        let why = |norm: usize| {
            let own = model.norms.get(norm).and_then(|norm| subject_of(model, norm));
            if own.is_none() && model.norms.get(norm).is_some_and(|norm| matches!(norm.occasion, Occasion::Record(_) | Occasion::Member(..))) {
                return Say::new("its records name no subject first", "它的记录并不首先载明主体");
            }
            let of_own = around.iter().find(|(entity, _)| Some(*entity) == own.as_deref()).or(around.first());
            let why = of_own.and_then(|(_, refused)| refused.get(&norm).cloned());
            why.unwrap_or_else(|| Say::new("no register or case is declared", "没有声明名册或案件"))
        };
        Self { shares, whole: left.iter().map(|norm| (*norm, why(*norm))).collect() }
    }
}

/// The field of a record that holds the key: its first role of the entity.
pub fn key<'e>(event: &'e EventType, entity: &str) -> Option<(usize, &'e Field)> {
    event.fields.iter().enumerate().find(|(_, field)| matches!(&field.ty, Type::Ref(of) if of == entity))
}

/// The entity that an occasion is about.
fn subject_of(model: &Model, norm: &Norm) -> Option<String> {
    match &norm.occasion {
        Occasion::Record(pattern) | Occasion::Member(pattern, _) => first_role(model, pattern),
        Occasion::Reaches { measure, .. } => first_role(model, &measure.pattern),
        Occasion::Period { entity, .. } => entity.clone(),
        Occasion::Case { entity, .. } | Occasion::Throughout { entity, .. } => Some(entity.clone()),
    }
}

fn first_role(model: &Model, pattern: &Pattern) -> Option<String> {
    match &model.event(pattern.events.first()?)?.fields.first()?.ty {
        Type::Ref(entity) => Some(entity.clone()),
        _ => None,
    }
}

fn share(model: &Model, needs: &[BTreeSet<usize>], entity: &str, norms: BTreeSet<usize>, loaded: &BTreeSet<String>) -> Share {
    let (mut judged, mut queue) = (norms.clone(), norms.iter().copied().collect::<Vec<_>>());
    while let Some(norm) = queue.pop() {
        queue.extend(needs.get(norm).into_iter().flatten().copied().filter(|need| judged.insert(*need)));
    }
    let is_period = |norm: &usize| model.norms.get(*norm).is_some_and(|norm| matches!(norm.occasion, Occasion::Period { .. }));
    let around = Around { model, entity, loaded };
    let elsewhere = |norm: &&usize| model.norms.get(**norm).is_some_and(|norm| around.posts_elsewhere(norm));
    Share { entity: entity.to_owned(), from_the_first: judged.iter().any(is_period), post_elsewhere: norms.iter().filter(elsewhere).copied().collect(), norms, judged }
}

/// One entity by whose subjects records might be shared out.
struct Around<'m> {
    model: &'m Model,
    entity: &'m str,
    loaded: &'m BTreeSet<String>,
}

impl Around<'_> {
    /// The norms that cannot be judged so, and why.
    fn refused(&self, needs: &[BTreeSet<usize>]) -> BTreeMap<usize, Say> {
        let own = |(at, norm): (usize, &Norm)| self.looks(norm).err().map(|why| (at, why));
        let mut refused: BTreeMap<usize, Say> = self.model.norms.iter().enumerate().filter_map(own).collect();
        loop {
            let rests = |at: &usize| needs.get(*at).into_iter().flatten().find(|need| refused.contains_key(need)).copied();
            let more: Vec<(usize, usize)> = (0..self.model.norms.len()).filter(|at| !refused.contains_key(at)).filter_map(|at| Some((at, rests(&at)?))).collect();
            if more.is_empty() {
                return refused;
            }
            for (at, need) in more {
                let name = self.model.norms.get(need).map(|norm| norm.name.clone()).unwrap_or_default();
                refused.insert(at, Say::new(format!("it rests on `{name}`, which cannot be shared out so"), format!("它以 `{name}` 为据，而后者不能这样分派")));
            }
        }
    }

    fn key(&self, event: &str) -> Option<&Field> {
        key(self.model.event(event)?, self.entity).map(|(_, field)| field)
    }

    /// The expressions that are the key of a norm's occasions.
    fn anchors(&self, norm: &Norm) -> Result<Vec<Expr>, Say> {
        let entity = self.entity;
        match &norm.occasion {
            Occasion::Record(pattern) | Occasion::Member(pattern, _) => self.of_records(pattern, matches!(norm.occasion, Occasion::Record(_))),
            Occasion::Reaches { measure, .. } => {
                let anchors = self.of_records(&measure.pattern, true)?;
                let linked = measure.pattern.events.iter().all(|event| self.key(event).is_some_and(|key| measure.pattern.links.iter().any(|(name, _)| *name == key.name)));
                if linked { Ok(anchors) } else { Err(Say::new(format!("it counts over all of `{entity}` together"), format!("它对全部 `{entity}` 合并计数"))) }
            }
            Occasion::Period { entity: Some(of), .. } if of == entity => self.everybody_is_seen().map(|()| vec![Expr::Subject]),
            Occasion::Case { entity: of, .. } if of == entity => Ok(vec![Expr::Subject]),
            Occasion::Period { entity: None, .. } => Err(Say::new("it judges the institution as a whole", "它以整个机构为对象")),
            Occasion::Throughout { .. } => Err(Say::new("it judges what holds throughout, whoever has records", "它判定持续状态，与有无记录无关")),
            Occasion::Period { entity: Some(of), .. } | Occasion::Case { entity: of, .. } => Err(Say::new(format!("it judges each `{of}`"), format!("它逐一判定 `{of}`"))),
        }
    }

    fn of_records(&self, pattern: &Pattern, about_first: bool) -> Result<Vec<Expr>, Say> {
        let keys: Option<BTreeSet<&str>> = pattern.events.iter().map(|event| self.key(event).map(|key| key.name.as_str())).collect();
        let [name] = keys.iter().flatten().copied().collect::<Vec<_>>()[..] else {
            return Err(Say::new(format!("its records do not name one `{}`", self.entity), format!("它的记录没有统一的 `{}`", self.entity)));
        };
        let mut anchors = vec![Expr::Field(Scope::This, name.to_owned())];
        let is_first = |event: &String| self.model.event(event).and_then(|event| event.fields.first()).is_some_and(|field| field.name == name);
        if about_first && pattern.events.iter().all(is_first) {
            anchors.push(Expr::Subject);
        }
        Ok(anchors)
    }

    /// Without a register, whoever occurs in any role has periods: all of them must be found by the key.
    fn everybody_is_seen(&self) -> Result<(), Say> {
        if self.loaded.contains(self.entity) || self.named_by_key_alone() {
            return Ok(());
        }
        Err(Say::new(format!("no register `{}` is given, which would say who has periods", self.entity), format!("未提供名册 `{}`，无从得知期间的主体", self.entity)))
    }

    /// Do records that are read name subjects of the entity nowhere but in their keys?
    fn named_by_key_alone(&self) -> bool {
        let names = |ty: &Type| matches!(ty, Type::Ref(of) | Type::Set(of) if of == self.entity);
        let only_by_key = |event: &EventType| event.fields.iter().filter(|field| names(&field.ty)).count() <= usize::from(key(event, self.entity).is_some());
        self.model.events.iter().filter(|event| !event.derived).all(only_by_key)
    }

    /// Does the norm look at nothing but what has its key?
    fn looks(&self, norm: &Norm) -> Result<(), Say> {
        let anchors = self.anchors(norm)?;
        let own = match &norm.occasion {
            Occasion::Record(pattern) | Occasion::Member(pattern, _) => Some(pattern),
            Occasion::Reaches { measure, .. } => Some(&measure.pattern),
            _ => None,
        };
        let mut looking = Looking { around: self, anchors: &anchors, own, why: None };
        walk::norm(norm, &mut looking);
        looking.why.map_or(Ok(()), Err)
    }

    /// Have the records that norms make the key of what made them?
    fn made_with_key(&self, event: &str) -> Result<(), Say> {
        let about = |maker: &Norm| Say::new(format!("`{}` makes a record about somebody else", maker.name), format!("`{}` 产生关于他人的记录", maker.name));
        let Some(key) = self.key(event) else { return Ok(()) };
        for maker in &self.model.norms {
            let breach = event.strip_prefix(BREACH).is_some_and(|broken| broken == maker.name);
            let given = maker.yields.iter().filter(|given| given.event == event).map(|given| given.fields.iter().find(|(name, _)| *name == key.name).map(|(_, value)| value));
            for stated in given.chain(breach.then_some(None)) {
                let anchors = self.anchors(maker)?;
                let same = || anchors.contains(&Expr::Subject) || (subject_of(self.model, maker).as_deref() != Some(self.entity) && anchors.contains(&Expr::Field(Scope::This, key.name.clone())));
                let has_key = match stated {
                    Some(value) => anchors.contains(value),
                    None => maker.bearer.is_none() && same(),
                };
                if !has_key {
                    return Err(about(maker));
                }
            }
        }
        Ok(())
    }

    /// Does it post to somebody else than the key?
    fn posts_elsewhere(&self, norm: &Norm) -> bool {
        let Ok(anchors) = self.anchors(norm) else { return true };
        let mut posting = norm.decisions.iter().chain(&norm.if_breached).filter(|decision| decision.posting.is_some()).peekable();
        let elsewhere = |decision: &Decision| decision.to.as_ref().is_some_and(|to| !anchors.contains(to));
        posting.peek().is_some() && (norm.bearer.is_some() || !anchors.contains(&Expr::Subject) || posting.any(elsewhere))
    }
}

/// Looks for what does not have the key.
struct Looking<'l> {
    around: &'l Around<'l>,
    anchors: &'l [Expr],
    /// The occasion's own pattern.
    own: Option<&'l Pattern>,
    why: Option<Say>,
}

impl Looking<'_> {
    fn refuse(&mut self, en: String, zh: String) {
        self.why.get_or_insert(Say { en, zh });
    }

    fn is_case(&self, entity: &str) -> bool {
        self.around.model.entity(entity).is_some_and(|entity| entity.sort == EntitySort::Case)
    }
}

impl Look for Looking<'_> {
    fn pattern(&mut self, pattern: &Pattern) {
        let around = self.around;
        let linked = |event: &String| around.key(event).is_some_and(|key| pattern.links.iter().any(|(name, value)| *name == key.name && self.anchors.contains(value)));
        if !self.own.is_some_and(|own| std::ptr::eq(own, pattern))
            && let Some(event) = pattern.events.iter().find(|event| !linked(event))
        {
            let entity = around.entity;
            self.refuse(format!("it looks at records of `{event}` that are not of its own `{entity}`"), format!("它要看不属于自身 `{entity}` 的 `{event}` 记录"));
        }
        for event in &pattern.events {
            // What is read from files may be made by norms as well.
            if let Err(why) = around.made_with_key(event) {
                self.why.get_or_insert(why);
            }
            if let Some(valid) = around.model.event(event).and_then(|event| event.valid.as_ref()) {
                walk::expr(&valid.when, self);
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        let anchors = self.anchors;
        let is_key = |of: &Expr| anchors.contains(of);
        match expr {
            Expr::Judged(fact, About::Record(_) | About::Subject(_)) => self.refuse(
                format!("somebody must judge `{fact}`, and attestations do not say whose they are"),
                format!("`{fact}` 须由人判断，而认定记录不载明属于谁"),
            ),
            Expr::Fact(of, entity, attribute) if self.is_case(entity) && !(*entity == self.around.entity && is_key(of) && self.around.named_by_key_alone()) => self.refuse(
                format!("it asks for `{attribute}` of `{entity}`, which other records tell"),
                format!("它要问 `{entity}` 的 `{attribute}`，由其他记录载明"),
            ),
            Expr::Group(group) => {
                if let Members::Register(entity) | Members::During(entity) = &group.of
                    && !self.around.loaded.contains(entity)
                {
                    self.refuse(format!("no register `{entity}` is given, whose members it looks through"), format!("未提供名册 `{entity}`，而它要逐一查看其成员"));
                }
            }
            Expr::DecidedOf(norm, _, of, _) if !of.as_deref().is_some_and(is_key) => {
                self.refuse(format!("it reads what `{norm}` decides of somebody else"), format!("它要读 `{norm}` 对他者的决定"));
            }
            Expr::Stay(stay) if matches!(stay.ask, Ask::LeastAtOnce(_) | Ask::MostAtOnce(_)) => {
                self.refuse(format!("it asks how many are in `{}` at once", stay.state), format!("它要问同时处于 `{}` 的数量", stay.state));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::Policy;

    /// By which entity each norm is shared out, or why it is not.
    fn shared(policy: &str, loaded: &[&str]) -> String {
        let policy = Policy::parse(&format!("regulation a\n  time zone Asia/Shanghai\n  currency CNY\nregister staff\n  post: clerk < chief\ncase file\n{policy}")).unwrap();
        let (model, loaded) = (policy.model(), loaded.iter().map(|name| (*name).to_owned()).collect());
        let shares = Shares::new(model, &loaded, &(0..model.norms.len()).collect());
        let name = |norm: &usize| model.norms[*norm].name.clone();
        let by = shares.shares.iter().map(|share| {
            let elsewhere: Vec<String> = share.post_elsewhere.iter().map(name).collect();
            let first = if share.from_the_first { ", from the first" } else { "" };
            let elsewhere = if elsewhere.is_empty() { String::new() } else { format!(", elsewhere {}", elsewhere.join(" ")) };
            format!("{}: {}{first}{elsewhere}\n", share.entity, share.norms.iter().map(name).collect::<Vec<_>>().join(" "))
        });
        by.chain(shares.whole.iter().map(|(norm, why)| format!("{} not: {}\n", name(norm), why.en))).collect()
    }

    const EVENTS: &str = "event late by staff, staff as head\n  minutes: minutes, 0 ..\nevent seen of file by staff\nevent shut of file\nevent met\n";

    #[test]
    fn norms_that_see_only_their_own_subject() {
        let policy = format!("{EVENTS}
rule one
  on late
  fine 2 CNY when count of late in the month >= 2
  count 1 to head
rule two
  on seen
  must shut within 3 days
rule three
  each staff, every month
  deduct 1 CNY * count of late in the month
rule four
  each file
  must satisfy any shut
");
        insta::assert_snapshot!(shared(&policy, &["staff"]), @r"
        staff: a.one a.three, from the first, elsewhere a.one
        file: a.four a.two
        ");
        insta::assert_snapshot!(shared(&policy, &[]), @r"
        file: a.four a.two
        staff: a.one, elsewhere a.one
        a.three not: no register `staff` is given, which would say who has periods
        ");
    }

    #[test]
    fn norms_that_see_more_are_named() {
        let policy = format!("{EVENTS}
judged excused: yes/no of late by staff, presumed no
rule one
  on late
  fine 2 CNY when count of late for the same head in the month >= 2
rule two
  on late
  fine 2 CNY when not excused
rule three
  every month
  must at least 1 met
rule four
  on late
  fine 2 CNY when (number of staff where post is chief) >= 2
rule five
  on seen
  fine 2 CNY when count of seen for the same staff in the month >= 2
rule six
  on seen
  fine 2 CNY when count of seen for the same file in the month >= 2
rule seven
  on late
  count as noted with staff = head
event noted by staff
rule eight
  on noted
  fine 2 CNY when count of noted in the month >= 2
rule nine
  on breach of three
  fine 9 CNY
");
        insta::assert_snapshot!(shared(&policy, &["staff"]), @r"
        staff: a.five a.four a.seven, elsewhere a.five
        file: a.six
        a.eight not: `a.seven` makes a record about somebody else
        a.nine not: its records name no subject first
        a.one not: it looks at records of `late` that are not of its own `staff`
        a.three not: it judges the institution as a whole
        a.two not: somebody must judge `a.excused`, and attestations do not say whose they are
        ");
    }
}
