//! A small story in which chosen things are so: register rows, records, attestations, as an example of the drafter's.

use super::pick::Wanted;
use crate::analysis::seen::ground;
use crate::model::expr::{About, Aggregate, Expr, Op, Pattern, Scope, Window};
use crate::model::norm::{Norm, Occasion};
use crate::model::value::{Scalar, Type, Unit};
use crate::model::{Field, GivenRecord, Model};
use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use std::collections::BTreeMap;

/// Wednesday, 6 March 2024, counted from the beginning of the calendar: where nothing says otherwise, it happens then.
pub(super) const A_DAY: i32 = 738_951;

/// A story under construction.
#[derive(Clone)]
pub(super) struct Scene<'m> {
    pub(super) model: &'m Model,
    pub(super) norm: Norm,
    pub(super) day: NaiveDate,
    /// When the judged record happens on it.
    pub(super) time: NaiveTime,
    /// The event of the judged record, when a record is judged.
    pub(super) event: Option<&'m str>,
    pub(super) fields: BTreeMap<String, Option<Scalar>>,
    /// The member of the judged record's set that is judged.
    pub(super) member: Option<(String, String)>,
    pub(super) subjects: BTreeMap<(String, String), BTreeMap<String, Option<Scalar>>>,
    pub(super) records: Vec<GivenRecord>,
    /// Fields of a record that comes after it.
    pub(super) answering: BTreeMap<String, Option<Scalar>>,
    pub(super) settled: Vec<(String, Scalar)>,
    /// What was counted, in which window, and how many.
    pub(super) counted: Vec<(Pattern, Window, usize)>,
    /// Is the judged record itself among those of its type that are counted?
    pub(super) counts_itself: bool,
    /// Is whoever else it names somebody of their own?
    pub(super) wide: bool,
}

impl<'m> Scene<'m> {
    /// A story in which the norm judges something; none where the norm is of a sort that no story is made for.
    pub(super) fn new(model: &'m Model, norm: &Norm) -> Option<Self> {
        let norm = ground(model, norm);
        let event = match &norm.occasion {
            Occasion::Record(pattern) | Occasion::Member(pattern, _) => {
                let event = pattern.events.iter().find_map(|event| model.event(event).filter(|event| !event.derived))?;
                Some(event.name.as_str())
            }
            Occasion::Period { .. } | Occasion::Case { .. } | Occasion::Throughout { .. } => None,
            Occasion::Reaches { .. } => return None,
        };
        let regulation = model.regulation(&norm.regulation)?;
        let usual = NaiveDate::from_num_days_from_ce_opt(A_DAY)?;
        let inside = |day: NaiveDate| norm.validity.contains(day) && regulation.validity.contains(day);
        let starts = [norm.validity.from, regulation.validity.from, norm.validity.until, regulation.validity.until];
        let day = std::iter::once(usual).chain(starts.into_iter().flatten().flat_map(|day| [first_wednesday(day), day])).find(|day| inside(*day))?;
        let occasion = norm.occasion.clone();
        let mut scene = Self {
            model,
            norm,
            day,
            time: NaiveTime::from_hms_opt(17, 0, 0)?,
            event,
            fields: BTreeMap::new(),
            member: None,
            subjects: BTreeMap::new(),
            records: Vec::new(),
            answering: BTreeMap::new(),
            settled: Vec::new(),
            counted: Vec::new(),
            counts_itself: true,
            wide: false,
        };
        match &occasion {
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
        if let Occasion::Member(_, set) = &occasion {
            scene.assemble(set)?;
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
    pub(super) fn subject(&mut self, entity: &str) -> String {
        let id = format!("{entity}_1");
        self.subjects.entry((entity.to_owned(), id.clone())).or_default();
        id
    }

    /// Makes things so, as far as there is a way. What there is no way for stays as it comes.
    pub(super) fn make(&mut self, wanted: &Wanted) {
        // Days and who is who first, what is counted last: it is put before the day that is judged, and the judged record may be counted too.
        let turn = |term: &Expr| match term {
            Expr::Day(_) | Expr::At(_) | Expr::Compare(..) => 0,
            Expr::Measure(measure) => 2 + super::records::width(&measure.window),
            _ => 1,
        };
        let mut wanted: Vec<_> = wanted.iter().collect();
        wanted.sort_by_key(|(term, _)| turn(term));
        for (term, value) in wanted {
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
            Expr::Compare(Op::Eq, one, other) if **one == Expr::Member || **other == Expr::Member => {
                if value == Some(&Scalar::Bool(true)) {
                    self.is_member(if **one == Expr::Member { other } else { one })?;
                }
            }
            Expr::Contains(set, who) => {
                if let (Expr::Field(Scope::This, name), Some(Scalar::Bool(true))) = (&**set, value) {
                    let field = self.model.event(self.event?)?.fields.iter().find(|field| field.name == *name)?;
                    let Type::Set(entity) = &field.ty else { return None };
                    let id = self.who(who, entity)?;
                    self.belongs(name, entity, &id);
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
                    Aggregate::RunOfDays if measure.of.is_some() => return None,
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

    fn attest(&mut self, fact: &str, about: String, value: &Scalar) {
        let said = match value {
            Scalar::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            Scalar::Kind(_, value) => value.to_string(),
            Scalar::Quantity(number, _) => number.to_string(),
            Scalar::Date(day) => day.to_string(),
            _ => return,
        };
        let by = self.model.parameter(fact).and_then(|parameter| if let crate::model::ParameterSort::Judged { by, .. } = &parameter.sort { Some(by.clone()) } else { None });
        let own = if self.wide { self.judge(fact) } else { None };
        let by = own.unwrap_or_else(|| by.flatten().map_or_else(|| "somebody".to_owned(), |by| self.subject(&by)));
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

    /// Lets it happen on this day, where the norm is in force then.
    pub(super) fn begin(&mut self, day: NaiveDate) {
        self.day = day;
    }
}

fn first_wednesday(from: NaiveDate) -> NaiveDate {
    let ahead = (2 + 7 - u64::from(from.weekday().num_days_from_monday())) % 7;
    from.checked_add_days(Days::new(ahead)).unwrap_or(from)
}

fn moved_months(day: NaiveDate, by: i64) -> Option<NaiveDate> {
    let months = chrono::Months::new(u32::try_from(by.unsigned_abs()).ok()?);
    if by < 0 { day.checked_sub_months(months) } else { day.checked_add_months(months) }
}
