//! What names mean: fields, attributes, measures, parameters, decided slots, values.

use super::env::{Env, This};
use super::names::{Scoped, qualify, short};
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{About, Expr, Scope};
use crate::model::links::Sort;
use crate::model::office::OFFICES;
use crate::model::{EntitySort, WEEKDAY, weekday};
use crate::model::value::{Scalar, Type, Unit};
use crate::syntax::tree::{self, Name};

impl<'t> Lower<'t> {
    /// `name`, `staff.post`, `this.days`, `norm.slot`, `period.end`, `schedule.slot.start`.
    pub(super) fn path(&mut self, env: &Env, names: &'t [Name], want: Option<&Ty>, at: At) -> Typed {
        let Some((head, rest)) = names.split_first() else { return Typed::poison(at) };
        if rest.is_empty()
            && let Some(Ty::Is(Type::Kind(kind))) = want
            && self.model.kind(kind).is_some_and(|kind| kind.rank(&head.value).is_some())
        {
            self.uses(env.at(head.span), Sort::Value, kind, &head.value);
            let value = Scalar::Kind(kind.as_str().into(), head.value.as_str().into());
            return Typed::known(Expr::Value(value), Type::Kind(kind.clone()), at);
        }
        if let (Some(Ty::Is(Type::Kind(kind))), Some(day)) = (want, weekday::named(&head.value))
            && rest.is_empty()
            && kind == WEEKDAY
        {
            return Typed::known(Expr::Value(Scalar::Kind(WEEKDAY.into(), day.into())), Type::Kind(kind.clone()), at);
        }
        if let ("this", [_, ..]) = (head.value.as_str(), rest) {
            return self.of_this(env, rest, want, at);
        }
        if let Some(found) = self.special(env, names, at) {
            return found;
        }
        if let ("period", Some(edge), Some(rest)) = (head.value.as_str(), names.get(..2), names.get(2..))
            && let Some(found) = self.special(env, edge, at)
        {
            return self.steps(env, found, rest, at);
        }
        if let (word @ ("period" | "membership"), Some(next)) = (head.value.as_str(), rest.first())
            && !self.is_variable(env, word)
        {
            return self.no_such_part(env, head, next);
        }
        match self.variable(env, head) {
            Some(found) => self.steps(env, found, rest, at),
            None => self.unknown_variable(env, head, want),
        }
    }

    /// `this.days`, `this.lates`: of the occasion, also where records or members are looked at.
    fn of_this(&mut self, env: &Env, names: &'t [Name], want: Option<&Ty>, at: At) -> Typed {
        let Some((field, rest)) = names.split_first() else { return Typed::poison(at) };
        let outside = Env { counted: None, each: None, ..env.clone() };
        if let Some(found) = self.field_of_this(&outside, field) {
            return self.steps(env, found, rest, at);
        }
        // What another norm decides for the occasion itself.
        if let Some(found) = self.special(&outside, names, at) {
            return found;
        }
        match self.variable(&outside, field) {
            Some(found) => self.steps(env, found, rest, at),
            None => self.unknown_variable(&outside, field, want),
        }
    }

    /// The period and the membership have few parts, and only norms with a period have them.
    fn no_such_part(&mut self, env: &Env, of: &Name, part: &Name) -> Typed {
        let at = env.at(part.span);
        let known: &[&str] = if of.value == "period" { &["start", "end", "days", "开始", "结束", "天数"] } else { &["days", "天数"] };
        match env.this {
            This::Unknown => {}
            This::Period(..) => self.unknown(at, ("part of the period or membership", "本期或在册的属性"), &part.value, known),
            _ => self.error(
                "unknown-name",
                env.at(of.span),
                Say::new("only a norm with a period has one, and a length of membership in it", "只有带周期的规则才有本期和在册天数"),
                Say::new("write `each staff, every month`, or name a date", "请写 `每个 职工 ， 每月`，或写明日期"),
            ),
        }
        Typed::poison(at)
    }

