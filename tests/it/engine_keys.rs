//! The engine against the reference evaluator on random policies about subjects of several entities: each has a plan of its own, and every record goes through all of them.

use crate::alike::{Tally, as_passed_by, compared};
use crate::engine_random::{Random, amount, condition, how_many, judged, line, parsed, policy};
use bylaw::engine::Plans;
use std::fmt::Write as _;

/// What is added to the policies of one entity.
pub const MORE: &str = "register team
case doc
event g of team by staff
  n: count in 1, 0 .. 20
  k: colour
event w of doc by staff
  n: count in 1, 0 .. 20
  k: colour
event noted of team
  n: count in 1, 0 .. 20
";

/// A count of the records of one team or document.
fn counted(random: &mut Random, event: char, whose: &str) -> String {
    let filter = condition(random, event, &[], 1);
    format!("count of ({event} for the same {whose} where {filter}) {}", random.one(&["in the month", "so far", "in the day", "in the year"]))
}

pub fn rules(random: &mut Random, text: &mut String) {
    for at in 0..1 + random.below(3) {
        let (event, whose) = if random.chance(60) { ('g', "team") } else { ('w', "doc") };
        writeln!(text, "rule s{at} [s.{at}]\n  on {event}").unwrap();
        if random.chance(50) {
            let asked = if random.chance(50) { format!("{} >= {}", counted(random, event, whose), random.below(3)) } else { condition(random, event, &[], 1) };
            writeln!(text, "  when {asked}").unwrap();
        }
        match random.below(4) {
            0 => writeln!(text, "  must {event} for the same {whose} within {} days [s]", random.below(9)).unwrap(),
            1 => writeln!(text, "  violation").unwrap(),
            2 => writeln!(text, "  must satisfy {} <= {}", counted(random, event, whose), random.below(4)).unwrap(),
            _ => writeln!(text, "  decides v = {}", amount(random, &[])).unwrap(),
        }
        if event == 'g' && random.chance(40) {
            text.push_str("  count as noted with n = n\n");
        }
    }
    // Of whoever the record names, but not first.
    for at in 0..random.below(3) {
        let (event, other) = (random.one(&["g", "w"]), random.one(&["a", "c", "g", "w"]));
        let filter = condition(random, other.chars().next().unwrap(), &[], 1);
        let counted = format!("count of ({other} for the same staff where {filter}) {}", random.one(&["in the month", "so far", "in the day"]));
        writeln!(text, "rule t{at} [t.{at}]\n  on {event}{}", if random.chance(30) { " where n > 1" } else { "" }).unwrap();
        if random.chance(30) {
            writeln!(text, "  borne by staff").unwrap();
        }
        if random.chance(40) {
            writeln!(text, "  when {}", condition(random, 'g', &[], 1)).unwrap();
        }
        match random.below(4) {
            0 => writeln!(text, "  must ({other} for the same staff where n {} this.n) within {} days [t]{}", random.one(&[">=", "!="]), random.below(9), if event == "g" { "\n  if breached fine 2 CNY" } else { "" }).unwrap(),
            1 if event == "g" => writeln!(text, "  all sum\n  fine 2 CNY * n when {counted} >= {}", random.below(4)).unwrap(),
            2 => writeln!(text, "  decides v = {counted}").unwrap(),
            _ => writeln!(text, "  must satisfy {counted} <= {}", random.below(5)).unwrap(),
        }
    }
    if random.chance(50) {
        writeln!(text, "rule often [o]\n  on noted\n  must satisfy count of (noted for the same team where n < 9) in the month <= {}", random.below(4)).unwrap();
    }
    if random.chance(40) {
        writeln!(text, "rule monthly [m]\n  each team, every month\n  decides u = count of (g where {}) in the month", condition(random, 'g', &[], 1)).unwrap();
    }
}

