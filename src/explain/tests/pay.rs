//! A monthly pay: base, deductions, forfeit, floor.

use super::sample::*;
use crate::diagnostics::Tongue;
use crate::explain::{prose, summary};
use crate::model::Model;
use crate::model::expr::{Aggregate, Expr, Measure, Op, Pattern, Period, Scope, Window};
use crate::model::norm::{Clause, Decision, Hit, Occasion, Posting, Rhythm};
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::records::{At, Records, Stored};
use crate::reference::derivation::{ClauseTried, Counting, Decided, Derivation, Detail, LeftOut, Step, Value};
use crate::reference::verdict::{Effect, Item, Part, Ruling};

fn measure(aggregate: Aggregate, event: &str, of: Option<&str>) -> Measure {
    Measure {
        name: None,
        label: None,
        aggregate,
        pattern: Pattern { events: vec![event.into()], links: vec![("staff".into(), Expr::Subject)], filter: None },
        of: of.map(|name| Expr::Field(Scope::Counted, name.into())),
        distinct: None,
        window: Window::Occasion,
    }
}

fn counting(records: &[(&str, &str, Option<Scalar>)], event: &str, left_out: Vec<(String, At, LeftOut)>) -> Counting {
    Counting {
        from: Some(At::Date(day("2024-03-01"))),
        until: Some(At::Date(day("2024-03-31"))),
        counted: records.iter().map(|(id, at, value)| counted(id, event, moment(at), value.clone())).collect(),
        left_out,
    }
}

fn measured(measure: Measure, value: Scalar, counting: Counting) -> Step {
    Step { detail: Detail::Counted(Box::new(counting)), ..step(Expr::Measure(Box::new(measure)), value, Vec::new()) }
}

fn less(amount: Scalar, measured: Step, per: Scalar, total: Scalar) -> Step {
    let product = Expr::Mul(Box::new(Expr::Value(amount.clone())), Box::new(measured.expr.clone()));
    let product = step(product, per, vec![constant(amount), measured]);
    step(Expr::Neg(Box::new(product.expr.clone())), total, vec![product])
}