    /// `norm.slot of (E)`.
    pub(super) fn of_value(&mut self, env: &Env, names: &'t [Name], of: &'t tree::Node<tree::Expr>, at: At) -> Typed {
        let of = self.expr(env, of, None);
        let Some((slot, norm)) = names.split_last().filter(|_| !of.is_poison()) else { return Typed::poison(at) };
        let name = norm.iter().map(|name| name.value.as_str()).collect::<Vec<_>>().join(".");
        let Some((full, _, Scoped::Norm(_))) = self.scoped(env.regulation.as_deref(), &name) else {
            // An attribute of an attribute.
            return self.steps(env, of, names, at);
        };
        if !self.ready(&full, at) {
            return Typed::poison(at);
        }
        self.uses_norm(env, norm, &full);
        if self.judges_each(&full, &of.ty) {
            return self.decided(env, &full, slot, Some(of), at);
        }
        self.not_judged_each(&full, &name, &of.ty, at)
    }

    /// The norm decides nothing for such a subject, or not in a way in which others can read it.
    fn not_judged_each(&mut self, norm: &str, name: &str, ty: &Ty, at: At) -> Typed {
        let say = ty.say();
        let case = match (self.facets_of(norm).map(|facets| &facets.this), ty) {
            (Some(This::Case(entity)), Ty::Is(Type::Ref(of))) if entity == of => Some(entity.clone()),
            _ => None,
        };
        let (message, help) = match case {
            Some(case) => (
                Say::new(
                    format!("`{name}` decides this for each `{case}` as a whole; a record of that `{case}`, or a period, cannot read it"),
                    format!("`{name}` 针对整个 `{case}` 确定取值，其中的记录或某一周期不能引用"),
                ),
                Say::new(
                    format!("work it out on the record: count with `for the same {case} so far`; or judge `{name}` on the record that settles the `{case}`, and read it there"),
                    format!("请在该记录上计算（写 `同一 {case} 至今`）；或把 `{name}` 改为针对使 `{case}` 了结的记录，并在那里引用"),
                ),
            ),
            None => (
                Say::new(format!("`{name}` does not judge every one of these: {}", say.en), format!("`{name}` 并非逐一评判此类对象：{}", say.zh)),
                Say::new("give somebody of the register whose members the norm judges in the same periods", "请写该规则按同一周期逐一评判的名册中的对象"),
            ),
        };
        self.error("decided-elsewhere", at, message, help);
        Typed::poison(at)
    }

    /// Would the name mean something without knowing the other side?
    pub(super) fn is_variable(&self, env: &Env, name: &str) -> bool {
        let in_holder = self.in_holder(env, name).is_some();
        let in_counted = env.counted.as_ref().is_some_and(|events| self.in_records(events, Scope::Counted, name).is_some());
        in_holder
            || in_counted
            || self.in_each(env, name).is_some()
            || env.member.as_ref().is_some_and(|(member, _)| member == name)
            || self.in_this(env, name).is_some()
            || !matches!(
                self.scoped(env.regulation.as_deref(), name),
                None | Some((_, _, Scoped::Norm(_) | Scoped::Exception(_) | Scoped::State(_) | Scoped::Office(_)))
            )
    }

