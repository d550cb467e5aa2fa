//! What two norms say against each other, against the evaluator: every combination of small domains is judged, and what comes out is what the findings say.

use crate::lint::{At, HEAD, POSTS, all_judged, combinations, compiled, within};
use bylaw::analysis::finding::Finding;
use bylaw::diagnostics::Severity;
use bylaw::model::value::Scalar;
use bylaw::model::{Example, GivenRecord, GivenSubject, Interval};
use bylaw::reference::verdict::{Ruling, Verdict};
use bylaw::tools::run;
use fastrand::Rng;
use std::collections::BTreeSet;

/// What a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Post,
    Days,
    Urgent,
}

fn condition(rng: &mut Rng, of: &[Thing]) -> (String, BTreeSet<Thing>) {
    let one = |rng: &mut Rng| match of[rng.usize(0..of.len())] {
        Thing::Post => (format!("staff.post {} {}", ["=", ">=", "<", "!="][rng.usize(0..4)], POSTS[rng.usize(0..3)]), Thing::Post),
        Thing::Days => (format!("days {} {} days", ["=", ">=", "<", ">"][rng.usize(0..4)], ["0.5", "1", "1.5", "2", "2.5", "3"][rng.usize(0..6)]), Thing::Days),
        Thing::Urgent => (["urgent", "not urgent"][rng.usize(0..2)].to_owned(), Thing::Urgent),
    };
    let (first, thing) = one(rng);
    if rng.u32(0..3) > 0 {
        return (first, BTreeSet::from([thing]));
    }
    let (second, other) = one(rng);
    (format!("({first} {} {second})", ["and", "or"][rng.usize(0..2)]), BTreeSet::from([thing, other]))
}

const ALL: [Thing; 3] = [Thing::Post, Thing::Days, Thing::Urgent];

fn verdict<'v>(verdicts: &'v [Verdict], norm: &str, record: usize) -> Option<&'v Verdict> {
    let id = format!("office.{norm}@r{record}");
    verdicts.iter().find(|verdict| verdict.id == id)
}

fn applies(verdict: Option<&Verdict>) -> bool {
    verdict.is_some_and(|verdict| verdict.ruling != Ruling::NotApplicable)
}

fn of<'f>(findings: &'f [Finding], code: &str) -> Vec<&'f Finding> {
    findings.iter().filter(|finding| finding.code == code).collect()
}

fn covered(findings: &[&Finding], at: At) -> bool {
    findings.iter().any(|finding| within(finding, at))
}

/// Requirements and bans: nobody can do both, whatever is chosen of what the scopes leave to choose.
#[test]
fn requirements_that_exclude_each_other() {
    let (mut conflicts, mut of_subject, mut none) = (0, 0, 0);
    for seed in 0..1000 {
        let rng = &mut Rng::with_seed(seed);
        let (mut text, mut given) = (String::new(), BTreeSet::new());
        let ban = rng.u32(0..3) == 0;
        for name in ["a", "b"] {
            let scope = (rng.u32(0..2) == 0).then(|| condition(rng, &ALL));
            let (asked, _) = condition(rng, &[Thing::Days, Thing::Days, Thing::Urgent, Thing::Post]);
            let bans = ban && name == "b";
            text += &format!("{} {name}\n  on leave", if bans { "ban" } else { "rule" });
            if let Some((scope, things)) = &scope {
                text += &format!(" where {scope}");
                if !bans {
                    given.extend(things.iter().copied());
                }
            }
            text += &if bans { format!("\n  when {asked}\n\n") } else { format!("\n  must satisfy {asked}\n\n") };
        }
        let text = format!("{HEAD}{text}");
        let (model, linted) = compiled(&text);
        let verdicts = all_judged(&model);
        let alike = |a: At, b: At, given: &BTreeSet<Thing>| given.iter().all(|thing| match thing {
            Thing::Post => a.0 == b.0,
            Thing::Days => a.1 == b.1,
            Thing::Urgent => a.2 == b.2,
        });
        let places: Vec<(usize, At)> = combinations().into_iter().enumerate().collect();
        let bound = |record: usize| applies(verdict(&verdicts, "a", record)) && (ban || applies(verdict(&verdicts, "b", record)));
        let kept = |norm: &str, record: usize| verdict(&verdicts, norm, record).is_none_or(|verdict| verdict.ruling != Ruling::Violation);
        let bind = |at: At, given: &BTreeSet<Thing>| {
            let here: Vec<usize> = places.iter().filter(|(record, other)| alike(at, *other, given) && bound(*record)).map(|(record, _)| *record).collect();
            let any = |is: &dyn Fn(usize) -> bool| here.iter().any(|record| is(*record));
            any(&|r| kept("a", r)) && any(&|r| kept("b", r)) && !any(&|r| kept("a", r) && kept("b", r))
        };
        let of_all: BTreeSet<At> = places.iter().filter(|(record, at)| bound(*record) && bind(*at, &given)).map(|(_, at)| *at).collect();
        let given_subject = given.iter().copied().chain([Thing::Post]).collect();
        let is: BTreeSet<At> = match of_all.is_empty() {
            true => places.iter().filter(|(record, at)| bound(*record) && bind(*at, &given_subject)).map(|(_, at)| *at).collect(),
            false => of_all.clone(),
        };
        let found = of(&linted.findings, "conflict");
        assert!(linted.undecided.is_empty(), "{text}\n{:?}", linted.undecided);
        assert_eq!(found.len(), usize::from(!is.is_empty()), "{text}\n{is:?}\n{found:?}");
        for finding in &found {
            assert!(finding.whole && finding.witness.is_some());
            for (record, at) in places.iter().filter(|(record, _)| bound(*record)) {
                assert_eq!(within(finding, *at), is.contains(at), "{record} {at:?}\n{text}\n{finding:?}");
            }
        }
        match (found.is_empty(), of_all.is_empty()) {
            (true, _) => none += 1,
            (false, true) => of_subject += 1,
            (false, false) => conflicts += 1,
        }
    }
    assert!(conflicts > 25 && of_subject > 5 && none > 100, "{conflicts} conflicts, {of_subject} for some subjects, {none} without");
}

