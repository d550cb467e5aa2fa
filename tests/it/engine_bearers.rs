//! The engine against the reference evaluator where somebody else than the subject is bound, and where registers and offices say to what a norm applies: the random policies of
//! `engine_random` and `engine_duties` with bearers named by the record, by a register, and by the register of another entity; who is unknown, blank, the subject itself, or of
//! no register.

use crate::alike::{Tally, as_passed_by, compared};
use crate::engine_duties::{self, CALENDARS, is_plain};
use crate::engine_random::{self, Random, how_many, judged, line};
use bylaw::engine::{Plan, Plans};
use bylaw::model::norm::Occasion;
use bylaw::records::Format;
use bylaw::shard::{Shard, shard_of};
use bylaw::{Cut, Policy};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The same policy with bearers, and with conditions that registers and offices answer.
fn borne(random: &mut Random, text: &str) -> String {
    let more = [
        ("  quota: count\n", "  quota: count\n  boss: staff\nregister desk\n  head: staff\noffice manager of staff: post is not clerk\noffice own_boss of staff: staff = asker.boss\n"),
        ("event a by staff\n", "event a by staff\n  checker: staff\n  desk: desk\n"),
        ("event c by staff\n", "event c by staff\n  checker: staff\n"),
    ];
    let text = more.iter().fold(text.to_owned(), |text, (before, after)| text.replacen(before, after, 1));
    let mut all = String::new();
    let mut seen: &[&str] = &[];
    for line in text.lines() {
        let who: &[&str] = match line.split_whitespace().take(2).collect::<Vec<_>>().as_slice() {
            ["on", "a"] => &["checker", "checker", "staff.boss", "desk", "desk.head", "checker.boss", "staff"],
            ["on", "c"] => &["checker", "checker", "staff.boss", "staff"],
            ["on", "made"] | ["each", "staff,"] => &["staff.boss"],
            _ => {
                // What is made of a record is the bearer's, where nothing else is said.
                let is_of_subject = line.trim_start().starts_with("count as made") && random.chance(70);
                writeln!(all, "{line}{}", if is_of_subject { ", staff = staff" } else { "" }).unwrap();
                continue;
            }
        };
        seen = if who.contains(&"checker") { &["checker holds manager", "checker holds own_boss", "staff does not hold manager"] } else { seen };
        let filter = if who.len() > 1 && random.chance(25) { random.one(&["staff.post is not chief", "staff.quota >= 3", "checker holds manager"]) } else { "" };
        match (filter, line.contains(" where ")) {
            ("", _) => writeln!(all, "{line}").unwrap(),
            (filter, true) => writeln!(all, "{line} and {filter}").unwrap(),
            (filter, false) => writeln!(all, "{line} where {filter}").unwrap(),
        }
        if random.chance(70) {
            writeln!(all, "  borne by {}", random.one(who)).unwrap();
        }
        if who.len() > 1 && random.chance(20) {
            writeln!(all, "  when {}", random.one(seen)).unwrap();
        }
    }
    all
}

/// How many norms with a bearer the engine judges, by what they judge, and why it does not judge the others.
#[derive(Debug, Default)]
struct Borne {
    policies: usize,
    records: usize,
    periods: usize,
    duties: usize,
    reasons: BTreeMap<String, usize>,
}