    /// Paths whose head is no value by itself.
    fn special(&mut self, env: &Env, names: &'t [Name], at: At) -> Option<Typed> {
        let words: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
        if let Some(found) = self.of_breach(env, &words, at) {
            return Some(found);
        }
        match words.as_slice() {
            ["period", "start"] if matches!(env.this, This::Period(..)) => Some(Typed::known(Expr::PeriodStart, Type::Date, at)),
            ["period", "end"] if matches!(env.this, This::Period(..)) => Some(Typed::known(Expr::At(env.scope()), Type::Date, at)),
            ["period", "days"] if matches!(env.this, This::Period(..)) => Some(Typed::known(super::occasion::days_of_period(), Type::Quantity(Unit::Days), at)),
            ["membership", unit @ ("days" | "months")] => {
                let (subject, entity) = self.belongs_to(env)?;
                let months = *unit == "months";
                let ty = Type::Quantity(if months { Unit::Months } else { Unit::Days });
                Some(Typed::known(Expr::Belonging(Box::new(subject), entity, months), ty, at))
            }
            [schedule, slot, edge] if self.model.schedule(schedule).is_some() => {
                self.uses(env.at(names.first()?.span), Sort::Schedule, "", schedule);
                Some(self.slot(names, schedule, slot, edge, at))
            }
            [norm, _] if !self.is_variable(env, norm) => {
                let (full, ..) = self.scoped(env.regulation.as_deref(), norm).filter(|(.., item)| matches!(item, Scoped::Norm(_)))?;
                self.uses_norm(env, names.get(..1)?, &full);
                let of = env.each.clone().map(|entity| Typed::known(Expr::Each, Type::Ref(entity), at));
                let of = of.filter(|each| self.ready(&full, at) && self.judges_each(&full, &each.ty));
                if of.is_none() && super::measure::in_filter(env) && !env.inherited && self.may_be_counted(env, &full, at) {
                    return Some(self.whose_slot(&words, at));
                }
                Some(self.decided(env, &full, names.last()?, of, at))
            }
            [.., norm, _] if words.len() > 2 && self.scoped(env.regulation.as_deref(), norm).is_some_and(|(.., item)| matches!(item, Scoped::Norm(_))) => {
                let (subject, slot) = (names.get(..names.len() - 2)?, names.last()?);
                let (full, ..) = self.scoped(env.regulation.as_deref(), norm)?;
                let head = subject.first()?;
                let known = self.is_variable(env, &head.value) || self.in_each(env, &head.value).is_some();
                if !known || !self.ready(&full, at) {
                    return None;
                }
                let of = self.path(env, subject, None, at);
                if of.is_poison() {
                    return Some(of);
                }
                if self.judges_each(&full, &of.ty) {
                    self.uses_norm(env, names.get(names.len() - 2..names.len() - 1)?, &full);
                    return Some(self.decided(env, &full, slot, Some(of), at));
                }
                // An attribute of the subject may be called so, too.
                let attribute = matches!(&of.ty, Ty::Is(Type::Ref(entity)) if self.model.entity(entity).is_some_and(|entity| entity.attribute(norm).is_some()));
                (!attribute).then(|| self.not_judged_each(&full, norm, &of.ty, at))
            }
            [regulation, _, ..] if self.model.regulation(regulation).is_some() && !self.is_variable(env, regulation) => {
                self.elsewhere(env, names, at)
            }
            _ => None,
        }
    }

    /// Could one take what this norm decides for something about the counted record: does it judge such records, or somebody whom they name?
    fn may_be_counted(&mut self, env: &Env, norm: &str, at: At) -> bool {
        if !self.ready(norm, at) {
            return false;
        }
        let (Some(facets), Some(counted)) = (self.facets_of(norm), &env.counted) else { return false };
        match &facets.this {
            This::Records(events) => counted.iter().any(|event| events.contains(event)),
            This::Period(Some(entity), _) => self.in_records(counted, Scope::Counted, entity).is_some(),
            _ => false,
        }
    }

    /// A bare slot in a filter is the occasion's, where one expects the counted record's: that has to be said.
    fn whose_slot(&mut self, words: &[&str], at: At) -> Typed {
        let slot = words.join(".");
        self.error(
            "measure-in-where",
            at,
            Say::new(
                format!("inside `where`, `{slot}` would be that of the occasion that is judged, not of the record that is counted"),
                format!("在 `其中` 里，`{slot}` 是所判情形的取值，而不是被数记录的"),
            ),
            Say::new(
                format!("write `this.{slot}` if that is meant; what was decided for somebody whom the counted record names is `{slot} of NAME`"),
                format!("确指所判情形的，请写 `本次.{slot}`；为被数记录中某主体确定的，请写 `名称 的 {slot}`"),
            ),
        );
        Typed::poison(at)
    }

    /// Does the norm judge each subject of this type, period by period?
    fn judges_each(&mut self, norm: &str, ty: &Ty) -> bool {
        let Some(facets) = self.facets_of(norm) else { return false };
        matches!((&facets.this, ty), (This::Period(Some(entity), _), Ty::Is(Type::Ref(of))) if entity == of)
    }