/// Two norms that decide one slot, and two that fine.
#[test]
fn slots_decided_twice() {
    let (mut conflicts, mut twice, mut warnings) = (0, 0, 0);
    for seed in 0..300 {
        let rng = &mut Rng::with_seed(seed);
        let mut text = String::new();
        for name in ["a", "b"] {
            text += &format!("rule {name}\n  on leave");
            if rng.bool() {
                text += &format!(" where {}", condition(rng, &ALL).0);
            }
            text += "\n";
            for _ in 0..rng.usize(1..=2) {
                text += &format!("  decides limit = {} when {}\n", POSTS[rng.usize(0..2)], condition(rng, &ALL).0);
            }
            text += &format!("\nrule {name}_fine\n  on leave\n  fine 1 CNY when {}\n", condition(rng, &ALL).0);
            if rng.u32(0..3) == 0 {
                text += &format!("\nexception {name}_off to {name}, {name}_fine\n  when {}\n  does not apply\n", condition(rng, &ALL).0);
            }
            text += "\n";
        }
        let text = format!("{HEAD}{text}");
        let (model, linted) = compiled(&text);
        let verdicts = all_judged(&model);
        assert!(linted.undecided.is_empty(), "{text}\n{:?}", linted.undecided);
        let value = |norm: &str, record: usize, kind: &str| verdict(&verdicts, norm, record).filter(|verdict| verdict.ruling != Ruling::NotApplicable).and_then(|verdict| verdict.effects.iter().find(|effect| effect.kind == kind)).map(|effect| (effect.amount, effect.value.clone())).filter(|(amount, value)| amount.is_some() || value.is_some());
        let (found, fined) = (of(&linted.findings, "conflict"), of(&linted.findings, "double-sanction"));
        let (mut only_a, mut only_b, mut both) = (false, false, false);
        for (record, at) in combinations().into_iter().enumerate() {
            let differ = value("a", record, "limit").zip(value("b", record, "limit")).is_some_and(|(a, b)| a != b);
            assert_eq!(covered(&found, at), differ, "{at:?}\n{text}\n{found:?}");
            let (a, b) = (value("a_fine", record, "fine").is_some(), value("b_fine", record, "fine").is_some());
            assert_eq!(covered(&fined, at), a && b, "{at:?}\n{text}\n{fined:?}");
            (only_a, only_b, both) = (only_a || a && !b, only_b || b && !a, both || a && b);
        }
        conflicts += usize::from(!found.is_empty());
        twice += usize::from(both);
        let warned = fined.iter().any(|finding| finding.severity == Severity::Warning);
        assert_eq!(warned, both && !(only_a && only_b), "{text}\n{fined:?}");
        warnings += usize::from(warned);
    }
    assert!(conflicts > 50 && twice > 100 && warnings > 20, "{conflicts} conflicts, {twice} sanctioned twice, {warnings} of them always");
}

