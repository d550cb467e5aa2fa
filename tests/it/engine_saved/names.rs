//! Texts, names and sets are numbers in the state: they come back as what they name, in a process that numbers them otherwise.

use super::cut::{Compared, compare};
use super::read;
use crate::engine_random::{Random, how_many};
use bylaw::Policy;
use bylaw::engine::Plan;
use std::fmt::Write as _;

const POLICY: &str = "regulation r
  time zone Asia/Shanghai
  currency CNY
register staff
  chief: staff
event asked by staff
  boss: staff
  note: text
  seen: set of staff
event came by staff
  boss: staff
  note: text
  seen: set of staff
measure first_boss = first boss of asked so far
measure wrote = first note of came so far
measure saw = first seen of came in the month
rule same_boss [1]
  on asked
  when first_boss = boss
  decides whose = first_boss
rule same_note [2]
  on came
  must satisfy note = wrote
rule is_seen [3]
  on came
  when boss is one of saw
  violation
rule comes [4]
  on asked
  decides whom = boss
  must (came by the same staff where boss = this.boss) within 5 days [4]
rule writes [5]
  on asked
  must (came by the same staff where note != this.note) at most 1 within 9 days [5]
rule sees [6]
  on asked
  decides whom = staff.chief
  must (came by the same staff where this.boss is one of seen) within 3 days [6]
  or must (came by the same staff where boss is one of this.seen) within 7 days [6]
  if breached fine 3 CNY
";

#[test]
fn names_come_back_as_what_they_name() {
    let policy = Policy::parse(POLICY).unwrap_or_else(|broken| panic!("{broken}"));
    let mut compared = Compared::default();
    for seed in 0..how_many("RANDOM_POLICIES", 20) {
        let mut random = Random(fastrand::Rng::with_seed(seed ^ 0x4a3e));
        let (mut events, mut minutes) = (String::new(), 0);
        for id in 1..=80 {
            minutes += random.below(900);
            let at = chrono::NaiveDate::from_ymd_opt(2024, 1, 29).unwrap().and_hms_opt(0, 0, 0).unwrap() + chrono::Duration::minutes(i64::from(minutes));
            let people = ["li", "wang", "zhao", "王五", "a name that is longer than fifteen bytes"];
            let (one, other, boss) = (random.one(&people), random.one(&people), random.one(&people));
            let (kind, note) = (random.one(&["asked", "came"]), random.one(&["y", "x", "a note that is longer than fifteen bytes", "意见"]));
            let seen = match random.below(3) {
                0 => "[]".to_owned(),
                1 => format!("[\"{other}\"]"),
                _ => format!("[\"{boss}\",\"zhao\",\"{other}\"]"),
            };
            writeln!(events, r#"{{"type":"{kind}","id":"e{id}","at":"{}","staff":"{one}","boss":"{boss}","note":"{note}","seen":{seen}}}"#, at.format("%Y-%m-%dT%H:%M")).unwrap();
        }
        let staff = "id,chief\nli,wang\nwang,zhao\nzhao,zhao\n王五,li\na name that is longer than fifteen bytes,li\n";
        let records = read(&policy, (&events, Some("2024-04-30")), &[("staff", staff)]);
        let plan = Plan::new(policy.model(), &records.facts);
        let outside: Vec<_> = plan.outside().map(|(norm, why)| (&norm.name, why)).collect();
        assert!(outside.is_empty(), "{outside:?}");
        let wrong = compare(seed, &plan, &records, &mut compared);
        assert!(wrong.is_empty(), "seed {seed}\n{events}\n{}", wrong.join("\n"));
    }
    eprintln!("{compared:#?}");
    compared.is_much(&[("verdicts", 40_000), ("duties", 10_000), ("duties begun before the cut", 2_000), ("of several records", 2_000)]);
}
