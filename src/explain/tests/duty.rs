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
use crate::reference::derivation::{Counting, DayCount, Derivation, Detail, Required, Step, Value, World};
use crate::reference::verdict::{Cause, Part, Ruling};

fn working(n: i64) -> Scalar {
    Scalar::Quantity(Number::whole(n), Unit::WorkingDays)
}

fn pattern(event: &str) -> Pattern {
    Pattern { events: vec![event.into()], links: vec![("staff".into(), Expr::Subject)], filter: None }
}

fn open_cause() -> Cause {
    Cause::NotJudged { parameter: "bureau.complex".into(), about: "7".into(), by: "staff".into() }
}

fn in_world(complex: bool) -> World {
    let ruling = if complex { Ruling::Compliant } else { Ruling::Violation };
    let length = working(if complex { 10 } else { 3 });
    let due = day(if complex { "2024-03-22" } else { "2024-03-13" });
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
            counted: Vec::new(),
            left_out: Vec::new(),
        }),
        found: Some(Value::Known(count(0))),
        changes: vec![(vec!["02.3b".into()], judged)],
        deadline: Some(constant(length)),
        days: Some(DayCount {
            start: At::Date(day("2024-03-08")),
            end: At::Date(due),
            same_day: false,
            counted: if complex { 10 } else { 3 },
            skipped: vec![
                (day("2024-03-09"), DayClass::Weekend),
                (day("2024-03-10"), DayClass::Weekend),
                (day("2024-03-12"), DayClass::Holiday("植树节".into())),
            ],
            suspended: Vec::new(),
        }),
        due: Some(At::Date(due)),
        met_at: complex.then(|| At::Date(day("2024-03-20"))),
        met_by: complex.then(|| "9".into()),
        ruling,
    });
    world
}

fn sample() -> (Model, Records, Derivation) {
    let mut duty = norm("answer", "按期答复", Occasion::Record(pattern("letter")));
    duty.requirements.push(Requirement {
        cites: vec!["02.3".into()],
        what: What::Records { pattern: pattern("reply"), op: Op::Ge, number: Expr::Value(count(1)), distinct: None },
        until: Some(Until {
            default: Deadline::Within(Expr::Value(working(3)), None),
            changes: vec![DeadlineChange {
                when: Expr::Judged("bureau.complex".into(), About::Record(Scope::This)),
                deadline: Deadline::Within(Expr::Value(working(10)), None),
                cites: vec!["02.3b".into()],
                extension: true,
            }],
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
        sort: ParameterSort::Judged { of: "letter".into(), by: "staff".into(), who: None, presumed: None, presumed_after: None },
    });
    let mut verdict = verdict("answer", "7", At::Date(day("2024-03-08")), Ruling::Undetermined);
    verdict.causes.push(open_cause());
    verdict.parts.push(Part { name: "requirement 1".into(), ruling: Ruling::Undetermined, due: None, causes: vec![open_cause()] });
    verdict.is_final = false;
    let letter = record(&model, "7", "letter", At::Date(day("2024-03-08")), Vec::new());
    (model, records(vec![letter]), derivation(verdict, Some("7"), vec![in_world(false), in_world(true)]))
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