/// Exceptions to one norm, and exceptions to these.
#[test]
fn exceptions_that_do_not_agree() {
    let mut conflicts = 0;
    for seed in 0..300 {
        let rng = &mut Rng::with_seed(seed);
        let mut text = "rule base\n  on leave\n  fine 10 CNY\n\n".to_owned();
        for name in ["a", "b"] {
            let act = ["does not apply", "fine 40 CNY", "fine 30 CNY", "fine double", "fine 5 CNY more"][rng.usize(0..5)];
            text += &format!("exception {name} to base\n  when {}\n  {act}\n\n", condition(rng, &ALL).0);
        }
        if rng.bool() {
            let act = ["does not apply", "fine 40 CNY", "fine 30 CNY"][rng.usize(0..3)];
            text += &format!("exception c to {}\n  when {}\n  {act}\n\n", ["a", "b", "a, b"][rng.usize(0..3)], condition(rng, &ALL).0);
        }
        let text = format!("{HEAD}{text}");
        let (model, linted) = compiled(&text);
        let verdicts = all_judged(&model);
        let found = of(&linted.findings, "conflict");
        for (record, at) in combinations().into_iter().enumerate() {
            let conflict = verdict(&verdicts, "base", record).is_some_and(|verdict| verdict.ruling == Ruling::Conflict || verdict.parts.iter().any(|part| part.ruling == Ruling::Conflict));
            assert_eq!(covered(&found, at), conflict, "{at:?}\n{text}\n{found:?}\n{:?}", linted.undecided);
        }
        assert!(linted.undecided.is_empty(), "{text}\n{:?}", linted.undecided);
        conflicts += usize::from(!found.is_empty());
    }
    assert!(conflicts > 50, "{conflicts}");
}

const CALLS: &str = "regulation office\n  time zone Asia/Shanghai\n  currency CNY\nkind post clerk < deputy < director\nregister staff\n  post: post\n\
                     event visit by staff\nevent call by staff\n  line: one of house, street, mobile\n  urgent: yes/no\n";
const LINES: [&str; 3] = ["house", "street", "mobile"];

fn of_call(rng: &mut Rng, of: &[u32]) -> String {
    let one = |rng: &mut Rng| match of[rng.usize(0..of.len())] {
        0 => format!("staff.post {} {}", ["=", ">=", "<", "!="][rng.usize(0..4)], POSTS[rng.usize(0..3)]),
        1 => format!("line {} {}", ["is", "is not"][rng.usize(0..2)], LINES[rng.usize(0..3)]),
        _ => ["urgent", "not urgent"][rng.usize(0..2)].to_owned(),
    };
    let first = one(rng);
    if rng.bool() {
        return first;
    }
    format!("({first} {} {})", ["and", "or"][rng.usize(0..2)], one(rng))
}

/// A duty whose every fulfilment breaks another norm, for somebody: each person with each way of fulfilling it.
#[test]
fn duties_to_do_what_is_forbidden() {
    let (mut conflicts, mut none) = (0, 0);
    for seed in 0..400 {
        let rng = &mut Rng::with_seed(seed);
        let scope = if rng.bool() { format!(" where {}", of_call(rng, &[0])) } else { String::new() };
        let way = if rng.u32(0..4) == 0 { String::new() } else { format!(" where {}", of_call(rng, &[1, 1, 2])) };
        let mut text = format!("{CALLS}duty d\n  on visit{scope}\n  must call{way} within 3 days\n\n");
        text += &match rng.u32(0..3) {
            0 => format!("ban b\n  on call where {}\n", of_call(rng, &[0, 1, 2])),
            1 => format!("rule b\n  on call\n  fine 1 CNY when {}\n", of_call(rng, &[0, 1, 2])),
            _ => format!("rule b\n  on call where {}\n  must satisfy {}\n", of_call(rng, &[0, 1, 2]), of_call(rng, &[1, 2])),
        };
        if rng.u32(0..3) == 0 {
            text += &format!("\nexception e to b\n  when {}\n  does not apply\n", of_call(rng, &[0, 1, 2]));
        }
        let (model, linted) = compiled(&text);
        let (mut subjects, mut records) = (Vec::new(), Vec::new());
        for (n, (post, line, urgent)) in (0..3).flat_map(|post| (0..3).flat_map(move |line| [false, true].map(|urgent| (post, line, urgent)))).enumerate() {
            let id = format!("s{n}");
            let kind = |kind: &str, value: &str| Some(Scalar::Kind(kind.into(), value.into()));
            let who = Some(Scalar::Ref("staff".into(), id.as_str().into()));
            subjects.push(GivenSubject { entity: "staff".into(), id: id.clone(), days: Interval::default(), attributes: vec![("post".into(), kind("post", POSTS[post]))] });
            records.push(GivenRecord { event: "visit".into(), id: format!("v{n}"), at: "2024-03-06".into(), fields: vec![("staff".into(), who.clone())] });
            let fields = vec![("staff".into(), who), ("line".into(), kind("call.line", LINES[line])), ("urgent".into(), Some(Scalar::Bool(urgent)))];
            records.push(GivenRecord { event: "call".into(), id: format!("c{n}"), at: "2024-03-07".into(), fields });
        }
        let example = Example { regulation: "office".into(), title: String::new(), subjects, records, until: Some("2024-04-01".into()), settled: Vec::new(), expect: Vec::new() };
        let ran = run(&model, &example);
        assert!(ran.unusable.is_empty(), "{:?}", ran.unusable);
        let ruling = |norm: &str, key: String| ran.audit.verdicts.iter().find(|verdict| verdict.id == format!("office.{norm}@{key}")).map(|verdict| verdict.ruling);
        let found = of(&linted.findings, "conflict");
        assert!(linted.undecided.is_empty(), "{text}\n{:?}", linted.undecided);
        let mut any = false;
        for (post, name) in POSTS.iter().enumerate() {
            let people = (post * 6)..(post * 6 + 6);
            let applies = people.clone().any(|n| ruling("d", format!("v{n}")).is_some_and(|ruling| ruling != Ruling::NotApplicable));
            let doing: Vec<usize> = people.filter(|n| ruling("d", format!("v{n}")) == Some(Ruling::Compliant)).collect();
            let bind = !doing.is_empty() && doing.iter().all(|n| ruling("b", format!("c{n}")) == Some(Ruling::Violation));
            if applies {
                assert_eq!(covered(&found, (post, 1, false)), bind, "{name}\n{text}\n{found:?}");
            }
            any |= bind;
        }
        assert_eq!(!found.is_empty(), any, "{text}\n{found:?}");
        conflicts += usize::from(any);
        none += usize::from(!any);
    }
    assert!(conflicts > 40 && none > 100, "{conflicts} conflicts, {none} without");
}

