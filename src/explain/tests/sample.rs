//! A small model, its records, and steps, by hand.

use crate::model::calendar::{Calendar, Exceptional};
use crate::model::expr::{Expr, Op};
use crate::model::norm::{Norm, Occasion};
use crate::model::number::Number;
use crate::model::value::{Range, Scalar, Type, Unit};
use crate::model::{Entity, EntitySort, EventType, Field, Model, Regulation};
use crate::records::{At, Origin, Record, Records, Stored};
use crate::reference::derivation::{CountedRecord, Derivation, Detail, Step, Value, World};
use crate::reference::verdict::{Ruling, Verdict};
use chrono::{DateTime, NaiveDate};

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn moment(text: &str) -> At {
    At::Moment(DateTime::parse_from_rfc3339(text).unwrap())
}

pub(super) fn cny(n: i64) -> Scalar {
    Scalar::Quantity(Number::whole(n), Unit::Money("CNY".into()))
}

pub(super) fn count(n: i64) -> Scalar {
    Scalar::Quantity(Number::whole(n), Unit::One)
}

pub(super) fn days(n: i64) -> Scalar {
    Scalar::Quantity(Number::whole(n), Unit::Days)
}

pub(super) fn staff(id: &str) -> Scalar {
    Scalar::Ref("staff".into(), id.into())
}

pub(super) fn field(name: &str, label: Option<&str>, ty: Type) -> Field {
    Field { name: name.into(), label: label.map(Into::into), ty, range: Range::default(), column: None }
}

pub(super) fn event(name: &str, label: &str, fields: Vec<Field>) -> EventType {
    let mut all = vec![field("staff", None, Type::Ref("staff".into()))];
    all.extend(fields);
    EventType {
        name: name.into(),
        label: Some(label.into()),
        called: Vec::new(),
        columns: Default::default(),
        fields: all,
        roles: 1,
        derived: false,
        valid: None,
    }
}

pub(super) fn model(norm: Norm) -> Model {
    let mut model = Model {
        regulations: vec![Regulation {
            name: "bureau".into(),
            label: Some("机关工作制度".into()),
            cites: vec!["03".into()],
            validity: Default::default(),
            time_zone: "Asia/Shanghai".into(),
            currency: Some("CNY".into()),
            calendar: Some("china".into()),
            same_day: false,
            moves_on: false,
            lateness: 3,
            not_adopted: Vec::new(),
        }],
        calendars: vec![Calendar {
            name: "china".into(),
            label: None,
            weekend: vec![5, 6],
            years: (2024, 2024),
            days: [(day("2024-03-12"), Exceptional { works: false, occasion: "植树节".into() })].into(),
        }],
        entities: vec![Entity { name: "staff".into(), label: Some("干部职工".into()), sort: EntitySort::Register, attributes: Vec::new() }],
        events: vec![
            event("late", "迟到", Vec::new()),
            event("leave", "请假", vec![field("days", Some("天数"), Type::Quantity(Unit::Days))]),
            event("letter", "来信", Vec::new()),
            event("reply", "答复", Vec::new()),
        ],
        norms: vec![norm],
        ..Model::default()
    };
    model.sort();
    model
}

pub(super) fn norm(name: &str, label: &str, occasion: Occasion) -> Norm {
    Norm {
        name: format!("bureau.{name}"),
        continues: None,
        label: Some(label.into()),
        regulation: "bureau".into(),
        cites: vec!["03.2c".into()],
        validity: Default::default(),
        dated_by: None,
        judged_on: None,
        occasion,
        when: None,
        bearer: None,
        decisions: Vec::new(),
        requirements: Vec::new(),
        terms: Vec::new(),
        violation: false,
        yields: Vec::new(),
        if_breached: Vec::new(),
        exceptions: Vec::new(),
        expected_findings: Vec::new(),
        remarks: Vec::new(),
    }
}

pub(super) fn record(model: &Model, id: &str, event: &str, at: At, more: Vec<Stored>) -> Record {
    let mut fields = vec![Stored::Known(staff("li"))];
    fields.extend(more);
    Record {
        event: model.event_index(event).unwrap(),
        source: "".into(),
        id: id.into(),
        revision: 0,
        recorded_at: None,
        at,
        stream: 0,
        seq: 0,
        fields,
        origin: Origin { file: "events.jsonl".into(), line: 3 },
        certain: true,
        only_for: None,
    }
}

pub(super) fn records(records: Vec<Record>) -> Records {
    Records { records, ..Records::default() }
}

pub(super) fn step(expr: Expr, value: Scalar, parts: Vec<Step>) -> Step {
    Step { expr, value: Value::Known(value), parts, detail: Detail::None }
}

pub(super) fn constant(value: Scalar) -> Step {
    step(Expr::Value(value.clone()), value, Vec::new())
}

pub(super) fn compare(op: Op, left: Step, right: Step, yes: bool) -> Step {
    let expr = Expr::Compare(op, Box::new(left.expr.clone()), Box::new(right.expr.clone()));
    step(expr, Scalar::Bool(yes), vec![left, right])
}

pub(super) fn counted(record: &str, event: &str, at: At, value: Option<Scalar>) -> CountedRecord {
    let value = value.map(Value::Known);
    CountedRecord { record: record.into(), event: event.into(), at, value, filter: None, certain: true }
}

pub(super) fn world(ruling: Ruling) -> World {
    World {
        choices: Vec::new(),
        when: None,
        judged_on: None,
        about: None,
        in_force: true,
        decisions: Vec::new(),
        requirements: Vec::new(),
        terms: Vec::new(),
        if_breached: Vec::new(),
        exceptions: Vec::new(),
        makes: Vec::new(),
        ruling,
    }
}

pub(super) fn derivation(verdict: Verdict, trigger: Option<&str>, worlds: Vec<World>) -> Derivation {
    Derivation {
        verdict,
        trigger: trigger.map(Into::into),
        reached: None,
        began: Vec::new(),
        worlds,
        not_applied: Vec::new(),
        would_change: Vec::new(),
        derived: Vec::new(),
        known_until: At::Date(day("2024-04-10")),
    }
}

pub(super) fn verdict(rule: &str, key: &str, at: At, ruling: Ruling) -> Verdict {
    Verdict {
        id: format!("bureau.{rule}@{key}"),
        rule: format!("bureau.{rule}"),
        source: vec!["03.2c".into()],
        subject: Some(("staff".into(), "li".into())),
        at,
        period: None,
        events: Vec::new(),
        ruling,
        parts: Vec::new(),
        effects: Vec::new(),
        causes: Vec::new(),
        immaterial: Vec::new(),
        is_final: true,
        revision: "0011223344556677".into(),
        supersedes: None,
    }
}
