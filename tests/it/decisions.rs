//! Random decision tables of DMN, worked out here rule by rule as DMN says, and judged as the policy that is made of them.

use bylaw::records::Format;
use bylaw::{Cut, Policy, Ruling, Tongue, dmn};
use std::fmt::Write as _;

type Holds = fn(i32) -> bool;

/// Tests on a number from 0 to 6, and what they mean.
const TESTS: &[(&str, Holds)] = &[
    ("-", |_| true),
    ("", |_| true),
    ("3", |n| n == 3),
    ("1, 4, 5", |n| [1, 4, 5].contains(&n)),
    ("< 3", |n| n < 3),
    (">= 2", |n| n >= 2),
    ("> 4", |n| n > 4),
    ("<= 1", |n| n <= 1),
    ("[2..4]", |n| (2..=4).contains(&n)),
    ("[2..4)", |n| (2..4).contains(&n)),
    ("]2..4]", |n| n > 2 && n <= 4),
    ("(0..6)", |n| n > 0 && n < 6),
    ("not(3)", |n| n != 3),
    ("not(0, 6)", |n| n != 0 && n != 6),
    ("not([2..4))", |n| !(2..4).contains(&n)),
    ("not(> 2)", |n| n <= 2),
    ("< 2, > 4", |n| !(2..=4).contains(&n)),
    ("0, [3..4], > 5", |n| n == 0 || n == 3 || n == 4 || n > 5),
];

const HITS: &[(&str, &str)] = &[("UNIQUE", ""), ("ANY", ""), ("FIRST", ""), ("PRIORITY", ""), ("RULE ORDER", ""), ("COLLECT", "SUM"), ("COLLECT", "MIN"), ("COLLECT", "MAX"), ("COLLECT", "COUNT")];
/// The outcomes, the most important first.
const ORDER: [i32; 4] = [7, 2, 5, -1];

struct Rule {
    tests: [usize; 2],
    out: i32,
}

/// What DMN makes of it: values (one, but of a list), none for `null`, or the error that rules clash.
fn worked_out(hit: (&str, &str), rules: &[Rule], default: Option<i32>, a: i32, b: i32) -> Result<Vec<i32>, ()> {
    let outs: Vec<i32> = rules.iter().filter(|rule| (TESTS[rule.tests[0]].1)(a) && (TESTS[rule.tests[1]].1)(b)).map(|rule| rule.out).collect();
    let one = |out: Option<i32>| Ok(out.into_iter().collect());
    match hit {
        ("UNIQUE" | "ANY", _) if outs.iter().any(|out| *out != outs[0]) => Err(()),
        ("UNIQUE" | "ANY", _) => one(outs.first().copied()),
        ("FIRST", _) => one(outs.first().copied().or(default)),
        ("PRIORITY", _) => one(ORDER.into_iter().find(|out| outs.contains(out)).or(default)),
        (_, "SUM") => one((!outs.is_empty()).then(|| outs.iter().sum())),
        (_, "MIN") => one(outs.iter().min().copied()),
        (_, "MAX") => one(outs.iter().max().copied()),
        (_, "COUNT") => one(Some(i32::try_from(outs.len()).unwrap())),
        _ => Ok(outs),
    }
}

fn xml(hit: (&str, &str), rules: &[Rule], default: Option<i32>) -> String {
    let escaped = |text: &str| text.replace('<', "&lt;").replace('>', "&gt;");
    let aggregation = if hit.1.is_empty() { String::new() } else { format!(" aggregation=\"{}\"", hit.1) };
    let mut text = format!("<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"r\"><decision id=\"d\" name=\"d\"><decisionTable hitPolicy=\"{}\"{aggregation}>", hit.0);
    for input in ["a", "b"] {
        write!(text, "<input><inputExpression typeRef=\"number\"><text>{input}</text></inputExpression></input>").unwrap();
    }
    let default = default.map(|value| format!("<defaultOutputEntry><text>{value}</text></defaultOutputEntry>")).unwrap_or_default();
    write!(text, "<output name=\"out\" typeRef=\"number\"><outputValues><text>{}</text></outputValues>{default}</output>", ORDER.map(|out| out.to_string()).join(",")).unwrap();
    for rule in rules {
        let cells: String = rule.tests.iter().map(|test| format!("<inputEntry><text>{}</text></inputEntry>", escaped(TESTS[*test].0))).collect();
        write!(text, "<rule>{cells}<outputEntry><text>{}</text></outputEntry></rule>", rule.out).unwrap();
    }
    text + "</decisionTable></decision></definitions>"
}