    /// Who belongs to which register for how long: the member that is looked at, or the subject of the period.
    fn belongs_to(&self, env: &Env) -> Option<(Expr, String)> {
        let (subject, entity) = match (&env.each, &env.this) {
            (Some(entity), This::Period(..)) => (Expr::Each, entity),
            (None, This::Period(Some(entity), _)) => (Expr::Subject, entity),
            _ => return None,
        };
        let register = self.model.entity(entity).is_some_and(|entity| entity.sort == EntitySort::Register);
        register.then(|| (subject, entity.clone()))
    }

    /// `other_regulation.name` and `other_regulation.norm.slot`.
    fn elsewhere(&mut self, env: &Env, names: &'t [Name], at: At) -> Option<Typed> {
        let (regulation, name, rest) = (names.first()?, names.get(1)?, names.get(2..)?);
        let full = qualify(Some(&regulation.value), &name.value);
        self.uses_norm(env, names.get(..2)?, &full);
        match (self.names.scoped.get(&full).copied(), rest) {
            (Some((_, Scoped::Norm(_))), [slot]) => Some(self.decided(env, &full, slot, None, at)),
            (Some((file, item)), rest) => {
                let found = self.scoped_value(env, &full, file, item, at)?;
                Some(self.steps(env, found, rest, at))
            }
            (None, _) => {
                let prefix = format!("{}.", regulation.value);
                let known: Vec<String> = self.names.scoped.keys().filter_map(|k| k.strip_prefix(&prefix)).map(str::to_owned).collect();
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                self.unknown((at.0, name.span), ("norm, measure or parameter", "规则、计量或参数"), &name.value, &known);
                Some(Typed::poison(at))
            }
        }
    }

    /// `norm`, or `regulation.norm`, was resolved to the item called `full`.
    fn uses_norm(&self, env: &Env, names: &[Name], full: &str) {
        if let Some((name, before)) = names.split_last() {
            self.uses(env.at(name.span), Sort::Item, "", full);
            before.iter().for_each(|regulation| self.uses(env.at(regulation.span), Sort::Regulation, "", &regulation.value));
        }
    }

    fn slot(&mut self, names: &[Name], schedule: &str, slot: &str, edge: &str, at: At) -> Typed {
        let slots: Vec<String> = self.model.schedule(schedule).map(|s| s.slots.iter().map(|s| s.name.clone()).collect()).unwrap_or_default();
        let span = |n: usize| (at.0, names.get(n).map_or(at.1, |name| name.span));
        // A schedule whose data could not be read has no slots; that was told.
        if !slots.is_empty() && !slots.iter().any(|known| known == slot) {
            let slots: Vec<&str> = slots.iter().map(String::as_str).collect();
            self.unknown(span(1), ("slot", "时段"), slot, &slots);
            return Typed::poison(at);
        }
        let start = match edge {
            "start" => true,
            "end" => false,
            _ => {
                self.unknown(span(2), ("edge of a slot", "时段端点"), edge, &["start", "end"]);
                return Typed::poison(at);
            }
        };
        Typed::known(Expr::Slot(schedule.to_owned(), slot.to_owned(), start), Type::Moment, at)
    }

    /// A single name, in the order: counted record, member, occasion, the regulation's and shared names.
    fn variable(&mut self, env: &Env, name: &Name) -> Option<Typed> {
        let at = env.at(name.span);
        if let Some((expr, ty)) = self.in_holder(env, &name.value) {
            match &expr {
                Expr::Fact(_, entity, field) if field == &name.value => self.uses(at, Sort::Field, entity, field),
                _ => self.uses(at, Sort::Type, "", &name.value),
            }
            return Some(Typed::new(expr, ty, at));
        }
        if let Some(events) = &env.counted
            && let Some((expr, ty)) = self.in_records(events, Scope::Counted, &name.value)
        {
            self.uses_found(env, at, &name.value, &expr, events);
            return Some(Typed::new(expr, ty, at));
        }
        if let Some((expr, ty)) = self.in_each(env, &name.value) {
            self.uses_found(env, at, &name.value, &expr, &[]);
            return Some(Typed::new(expr, ty, at));
        }
        if let Some((member, entity)) = &env.member
            && *member == name.value
        {
            self.uses_found(env, at, &name.value, &Expr::Member, &[]);
            return Some(Typed::known(Expr::Member, Type::Ref(entity.clone()), at));
        }
        if let Some(found) = self.field_of_this(env, name) {
            return Some(found);
        }
        let (full, file, item) = self.scoped(env.regulation.as_deref(), &name.value)?;
        self.uses_item(env.file, name, &full);
        self.scoped_value(env, &full, file, item, at)
    }