#[test]
fn judges_subjects_of_several_entities_alike() {
    let (mut tally, mut policies, mut several, mut more, mut at_once, mut of_two) = (Tally::default(), 0, 0, 0, 0, Tally::default());
    let (mut anywhere, mut told) = (0, 0);
    for seed in (0..how_many("RANDOM_POLICIES", 80)).skip(usize::try_from(how_many("RANDOM_SKIPPED", 0)).unwrap()) {
        let mut random = Random(fastrand::Rng::with_seed(seed ^ 0x0005_eed5));
        let mut text = policy(&mut random).replacen("event a by staff", &format!("{MORE}event a by staff"), 1);
        rules(&mut random, &mut text);
        let Some(policy) = parsed(&text) else { continue };
        policies += 1;
        let mut clock = 0;
        let mut lines: Vec<String> = Vec::new();
        for at in 1..=60 {
            let line = line(&mut random, at, &mut clock, seed % 5 == 4);
            let (team, doc) = (random.one(&["t1", "t2", "t3"]), random.one(&["d1", "d2"]));
            let kind = match random.below(4) {
                0 | 1 => format!("\"type\":\"g\",\"team\":\"{team}\""),
                2 if random.chance(95) => format!("\"type\":\"w\",\"doc\":\"{doc}\""),
                2 => "\"type\":\"w\"".to_owned(),
                _ => "\"type\":\"c\"".to_owned(),
            };
            let line = line.replacen("\"type\":\"c\"", &kind, 1);
            // Nobody knows of whom it is.
            let is_open = kind.contains("team") && seed % 4 == 1 && random.chance(4);
            lines.push(if is_open { line.replacen("\"staff\"", random.one(&["\"nobody\"", "\"staff\":\"\",\"other\""]), 1) } else { line });
        }
        let events = lines.join("\n");
        let until = [Some("2024-04-30"), None, Some("2024-03-01 12:00")][usize::try_from(seed % 3).unwrap()].and_then(|until| policy.time(until).ok());
        let registers = [("team", "id\nt1\nt2\nt9\n")];
        let read = |files: &[(&str, &str)]| judged(&policy, if seed % 3 == 0 { &registers } else { &[] }, files, until);
        let (records, audit) = read(&[("events.jsonl", &events)]);
        let passed = tally.passed;
        let wrong = compared(policy.model(), &records, &audit, &mut tally, Some((&events, until)));
        assert!(wrong.is_empty(), "seed {seed}\n{text}\n{events}\n{}", wrong.join("\n"));
        let plans = Plans::new(policy.model(), &records.facts);
        let is_several = plans.iter().count() > 1;
        several += usize::from(is_several);
        at_once += usize::from(is_several && tally.passed > passed);
        let beside = |norm: &usize| plans.iter().skip(1).any(|plan| plan.judges(*norm)) && !plans.iter().take(1).any(|plan| plan.judges(*norm));
        more += (0..policy.model().norms.len()).filter(beside).count();
        for (_, norm) in policy.model().norms.iter().enumerate().filter(|(at, norm)| norm.name.starts_with("r.t") && plans.judges(*at)) {
            anywhere += 1;
            told += audit.verdicts.iter().filter(|verdict| verdict.rule == norm.name && verdict.is_final).count();
        }
        // In two files that overlap in time.
        let mut dealt = [String::new(), String::new()];
        lines.iter().enumerate().for_each(|(at, line)| dealt[usize::from(at % 3 == 0)].push_str(&format!("{line}\n")));
        let files = [("a.jsonl", dealt[0].as_str()), ("b.jsonl", dealt[1].as_str())];
        let (records, audit) = read(&files);
        let wrong = if is_several { as_passed_by(policy.model(), (&records, &audit), (&files, until), &mut of_two) } else { Vec::new() };
        assert!(wrong.is_empty(), "seed {seed}, in two files\n{text}\n{}\n{}\n{}", dealt[0], dealt[1], wrong.join("\n"));
    }
    eprintln!("{anywhere} norms ({told} final verdicts) of whom records do not name first");
    assert!(anywhere > 30 && told > 100, "{anywhere} norms, {told} final verdicts");
    eprintln!("{policies} policies, {several} with several plans ({at_once} as records pass by, {} from two files), {more} norms beside the first, {tally:?}", of_two.passed);
    assert!(several > 40 && at_once > 20 && of_two.passed > 20 && more > 60 && tally.replayed > 30 && tally.found > 30, "{policies} policies, {several} with several plans, {more} norms beside the first, {tally:?}");
}
