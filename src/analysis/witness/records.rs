//! Records of a story beside the judged one: those that a measure counts, and those that answer to it.

use super::scene::Scene;
use crate::analysis::condition::Shape;
use crate::analysis::reader::Reader;
use crate::model::expr::{Expr, Pattern, Period, Scope, Window};
use crate::model::norm::Occasion;
use crate::model::number::Number;
use crate::model::value::{Scalar, Type};
use crate::model::{EventType, GivenRecord};
use crate::records::At;
use chrono::{Datelike, Days, NaiveDate};
use std::collections::BTreeMap;

/// How long a window is, beside others.
pub(super) fn width(window: &Window) -> u8 {
    match window {
        Window::Occasion => 0,
        Window::Period { unit, .. } => match unit {
            Period::Day => 1,
            Period::Week => 2,
            Period::Month => 3,
            Period::Quarter => 4,
            Period::HalfYear => 5,
            Period::Year => 6,
        },
        Window::YearFrom { .. } => 6,
        Window::Last(_) | Window::Next(_) | Window::Since(_) => 7,
        Window::SoFar | Window::Ever => 8,
    }
}

pub(super) fn first_day(unit: Period, day: NaiveDate) -> Option<NaiveDate> {
    let of_months = |months: u32| day.with_day(1)?.with_month((day.month0() / months) * months + 1);
    match unit {
        Period::Day => Some(day),
        Period::Week => Some(day.week(chrono::Weekday::Mon).first_day()),
        Period::Month => of_months(1),
        Period::Quarter => of_months(3),
        Period::HalfYear => of_months(6),
        Period::Year => of_months(12),
    }
}

enum Rest {
    Nothing,
    More(Scalar),
}

impl<'m> Scene<'m> {
    /// Records that a measure counts, before the judged one, on its day or each on a day of its own.
    pub(super) fn counted(&mut self, pattern: &Pattern, window: &Window, many: usize, with: Option<(&str, &Scalar)>, daily: bool) -> Option<()> {
        let itself = self.counts_itself && !matches!(window, Window::Next(_)) && self.event.is_some_and(|event| pattern.events.iter().any(|other| other == event));
        let many = if itself && with.is_none() { many.saturating_sub(1) } else { many };
        // What counts in a shorter window counts in this one too.
        let shorter: Vec<(Window, usize)> = self.counted.iter().filter(|(other, window_of, _)| with.is_none() && other == pattern && width(window_of) < width(window)).map(|(_, window, many)| (window.clone(), *many)).collect();
        let already = shorter.iter().map(|(_, many)| *many).max().unwrap_or(0);
        if with.is_none() {
            self.counted.push((pattern.clone(), window.clone(), many));
        }
        let many = many.saturating_sub(already);
        if many == 0 {
            return Some(());
        }
        let (event, mut fields) = self.linked(pattern)?;
        if let Some((name, value)) = with {
            match if itself { self.rest(name, value) } else { None } {
                Some(Rest::Nothing) => return Some(()),
                Some(Rest::More(more)) => fields.insert(name.to_owned(), Some(more)),
                None => fields.insert(name.to_owned(), Some(value.clone())),
            };
        }
        if let Some(filter) = &pattern.filter {
            self.fitting(event.name.as_str(), filter, pattern, &mut fields)?;
        }
        let first = self.records.len();
        let earlier = (already > 0).then(|| self.outside(&shorter)).flatten();
        for n in 0..many {
            let back = if daily || many > 100 { u64::try_from(n).ok()? + 1 } else { 0 };
            let day = match (&self.norm.occasion, window) {
                (Occasion::Period { .. }, _) if daily => self.day.with_day(1)?.checked_add_days(Days::new(back))?,
                (_, Window::Next(_)) => self.day.checked_add_days(Days::new(back.max(1)))?,
                _ => earlier.unwrap_or(self.day).checked_sub_days(Days::new(back))?,
            };
            let minute = if back == 0 { n } else { 0 };
            let at = format!("{day}T{:02}:{:02}", 6 + minute / 60, minute % 60);
            let fields = fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
            self.records.push(GivenRecord { event: event.name.clone(), id: format!("c{}", first + n + 1), at, fields });
        }
        Some(())
    }

    /// The last day before these windows, near the one on which it happens: the day before it, or one before the week, the month, the quarter, ….
    fn outside(&self, windows: &[(Window, usize)]) -> Option<NaiveDate> {
        let widest = windows.iter().max_by_key(|(window, _)| width(window))?;
        let first = match &widest.0 {
            Window::Period { unit, .. } => first_day(*unit, self.day)?,
            _ => return None,
        };
        first.pred_opt()
    }

    /// What is missing to a total once the judged record is counted; it has all of it where nothing is said of its own.
    fn rest(&mut self, field: &str, total: &Scalar) -> Option<Rest> {
        let Scalar::Quantity(total, unit) = total else { return None };
        match self.fields.get(field) {
            Some(Some(Scalar::Quantity(own, _))) => {
                let more = total.minus(*own)?;
                if more < Number::whole(0) {
                    return None;
                }
                Some(if more.is_zero() { Rest::Nothing } else { Rest::More(Scalar::Quantity(more, unit.clone())) })
            }
            Some(_) => None,
            None => {
                self.fields.insert(field.to_owned(), Some(Scalar::Quantity(*total, unit.clone())));
                Some(Rest::Nothing)
            }
        }
    }

    /// The type of the records of a pattern, and their roles and linked fields.
    fn linked(&mut self, pattern: &Pattern) -> Option<(&'m EventType, BTreeMap<String, Option<Scalar>>)> {
        let model = self.model;
        let event = pattern.events.iter().find_map(|event| model.event(event).filter(|event| !event.derived))?;
        let mut fields: BTreeMap<String, Option<Scalar>> = BTreeMap::new();
        for (name, link) in &pattern.links {
            let value = match link {
                Expr::Field(Scope::This, own) => self.fields.get(own)?.clone(),
                Expr::Subject | Expr::Member | Expr::Fact(..) => {
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

    /// A record of a pattern at a moment, or late on a day.
    pub(super) fn follow(&mut self, pattern: &Pattern, at: At) -> Option<()> {
        let (event, mut fields) = self.linked(pattern)?;
        if let Some(filter) = &pattern.filter {
            self.fitting(event.name.as_str(), filter, pattern, &mut fields)?;
        }
        let at = match at {
            At::Date(day) if event.columns.at_is_date => day.to_string(),
            At::Date(day) => format!("{day}T18:00"),
            At::Moment(moment) => moment.format("%Y-%m-%dT%H:%M").to_string(),
        };
        self.records.push(GivenRecord { event: event.name.clone(), id: format!("f{}", self.records.len() + 1), at, fields: fields.into_iter().collect() });
        Some(())
    }

    /// Fields with which a counted record passes a filter.
    fn fitting(&mut self, event: &str, filter: &Expr, pattern: &Pattern, fields: &mut BTreeMap<String, Option<Scalar>>) -> Option<()> {
        if self.wide {
            let mut given = pattern.links.iter().map(|(name, _)| name.clone()).collect();
            return self.suit(event, filter, &mut given, fields);
        }
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
}