#[test]
fn more_than_is_allowed() {
    let told = |norms: &str| -> Vec<String> {
        let (_, linted) = compiled(&format!("{CALLS}{norms}"));
        assert!(linted.undecided.is_empty(), "{:?}", linted.undecided);
        of(&linted.findings, "conflict").iter().map(|finding| format!("{}: {}", finding.code, finding.message.en)).collect()
    };
    let least = "duty least\n  each staff where post is clerk, every month\n  must call at least 5 times\n\n";
    assert_eq!(
        told(&format!("{least}duty most\n  each staff, every month\n  must call at most 3 times\n")),
        ["conflict: “least” and “most” cannot both be obeyed when post of staff is clerk: 5 times are asked for, and 3 allowed"]
    );
    assert_eq!(told(&format!("{least}duty most\n  each staff, every month\n  must (call where urgent) at most 3 times\n")), [""; 0]);
    assert_eq!(told(&format!("{least}duty most\n  each staff where post >= deputy, every month\n  must call at most 3 times\n")), [""; 0]);
    assert_eq!(told(&format!("{least}duty most\n  each staff, every month\n  must not call where urgent\n")), [""; 0]);
    assert_eq!(told(&format!("{least}duty most\n  each staff, every week\n  must call at most 3 times\n")), [""; 0]);
}

/// What one norm permits by a line of its own, another forbids.
#[test]
fn permissions_that_are_forbidden() {
    let told = |norms: &str| -> Vec<String> {
        let (_, linted) = compiled(&format!("{CALLS}office chief of staff: post is director\noffice helper of staff: post is deputy\n{norms}"));
        assert!(linted.undecided.is_empty(), "{:?}", linted.undecided);
        of(&linted.findings, "conflict").iter().map(|finding| format!("{:?} {}: {}", finding.severity, finding.code, finding.message.en)).collect()
    };
    let only = "only callers\n  on call\n  may chief\n  may helper when line is house\n\n";
    assert_eq!(told(&format!("{only}ban b\n  on call where staff.post is director\n")), ["Warning conflict: “callers” permits what “b” forbids when post of staff is director"]);
    assert_eq!(told(&format!("{only}ban b\n  on call where line is house and staff.post >= deputy\n")), ["Error conflict: “callers” asks for “staff holds chief or staff holds helper and line is house”, and “b” forbids it: nobody can obey both when post of staff is deputy"]);
    assert_eq!(told(&format!("{only}ban b\n  on call where urgent\n")), [""; 0]);
    assert_eq!(
        told(&format!("{only}only fewer\n  on call where urgent\n  may helper\n  may anyone when line is street\n")),
        [
            "Note conflict: “callers” permits what “fewer” forbids when post of staff is director and line is house or mobile",
            "Note conflict: “fewer” permits what “callers” forbids when post of staff is deputy and line is street or mobile",
            "Note conflict: “fewer” permits what “callers” forbids when post of staff is clerk or deputy and line is street",
        ]
    );
}
