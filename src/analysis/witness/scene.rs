//! A small story in which chosen things are so: register rows, records, attestations, as an example of the drafter's.

use super::pick::Wanted;
use crate::analysis::condition::Shape;
use crate::analysis::reader::Reader;
use crate::model::expr::{About, Aggregate, Expr, Pattern, Scope, Window};
use crate::model::norm::{Norm, Occasion};
use crate::model::number::Number;
use crate::model::value::{Range, Scalar, Type, Unit};
use crate::model::{EventType, Example, Field, GivenRecord, GivenSubject, Interval, Model};
use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Wednesday, 6 March 2024, counted from the beginning of the calendar: where nothing says otherwise, it happens then.
pub(super) const A_DAY: i32 = 738_951;

/// A story under construction.
pub(super) struct Scene<'m> {
    model: &'m Model,
    norm: &'m Norm,
    day: NaiveDate,
    /// When the judged record happens on it.
    time: NaiveTime,
    /// The event of the judged record, when a record is judged.
    event: Option<&'m str>,
    fields: BTreeMap<String, Option<Scalar>>,
    subjects: BTreeMap<(String, String), BTreeMap<String, Option<Scalar>>>,
    records: Vec<GivenRecord>,
    /// Fields of a record that comes after it.
    answering: BTreeMap<String, Option<Scalar>>,
    settled: Vec<(String, Scalar)>,
}

impl<'m> Scene<'m> {
    /// A story in which the norm judges something; none where the norm is of a sort that no story is made for.
    pub(super) fn new(model: &'m Model, norm: &'m Norm) -> Option<Self> {
        let event = match &norm.occasion {
            Occasion::Record(pattern) => {
                let event = pattern.events.iter().find_map(|event| model.event(event).filter(|event| !event.derived))?;
                Some(event.name.as_str())
            }
            Occasion::Period { .. } | Occasion::Case { .. } | Occasion::Throughout { .. } => None,
            Occasion::Member(..) | Occasion::Reaches { .. } => return None,
        };
        let regulation = model.regulation(&norm.regulation)?;
        let usual = NaiveDate::from_num_days_from_ce_opt(A_DAY)?;
        let inside = |day: NaiveDate| norm.validity.contains(day) && regulation.validity.contains(day);
        let starts = [norm.validity.from, regulation.validity.from, norm.validity.until, regulation.validity.until];
        let day = std::iter::once(usual).chain(starts.into_iter().flatten().flat_map(|day| [first_wednesday(day), day])).find(|day| inside(*day))?;
        let mut scene = Self { model, norm, day, time: NaiveTime::from_hms_opt(17, 0, 0)?, event, fields: BTreeMap::new(), subjects: BTreeMap::new(), records: Vec::new(), answering: BTreeMap::new(), settled: Vec::new() };
        match &norm.occasion {
            Occasion::Period { entity: Some(entity), .. } | Occasion::Throughout { entity, .. } => {
                scene.subject(entity);
            }
            Occasion::Case { entity, .. } => scene.open_case(entity)?,
            _ => {}
        }
        for role in scene.event.and_then(|event| model.event(event)).map(|event| event.role_fields().to_vec()).unwrap_or_default() {
            if let Type::Ref(entity) = &role.ty {
                let id = scene.subject(entity);
                scene.fields.insert(role.name.clone(), Some(Scalar::Ref(entity.as_str().into(), id.into())));
            }
        }
        Some(scene)
    }

    /// A case is judged where there is a record of it.
    fn open_case(&mut self, entity: &str) -> Option<()> {
        let of_case = |field: &Field| field.ty == Type::Ref(entity.to_owned());
        let event = self.model.events.iter().find(|event| !event.derived && event.role_fields().iter().any(of_case))?;
        let mut fields = Vec::new();
        for role in event.role_fields() {
            if let Type::Ref(entity) = &role.ty {
                let id = self.subject(entity);
                fields.push((role.name.clone(), Some(Scalar::Ref(entity.as_str().into(), id.into()))));
            }
        }
        self.records.push(GivenRecord { event: event.name.clone(), id: "first".to_owned(), at: format!("{}T08:00", self.day), fields });
        Some(())
    }

    /// The one subject of an entity.
    fn subject(&mut self, entity: &str) -> String {
        let id = format!("{entity}_1");
        self.subjects.entry((entity.to_owned(), id.clone())).or_default();
        id
    }