    fn field_of_this(&self, env: &Env, name: &Name) -> Option<Typed> {
        let (expr, ty) = self.in_this(env, &name.value)?;
        if env.this == This::Unknown
            && let Some((full, ..)) = self.scoped(env.regulation.as_deref(), &name.value)
        {
            self.uses_item(env.file, name, &full);
        }
        let events = if let This::Records(events) = &env.this { events.as_slice() } else { &[] };
        self.uses_found(env, env.at(name.span), &name.value, &expr, events);
        Some(Typed::new(expr, ty, env.at(name.span)))
    }

    /// What the name means of the person of whom an office is asked: an attribute, the person, or who asks them.
    fn in_holder(&self, env: &Env, name: &str) -> Option<(Expr, Ty)> {
        let holder = env.holder.as_deref()?;
        if let Some(field) = self.model.entity(&holder.entity)?.attribute(name) {
            let ty = if self.is_poisoned(&holder.entity, name) { Ty::Poison } else { Ty::Is(field.ty.clone()) };
            return Some((Expr::Fact(Box::new(holder.who.clone()), holder.entity.clone(), name.to_owned()), ty));
        }
        if holder.entity == name {
            return Some((holder.who.clone(), Ty::Is(Type::Ref(holder.entity.clone()))));
        }
        let (asker, entity) = holder.asker.as_ref()?;
        matches!(name, "asker" | "申请人").then(|| (asker.clone(), Ty::Is(Type::Ref(entity.clone()))))
    }

    /// What the name means of the member that an aggregate over subjects looks at: itself, or an attribute.
    fn in_each(&self, env: &Env, name: &str) -> Option<(Expr, Ty)> {
        let entity = env.each.as_ref()?;
        if entity == name {
            return Some((Expr::Each, Ty::Is(Type::Ref(entity.clone()))));
        }
        let field = self.model.entity(entity)?.attribute(name)?;
        let ty = if self.is_poisoned(entity, name) { Ty::Poison } else { Ty::Is(field.ty.clone()) };
        Some((Expr::Fact(Box::new(Expr::Each), entity.clone(), name.to_owned()), ty))
    }

    /// What the name means of the occasion.
    pub(super) fn in_this(&self, env: &Env, name: &str) -> Option<(Expr, Ty)> {
        let attribute = |of: Expr, entity: &str| {
            let field = self.model.entity(entity)?.attribute(name)?;
            let ty = if self.is_poisoned(entity, name) { Ty::Poison } else { Ty::Is(field.ty.clone()) };
            Some((Expr::Fact(Box::new(of), entity.to_owned(), name.to_owned()), ty))
        };
        match (&env.this, name) {
            (This::Records(events), _) => self.in_records(events, env.scope(), name),
            (This::Case(_) | This::Period(..) | This::Throughout(_), "at") => Some((Expr::At(Scope::This), Ty::When)),
            (This::Case(_) | This::Period(..) | This::Throughout(_), "day") => Some((Expr::Day(Scope::This), Ty::Is(Type::Date))),
            (This::Case(entity) | This::Period(Some(entity), _) | This::Throughout(entity), _) if entity == name => {
                Some((Expr::Subject, Ty::Is(Type::Ref(entity.clone()))))
            }
            (This::Case(entity) | This::Period(Some(entity), _) | This::Throughout(entity), _) => attribute(Expr::Subject, entity),
            (This::Person(entity), _) => {
                let by = Expr::Field(Scope::Counted, "by".to_owned());
                if entity == name { Some((by, Ty::Is(Type::Ref(entity.clone())))) } else { attribute(by, entity) }
            }
            (This::Unknown, _) => Some((Expr::Subject, Ty::Poison)),
            _ => None,
        }
    }

