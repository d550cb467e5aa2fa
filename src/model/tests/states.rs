//! States and runs over slots: what is wrong with them is told where it stands.

use super::disk::{body, told};
use crate::model::expr::Expr;
use crate::model::state::Ask;

const STATE: &str = "event goes, returns by staff\nstate away of staff from goes to returns\n";

fn said(rest: &str) -> String {
    told(&body(&format!("{STATE}{rest}")).diagnostics)
}

#[test]
fn a_question_about_a_state() {
    insta::assert_snapshot!(said("rule one\n  on late\n  when staff in awau or late in away or days in away so far > 3 hours\n  fine 2 CNY\n"), @r"
    unknown-name: there is no state called `awau`
      at `awau` 
      help: did you mean `away`?
    unknown-name: there is no field, measure or value called `late`
      at `late` 
      help: known are `staff`; or declare it
    unit-mismatch: days and hours do not go together
      at `days in away so far` days
      at `3 hours` hours
      help: write both sides in the same unit
    ");
    insta::assert_snapshot!(said("rule one\n  on late\n  when months in away in the year > 1 and days in away since late > 3 days and hours in away > 1 hour\n  fine 2 CNY\n"), @r"
    unit-mismatch: time in a state is counted in days, hours or minutes
      at `months` 
      help: write `days in …`, `hours in …` or `minutes in …`
    window-missing: time in a state is measured between days or moments, not since a record
      at `since late` 
      help: write a window such as `in the month`, `in the last 30 days` or `so far`
    window-missing: nothing says within which time these records are counted
      at `hours in away` 
      help: add `in the month`, `in the last 30 days`, `so far` or `ever`
    ");
    insta::assert_snapshot!(said("rule one\n  every day\n  must satisfy days in away in the day < 1 day\nrule two\n  on late\n  when most at once in away by the same staff in the day > 1\n  violation\n"), @r"
    link-missing: nothing says whose time is meant: the occasion has no such `staff`
      at `days in away in the day` 
      help: judge each `staff`, or name a role of the occasion with `by the same …`
    link-missing: how many are in a state at once is asked of all, not of one subject
      at `staff` 
      help: leave `by the same …` out here; a state of its own says which records count
    ");
}

#[test]
fn how_many_of_one_group_are_in_it() {
    let group = "register section\nrule one\n  each section, every day\n  must satisfy most at once in away in the day <= 2";
    insta::assert_snapshot!(said(&format!("{group}\n")), @r"
    ambiguous-link: how many are in `away` at once is counted over every `staff`, not over those of one `section`
      at `most at once in away in the day` 
      help: if all are meant, add `by anyone`; those of this `section`, at the end of the day, are `number of staff where ATTRIBUTE = this.section and staff in away`
    ");
    insta::assert_snapshot!(said(&format!("{}\n", group.replace("in away in", "in away by anyone in"))), @"");
}

#[test]
fn a_state_that_cannot_be() {
    insta::assert_snapshot!(said("state a of stuff from goes\nstate b of staff from gone to returns\nstate away of staff from returns\nrule r\n  on late\n  violation\n"), @r"
    unknown-name: there is no register or case called `stuff`
      at `stuff` 
      help: did you mean `staff`?
    unknown-name: there is no event called `gone`
      at `gone` 
      help: known are `early_leave`, `goes`, `late`, `leave`, `returns`; or declare it
    duplicate-name: `away` is declared twice
      at `away` again here
      at `away` first here
      help: give one of them another name, or remove it
    ");
    insta::assert_snapshot!(said("case fine\nevent paid of fine\nstate a of staff from paid\nstate b of staff from goes by anyone\nstate c of staff from goes where any returns by anyone ever\nrule r\n  on late\n  violation\n"), @r"
    link-missing: `paid` names no `staff` whose state it could begin or end
      at `paid` 
      help: declare the event with `by staff` or `of staff`
    link-missing: a state is everybody's: there is no occasion yet to which its records could be linked
      at `goes by anyone` 
      help: leave `by the same …` and `by anyone` out here
    type-mismatch: a record that begins or ends a state is judged by itself, not by a measure or another state
      at `goes where any returns by anyone ever` 
      help: ask about its own fields here
    ");
}

#[test]
fn a_run_over_no_schedule() {
    insta::assert_snapshot!(said("rule r\n  on late\n  when longest run of late over hours in the month >= 3\n  violation\n"), @r"
    unknown-name: there is no schedule called `hours`
      at `hours` 
      help: declare the schedule first
    ");
}

#[test]
fn the_state_stands_where_it_is_asked_about() {
    let compiled = body(&format!("{STATE}rule r\n  on late\n  when staff in away\n  violation\n"));
    let model = compiled.model.unwrap_or_else(|| panic!("{}", told(&compiled.diagnostics)));
    let Some(Expr::Stay(stay)) = model.norms.first().and_then(|norm| norm.when.as_ref()) else { panic!("a state") };
    assert_eq!((stay.state.as_str(), stay.of.as_str(), &stay.ask), ("office.away", "staff", &Ask::Now));
    assert_eq!(stay.begins.pattern.links.first().map(|(role, _)| role.as_str()), Some("staff"));
}
