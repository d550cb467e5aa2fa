//! States and runs over slots: what is wrong with them is told where it stands.

use super::disk::{body, told};
use crate::model::expr::Expr;
use crate::model::state::Ask;

const STATE: &str = "event off, on by staff\nstate away of staff from off to on\n";

fn said(rest: &str) -> String {
    told(&body(&format!("{STATE}{rest}")).diagnostics)
}

#[test]
fn a_question_about_a_state() {
    insta::assert_snapshot!(said("rule one\n  on late\n  when staff in awau or late in away or days in away so far > 3 hours\n  fine 2 CNY\n"), @r"
    unexpected-text: `on` cannot stand here
      at `on` expected a name
      help: `on` is a word of the language; a name has to be another word
    unexpected-text: `on` cannot stand here
      at `on` expected a name
      help: `on` is a word of the language; a name has to be another word
    unknown-name: there is no state called `awau`
      at `awau` 
      help: declare the state first
    ");
    insta::assert_snapshot!(said("rule one\n  on late\n  when months in away in the year > 1 and days in away since late > 3 days and hours in away > 1 hour\n  fine 2 CNY\n"), @r"
    unexpected-text: `on` cannot stand here
      at `on` expected a name
      help: `on` is a word of the language; a name has to be another word
    unexpected-text: `on` cannot stand here
      at `on` expected a name
      help: `on` is a word of the language; a name has to be another word
    window-missing: time in a state is measured between days or moments, not since a record
      at `since late` 
      help: write a window such as `in the month`, `in the last 30 days` or `so far`
    window-missing: nothing says within which time these records are counted
      at `hours in away` 
      help: add `in the month`, `in the last 30 days`, `so far` or `ever`
    ");
    insta::assert_snapshot!(said("rule one\n  every day\n  must satisfy days in away in the day < 1 day\nrule two\n  on late\n  when most at once in away by the same staff in the day > 1\n  violation\n"), @r"
    unexpected-text: `on` cannot stand here
      at `on` expected a name
      help: `on` is a word of the language; a name has to be another word
    unexpected-text: `on` cannot stand here
      at `on` expected a name
      help: `on` is a word of the language; a name has to be another word
    ");
}

#[test]
fn a_state_that_cannot_be() {
    insta::assert_snapshot!(said("state a of stuff from off\nstate b of staff from of to on\nstate away of staff from on\nrule r\n  on late\n  violation\n"), @r"
    unexpected-text: `on` cannot stand here
      at `on` expected a name
      help: `on` is a word of the language; a name has to be another word
    unexpected-text: `on` cannot stand here
      at `on` expected a name
      help: `on` is a word of the language; a name has to be another word
    unknown-name: there is no register or case called `stuff`
      at `stuff` 
      help: did you mean `staff`?
    unexpected-text: `of` cannot stand here
      at `of` expected a name
      help: `of` is a word of the language; a name has to be another word
    unexpected-text: `on` cannot stand here
      at `on` expected a name
      help: `on` is a word of the language; a name has to be another word
    ");
    insta::assert_snapshot!(said("case fine\nevent paid of fine\nstate a of staff from paid\nstate b of staff from off by anyone\nstate c of staff from off where any on by anyone ever\nrule r\n  on late\n  violation\n"), @r"
    unexpected-text: `on` cannot stand here
      at `on` expected a name
      help: `on` is a word of the language; a name has to be another word
    unexpected-text: `on` cannot stand here
      at `on` expected a name
      help: `on` is a word of the language; a name has to be another word
    unexpected-text: `on` cannot stand here
      at `on` expected the end of the line, an operator, a name, `where`, `by the same` or `by anyone`
      help: `on` is a word of the language; a name has to be another word
    ");
}

#[test]
fn a_run_over_no_schedule() {
    insta::assert_snapshot!(said("rule r\n  on late\n  when longest run of late over hours in the month >= 3\n  violation\n"), @r"
    unexpected-text: `on` cannot stand here
      at `on` expected a name
      help: `on` is a word of the language; a name has to be another word
    unexpected-text: `on` cannot stand here
      at `on` expected a name
      help: `on` is a word of the language; a name has to be another word
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
