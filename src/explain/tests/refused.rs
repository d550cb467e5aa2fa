//! Forms whose explanations were once refused, though they follow: they pass now, and nothing from which something cited was taken away.

use super::alternatives::faults;
use super::written::{One, explained};
use crate::diagnostics::Tongue;
use crate::explain::check;
use crate::model::{Model, compile};
use crate::records::Records;
use crate::reference::derivation::{Derivation, LeftOut};
use crate::reference::derive;
use crate::reference::verdict::Ruling;
use crate::tools::run;

const HEADER: &str = "\
regulation office
  time zone Asia/Shanghai
  currency CNY
  clock starts next day
";

const ITEMS: &str = "\
kind colour red, green
register section
  colour: colour
register staff
  section: section
case item
event registered by staff of item
event instruction by staff of item
  urgent: yes/no
event dispatched by staff, section of item
event begun by staff, section of item
measure registrar = last staff of registered for the same item so far

duty sent_on
  on instruction
  borne by registrar
  when urgent
  must dispatched for the same item within 5 days

duty begun_at_once
  on dispatched
  borne by section
  must begun for the same item, section within (not stated)

duty by_the_red
  on instruction
  must dispatched for the same item where staff.section.colour is red within 5 days
";

#[test]
fn whoever_registered_it_is_bound_whether_the_duty_applies_or_not() {
    let example = "\
example \"one urgent, one not\"
  given registered \"r1\" by staff \"li\" of item \"i\" on 2024-03-04 09:00
  given instruction \"n1\" by staff \"wang\" of item \"i\" on 2024-03-04 10:00 with urgent = yes
  given instruction \"n2\" by staff \"wang\" of item \"i\" on 2024-03-05 10:00 with urgent = no
  given dispatched \"d1\" by staff \"li\" of section \"s\" of item \"i\" on 2024-03-06 10:00
  known up to 2024-03-31
  expect sent_on of \"n1\" is compliant
  expect sent_on of \"n2\" is not applicable
";
    let faults = faults(&format!("{HEADER}{ITEMS}{example}"));
    assert!(faults.is_empty(), "{faults}");
    let given = example.lines().filter_map(|line| line.trim().strip_prefix("given ")).collect::<Vec<_>>().join("\n  given ");
    for verdict in ["sent_on@n1", "sent_on@n2"] {
        let told = explained(ITEMS, &format!("given {given}"), verdict, Tongue::En);
        assert!(told.lines().next().unwrap().contains("staff li"), "{told}");
    }
}

#[test]
fn beyond_an_open_deadline_a_record_may_be_about_somebody_else() {
    let example = "\
example \"begun by another section\"
  given dispatched \"d1\" by staff \"li\" of section \"s\" of item \"i\" on 2024-03-04 10:00
  given begun \"b1\" by staff \"li\" of section \"t\" of item \"i\" on 2024-03-05 10:00
  known up to 2024-03-31
  expect begun_at_once of \"d1\" is undetermined
";
    let (model, records, derivation) = derived(&format!("{ITEMS}{example}"), "office.begun_at_once@d1");
    let left = &derivation.worlds.first().unwrap().requirements.first().unwrap().counting.as_ref().unwrap().left_out;
    assert_eq!(left.first().map(|(_, _, why)| why), Some(&LeftOut::Link("section".to_owned())));
    let mut other = derivation.clone();
    other.worlds.first_mut().unwrap().requirements.first_mut().unwrap().counting.as_mut().unwrap().left_out.first_mut().unwrap().2 = LeftOut::Link("item".to_owned());
    assert!(check(&model, &records, &other).is_err(), "it is of the same item");
}

