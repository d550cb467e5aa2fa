//! The engine against the reference evaluator: on every example of every policy and of the conformance suite, and on the streams.

use crate::alike::{Tally, Text, compared};
use crate::run::repository;
use crate::streams;
use bylaw::records::Format;
use bylaw::model::institutions;
use bylaw::reference::verdict::{Audit, Ruling};
use bylaw::{Disk, Policy, Reader, tools};

/// Compares on every so many examples of a policy.
fn examples(policy: &Policy, every: usize, tally: &mut Tally) -> Vec<String> {
    let mut wrong = Vec::new();
    for example in policy.model().examples.iter().step_by(every) {
        let ran = tools::run(policy.model(), example);
        wrong.extend(compared(&ran.model, &ran.records, &ran.audit, tally, None).into_iter().map(|one| format!("{}: {one}", example.title)));
    }
    wrong
}

#[test]
fn judges_the_conformance_suite_alike() {
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(repository().join("tests/semantics")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "bylaw") {
            let policy = Policy::load(&[path.to_string_lossy()], &Disk).unwrap_or_else(|broken| panic!("{broken}"));
            wrong.extend(examples(&policy, 1, &mut tally).into_iter().map(|one| format!("{}: {one}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{}\n{tally:?}", wrong.join("\n"));
    eprintln!("{tally:?}");
    assert!(tally.verdicts > 100, "{tally:?}");
}

/// Every fifth; with `ALL_EXAMPLES=1` all of them, which takes minutes.
#[test]
fn judges_the_examples_of_the_policies_alike() {
    let every = if std::env::var_os("ALL_EXAMPLES").is_some() { 1 } else { 5 };
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    let path = repository().join("policies").to_string_lossy().into_owned();
    for paths in institutions(&[path], &Disk) {
        let policy = Policy::load(&paths, &Disk).unwrap_or_else(|broken| panic!("{broken}"));
        wrong.extend(examples(&policy, every, &mut tally));
    }
    assert!(wrong.is_empty(), "{}\n{tally:?}", wrong.join("\n"));
    eprintln!("{tally:?}");
    assert!(tally.verdicts > 50, "{tally:?}");
}

#[test]
fn judges_the_streams_alike() {
    let mut tally = Tally::default();
    for institution in streams::all() {
        let audit = bylaw::reference::audit(institution.model(), &institution.records, &mut |_, _| {});
        let wrong = compared(institution.model(), &institution.records, &audit, &mut tally, Some((&institution.events, institution.until())));
        assert!(wrong.is_empty(), "{}\n{tally:?}", wrong.join("\n"));
    }
    eprintln!("{tally:?}");
    assert!(tally.verdicts > 100, "{tally:?}");
}

/// What the reference evaluator says, which is what the engine says; and how much that is.
fn judged(policy: &Policy, reader: Reader<'_>, text: Option<Text<'_>>) -> (Audit, Tally) {
    let records = reader.finish(bylaw::Cut::default());
    let audit = bylaw::reference::audit(policy.model(), &records, &mut |_, _| {});
    let mut tally = Tally::default();
    assert_eq!(compared(policy.model(), &records, &audit, &mut tally, text), Vec::<String>::new());
    (audit, tally)
}

fn violations(audit: &Audit) -> Vec<&str> {
    audit.verdicts.iter().filter(|verdict| verdict.ruling == Ruling::Violation).map(|verdict| verdict.id.as_str()).collect()
}

/// As in the reference evaluator: a CSV file leaves the cell empty where nobody approved, and nothing is open then.
#[test]
fn a_blank_set_has_no_members() {
    let text = "regulation office\n  time zone Asia/Shanghai\nregister staff\n  post: clerk < chief\nevent leave by staff\n  seen: set of staff\nrule seen [1]\n  on leave\n  must satisfy (number of seen where post is chief) >= 1\n";
    let policy = Policy::parse(text).unwrap_or_else(|broken| panic!("{broken}"));
    let mut reader = policy.reader();
    reader.register("staff", "staff.csv", Format::Csv, &mut "id,post\nli,clerk\nwang,chief\n".as_bytes()).unwrap();
    reader.events("e.csv", None, Format::Csv, &mut "type,id,at,staff,seen\nleave,1,2024-03-05,li,\nleave,2,2024-03-06,li,wang\n".as_bytes()).unwrap();
    let (audit, tally) = judged(&policy, reader, None);
    assert_eq!(audit.verdicts.iter().map(|verdict| verdict.ruling).collect::<Vec<_>>(), [Ruling::Violation, Ruling::Compliant]);
    assert_eq!((tally.compiled, tally.verdicts, tally.again), (1, 2, 0), "{tally:?}");
}

/// Days are those of one time zone: a norm of another is the reference evaluator's.
#[test]
fn a_norm_of_another_time_zone_stays_outside() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    file("shared.bylaw", "register staff\nevent late by staff\n".to_owned());
    for (name, zone) in [("east", "Asia/Shanghai"), ("west", "Europe/Rome")] {
        let measure = format!("rule often_{name} [1]\n  on late\n  fine 1 CNY when count of late in the day >= 2\n");
        file(&format!("{name}.bylaw"), format!("regulation {name}\n  time zone {zone}\n  currency CNY\nimport \"shared.bylaw\"\n{measure}"));
    }
    let paths = ["east", "west"].map(|name| folder.path().join(format!("{name}.bylaw")).to_string_lossy().into_owned());
    let policy = Policy::load(&paths, &Disk).unwrap_or_else(|broken| panic!("{broken}"));
    let mut reader = policy.reader();
    for (id, at) in [("1", "2024-03-05T23:30:00+08:00"), ("2", "2024-03-06T00:30:00+08:00")] {
        reader.row(&[("type", "late"), ("id", id), ("at", at), ("staff", "li")]).unwrap();
    }
    let (audit, tally) = judged(&policy, reader, None);
    assert_eq!((tally.norms, tally.compiled), (2, 1));
    assert_eq!(violations(&audit), ["west.often_west@2"]);
}

/// What the last layer makes of a record is counted, too: the next record's rules read it.
#[test]
fn a_record_that_is_made_last_is_counted() {
    let policy = Policy::parse("
regulation r
  time zone Asia/Shanghai
  currency CNY
register staff
event late by staff
event asked by staff
event made by staff
rule makes [1]
  on late
  count as made
rule reads [2]
  on asked
  fine 1 CNY when count of made in the month >= 1
")
    .unwrap_or_else(|broken| panic!("{broken}"));
    let mut reader = policy.reader();
    for (kind, id, at) in [("asked", "1", "2024-03-05"), ("late", "2", "2024-03-06"), ("asked", "3", "2024-03-07")] {
        reader.row(&[("type", kind), ("id", id), ("at", at), ("staff", "li")]).unwrap();
    }
    let (audit, tally) = judged(&policy, reader, None);
    assert_eq!((tally.norms, tally.compiled), (2, 2));
    assert_eq!(violations(&audit), ["r.reads@3"]);
}

/// Rules that ask for one value of a field are looked up by it; a record that does not say which is judged by all.
#[test]
fn rules_told_apart_by_a_value_are_judged_alike() {
    let mut text = "regulation r\n  time zone Asia/Shanghai\n  currency CNY\nregister staff\nkind sort v0, v1, v2, v3, v4, v5, v6\n\
                    event deed by staff\n  sort: sort\n  cost: CNY in 0.01, 0 ..\nevent made by staff\n"
        .to_owned();
    for value in 0..7 {
        let when = if value == 5 { "sort is one of v5, v2".to_owned() } else { format!("sort is v{value} and cost > {value} CNY") };
        let often = format!("count of (deed where sort is v{value} and cost > 1 CNY) in the month");
        text += &format!("rule r{value} [1]\n  on deed\n  when {when}\n  fine 1 CNY when {often} >= 2\n  fine 2 CNY when {often} < 2\n  count as made\n");
    }
    text += "rule six [2]\n  on deed where sort is v6\n  pay 3 CNY\nrule reads [3]\n  on made\n  fine 1 CNY when count of made in the month >= 4\n";
    let policy = Policy::parse(&text).unwrap_or_else(|broken| panic!("{broken}"));
    let mut reader = policy.reader();
    for at in 0..200_usize {
        let (id, day) = (at.to_string(), format!("2024-03-{:02}", 1 + at / 8));
        let (staff, sort, cost) = (["li", "wang", "zhao", "qian"][at * 7 % 4], format!("v{}", at * 5 % 7), format!("{}.5", at * 3 % 9));
        let mut row = vec![("type", "deed"), ("id", id.as_str()), ("at", day.as_str()), ("staff", staff), ("sort", sort.as_str()), ("cost", cost.as_str())];
        match at {
            // Nobody knows which sort; nobody knows the cost.
            13 => drop(row.remove(4)),
            25 => drop(row.remove(5)),
            _ => {}
        }
        reader.row(&row).unwrap();
    }
    let (_, tally) = judged(&policy, reader, None);
    assert_eq!((tally.norms, tally.compiled), (9, 9));
}

/// A filter that asks for the occasion's day is no counter's: what is counted then differs from occasion to occasion.
#[test]
fn a_filter_on_the_day_of_the_occasion_stays_outside() {
    let policy = Policy::parse("
regulation r
  time zone Asia/Shanghai
  currency CNY
register staff
event booked by staff
  wanted: date
event came by staff
rule booked_for_today [1]
  on came
  fine 1 CNY when count of (booked where wanted = this.day) so far >= 1
rule booked_ahead [2]
  on came
  fine 1 CNY when count of (booked where wanted > day) so far >= 1
")
    .unwrap_or_else(|broken| panic!("{broken}"));
    let mut reader = policy.reader();
    reader.row(&[("type", "booked"), ("id", "1"), ("at", "2024-03-01"), ("staff", "li"), ("wanted", "2024-03-05")]).unwrap();
    reader.row(&[("type", "came"), ("id", "2"), ("at", "2024-03-05"), ("staff", "li")]).unwrap();
    let (audit, tally) = judged(&policy, reader, None);
    assert_eq!((tally.norms, tally.compiled), (2, 1));
    assert_eq!(violations(&audit), ["r.booked_ahead@2", "r.booked_for_today@2"]);
}

/// A period that has not ended counts the records that another norm made in it, and names them; what that norm says is told once.
#[test]
fn a_period_that_has_not_ended_counts_what_norms_made() {
    let policy = Policy::parse("
regulation r
  time zone Asia/Shanghai
  currency CNY
register staff
event late by staff
event warned by staff
rule warn [1]
  on late
  count as warned
rule monthly [2]
  each staff, every month
  must satisfy count of warned in the month <= 1
")
    .unwrap_or_else(|broken| panic!("{broken}"));
    let lines: String = (1..=20).map(|at| format!("{{\"type\":\"late\",\"id\":{at},\"at\":\"2024-{:02}-{:02}T08:30:00\",\"staff\":\"{}\"}}\n", 1 + at / 7, 1 + at % 7, ["li", "wang"][at % 2])).collect();
    let mut reader = policy.reader();
    reader.events("e.jsonl", None, Format::Jsonl, &mut lines.as_bytes()).unwrap();
    let (audit, tally) = judged(&policy, reader, Some((&lines, None)));
    assert!(tally.compiled == 2 && tally.passed > 0, "{tally:?}");
    let open: Vec<&bylaw::reference::verdict::Verdict> = audit.verdicts.iter().filter(|verdict| verdict.id.ends_with("/2024-03")).collect();
    assert!(open.len() == 2 && open.iter().all(|verdict| verdict.ruling == Ruling::Violation && verdict.events.len() > 1), "{open:#?}");
}