#[test]
fn random_tables_decide_as_dmn_does() {
    let mut random = fastrand::Rng::with_seed(7);
    let (mut taken, mut clashes, mut nulls) = (0, 0, 0);
    for round in 0..90 {
        let hit = HITS[round % HITS.len()];
        let rules: Vec<Rule> = (0..random.usize(1..6)).map(|_| Rule { tests: [random.usize(..TESTS.len()), random.usize(..TESTS.len())], out: ORDER[random.usize(..4)] }).collect();
        let default = random.bool().then_some(5);
        let text = xml(hit, &rules, default);
        let made = dmn::policy("r.dmn", text.as_bytes(), None, if random.bool() { Tongue::En } else { Tongue::Zh }).unwrap();
        // What several rows would count, add up or list more than once is left, and said.
        let alternatives = rules.iter().any(|rule| rule.tests.iter().any(|test| TESTS[*test].0.starts_with("not([") || [16, 17].contains(test)));
        let left = alternatives && (hit.0 == "RULE ORDER" || ["SUM", "COUNT"].contains(&hit.1));
        assert_eq!(made.taken == 0, left, "{text}");
        if left {
            continue;
        }
        taken += 1;
        let policy = Policy::parse(&made.text).unwrap();
        let mut reader = policy.reader();
        let events: String = (0..49).map(|n| format!("{{\"type\":\"request\",\"id\":\"{n}\",\"at\":\"2024-03-05\",\"a\":{},\"b\":{}}}\n", n / 7, n % 7)).collect();
        reader.events("e.jsonl", None, Format::Jsonl, &mut events.as_bytes()).unwrap();
        let audit = policy.audit(&reader.finish(Cut { until: None, known_at: None }));
        for n in 0..49 {
            let (a, b) = (n / 7, n % 7);
            let default = default.filter(|_| ["FIRST", "PRIORITY"].contains(&hit.0));
            let verdict = audit.verdicts.iter().find(|verdict| verdict.id == format!("r.d@{n}")).unwrap();
            let mut found: Vec<i32> = verdict.effects.iter().filter_map(|effect| effect.amount).map(|amount| amount.to_string().parse().unwrap()).collect();
            let told = || format!("{hit:?} a {a} b {b}: {:?}\n{}", verdict.effects, made.text);
            match worked_out(hit, &rules, default, a, b) {
                Err(()) => {
                    clashes += 1;
                    assert_eq!(verdict.ruling, Ruling::Conflict, "{}", told());
                }
                Ok(wanted) if wanted.is_empty() && ["UNIQUE", "ANY", "FIRST", "PRIORITY"].contains(&hit.0) => {
                    nulls += 1;
                    assert_eq!(verdict.ruling, Ruling::Undetermined, "{}", told());
                }
                Ok(wanted) if hit.1 == "COUNT" && wanted == [0] => assert!(found.is_empty() || found == [0], "{}", told()),
                Ok(mut wanted) => {
                    if hit.0 == "RULE ORDER" {
                        wanted.sort_unstable();
                        found.sort_unstable();
                    }
                    assert_eq!(found, wanted, "{}", told());
                }
            }
        }
    }
    assert!(taken > 60 && clashes > 20 && nulls > 20, "{taken} {clashes} {nulls}");
}
