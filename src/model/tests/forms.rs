//! What each form of the surface becomes in the core.

use super::disk::model;
use crate::model::norm::Norm;
use serde_json::Value;

/// A norm as JSON without what is empty, one top-level part a line.
fn shown(norm: &Norm) -> String {
    let Value::Object(parts) = bare(serde_json::to_value(norm).unwrap()) else { panic!("a norm is an object") };
    let lines = parts.iter().filter(|(key, _)| *key != "regulation" && *key != "name").map(|(key, part)| format!("  {key}: {part}\n"));
    format!("{}\n{}", norm.name, lines.collect::<String>())
}

fn bare(value: Value) -> Value {
    let empty = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(parts) => parts.is_empty(),
        _ => false,
    };
    match value {
        Value::Object(parts) => {
            let parts = parts.into_iter().map(|(key, part)| (key, bare(part)));
            Value::Object(parts.filter(|(_, part)| !empty(part)).collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(bare).collect()),
        other => other,
    }
}

/// The norms of a text below the usual header.
fn norms(text: &str) -> String {
    model(text).norms.iter().map(shown).collect()
}

#[test]
fn breaches_keep_the_roles_of_the_occasion() {
    let model = model(
        "case petition\nevent assigned, closed by staff of petition\nduty answer [02.3]\n  on assigned\n  must closed for the same petition within 7 days\n  \
         instead within 15 days when staff.post is director\n  extended to 30 days when staff.department = \"x\"\n  suspended from at to at + 2 days\n\
         rule sanction\n  on breach of answer\n  fine 10 CNY when count of closed for the same petition ever = 0\n",
    );
    let breach = model.event("breach:office.answer").unwrap();
    let roles: Vec<&str> = breach.role_fields().iter().map(|role| role.name.as_str()).collect();
    assert_eq!(roles, ["staff", "petition"]);
    assert!(breach.derived);
    insta::assert_snapshot!(model.norms.iter().map(shown).collect::<String>());
}

#[test]
fn forfeits_are_records_that_the_pay_looks_for() {
    insta::assert_snapshot!(norms(
        "pay bonus\n  each staff, every month\n  base 90 CNY\n\nrule cheated [1a]\n  on late where staff.post is clerk\n  forfeits bonus\n\n\
         duty punctual [1b]\n  each staff, every month\n  must late at most 3 times\n  if breached forfeits bonus\n"
    ));
}

#[test]
fn reaching_has_a_key() {
    insta::assert_snapshot!(norms(
        "event absence by staff\n  days: days\nmeasure lates = count of (late or early_leave) in the month\n\n\
         counts as third\n  every 3 of (late or early_leave) by the same staff in the month\n  count as absence with days = 1 day for bonus only\n\n\
         pay bonus\n  each staff, every month\n  base 90 CNY\n  less 20 CNY per day of absence\n\n\
         rule tenth\n  when lates reaches 10\n  fine 5 CNY to staff\n"
    ));
}

#[test]
fn an_order_is_a_condition_for_each_step() {
    insta::assert_snapshot!(norms("case request\nevent a, b, c of request\nduty steps\n  each request\n  must follow the order a, b, c\n"));
}

#[test]
fn exceptions_are_trees() {
    insta::assert_snapshot!(norms(
        "rule one\n  on late\n  fine 2 CNY\nrule two\n  on early_leave\n  fine 3 CNY\n\n\
         exception ill to one, two [x]\n  when staff.post is clerk\n  does not apply\n\nexception often to ill\n  unless day < 2024-05-01\n  permitted\n"
    ));
}

#[test]
fn effects_of_a_rule() {
    insta::assert_snapshot!(norms(
        "rule graded\n  on leave\n  when days > 1 day\n  unless staff.post is director\n  fine 2 CNY when days <= 3 days [a]\n  fine 4 CNY when days > 3 days [b]\n  \
         fine 1 CNY to staff\n  violation when days >= 100 days\n  does not apply when days = 2 days\n  decides who = section_chief\n\n\
         rule reader\n  on leave\n  when graded.who is clerk\n  score 3 points\n\nban no_early\n  on early_leave\n"
    ));
}

#[test]
fn readings_holes_and_judged_facts() {
    let model = model(
        "case petition\nevent received by staff of petition\nreading scope \"一年内\" [1]\n  narrow \"甲\"\n  wide\n  read as wide by \"office\" since 2024-01-01\n\n\
         judged complex: yes/no of petition by staff where post is director, presumed no after 5 working days\n\
         hole floor: money, 0 .. 90\n\nrule odd\n  on received\n  when scope is narrow and not complex\n  fine (not stated) when staff.department = \"x\"\n  at least floor\n\n\
         duty answer\n  on received\n  must received for the same petition within (not stated)\n",
    );
    let parameters: Vec<String> = model.parameters.iter().map(|p| bare(serde_json::to_value(p).unwrap()).to_string()).collect();
    insta::assert_snapshot!(format!("{}\n{}", parameters.join("\n"), model.norms.iter().map(shown).collect::<String>()));
    assert!(model.event("attestation").is_some());
}

#[test]
fn percentages_dates_and_members() {
    insta::assert_snapshot!(norms(
        "event meeting by staff\n  expected: set of staff\n  present: set of staff\n  cost: CNY\n\n\
         rule share\n  on meeting\n  fine 10% * cost when count of late in the month / count of early_leave in the month >= 50%\n  rounded half-up to 0.01\n\n\
         rule absent\n  on meeting\n  for each expected as m\n  unless m is one of present\n  fine 1 CNY when m.post >= section_chief\n\n\
         duty yearly\n  each staff, every year\n  must leave by 05-31\n\nduty ahead\n  on leave\n  must late 3 working days before at + 1 month\n"
    ));
}

#[test]
fn alternatives_keep_their_own_lines() {
    insta::assert_snapshot!(norms(
        "case petition\nevent assigned, closed, told of petition\nduty answer [1]\n  on assigned\n  must closed for the same petition within 7 days [1a]\n  \
         or must told for the same petition within 3 days [1b]\n  extended to 5 days when count of told for the same petition ever = 0 [1c]\n  suspended from at to at + 2 days\n  \
         or must follow the order assigned, told, closed\n  must satisfy day > 2024-01-01\n"
    ));
}

#[test]
fn registers_throughout_count_so_far() {
    insta::assert_snapshot!(norms("rule seldom [1]\n  each staff where post is clerk, throughout\n  must satisfy count of late <= 3\n"));
}

#[test]
fn what_nothing_computes_is_listed_with_its_reason() {
    let model = model("not computable [1.1a, 1.1b]\n  because \"an aim\"\n不可计算 【1.2】 因为 “只是希望”\n");
    let listed: Vec<(String, &str)> = model.left_out.iter().map(|left_out| (left_out.cites.join(" "), left_out.because.as_str())).collect();
    assert_eq!(listed, [("1.1a 1.1b".to_owned(), "an aim"), ("1.2".to_owned(), "只是希望")]);
}