#[test]
fn judges_random_bearers_alike() {
    let (mut tally, mut borne_by) = (Tally::default(), Borne::default());
    for seed in (0..how_many("RANDOM_POLICIES", 100)).skip(usize::try_from(how_many("RANDOM_SKIPPED", 0)).unwrap()) {
        let mut random = Random(fastrand::Rng::with_seed(seed ^ 0xbea_7e75));
        let text = if seed % 2 == 0 { engine_random::policy(&mut random) } else { engine_duties::policy(&mut random) };
        let text = borne(&mut random, &text);
        let Some(policy) = engine_duties::loaded(&text, CALENDARS[0]) else { continue };
        borne_by.policies += 1;
        let mut clock = 0;
        let lines: Vec<String> = (1..=60).map(|at| line(&mut random, at, &mut clock, seed % 5 == 4)).filter(|line| seed % 3 == 0 || is_plain(line)).collect();
        let named = |line: &String, random: &mut Random| {
            // In quiet streams hardly anybody is unknown.
            let is_open = random.chance(if seed % 3 == 0 { 6 } else { 1 });
            let checker = if is_open { random.one(&["\"checker\":null,", "", "\"checker\":\"\",", "\"checker\":7,"]) } else { random.one(&["\"checker\":\"li\",", "\"checker\":\"wang\",", "\"checker\":\"stranger\","]) };
            let desk = if is_open { random.one(&["", "\"desk\":null,", "\"desk\":\"d2\","]) } else { random.one(&["\"desk\":\"d1\",", "\"desk\":\"li\","]) };
            line.replacen("\"staff\":", &format!("{checker}{desk}\"staff\":"), 1)
        };
        let lines: Vec<String> = lines.iter().map(|line| named(line, &mut random)).collect();
        let events = lines.join("\n");
        let staff = "id,post,joined,quota,boss,from,until\nli,clerk,2024-01-01,3,wang,,\nwang,head,2024-02-05,5,zhao,,\nzhao,chief,2024-02-20,,zhao,,\n王五,clerk,2023-01-01,2,,2024-02-10,2024-03-20\nstranger,head,2023-01-01,1,nobody,,\n";
        let until = [Some("2024-04-30"), None, Some("2024-03-01 12:00"), None][usize::try_from(seed % 4).unwrap()].and_then(|until| policy.time(until).ok());
        let all = [("staff", staff, seed % 7 > 0), ("desk", "id,head\nd1,wang\nd2,\nli,zhao\n", seed % 5 > 0)];
        let registers: Vec<(&str, &str)> = all.into_iter().filter(|(_, _, given)| *given).map(|(name, text, _)| (name, text)).collect();
        let read = |files: &[(&str, &str)]| judged(&policy, &registers, files, until);
        let (records, audit) = read(&[("events.jsonl", &events)]);
        let wrong = compared(policy.model(), &records, &audit, &mut tally, Some((&events, until)));
        assert!(wrong.is_empty(), "seed {seed}\n{text}\n{events}\n{}", wrong.join("\n"));
        let mut dealt = [String::new(), String::new()];
        lines.iter().enumerate().for_each(|(at, line)| dealt[at % 2].push_str(&format!("{line}\n")));
        let files = [("a.jsonl", dealt[0].as_str()), ("b.jsonl", dealt[1].as_str())];
        let (records, audit) = read(&files);
        let wrong = as_passed_by(policy.model(), (&records, &audit), (&files, until), &mut Tally::default());
        assert!(wrong.is_empty(), "seed {seed}, in two files\n{text}\n{}\n{}\n{}", dealt[0], dealt[1], wrong.join("\n"));
        let plan = Plan::new(policy.model(), &records.facts);
        for norm in policy.model().norms.iter().enumerate().filter(|(at, norm)| norm.bearer.is_some() && plan.judges(*at)).map(|(_, norm)| norm) {
            let is_duty = norm.requirements.iter().any(|requirement| requirement.until.is_some());
            match norm.occasion {
                Occasion::Period { .. } => borne_by.periods += 1,
                _ if is_duty => borne_by.duties += 1,
                _ => borne_by.records += 1,
            }
        }
        for (_, why) in Plans::new(policy.model(), &records.facts).outside().into_iter().filter(|(norm, _)| norm.bearer.is_some()) {
            *borne_by.reasons.entry(why.0.en.to_string()).or_default() += 1;
        }
    }
    eprintln!("{borne_by:#?}, {tally:?}");
    assert!(borne_by.records > 30 && borne_by.duties > 15 && borne_by.periods > 5, "{borne_by:#?}");
    assert!(tally.borne > 200 && tally.passed > 50 && tally.replayed > 50, "{tally:?}");
}

/// Of an audit in parts, a verdict on a period is told by the part that has its subject's records, whoever is bound.
#[test]
fn a_period_is_told_by_the_part_of_its_subject() {
    let policy = Policy::parse(
        "
regulation r
  time zone Asia/Shanghai
  currency CNY
register staff
  boss: staff
event late by staff
rule monthly [1]
  each staff, every month
  borne by staff.boss
  decides times = count of late in the month
",
    )
    .unwrap_or_else(|broken| panic!("{broken}"));
    let mut reader = policy.reader();
    let staff = "id,boss\nli,wang\nwang,zhao\nzhao,li\nqian,li\n";
    reader.register("staff", "staff.csv", Format::Csv, &mut staff.as_bytes()).unwrap();
    for (id, who) in [("1", "li"), ("2", "wang"), ("3", "li")] {
        reader.row(&[("type", "late"), ("id", id), ("at", "2024-03-05"), ("staff", who)]).unwrap();
    }
    let records = reader.finish(Cut { until: policy.time("2024-04-30").ok(), known_at: None });
    let audit = bylaw::reference::audit(policy.model(), &records, &mut |_, _| {});
    let of_others = audit.verdicts.iter().filter(|verdict| verdict.subject.as_ref().is_some_and(|(_, bound)| !verdict.id.starts_with(&format!("r.monthly@{bound}/"))));
    assert_eq!((audit.verdicts.len(), of_others.count()), (8, 8));
    for verdict in &audit.verdicts {
        let subject = verdict.id["r.monthly@".len()..].split('/').next().unwrap();
        let part = |at: &u32| Shard { entity: "staff".to_owned(), norms: [verdict.rule.clone()].into(), at: *at, of: 3, first: None };
        let told: Vec<u32> = (0..3).filter(|at| part(at).has(&policy, verdict)).collect();
        assert_eq!(told, [shard_of(subject, 3)], "{}", verdict.id);
    }
}