    /// Makes things so, as far as there is a way. What there is no way for stays as it comes.
    pub(super) fn make(&mut self, wanted: &Wanted) {
        // Days first: records are put before the day that is judged.
        let (days, others): (Vec<_>, Vec<_>) = wanted.iter().partition(|(term, _)| matches!(term, Expr::Day(_) | Expr::At(_)));
        for (term, value) in days.into_iter().chain(others) {
            self.make_one(term, value.as_ref());
        }
    }

    fn make_one(&mut self, term: &Expr, value: Option<&Scalar>) -> Option<()> {
        match term {
            Expr::Field(Scope::This, name) => {
                let value = self.typed(name, value);
                self.fields.insert(name.clone(), value);
            }
            Expr::Field(Scope::Counted, name) => {
                self.answering.insert(name.clone(), value.cloned());
            }
            Expr::Fact(who, entity, attribute) => {
                let id = self.who(who, entity)?;
                let value = match (value, self.model.entity(entity)?.attribute(attribute).map(|field| &field.ty)) {
                    (Some(Scalar::Text(text)), Some(Type::Ref(other))) => Some(Scalar::Ref(other.as_str().into(), text.clone())),
                    (value, _) => value.cloned(),
                };
                self.subjects.entry((entity.clone(), id)).or_default().insert(attribute.clone(), value);
            }
            Expr::Parameter(name) => self.settled.push((name.clone(), value?.clone())),
            Expr::Judged(fact, about) => {
                let about = match about {
                    About::Record(Scope::This) => "r1".to_owned(),
                    About::Record(Scope::Counted) => "f1".to_owned(),
                    About::Subject(who) => self.any_who(who)?,
                };
                self.attest(fact, about, value?);
            }
            Expr::Day(Scope::This) | Expr::At(Scope::This) => {
                if let Scalar::Date(day) = value? {
                    self.day = *day;
                }
            }
            Expr::TimeOfDay(of) if matches!(**of, Expr::At(Scope::This)) => {
                if let Scalar::Time(time) = value? {
                    self.time = *time;
                }
            }
            Expr::Between(unit, from, to) => self.apart(unit, from, to, value?)?,
            Expr::Weekday(of) if matches!(**of, Expr::Day(Scope::This) | Expr::At(Scope::This)) => {
                if let Scalar::Kind(_, name) = value? {
                    let rank = self.model.kind(crate::model::WEEKDAY)?.rank(name)?;
                    let monday = self.day - Days::new(u64::from(self.day.weekday().num_days_from_monday()));
                    self.day = monday + Days::new(u64::try_from(rank).ok()?);
                }
            }
            Expr::Measure(measure) => {
                let value = value?;
                match measure.aggregate {
                    Aggregate::Count | Aggregate::RunOfDays => {
                        let Scalar::Quantity(number, _) = value else { return None };
                        let many = usize::try_from(number.as_whole()?).ok().filter(|many| *many <= 400)?;
                        self.counted(&measure.pattern, &measure.window, many, None, measure.aggregate == Aggregate::RunOfDays)?;
                    }
                    _ => match (measure.of.as_ref()?, value) {
                        (_, Scalar::Quantity(number, _)) if measure.aggregate == Aggregate::Total && number.is_zero() => {}
                        (Expr::Field(Scope::Counted, name), value) => self.counted(&measure.pattern, &measure.window, 1, Some((name, value)), false)?,
                        _ => return None,
                    },
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// A value that names a text or a subject takes the type of the field.
    fn typed(&self, name: &str, value: Option<&Scalar>) -> Option<Scalar> {
        let field = self.event.and_then(|event| self.model.event(event)).and_then(|event| event.fields.iter().find(|field| field.name == name));
        match (value?, field.map(|field| &field.ty)) {
            (Scalar::Text(text), Some(Type::Ref(entity))) => Some(Scalar::Ref(entity.as_str().into(), text.clone())),
            (value, _) => Some(value.clone()),
        }
    }

    /// The id of the subject that an expression gives.
    fn who(&mut self, who: &Expr, entity: &str) -> Option<String> {
        match who {
            Expr::Subject => match &self.norm.occasion {
                Occasion::Period { entity: Some(own), .. } | Occasion::Case { entity: own, .. } | Occasion::Throughout { entity: own, .. } => Some(self.subject(&own.clone())),
                _ => self.fields.values().find_map(|value| if let Some(Scalar::Ref(of, id)) = value { (&**of == entity).then(|| id.to_string()) } else { None }),
            },
            Expr::Field(Scope::This, role) => match self.fields.get(role) {
                Some(Some(Scalar::Ref(_, id))) => Some(id.to_string()),
                _ => None,
            },
            Expr::Field(Scope::Counted, role) => match self.answering.get(role) {
                Some(Some(Scalar::Ref(_, id))) => Some(id.to_string()),
                Some(_) => None,
                None => {
                    let id = format!("{entity}_2");
                    self.subjects.entry((entity.to_owned(), id.clone())).or_default();
                    self.answering.insert(role.clone(), Some(Scalar::Ref(entity.into(), id.as_str().into())));
                    Some(id)
                }
            },
            Expr::Fact(inner, of, attribute) => {
                let owner = self.who(inner, of)?;
                let key = (of.clone(), owner);
                match self.subjects.get(&key).and_then(|row| row.get(attribute)) {
                    Some(Some(Scalar::Ref(_, id))) => Some(id.to_string()),
                    Some(_) => None,
                    None => {
                        let id = format!("{entity}_2");
                        self.subjects.entry((entity.to_owned(), id.clone())).or_default();
                        self.subjects.entry(key).or_default().insert(attribute.clone(), Some(Scalar::Ref(entity.into(), id.as_str().into())));
                        Some(id)
                    }
                }
            }
            _ => None,
        }
    }

    fn any_who(&mut self, who: &Expr) -> Option<String> {
        let entities: Vec<String> = self.model.entities.iter().map(|entity| entity.name.clone()).collect();
        entities.iter().find_map(|entity| {
            let id = self.who(who, entity)?;
            self.subjects.contains_key(&(entity.clone(), id.clone())).then_some(id)
        })
    }

    fn attest(&mut self, fact: &str, about: String, value: &Scalar) {
        let said = match value {
            Scalar::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            Scalar::Kind(_, value) => value.to_string(),
            Scalar::Quantity(number, _) => number.to_string(),
            Scalar::Date(day) => day.to_string(),
            _ => return,
        };
        let by = self.model.parameter(fact).and_then(|parameter| if let crate::model::ParameterSort::Judged { by, .. } = &parameter.sort { Some(by.clone()) } else { None });
        let by = by.flatten().map_or_else(|| "somebody".to_owned(), |by| self.subject(&by));
        let text = |text: &str| Some(Scalar::Text(text.into()));
        let fields = [("fact", fact), ("about", &about), ("value", &said), ("by", &by)].map(|(name, value)| (name.to_owned(), text(value))).to_vec();
        let id = format!("a{}", self.records.len() + 1);
        self.records.push(GivenRecord { event: "attestation".to_owned(), id, at: format!("{}T09:00", self.day), fields });
    }

    /// Puts two days so far apart, where one of them can be set.
    fn apart(&mut self, unit: &Unit, from: &Expr, to: &Expr, value: &Scalar) -> Option<()> {
        let Scalar::Quantity(number, _) = value else { return None };
        let by = i64::try_from(number.as_whole()?).ok()?;
        let moved = |day: NaiveDate, by: i64| match unit {
            Unit::Days => day.checked_add_signed(chrono::Duration::days(by)),
            Unit::Months => moved_months(day, by),
            Unit::Years => moved_months(day, by.checked_mul(12)?),
            _ => None,
        };
        match (self.date(from), self.date(to)) {
            (Some(from), None) => self.make_one(to, Some(&Scalar::Date(moved(from, by)?))),
            (None, Some(to)) => self.make_one(from, Some(&Scalar::Date(moved(to, -by)?))),
            (None, None) => {
                let start = self.day;
                self.make_one(from, Some(&Scalar::Date(start)))?;
                self.make_one(to, Some(&Scalar::Date(moved(start, by)?)))
            }
            (Some(_), Some(_)) => None,
        }
    }

    /// The date of an expression, once it has one.
    fn date(&mut self, expr: &Expr) -> Option<NaiveDate> {
        match expr {
            Expr::Value(Scalar::Date(day)) => Some(*day),
            Expr::Day(Scope::This) | Expr::At(Scope::This) => Some(self.day),
            Expr::Field(Scope::This, name) => match self.fields.get(name) {
                Some(Some(Scalar::Date(day))) => Some(*day),
                _ => None,
            },
            Expr::Fact(who, entity, attribute) => {
                let id = self.who(who, entity)?;
                match self.subjects.get(&(entity.clone(), id))?.get(attribute) {
                    Some(Some(Scalar::Date(day))) => Some(*day),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Records that a measure counts, before the judged one, on its day or each on a day of its own.
    fn counted(&mut self, pattern: &Pattern, window: &Window, many: usize, with: Option<(&str, &Scalar)>, daily: bool) -> Option<()> {
        if many == 0 {
            return Some(());
        }
        let (event, mut fields) = self.linked(pattern)?;
        if let Some((name, value)) = with {
            fields.insert(name.to_owned(), Some(value.clone()));
        }
        if let Some(filter) = &pattern.filter {
            self.fitting(event.name.as_str(), filter, &mut fields)?;
        }
        let first = self.records.len();
        for n in 0..many {
            let back = if daily || many > 100 { u64::try_from(n).ok()? + 1 } else { 0 };
            let day = match (&self.norm.occasion, window) {
                (Occasion::Period { .. }, _) if daily => self.day.with_day(1)?.checked_add_days(Days::new(back))?,
                _ => self.day.checked_sub_days(Days::new(back))?,
            };
            let minute = if back == 0 { n } else { 0 };
            let at = format!("{day}T{:02}:{:02}", 6 + minute / 60, minute % 60);
            let fields = fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
            self.records.push(GivenRecord { event: event.name.clone(), id: format!("c{}", first + n + 1), at, fields });
        }
        Some(())
    }

    /// The type of the records of a pattern, and their roles and linked fields.
    fn linked(&mut self, pattern: &Pattern) -> Option<(&'m EventType, BTreeMap<String, Option<Scalar>>)> {
        let model = self.model;
        let event = pattern.events.iter().find_map(|event| model.event(event).filter(|event| !event.derived))?;
        let mut fields: BTreeMap<String, Option<Scalar>> = BTreeMap::new();
        for (name, link) in &pattern.links {
            let value = match link {
                Expr::Field(Scope::This, own) => self.fields.get(own)?.clone(),
                Expr::Subject => {
                    let Type::Ref(entity) = &event.fields.iter().find(|field| field.name == *name)?.ty else { return None };
                    let id = self.who(link, entity)?;
                    Some(Scalar::Ref(entity.as_str().into(), id.into()))
                }
                _ => return None,
            };
            fields.insert(name.clone(), value);
        }
        for role in event.role_fields() {
            if let (Type::Ref(entity), false) = (&role.ty, fields.contains_key(&role.name)) {
                let id = self.subject(entity);
                fields.insert(role.name.clone(), Some(Scalar::Ref(entity.as_str().into(), id.into())));
            }
        }
        Some((event, fields))
    }

    /// Records that answer to what is judged, so many days after it. Their fields are those that were made so.
    pub(super) fn answer(&mut self, pattern: &Pattern, many: usize, after: u64) -> Option<()> {
        let (event, mut fields) = self.linked(pattern)?;
        fields.extend(std::mem::take(&mut self.answering));
        let day = self.day.checked_add_days(Days::new(after))?;
        for n in 0..many {
            let at = format!("{day}T{:02}:{:02}", 18 + n / 60, n % 60);
            let at = if event.columns.at_is_date { day.to_string() } else { at };
            let fields = fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
            self.records.push(GivenRecord { event: event.name.clone(), id: format!("f{}", n + 1), at, fields });
        }
        Some(())
    }

    /// Fields with which a counted record passes a filter.
    fn fitting(&mut self, event: &str, filter: &Expr, fields: &mut BTreeMap<String, Option<Scalar>>) -> Option<()> {
        // The counted record, looked at as if it were the judged one of a norm on such records.
        let mut norm = self.norm.clone();
        norm.occasion = Occasion::Record(Pattern { events: vec![event.to_owned()], links: Vec::new(), filter: None });
        let mut reader = Reader::new(self.model, &norm);
        let cond = reader.cond(&crate::model::rewrite::counted_as_this(filter));
        reader.space.cut();
        let shapes: Vec<Shape> = cond.shapes(&reader.space, true).ok()?;
        let way = shapes.iter().find_map(|shape| super::pick::wanted(&reader, shape, 1).into_iter().next())?;
        for (term, value) in way {
            if let Expr::Field(Scope::This, name) = term {
                fields.entry(name).or_insert(value);
            }
        }
        Some(())
    }

    /// The story, with everything that was not asked for filled in.
    pub(super) fn example(mut self) -> Example {
        self.fill();
        if let Some(event) = self.event {
            let at = self.model.event(event).filter(|event| event.columns.at_is_date).map_or_else(|| format!("{}T{}", self.day, self.time.format("%H:%M")), |_| self.day.to_string());
            let fields = self.fields.into_iter().collect();
            self.records.push(GivenRecord { event: event.to_owned(), id: "r1".to_owned(), at, fields });
        }
        let registers = |entity: &str| self.model.entity(entity).is_some_and(|entity| !entity.attributes.is_empty() || entity.sort == crate::model::EntitySort::Register);
        let subjects = self.subjects.into_iter().filter(|((entity, _), _)| registers(entity)).map(|((entity, id), attributes)| GivenSubject { entity, id, days: Interval::default(), attributes: attributes.into_iter().collect() });
        Example {
            regulation: self.norm.regulation.clone(),
            title: String::new(),
            subjects: subjects.collect(),
            records: self.records,
            until: Some(NaiveDate::from_ymd_opt(self.day.year(), 12, 31).unwrap_or(self.day).to_string()),
            settled: self.settled,
            expect: Vec::new(),
        }
    }

    /// Fields and attributes that nothing was asked of get a plain value, so that nothing is open that need not be.
    fn fill(&mut self) {
        let (model, day) = (self.model, self.day);
        if let Some(event) = self.event.and_then(|event| model.event(event)) {
            fill(model, &event.fields, &mut self.fields, day);
        }
        for ((entity, _), row) in &mut self.subjects {
            if let Some(entity) = model.entity(entity) {
                fill(model, &entity.attributes, row, day);
            }
        }
        for record in &mut self.records {
            if let Some(event) = model.event(&record.event).filter(|event| event.name != "attestation") {
                let mut fields: BTreeMap<String, Option<Scalar>> = std::mem::take(&mut record.fields).into_iter().collect();
                fill(model, &event.fields, &mut fields, day);
                record.fields = fields.into_iter().collect();
            }
        }
    }
}

fn fill(model: &Model, fields: &[Field], into: &mut BTreeMap<String, Option<Scalar>>, day: NaiveDate) {
    for field in fields {
        if !into.contains_key(&field.name) {
            into.insert(field.name.clone(), plain(model, &field.ty, &field.range, day));
        }
    }
}

/// An unremarkable value; a subject is left blank.
fn plain(model: &Model, ty: &Type, range: &Range, day: NaiveDate) -> Option<Scalar> {
    Some(match ty {
        Type::Bool => Scalar::Bool(false),
        Type::Quantity(unit) => Scalar::Quantity(range.low.or(range.grain).unwrap_or(Number::whole(1)), unit.clone()),
        Type::Date => Scalar::Date(day),
        Type::Time => Scalar::Time(NaiveTime::from_hms_opt(9, 0, 0)?),
        Type::Text => Scalar::Text(Arc::from("x")),
        Type::Set(entity) => Scalar::Set(entity.as_str().into(), Vec::new()),
        Type::Kind(kind) => Scalar::Kind(kind.as_str().into(), model.kind(kind)?.values.first()?.0.as_str().into()),
        Type::Moment | Type::Ref(_) => return None,
    })
}

fn first_wednesday(from: NaiveDate) -> NaiveDate {
    let ahead = (2 + 7 - u64::from(from.weekday().num_days_from_monday())) % 7;
    from.checked_add_days(Days::new(ahead)).unwrap_or(from)
}

fn moved_months(day: NaiveDate, by: i64) -> Option<NaiveDate> {
    let months = chrono::Months::new(u32::try_from(by.unsigned_abs()).ok()?);
    if by < 0 { day.checked_sub_months(months) } else { day.checked_add_months(months) }
}
