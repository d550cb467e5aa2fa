//! A reply within working days, decided by an open question.

use super::sample::*;
use crate::diagnostics::Tongue;
use crate::explain::prose;
use crate::model::calendar::DayClass;
use crate::model::expr::{About, Expr, Op, Pattern, Scope};
use crate::model::norm::{Deadline, DeadlineChange, Occasion, Requirement, Until, What};
use crate::model::number::Number;
use crate::model::value::{Range, Scalar, Type, Unit};
use crate::model::{Model, Parameter, ParameterSort};
use crate::records::{At, Records};
use crate::reference::derivation::{Counting, DayCount, Derivation, Detail, LeftOut, Required, Step, Value, World};
use crate::reference::verdict::{Cause, Part, Ruling};
use chrono::NaiveDate;

fn working(n: i64) -> Scalar {
    Scalar::Quantity(Number::whole(n), Unit::WorkingDays)
}

fn pattern(event: &str) -> Pattern {
    Pattern { events: vec![event.into()], links: vec![("staff".into(), Expr::Subject)], filter: None }
}

/// Weekends and the holiday between the letter and `due`.
fn skipped(due: NaiveDate) -> Vec<(NaiveDate, DayClass)> {
    let free = [("2024-03-09", None), ("2024-03-10", None), ("2024-03-12", Some("植树节")), ("2024-03-16", None), ("2024-03-17", None)];
    let more = [("2024-03-23", None), ("2024-03-24", None)];
    let class = |holiday: Option<&str>| holiday.map_or(DayClass::Weekend, |name| DayClass::Holiday(name.into()));
    free.into_iter().chain(more).map(|(text, holiday)| (day(text), class(holiday))).filter(|(free, _)| *free <= due).collect()
}

fn open_cause() -> Cause {
    Cause::NotJudged { parameter: "bureau.complex".into(), about: "7".into(), by: Some("staff".into()) }
}

fn in_world(complex: bool) -> World {
    let ruling = if complex { Ruling::Compliant } else { Ruling::Violation };
    let length = working(if complex { 10 } else { 3 });
    let due = day(if complex { "2024-03-25" } else { "2024-03-14" });
    let judged = Step {
        detail: Detail::Judged { attested: None, presumed: false, ignored: Vec::new() },
        ..step(Expr::Judged("bureau.complex".into(), About::Record(Scope::This)), Scalar::Bool(complex), Vec::new())
    };
    let mut world = world(ruling);
    world.choices = vec![(open_cause(), if complex { "yes" } else { "no" }.into())];
    world.requirements.push(Required {
        cites: vec!["02.3".into()],
        what: Some(constant(count(1))),
        counting: Some(Counting {
            from: Some(At::Date(day("2024-03-08"))),
            until: Some(At::Date(due)),
            counted: if complex { vec![counted("9", "reply", At::Date(day("2024-03-20")), None)] } else { Vec::new() },
            left_out: if complex { Vec::new() } else { vec![("9".into(), At::Date(day("2024-03-20")), LeftOut::After)] },
        }),
        found: Some(Value::Known(count(i64::from(complex)))),
        changes: vec![(vec!["02.3b".into()], judged)],
        requests: None,
        deadline: Some(constant(length)),
        suspended: Vec::new(),
        days: Some(DayCount {
            start: At::Date(day("2024-03-08")),
            end: At::Date(due),
            same_day: false,
            counted: if complex { 10 } else { 3 },
            skipped: skipped(due),
            suspended: Vec::new(),
            moved: Vec::new(),
        }),
        due: Some(At::Date(due)),
        met_at: Some(At::Date(day("2024-03-20"))),
        met_by: Some("9".into()),
        ruling,
        alternatives: Vec::new(),
    });
    world
}

pub(super) fn sample() -> (Model, Records, Derivation) {
    let mut duty = norm("answer", "按期答复", Occasion::Record(pattern("letter")));
    duty.requirements.push(Requirement {
        cites: vec!["02.3".into()],
        what: What::Records { pattern: pattern("reply"), op: Op::Ge, number: Expr::Value(count(1)), distinct: None },
        until: Some(Until {
            default: Deadline::Within(Expr::Value(working(3)), None, None),
            changes: vec![DeadlineChange {
                when: Expr::Judged("bureau.complex".into(), About::Record(Scope::This)),
                deadline: Deadline::Within(Expr::Value(working(10)), None, None),
                cites: vec!["02.3b".into()],
                extension: true,
            }],
            on_request: None,
        }),
        suspended: Vec::new(),
    });
    let mut model = model(duty);
    model.parameters.push(Parameter {
        name: "bureau.complex".into(),
        label: Some("情况复杂".into()),
        cites: Vec::new(),
        ty: Type::Bool,
        range: Range::default(),
        sort: ParameterSort::Judged { of: "letter".into(), every: None, by: Some("staff".into()), who: None, presumed: None, presumed_after: None },
        settled: None,
    });
    let mut verdict = verdict("answer", "7", At::Date(day("2024-03-08")), Ruling::Undetermined);
    verdict.causes.push(open_cause());
    verdict.parts.push(Part { name: "requirement 1".into(), ruling: Ruling::Undetermined, due: None, met: None, causes: vec![open_cause()] });
    verdict.is_final = false;
    verdict.events = ["7", "9"].map(Into::into).to_vec();
    let letter = record(&model, "7", "letter", At::Date(day("2024-03-08")), Vec::new());
    let reply = record(&model, "9", "reply", At::Date(day("2024-03-20")), Vec::new());
    (model, records(vec![letter, reply]), derivation(verdict, Some("7"), vec![in_world(false), in_world(true)]))
}

#[test]
fn duty_in_english() {
    let (model, records, derivation) = sample();
    insta::assert_snapshot!(prose(&model, &records, &derivation, Tongue::En));
}

#[test]
fn duty_in_chinese() {
    let (model, records, derivation) = sample();
    insta::assert_snapshot!(prose(&model, &records, &derivation, Tongue::Zh));
}
