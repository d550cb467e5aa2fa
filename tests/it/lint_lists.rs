//! Lists that do not match.

use crate::lint::compiled;

const HEAD: &str = "regulation office\n  time zone Asia/Shanghai\n  currency CNY\nkind offence smoking, shouting, sleeping, singing\nkind post clerk < head\nkind grade none < low < high\nregister staff\n  post: post\n\
                    event offending by staff\n  offence: offence\n  grade: grade\n  got: points, 0 .. 100\n";

fn told(norms: &str) -> Vec<String> {
    let (_, linted) = compiled(&format!("{HEAD}{norms}"));
    linted.findings.iter().filter(|finding| ["list-mismatch", "no-holder"].contains(&finding.code)).map(|finding| format!("{}: {}", finding.code, finding.message.en)).collect()
}

#[test]
fn amounts_for_some_values() {
    let fine = |name: &str, of: &str| format!("rule {name}\n  on offending where offence is {of}\n  fine 10 CNY\n\n");
    let three = fine("a", "smoking") + &fine("b", "one of shouting, singing");
    assert_eq!(told(&three), ["list-mismatch: no fine is stated where offence is “sleeping”, though it is where it is “smoking”, “shouting” and “singing”"]);
    // It is named, it is for all, or it is a threshold.
    assert_eq!(told(&format!("{three}rule c\n  on offending where offence is not sleeping\n  fine 1 CNY\n")), [""; 0]);
    assert_eq!(told(&format!("{three}rule c\n  on offending\n  fine 1 CNY\n")), [""; 0]);
    assert_eq!(told("rule a\n  on offending where grade >= low\n  fine 10 CNY\n\nrule b\n  on offending where grade = high\n  fine 5 CNY\n"), [""; 0]);
    // What is paid is another list than what is fined.
    assert_eq!(told(&format!("{three}rule c\n  on offending where offence is sleeping\n  pay 1 CNY\n")).len(), 1);
    // Where a line must answer, it is a gap.
    assert_eq!(told("table a\n  on offending\n  exactly one\n  | offence | fine |\n  | smoking | 1 CNY |\n  | shouting, singing | 2 CNY |\n"), [""; 0]);
}

#[test]
fn items_on_no_sheet() {
    let score = "score marks\n  each staff, every year\n  marked in offending\n  | offence | got |\n  | smoking | 40 points |\n  | shouting | 60 points |\n";
    assert_eq!(told(score), ["list-mismatch: “sleeping” and “singing” may be marked, but no sheet says how many points it is worth"]);
}