pub(super) fn sample() -> (Model, Records, Derivation) {
    let every = Rhythm { unit: Period::Month, count: 1, from: None, weekday: None, working: false };
    let mut pay = norm("attendance_pay", "考勤费", Occasion::Period { entity: Some("staff".into()), filter: None, every });
    let lates = [("1", "2024-03-04T08:37:00+08:00", None), ("3", "2024-03-12T09:01:00+08:00", None)];
    let out = vec![("0".to_owned(), moment("2024-02-28T08:40:00+08:00"), LeftOut::Before)];
    let late = measured(measure(Aggregate::Count, "late", None), count(2), counting(&lates, "late", out));
    let leaves = [("2", "2024-03-06T00:00:00+08:00", Some(days(2)))];
    let leave = measured(measure(Aggregate::Total, "leave", Some("days")), days(2), counting(&leaves, "leave", Vec::new()));
    let ratio = Expr::Div(Box::new(leave.expr.clone()), Box::new(Expr::Value(days(1))));
    let leave = step(ratio, count(2), vec![leave, constant(days(1))]);
    let clauses = [
        ("base", "03.2c", constant(cny(90))),
        ("less 1", "03.2d", less(cny(5), leave, cny(10), cny(-10))),
        ("less 2", "03.2e", less(cny(2), late.clone(), cny(4), cny(-4))),
    ];
    let forfeit = compare(Op::Ge, late, constant(count(10)), false);
    pay.decisions.push(Decision {
        slot: "pay".into(),
        posting: Some(Posting::Pay),
        unit: Some(Unit::Money("CNY".into())),
        to: None,
        hit: Hit::Sum,
        clauses: clauses
            .iter()
            .map(|(name, cite, value)| Clause { name: (*name).into(), cites: vec![(*cite).into()], when: None, value: value.expr.clone(), item: None })
            .collect(),
        floor: Some((Expr::Value(cny(0)), vec!["03.2f".into()])),
        cap: None,
        rounding: None,
        totals: Vec::new(),
        forfeits: vec![(forfeit.expr.clone(), vec!["03.2f".into()])],
    });
    let mut shown = world(Ruling::Compliant);
    let tried = |(name, cite, value): (&str, &str, Step)| ClauseTried {
        points: None,
        name: name.into(),
        cites: vec![cite.into()],
        when: None,
        applies: Some(true),
        value: Some(value),
    };
    shown.decisions.push(Decided {
        slot: "pay".into(),
        clauses: clauses.into_iter().map(tried).collect(),
        combined: Value::Known(cny(76)),
        forfeits: vec![(vec!["03.2f".into()], forfeit)],
        floor: Some((vec!["03.2f".into()], constant(cny(0)))),
        cap: None,
        value: Value::Known(cny(76)),
        ruling: Ruling::Compliant,
    });
    let mut verdict = verdict("attendance_pay", "li/2024-03", At::Date(day("2024-03-31")), Ruling::Compliant);
    verdict.period = Some("2024-03".into());
    let Scalar::Quantity(amount, unit) = cny(76) else { unreachable!() };
    verdict.effects.push(Effect {
        kind: "pay".into(),
        posting: Some(Posting::Pay),
        amount: Some(amount),
        unit: Some(unit),
        value: None,
        to: verdict.subject.clone(),
        cites: ["03.2c", "03.2d", "03.2e"].map(Into::into).to_vec(),
        items: [("base", "03.2c", 90), ("less 1", "03.2d", -10), ("less 2", "03.2e", -4)]
            .map(|(name, cite, amount)| Item { name: name.into(), cites: vec![cite.into()], amount: Number::whole(amount) })
            .to_vec(),
    });
    let model = model(pay);
    verdict.parts.push(Part { name: "pay".into(), ruling: Ruling::Compliant, due: None, met: None, causes: Vec::new() });
    verdict.events = ["2", "1", "3"].map(Into::into).to_vec();
    let before = [("0", "2024-02-28T08:40:00+08:00", None)];
    let mut all: Vec<_> = before.iter().chain(&lates).map(|(id, at, _)| record(&model, id, "late", moment(at), Vec::new())).collect();
    all.push(record(&model, "2", "leave", moment(leaves[0].1), vec![Stored::Known(days(2))]));
    (model, records(all), derivation(verdict, None, vec![shown]))
}

#[test]
fn pay_in_english() {
    let (model, records, derivation) = sample();
    insta::assert_snapshot!(prose(&model, &records, &derivation, Tongue::En));
}

#[test]
fn pay_in_chinese() {
    let (model, records, derivation) = sample();
    insta::assert_snapshot!(prose(&model, &records, &derivation, Tongue::Zh));
}

#[test]
fn the_first_sentence_alone() {
    let (model, records, derivation) = sample();
    insta::assert_snapshot!(summary(&model, &records, &derivation, Tongue::En), @"Compliant: “attendance pay” was applied to staff li for March 2024; a payment of 76 CNY.");
    insta::assert_snapshot!(summary(&model, &records, &derivation, Tongue::Zh), @"合规：干部职工 li 2024年3月适用“考勤费”，发放 76 元。");
}

#[test]
fn a_fraction_of_a_second_is_shown_where_it_matters() {
    let (model, records, mut derivation) = sample();
    derivation.known_until = moment("2024-04-10T12:00:30.644+08:00");
    let last = |derivation: &Derivation| prose(&model, &records, derivation, Tongue::En).lines().last().unwrap().to_owned();
    assert!(last(&derivation).starts_with("Known up to 2024-04-10 12:00:30. "));
    derivation.verdict.at = moment("2024-04-10T12:00:30.25+08:00");
    assert!(last(&derivation).starts_with("Known up to 2024-04-10 12:00:30.644. "));
}
