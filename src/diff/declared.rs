//! What is different about declarations: regulations, enumerations, registers, record types, what the text leaves open, calendars, schedules.

use super::words::{interval, said};
use super::{Change, Row, Sort, meaning};
use crate::analysis::both::Spoken;
use crate::diagnostics::Say;
use crate::explain::words::Words;
use crate::model::value::{Range, Type, Unit};
use crate::model::{Entity, EventType, Field, Kind, Model, Parameter, ParameterSort, Regulation};
use crate::records::Records;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// Words of the two versions.
struct Voices<'m>([Spoken<'m>; 2]);

/// The declarations that say something else.
pub(crate) fn changes(first: &Model, second: &Model) -> Vec<Change> {
    let nothing = Records::default();
    let voices = Voices([first, second].map(|model| Spoken::new(model, "", &nothing)));
    let mut all = Vec::new();
    let title = |en: &'static str, zh: &'static str| move |say: Say| Say::new(format!("{en} {}", say.en), format!("{zh}{}", say.zh));
    voices.each(&first.regulations, &second.regulations, &|one| meaning::of(one), &|one| &one.name, &|words, name| words.regulation(name), &title("regulation", "规章"), &regulation, &mut all);
    voices.each(&first.kinds, &second.kinds, &kind_key, &|one| &one.name, &|words, name| words.label_or(words.model.kind(name).and_then(|kind| kind.label.as_deref()), name), &title("kind", "种类"), &kind, &mut all);
    voices.each(&first.entities, &second.entities, &|one| meaning::of(one), &|one| &one.name, &|words, name| words.entity(name), &title("register or case", "名册或案件"), &entity, &mut all);
    let events = |model: &Model| -> Vec<EventType> { model.events.iter().filter(|event| !is_made_of_norms(&event.name)).cloned().collect() };
    voices.each(&events(first), &events(second), &|one| meaning::of(one), &|one| &one.name, &|words, name| words.event(name), &title("record type", "事件"), &event, &mut all);
    let parameters = |model: &Model| -> Vec<Parameter> { model.parameters.iter().filter(|one| !meaning::is_in_place(&one.name)).cloned().collect() };
    voices.each(&parameters(first), &parameters(second), &|one| meaning::of(one), &|one| &one.name, &|words, name| words.parameter(name), &title("what is left open:", "未定事项"), &parameter, &mut all);
    let own = |words: &Words<'_>, name: &str| words.label_or(None, name);
    voices.each(&first.calendars, &second.calendars, &|one| meaning::of(one), &|one| &one.name, &own, &title("calendar", "日历"), &|voices, a, b, rows| voices.otherwise(a, b, rows), &mut all);
    voices.each(&first.schedules, &second.schedules, &|one| meaning::of(one), &|one| &one.name, &own, &title("schedule", "作息时间"), &|voices, a, b, rows| voices.otherwise(a, b, rows), &mut all);
    all
}

/// Breaches and forfeits come and go with their norms.
fn is_made_of_norms(event: &str) -> bool {
    event.starts_with("breach:") || event.starts_with("forfeit:")
}

/// Tells what is different about a thing of both versions.
type Tell<'t, T> = dyn Fn(&Voices<'_>, &T, &T, &mut Vec<Row>) + 't;

