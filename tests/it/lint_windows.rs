//! What windows can hold: forfeits before which another always comes, thresholds that are never reached.

use crate::lint::compiled;
use bylaw::tools::run;

const HEAD: &str = "regulation office\n  time zone Asia/Shanghai\n  currency CNY\n  calendar china\ncalendar china from \"../policies/calendars/cn.csv\"\nregister staff\n  post: text\n\
                    event late by staff\nevent absence by staff\n  days: days in halves, 0.5 .. 31\n\n";

fn without_calendar() -> String {
    HEAD.replace("  calendar china\ncalendar china from \"../policies/calendars/cn.csv\"\n", "")
}

/// So many lates make an absence, so many absences forfeit the pay: is the forfeit of so many lates ever the first?
#[test]
fn forfeits_before_which_another_comes() {
    let mut shadowed = 0;
    for (each, absences, lates) in (2..=4).flat_map(|each| (1..=3).flat_map(move |absences| (1..=13).map(move |lates| (each, absences, lates)))) {
        let text = format!(
            "{}counts as absences\n  every {each} of late by the same staff in the month\n  count as absence with days = 1 day\n\n\
             pay fee\n  each staff, every month\n  base 90 CNY\n  forfeited when count of late in the month >= {lates}\n  forfeited when total days of absence in the month >= {absences} days\n",
            without_calendar()
        );
        let (model, linted) = compiled(&text);
        let found: Vec<_> = linted.findings.iter().filter(|finding| finding.code == "shadowed").collect();
        assert!(linted.undecided.is_empty(), "{text}\n{:?}", linted.undecided);
        let never_first = lates / each >= absences;
        assert_eq!(!found.is_empty(), never_first, "{each} {absences} {lates}: {found:?}");
        for finding in found {
            shadowed += 1;
            let example = &finding.witness.as_ref().unwrap().example;
            assert_eq!(example.records.len(), each * absences);
            let ran = run(&model, example);
            assert!(ran.audit.verdicts.iter().any(|verdict| verdict.rule == "office.fee" && verdict.effects[0].amount.is_some_and(|amount| amount.is_zero())));
        }
    }
    assert!(shadowed > 40, "{shadowed}");
}

#[test]
fn what_no_window_can_hold() {
    let told = |norms: &str| -> Vec<String> {
        let (_, linted) = compiled(&format!("{}{norms}", without_calendar()));
        linted.findings.iter().filter(|finding| finding.code == "dead").map(|finding| finding.message.en.clone()).collect()
    };
    assert_eq!(told("rule r\n  each staff, every month\n  when longest run of late over days in the month > 31 days\n  fine 1 CNY\n"), ["“r” can never apply: its conditions contradict each other"]);
    assert_eq!(told("rule r\n  each staff, every month\n  when longest run of late over days in the month > 30 days\n  fine 1 CNY\n"), [""; 0]);
    assert_eq!(told("rule r\n  each staff, every month\n  when count of late counting distinct day in the month >= 32\n  fine 1 CNY\n"), ["“r” can never apply: its conditions contradict each other"]);
    assert_eq!(told("rule r\n  each staff, every week\n  when count of late counting distinct day in the month >= 31\n  fine 1 CNY\n"), [""; 0]);
    assert_eq!(told("rule r\n  when count of late counting distinct day in the week reaches 8\n  fine 1 CNY\n"), ["“r” is never reached: there can be 7 at most, and it asks for 8"]);
}