    /// A field or role that all these types share, the role of an entity by the entity's name, `at` or `day`.
    pub(super) fn in_records(&self, events: &[String], scope: Scope, name: &str) -> Option<(Expr, Ty)> {
        let mut found: Option<(String, Type)> = None;
        let known = |event: &String| self.model.event(event).is_some_and(|event| event.field(name).is_some()) || matches!(name, "at" | "day");
        let poisoned = |event: &String| self.is_poisoned(event, name) || self.is_poisoned(event, super::ANY) && !known(event);
        if events.iter().any(poisoned) {
            return Some((Expr::Field(scope, name.to_owned()), Ty::Poison));
        }
        for event in events {
            let event = self.model.event(event)?;
            let field = event.field(name).or_else(|| {
                let named = |field: &crate::model::Field| field.ty == Type::Ref(name.to_owned());
                let mut roles = event.role_fields().iter().enumerate().filter(|(_, field)| named(field));
                let first = roles.next().map(|(at, _)| at);
                first.filter(|_| roles.next().is_none())
            });
            let here = field.and_then(|at| event.fields.get(at)).map(|field| (field.name.clone(), field.ty.clone()));
            match (&found, here) {
                (None, Some(here)) => found = Some(here),
                (Some(known), Some(here)) if *known == here => {}
                (None, None) if matches!(name, "at" | "day") => {}
                _ => return None,
            }
        }
        match (found, name) {
            (Some((field, ty)), _) => Some((Expr::Field(scope, field), Ty::Is(ty))),
            (None, "at") => Some((Expr::At(scope), Ty::When)),
            (None, "day") => Some((Expr::Day(scope), Ty::Is(Type::Date))),
            _ => None,
        }
    }

    /// A measure, hole, reading or judged fact.
    fn scoped_value(&mut self, env: &Env, full: &str, file: usize, item: Scoped<'t>, at: At) -> Option<Typed> {
        match item {
            Scoped::Measure(define) => Some(self.inlined(env, full, file, define, at)),
            Scoped::Hole(_) | Scoped::Reading(_) => {
                let ty = self.parameter_type(full).map_or(Ty::Poison, Ty::Is);
                Some(Typed::new(Expr::Parameter(full.to_owned()), ty, at))
            }
            Scoped::Judged(judged) => Some(self.judged_here(env, full, &judged.of.value, at)),
            Scoped::Norm(_) | Scoped::Exception(_) | Scoped::State(_) | Scoped::Office(_) => None,
        }
    }

    /// A judged fact about the record looked at, the occasion's record, or the case it belongs to.
    fn judged_here(&mut self, env: &Env, full: &str, of: &str, at: At) -> Typed {
        let ty = self.parameter_type(full).map_or(Ty::Poison, Ty::Is);
        let only = |events: &[String]| events.iter().all(|event| event == of);
        let about = if env.counted.as_ref().is_some_and(|events| only(events)) {
            Some(About::Record(Scope::Counted))
        } else if matches!(&env.this, This::Records(events) if only(events)) {
            Some(About::Record(env.scope()))
        } else if self.model.entity(of).is_some() {
            let counted = env.counted.as_ref().and_then(|events| self.in_records(events, Scope::Counted, of));
            let member = env.member.as_ref().filter(|(_, entity)| entity == of).map(|_| (Expr::Member, Ty::Poison));
            let each = env.each.as_ref().filter(|entity| *entity == of).map(|_| (Expr::Each, Ty::Poison));
            counted.or(each).or(member).or_else(|| self.in_this(env, of)).map(|(expr, _)| About::Subject(Box::new(expr)))
        } else {
            None
        };
        match about {
            Some(about) => Typed::new(Expr::Judged(full.to_owned(), about), ty, at),
            None => {
                let name = short(env.regulation.as_deref(), full);
                self.error(
                    "judged-of-nothing",
                    at,
                    Say::new(format!("`{name}` is said of `{of}`, and there is none here"), format!("`{name}` 针对 `{of}`，此处没有")),
                    Say::new(format!("use it where the record is or names a `{of}`"), format!("请在记录是 `{of}` 或提到 `{of}` 之处使用")),
                );
                Typed::poison(at)
            }
        }
    }