impl Voices<'_> {
    #[allow(clippy::too_many_arguments)] // one call for each sort of declaration
    fn each<T: Serialize>(&self, first: &[T], second: &[T], key: &dyn Fn(&T) -> Value, name: &dyn Fn(&T) -> &String, named: &dyn Fn(&Words<'_>, &str) -> String, title: &dyn Fn(Say) -> Say, tell: &Tell<'_, T>, all: &mut Vec<Change>) {
        let names: BTreeSet<&String> = first.iter().chain(second).map(name).collect();
        for of in names {
            let find = |among: &'_ [T]| among.iter().position(|one| name(one) == of);
            let (sort, rows) = match (find(first).and_then(|at| first.get(at)), find(second).and_then(|at| second.get(at))) {
                (Some(a), Some(b)) if key(a) != key(b) => {
                    let mut rows = Vec::new();
                    tell(self, a, b, &mut rows);
                    if rows.is_empty() {
                        rows.push(Row::text(Say::new("what it says", "内容"), Some(Say::new("otherwise", "不同")), Some(Say::new("otherwise", "不同"))));
                    }
                    (Sort::Changed, rows)
                }
                (Some(_), None) => (Sort::Removed, Vec::new()),
                (None, Some(_)) => (Sort::Added, Vec::new()),
                _ => continue,
            };
            let voice = if sort == Sort::Removed { &self.0[0] } else { &self.0[1] };
            all.push(Change { name: of.clone(), title: title(voice.say(|words| named(words, of))), cites: Vec::new(), is_norm: false, sort, rows, not_compared: Vec::new() });
        }
    }

    /// A row for something that both say, where they say it otherwise.
    fn row<K: PartialEq>(&self, rows: &mut Vec<Row>, what: Say, keys: [K; 2], say: &dyn Fn(usize, &Words<'_>) -> String) {
        let [a, b] = keys;
        if a != b {
            let [old, new] = [0, 1].map(|side: usize| Some(self.0[side].say(|words| say(side, words))));
            rows.push(Row::text(what, old, new));
        }
    }

    /// Rows for things that only one has.
    fn only(&self, rows: &mut Vec<Row>, what: &Say, of: [BTreeSet<String>; 2], say: &dyn Fn(&Words<'_>, &str) -> String) {
        let [first, second] = &of;
        for name in first.difference(second) {
            rows.push(Row::text(what.clone(), Some(self.0[0].say(|words| say(words, name))), None));
        }
        for name in second.difference(first) {
            rows.push(Row::text(what.clone(), None, Some(self.0[1].say(|words| say(words, name)))));
        }
    }

    /// Data in which single entries differ.
    fn otherwise<T: Serialize>(&self, a: &T, b: &T, rows: &mut Vec<Row>) {
        let [one, other] = [a, b].map(|one| entries(&meaning::of(one)));
        let same = |_: &Words<'_>, name: &str| name.to_owned();
        self.only(rows, &Say::new("entry", "条目"), [one, other], &same);
    }

    fn fields(&self, rows: &mut Vec<Row>, [a, b]: [&[Field]; 2], named: &dyn Fn(&Words<'_>, &str) -> String) {
        let names = |fields: &[Field]| fields.iter().map(|field| field.name.clone()).collect::<BTreeSet<String>>();
        self.only(rows, &Say::new("field", "字段"), [names(a), names(b)], named);
        for one in a {
            let Some(other) = b.iter().find(|other| other.name == one.name) else { continue };
            let both = [one, other];
            let what = self.0[1].say(|words| named(words, &one.name));
            self.row(rows, what.clone(), [meaning::of(&(&one.ty, &one.range)), meaning::of(&(&other.ty, &other.range))], &|side, words| typed(words, &both[side].ty, &both[side].range));
            let column = Say::new(format!("column of {}", what.en), format!("{}的列名", what.zh));
            self.row(rows, column, [&one.column, &other.column], &|side, _| both[side].column.clone().unwrap_or_else(|| one.name.clone()));
        }
    }
}

/// The single entries of data, each as text.
fn entries(value: &Value) -> BTreeSet<String> {
    fn look(path: &str, value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| look(&format!("{path}{}{name}", if path.is_empty() { "" } else { " " }), value, into)),
            Value::Array(all) => all.iter().for_each(|value| look(path, value, into)),
            Value::Null => {}
            Value::String(text) => {
                into.insert(format!("{path} {text}"));
            }
            other => {
                into.insert(format!("{path} {other}"));
            }
        }
    }
    let mut all = BTreeSet::new();
    look("", value, &mut all);
    all
}

fn regulation(voices: &Voices<'_>, a: &Regulation, b: &Regulation, rows: &mut Vec<Row>) {
    let both = [a, b];
    let or_none = |words: &Words<'_>, text: Option<&String>| text.cloned().unwrap_or_else(|| words.pick("none", "无").to_owned());
    voices.row(rows, Say::new("in force", "有效期"), both.map(|one| meaning::of(&one.validity)), &|side, words| interval(words, both[side].validity));
    voices.row(rows, Say::new("time zone", "时区"), both.map(|one| &one.time_zone), &|side, _| both[side].time_zone.clone());
    voices.row(rows, Say::new("currency", "币种"), both.map(|one| &one.currency), &|side, words| or_none(words, both[side].currency.as_ref()));
    voices.row(rows, Say::new("calendar", "日历"), both.map(|one| &one.calendar), &|side, words| or_none(words, both[side].calendar.as_ref()));
    voices.row(rows, Say::new("day one of a term", "期间的第一天"), both.map(|one| one.same_day), &|side, words| {
        (if both[side].same_day { words.pick("the day of the event", "当日") } else { words.pick("the day after", "次日") }).to_owned()
    });
    voices.row(rows, Say::new("lateness of records", "补录期限"), both.map(|one| one.lateness), &|side, words| words.quantity(crate::model::number::Number::whole(i64::from(both[side].lateness)), &Unit::Days));
}

/// What an enumeration means: titles of its values do not matter, nor their order where they are not compared by it.
fn kind_key(kind: &Kind) -> Value {
    let mut names: Vec<&String> = kind.values.iter().map(|(name, _)| name).collect();
    if !kind.ordered {
        names.sort();
    }
    serde_json::json!([kind.ordered, names])
}

fn kind(voices: &Voices<'_>, a: &Kind, b: &Kind, rows: &mut Vec<Row>) {
    let both = [a, b];
    let names = |kind: &Kind| kind.values.iter().map(|(name, _)| name.clone()).collect::<Vec<String>>();
    voices.only(rows, &Say::new("value", "取值"), both.map(|one| names(one).into_iter().collect()), &|words, name| words.kind_value(&a.name, name));
    let common = |one: &Kind, other: &Kind| -> Vec<String> { names(one).into_iter().filter(|name| names(other).contains(name)).collect() };
    let orders = [common(a, b), common(b, a)];
    let sorted = |side: usize| (both[side].ordered, both[side].ordered.then(|| orders[side].clone()));
    voices.row(rows, Say::new("order", "顺序"), [sorted(0), sorted(1)], &|side, words| {
        let all: Vec<String> = orders[side].iter().map(|name| words.kind_value(&a.name, name)).collect();
        all.join(if both[side].ordered { " < " } else { words.pick(", ", "、") })
    });
}

fn entity(voices: &Voices<'_>, a: &Entity, b: &Entity, rows: &mut Vec<Row>) {
    voices.fields(rows, [&a.attributes, &b.attributes], &|words, name| words.attribute(&a.name, name));
}

fn event(voices: &Voices<'_>, a: &EventType, b: &EventType, rows: &mut Vec<Row>) {
    let both = [a, b];
    let events = std::slice::from_ref(&a.name);
    voices.fields(rows, [&a.fields, &b.fields], &|words, name| words.field(events, name));
    voices.row(rows, Say::new("name in the data", "数据中的名称"), both.map(|one| &one.called), &|side, words| if both[side].called.is_empty() { a.name.clone() } else { both[side].called.join(words.pick(", ", "、")) });
    let valid = |one: &EventType| one.valid.as_ref().map(|valid| meaning::of(&valid.when));
    voices.row(rows, Say::new("void unless", "有效条件"), both.map(valid), &|side, words| {
        both[side].valid.as_ref().map_or_else(|| words.pick("always valid", "一律有效").to_owned(), |valid| words.phrase(&valid.when, events))
    });
}

fn parameter(voices: &Voices<'_>, a: &Parameter, b: &Parameter, rows: &mut Vec<Row>) {
    let both = [a, b];
    voices.row(rows, Say::new("what it may be", "可能取值"), both.map(|one| meaning::of(&(&one.ty, &one.range))), &|side, words| typed(words, &both[side].ty, &both[side].range));
    let (none, decided) = (("nobody has decided", "尚未决定"), |one: &Parameter| if let ParameterSort::Reading { decided } = &one.sort { decided.clone() } else { None });
    voices.row(rows, Say::new("decided", "决定"), both.map(decided), &|side, words| match (decided(both[side]), &both[side].ty) {
        (Some(one), Type::Kind(kind)) if words.zh() => format!("{}，由{}自{}起{}", words.kind_value(kind, &one.alternative), one.by, words.day(one.since), if one.retroactive { "，溯及以往" } else { "" }),
        (Some(one), Type::Kind(kind)) => format!("{} by {} from {} on{}", words.kind_value(kind, &one.alternative), one.by, words.day(one.since), if one.retroactive { ", also before" } else { "" }),
        _ => words.pick(none.0, none.1).to_owned(),
    });
    if let (ParameterSort::Judged { .. }, ParameterSort::Judged { .. }) = (&a.sort, &b.sort) {
        let judged = |one: &Parameter| meaning::of(&one.sort);
        voices.row(rows, Say::new("who judges, and what is presumed", "由谁认定，推定为何"), both.map(judged), &|side, words| judged_by(words, both[side]));
    }
}

fn judged_by(words: &Words<'_>, parameter: &Parameter) -> String {
    let ParameterSort::Judged { by, who, presumed, presumed_after, .. } = &parameter.sort else { return String::new() };
    let who = who.as_ref().map(|who| said(words, " where {}", "（{}）", &words.phrase(who, &["attestation".to_owned()]))).unwrap_or_default();
    let by = by.as_ref().map_or_else(|| words.pick("not stated", "未写明").to_owned(), |by| words.entity(by));
    let presumed = presumed.as_ref().map(|value| said(words, ", presumed {}", "，推定为{}", &words.scalar(value))).unwrap_or_default();
    let after = presumed_after.as_ref().map(|after| said(words, " after {}", "（{}后）", &words.scalar(after))).unwrap_or_default();
    format!("{by}{who}{presumed}{after}")
}

/// A type with its range.
fn typed(words: &Words<'_>, ty: &Type, range: &Range) -> String {
    match ty {
        Type::Bool => words.pick("yes or no", "是或否").to_owned(),
        Type::Quantity(unit) => {
            let number = |of: crate::model::number::Number| words.quantity(of, unit);
            let mut all = Vec::new();
            match (range.low.map(number), range.high.map(number)) {
                (None, None) => all.push(words.pick("any number", "任意数").to_owned()),
                (low, high) => all.push(format!("{} .. {}", low.unwrap_or_default(), high.unwrap_or_default()).trim().to_owned()),
            }
            all.extend(range.grain.map(|grain| said(words, "in steps of {}", "以{}为单位", &number(grain))));
            all.join(words.pick(", ", "，"))
        }
        Type::Date => words.pick("a day", "日期").to_owned(),
        Type::Moment => words.pick("a moment", "时刻").to_owned(),
        Type::Time => words.pick("a time of day", "钟点").to_owned(),
        Type::Kind(kind) => {
            let values = words.model.kind(kind).map(|kind| kind.values.iter().map(|(value, _)| words.kind_value(&kind.name, value)).collect::<Vec<_>>()).unwrap_or_default();
            words.list(&values, ("or", "或"))
        }
        Type::Text => words.pick("text", "文字").to_owned(),
        Type::Ref(entity) => words.entity(entity),
        Type::Set(entity) => said(words, "several {}", "若干{}", &words.entity(entity)),
    }
}