#[test]
fn a_case_chooses_the_attribute_of_a_section_that_is_not_known() {
    let example = "\
example \"nobody says where wang belongs\"
  given section \"s\" with colour = red
  given staff \"li\" with section = \"s\"
  given staff \"wang\" from 2024-03-06 with section = \"s\"
  given instruction \"n1\" by staff \"li\" of item \"i\" on 2024-03-04 10:00 with urgent = no
  given dispatched \"d1\" by staff \"wang\" of section \"s\" of item \"i\" on 2024-03-06 10:00
  known up to 2024-03-31
  expect by_the_red of \"n1\" is undetermined
";
    let faults = faults(&format!("{HEADER}{ITEMS}{example}"));
    assert!(faults.is_empty(), "{faults}");
}

/// How a verdict of the only example is derived; the checker accepts it.
fn derived(text: &str, verdict: &str) -> (Model, Records, Derivation) {
    let compiled = compile(&["p.bylaw".to_owned()], &One(format!("{HEADER}{text}")));
    let model = compiled.model.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let ran = run(&model, model.examples.first().unwrap());
    assert!(ran.unusable.is_empty() && ran.passed(), "{:?}", ran.audit.verdicts);
    let derivation = derive(&model, &ran.records, verdict).unwrap();
    assert_eq!(check(&model, &ran.records, &derivation), Ok(()));
    (model.clone(), ran.records, derivation)
}

/// What is still to come of one member is not what is still to come of another: that they differ by one so far settles nothing.
#[test]
fn what_is_to_come_of_each_member_is_its_own() {
    let text = "\
register staff
event shift by staff
rule in_turn
  every year
  must satisfy (most over each staff of (count of shift in the year)) - (least over each staff of (count of shift in the year)) <= 1
example \"a year that goes on\"
  given staff \"li\"
  given staff \"wang\"
  given staff \"zhao\"
  given shift by \"li\" on 2024-01-03
  known up to 2024-03-31
  expect in_turn for 2024 is pending
";
    assert!(derived(text, "office.in_turn@2024").2.worlds.len() > 1);
}

/// A record that a deadline of 10:00 made is before one of 11:30.
#[test]
fn what_a_deadline_made_stands_where_its_moment_is() {
    let text = "\
kind sort missed, another
register staff
event ticket by staff
event stamp by staff
event slip by staff
  sort: sort
event asked by staff
duty stamped
  on ticket
  must stamp within 2 hours
counts as missed_stamp
  on breach of stamped
  count as slip with sort = missed
rule last_slip
  on asked
  must satisfy (last sort of slip for the same staff so far) is another
example \"a missed stamp, then a slip\"
  given ticket by \"li\" on 2024-03-04 08:00
  given slip by \"li\" on 2024-03-04 11:30 with sort = another
  given asked \"q\" by \"li\" on 2024-03-04 12:00
  known up to 2024-03-04 18:00
  expect last_slip of \"q\" is compliant
";
    assert_eq!(derived(text, "office.last_slip@q").2.worlds.len(), 1);
}

/// Too much is open: nothing is judged, and that is all that is said.
#[test]
fn too_much_is_open_and_nothing_else_is_said() {
    let holes: String = (1..=14).map(|n| format!("hole h{n}: yes/no\n")).collect();
    let odd: Vec<String> = (1..=14).map(|n| format!("(if_{n})")).collect();
    let measures: String = (1..=14).map(|n| format!("measure if_{n} = h{n} or minutes > {n} minutes\n")).collect();
    let text = format!(
        "register staff\nevent late by staff\n  minutes: minutes\n{holes}{measures}rule many\n  on late\n  must satisfy {}\nexample \"e\"\n  given late \"a\" by \"li\" on 2024-03-04 with minutes = 0 minutes\n  known up to 2024-03-31\n  expect many of \"a\" is undetermined\n",
        odd.join(" and ")
    );
    let (model, records, derivation) = derived(&text, "office.many@a");
    assert!(derivation.worlds.is_empty());
    let mut said = derivation.clone();
    said.verdict.ruling = Ruling::Compliant;
    assert!(check(&model, &records, &said).is_err());
    let mut without = derivation;
    without.verdict.parts.clear();
    assert!(check(&model, &records, &without).is_err());
}
