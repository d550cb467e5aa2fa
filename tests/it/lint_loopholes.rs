//! Ways round a rule.

use crate::lint::{HEAD, compiled};

fn told(norms: &str) -> Vec<String> {
    let (_, linted) = compiled(&format!("{HEAD}{norms}"));
    let found = linted.findings.iter().filter(|finding| finding.code == "loophole");
    found.inspect(|finding| assert!(finding.witness.is_some())).map(|finding| finding.message.en.clone()).collect()
}

/// Three brackets of days with every order of three fines: only those that rise and then fall, or fall and then rise, are told.
#[test]
fn sanctions_that_grow_and_then_fall() {
    for (a, b, c) in (1..=3).flat_map(|a| (1..=3).flat_map(move |b| (1..=3).map(move |c| (a, b, c)))) {
        let found = told(&format!("table t\n  on leave\n  exactly one\n  | days | fine |\n  | <= 1 day | {a} CNY |\n  | > 1 day and <= 2 days | {b} CNY |\n  | > 2 days | {c} CNY |\n"));
        let not_monotone = (a < b && b > c) || (a > b && b < c);
        assert_eq!(found.len(), usize::from(not_monotone), "{a} {b} {c}: {found:?}");
    }
    assert_eq!(
        told("table t\n  on leave\n  exactly one\n  | days | fine |\n  | <= 1 day | 1 CNY |\n  | > 1 day and <= 2 days | 3 CNY |\n  | > 2 days | 2 CNY |\n"),
        ["when days is 2 days, it costs 3 CNY, and when days is more than 2 days, only 2 CNY"]
    );
}

#[test]
fn acts_done_in_parts() {
    let table = "table who\n  on leave\n  exactly one\n  | days | decides approver |\n  | <= 1 day | deputy |\n  | > 1 day | director |\n\n";
    assert_eq!(told(table), ["the approver is deputy for 2 times 1 day, but director for 2 days at once"]);
    assert_eq!(told(&format!("{table}rule r\n  on leave\n  must satisfy total days of leave in the month <= 3 days\n")), [""; 0]);
    assert_eq!(told("table who\n  on leave\n  exactly one\n  | days | decides approver |\n  | <= 3 days | deputy |\n  | > 3 days | director |\n"), [""; 0]);
}