    /// Attributes and judged facts of a subject, step by step.
    fn steps(&mut self, env: &Env, mut found: Typed, rest: &[Name], at: At) -> Typed {
        for name in rest {
            if found.is_poison() {
                return Typed::poison(at);
            }
            found = self.step(env, found, name);
        }
        Typed { at, ..found }
    }

    fn step(&mut self, env: &Env, of: Typed, name: &Name) -> Typed {
        let at = env.at(name.span);
        if let Some(time) = self.time_of_day(env, &of, &name.value, at) {
            return time;
        }
        if matches!(of.ty, Ty::When | Ty::Is(Type::Date | Type::Moment)) && ["weekday", "星期"].contains(&name.value.as_str()) {
            match self.model.kind(WEEKDAY) {
                None => {
                    self.model.kinds.push(weekday::kind());
                    self.model.sort();
                }
                Some(kind) if *kind == weekday::kind() => {}
                Some(_) => {
                    self.error(
                        "duplicate-name",
                        at,
                        Say::new("`weekday` is asked of a date, but here it is a kind of its own", "此处问的是日期的星期，但 `weekday` 已另作类别"),
                        Say::new("give the kind another name", "请给该类别改名"),
                    );
                    return Typed::poison(at);
                }
            }
            return Typed::known(Expr::Weekday(Box::new(of.expr)), Type::Kind(WEEKDAY.to_owned()), at);
        }
        let Ty::Is(Type::Ref(entity)) = &of.ty else {
            let say = of.ty.say();
            let bare = &name.value;
            self.error(
                "unknown-name",
                at,
                Say::new(format!("{} has no attribute `{bare}`", say.en), format!("{}没有属性 `{bare}`", say.zh)),
                match crate::syntax::way_out(bare) {
                    Some((en, zh)) => Say::new(en, zh),
                    None if matches!(of.ty, Ty::Is(Type::Moment)) => Say::new(
                        "where a day is asked for, write the moment itself: its day is taken; `time of …` is its time of day, `weekday of …` its weekday",
                        "需要日期之处直接写该时刻，即取其日期；`… 的 钟点` 是其钟点，`… 的 星期` 是其星期",
                    ),
                    None => Say::new("only people, things and cases have attributes", "只有名册中的对象与案件才有属性"),
                },
            );
            return Typed::poison(at);
        };
        let attributes: Vec<String> =
            self.model.entity(entity).map(|e| e.attributes.iter().map(|field| field.name.clone()).collect()).unwrap_or_default();
        if let Some(field) = self.model.entity(entity).and_then(|entity| entity.attribute(&name.value)) {
            let ty = field.ty.clone();
            self.uses(at, Sort::Field, entity, &name.value);
            if self.is_poisoned(entity, &name.value) {
                return Typed::poison(at);
            }
            return Typed::known(Expr::Fact(Box::new(of.expr), entity.clone(), name.value.clone()), ty, at);
        }
        if let Some((full, _, Scoped::Judged(judged))) = self.scoped(env.regulation.as_deref(), &name.value)
            && judged.of.value == *entity
        {
            self.uses_item(env.file, name, &full);
            let ty = self.parameter_type(&full).map_or(Ty::Poison, Ty::Is);
            return Typed::new(Expr::Judged(full, About::Subject(Box::new(of.expr))), ty, at);
        }
        let attributes: Vec<&str> = attributes.iter().map(String::as_str).collect();
        self.unknown(at, (&format!("attribute of `{entity}`"), &format!("`{entity}` 的属性")), &name.value, &attributes);
        Typed::poison(at)
    }

