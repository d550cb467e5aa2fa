//! Deadlines that cannot be kept.

use crate::lint::compiled;

const HEAD: &str = "regulation office\n  time zone Asia/Shanghai\n  currency CNY\nregister staff\ncase letter\nevent received by staff of letter\n  begins: date\n\
                    event assigned by staff of letter\nevent answered by staff of letter\nevent report by staff\n";

fn told(norms: &str) -> Vec<String> {
    let (_, linted) = compiled(&format!("{HEAD}{norms}"));
    assert!(linted.undecided.is_empty(), "{:?}", linted.undecided);
    let found = linted.findings.iter().filter(|finding| finding.code == "timing");
    found.inspect(|finding| assert!(finding.witness.is_some() || finding.message.en.starts_with("between"))).map(|finding| finding.message.en.clone()).collect()
}

/// Two steps and the whole, for every length up to six days: the steps are too long together, and the whole is more than the first.
#[test]
fn steps_that_take_longer_than_the_whole() {
    for (first, second, whole) in (1..=6).flat_map(|first| (1..=6).flat_map(move |second| (1..=6).map(move |whole| (first, second, whole)))) {
        let found = told(&format!(
            "duty a\n  on received\n  must assigned for the same letter within {first} days\n\nduty b\n  on assigned\n  must answered for the same letter within {second} days\n\n\
             duty c\n  on received\n  must answered for the same letter within {whole} days\n"
        ));
        let expected = if first + second > whole { vec!["“a” and “b”, each met at its last, come too late for “c”".to_owned()] } else { Vec::new() };
        assert_eq!(found, expected, "{first} {second} {whole}");
    }
}

#[test]
fn periods_and_days_before() {
    assert_eq!(told("duty d\n  each staff, every month\n  must report by 05-31\n"), ["what “d” asks for is due before its period begins"]);
    assert_eq!(told("duty d\n  each staff, every year\n  must report by 05-31\n"), [""; 0]);
    assert_eq!(told("duty d\n  in force from 2005-06-16\n  each staff, every year\n  must report by 05-31\n"), ["in its first period, “d” is due before it is in force (2005-06-16)"]);
    assert_eq!(told("duty d\n  in force from 2005-01-01\n  each staff, every year\n  must report by 05-31\n"), [""; 0]);
    assert_eq!(told("duty d\n  on received\n  must assigned for the same letter 3 days before begins\n"), ["“d” can be due before it arises: nothing says that begins is at least 3 days later"]);
    assert_eq!(told("duty d\n  on received where begins >= day + 3 days\n  must assigned for the same letter 3 days before begins\n"), [""; 0]);
    let versions = |from: &str| told(&format!("rule old\n  in force until 2023-12-31\n  on received\n  fine 1 CNY\n\nrule new\n  continues old\n  in force from {from}\n  on received\n  fine 2 CNY\n"));
    assert_eq!(versions("2024-01-01"), [""; 0]);
    assert_eq!(versions("2024-01-03"), ["between “new” and what it continues there is no rule from 2024-01-01 to 2024-01-02"]);
}

/// Lines that change a deadline to different ones must exclude each other; extensions need not.
#[test]
fn two_deadlines_instead() {
    let duty = |first: &str, second: &str| {
        let text = format!("{HEAD}event asked by staff\n  days: count, 0 .. 100\nduty d\n  on asked\n  must report by the same staff within 1 day\n  {first}\n  {second}\n");
        let (_, linted) = compiled(&text);
        assert!(linted.undecided.is_empty(), "{:?}", linted.undecided);
        linted.findings.into_iter().filter(|finding| finding.code == "overlap").inspect(|finding| assert!(finding.witness.is_some())).map(|finding| finding.message.en).collect::<Vec<String>>()
    };
    assert_eq!(duty("instead within 2 days when days > 3", "instead within 3 days when days > 5"), ["two lines say by when “d” asks for it when days is more than 5"]);
    assert_eq!(duty("instead within 2 days when days > 3 and days <= 5", "instead within 3 days when days > 5"), [""; 0]);
    assert_eq!(duty("instead within 2 days when days > 3", "instead within 2 days when days > 5"), [""; 0]);
    assert_eq!(duty("instead within 2 days when days > 3", "extended to 3 days when days > 5"), [""; 0]);
}