    fn unknown_variable(&mut self, env: &Env, name: &Name, want: Option<&Ty>) -> Typed {
        let at = env.at(name.span);
        let unknown_here = env.this == This::Unknown || want == Some(&Ty::Poison);
        if unknown_here {
            return Typed::poison(at);
        }
        if let Some(Ty::Is(Type::Kind(kind))) = want {
            return self.no_such_value(&kind.clone(), &name.value, at);
        }
        if let Some(kinds) = self.kinds_with(&[&name.value]).filter(|kinds| !kinds.is_empty()) {
            return self.value_without_kind(&name.value, &kinds, at);
        }
        if let Some(owner) = self.owner_of(env, &name.value) {
            let bare = &name.value;
            let fix = self.stands(at, bare).then(|| Say::new(format!("{owner}.{bare}"), format!("{owner}.{bare}")));
            self.error_fixed(
                "unknown-name",
                at,
                Say::new(format!("there is no field called `{bare}` here; `{owner}` has an attribute of that name"), format!("此处没有名为 `{bare}` 的字段；`{owner}` 有此属性")),
                Say::new(format!("write `{owner}.{bare}`"), format!("请写 `{owner}.{bare}`")),
                fix,
            );
            return Typed::poison(at);
        }
        let known = self.known_here(env);
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        self.unknown(at, ("field, measure or value", "字段、计量或取值"), &name.value, &known);
        Typed::poison(at)
    }

    /// Whom the record names that has such an attribute: as it is written here.
    fn owner_of(&self, env: &Env, attribute: &str) -> Option<String> {
        let of_counted = env.counted.iter().flatten().filter_map(|event| self.model.event(event)).flat_map(|event| event.role_fields());
        let roles = of_counted.filter_map(|field| if let Type::Ref(entity) = &field.ty { Some((field.name.clone(), entity.clone())) } else { None });
        let this = if env.counted.is_some() { "this." } else { "" };
        let subjects = self.subjects(env).into_iter().map(|(entity, role, _)| (format!("{this}{role}"), entity));
        let has = |entity: &str| self.model.entity(entity).is_some_and(|entity| entity.attribute(attribute).is_some());
        roles.chain(subjects).find(|(_, entity)| has(entity)).map(|(written, _)| written)
    }

    fn value_without_kind(&mut self, name: &str, kinds: &[String], at: At) -> Typed {
        let list = super::tell::list(kinds);
        self.error(
            "ambiguous-name",
            at,
            Say::new(format!("`{name}` is a value of {list}, and nothing here says which is meant"), format!("`{name}` 是 {list} 的取值，此处看不出所指")),
            Say::new("compare it with a field of that kind, as in `kind is sick`", "请与该类别的字段比较，如 `类别 为 病假`"),
        );
        Typed::poison(at)
    }

    /// The enumerations that have all these values, sorted; none when no name is given.
    pub(super) fn kinds_with(&self, names: &[&str]) -> Option<Vec<String>> {
        let fits = |kind: &&crate::model::Kind| !kind.name.starts_with(OFFICES) && names.iter().all(|name| kind.rank(name).is_some());
        (!names.is_empty()).then(|| self.model.kinds.iter().filter(fits).map(|kind| kind.name.clone()).collect())
    }

    /// Names that would have been understood.
    fn known_here(&self, env: &Env) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let this = if let This::Records(events) = &env.this { Some(events) } else { None };
        for event in env.counted.iter().chain(this).flatten().filter_map(|event| self.model.event(event)) {
            names.extend(event.fields.iter().map(|field| field.name.clone()));
        }
        if let This::Period(Some(entity), _) | This::Case(entity) | This::Throughout(entity) | This::Person(entity) = &env.this {
            names.push(entity.clone());
            names.extend(self.model.entity(entity).into_iter().flat_map(|e| &e.attributes).map(|field| field.name.clone()));
        }
        names.extend(env.member.iter().map(|(name, _)| name.clone()));
        let regulation = env.regulation.as_deref();
        let scoped = self.names.scoped.iter().filter(|(_, (_, item))| !matches!(item, Scoped::Norm(_) | Scoped::Exception(_) | Scoped::State(_) | Scoped::Office(_)));
        names.extend(scoped.map(|(full, _)| short(regulation, full).to_owned()).filter(|name| !name.contains('.')));
        names
    }
}
