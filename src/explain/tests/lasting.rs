//! Derivations of the examples on runs over slots and on states: the checker accepts them, and nothing from which something was taken away.

use super::checker::only_the_whole_passes;
use crate::cli::Disk;
use crate::diagnostics::Tongue;
use crate::explain::{check, prose};
use crate::model::{Model, compile};
use crate::records::Records;
use crate::reference::{audit, derive};
use crate::tools::run;

fn policy(file: &str) -> Model {
    let path = format!("{}/tests/semantics/{file}", env!("CARGO_MANIFEST_DIR"));
    let compiled = compile(&[path], &Disk);
    compiled.model.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
}

fn records(model: &Model, title: &str) -> Records {
    let example = model.examples.iter().find(|example| example.title == title).unwrap();
    run(model, example).records
}

/// Every verdict of every example.
fn all_follow(file: &str) {
    let model = policy(file);
    let mut wrong = Vec::new();
    for example in &model.examples {
        let records = run(&model, example).records;
        for verdict in audit(&model, &records, &mut |_, _| {}).verdicts {
            let derivation = derive(&model, &records, &verdict.id).unwrap();
            assert_eq!(derivation.verdict, verdict);
            for fault in check(&model, &records, &derivation).err().into_iter().flatten() {
                wrong.push(format!("{}: {}", example.title, fault.en));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn told(model: &Model, title: &str, verdict: &str, tongue: Tongue) -> String {
    let records = records(model, title);
    prose(model, &records, &derive(model, &records, verdict).unwrap(), tongue)
}

#[test]
fn runs_over_slots_follow() {
    all_follow("053-runs-over-slots.bylaw");
}

#[test]
fn nothing_can_be_taken_from_a_run_over_slots() {
    let model = policy("053-runs-over-slots.bylaw");
    let records = records(&model, "a weekend does not break a run");
    let mut derivation = derive(&model, &records, "rollcall.three_running@li/2024-03").unwrap();
    // What would have changed it is told, not derived.
    derivation.would_change.clear();
    only_the_whole_passes(&(model, records, derivation));
}

#[test]
fn a_run_over_slots_in_words() {
    let model = policy("053-runs-over-slots.bylaw");
    let told = |tongue| told(&model, "a weekend does not break a run", "rollcall.three_running@li/2024-03", tongue);
    insta::assert_snapshot!(told(Tongue::En), @r"
    Violation: staff li breached “three running” for March 2024.

    Article
      “Roll calls”
      clause “three running” (rollcall.three_running), verdict rollcall.three_running@li/2024-03, revision 2c9acfe528e2fa5c

    Records counted
      longest run of slots of Office hours with missed roll call in the month = 3 (2024-03-01 to 2024-03-31)
        r1  missed roll call  2024-03-01 14:10
        r2  missed roll call  2024-03-04 08:40
        r3  missed roll call  2024-03-04 14:10

    Requirement
      longest run of slots of Office hours with missed roll call in the month must be below 3; it is 3: not met
      outcome: violation

    What would have changed it
      if longest run of slots of Office hours with missed roll call in the month had been at most 2 (it is 3): compliant

    Known up to 2024-04-01. Final: no record that comes in time can change it.
    ");
    insta::assert_snapshot!(told(Tongue::Zh), @r"
    违规：staff li 2024年3月违反“three_running”。

    依据
      《Roll calls》
      条款“three_running”（rollcall.three_running），结论编号 rollcall.three_running@li/2024-03，版本 2c9acfe528e2fa5c

    计入的记录
      当月missed roll call 按Office hours的最长连续次数 = 3（2024年3月1日至2024年3月31日）
        r1  missed roll call  2024年3月1日 14:10
        r2  missed roll call  2024年3月4日 08:40
        r3  missed roll call  2024年3月4日 14:10

    要求
      当月missed roll call 按Office hours的最长连续次数须低于 3；实为 3：不符合
      结论：违规

    何种情况下结果会不同
      若当月missed roll call 按Office hours的最长连续次数不超过 2（实为 3）：合规

    数据截至2024年4月1日。本结论为最终结论，按时报送的记录不会再改变它。
    ");
}

#[test]
fn states_follow() {
    all_follow("054-states.bylaw");
}

#[test]
fn nothing_can_be_taken_from_a_state() {
    let model = policy("054-states.bylaw");
    for (title, verdict) in [
        ("one minute without", "always_somebody@2024-03-05"),
        ("for good", "never_downgraded@r2"),
    ] {
        let records = records(&model, title);
        let mut derivation = derive(&model, &records, &format!("office.{verdict}")).unwrap_or_else(|| panic!("{verdict}"));
        derivation.would_change.clear();
        only_the_whole_passes(&(model.clone(), records, derivation));
    }
}

#[test]
fn states_in_words() {
    let model = policy("054-states.bylaw");
    let told = |title, verdict, tongue| told(&model, title, verdict, tongue);
    insta::assert_snapshot!(told("a second beginning is none", "office.wages@li/2024-03", Tongue::En), @r"
    Compliant: “wages” was applied to cadre li for March 2024; a payment of 260 CNY.

    Article
      “Duty and suspension”
      clause “wages” (office.wages), verdict office.wages@li/2024-03, revision 2d051e97d7b038fc

    Records counted
      days in “suspended” in the month = 5 days (2024-03-01 to 2024-03-31)
        what begins it:
          r1  suspended on  2024-03-05
          r2  suspended on  2024-03-07
        what ends it:
          r3  resumed on  2024-03-10

    Pay
      base    310 CNY
      less 1  −10 CNY × days in “suspended” in the month = −10 × 5 = −50 CNY
      310 − 10 × 5 = 260 CNY
      result: 260 CNY

    Known up to 2024-04-01. Final: no record that comes in time can change it.
    ");
    insta::assert_snapshot!(told("a second beginning is none", "office.wages@li/2024-03", Tongue::Zh), @r"
    合规：cadre li 2024年3月适用“wages”，发放 260 元。

    依据
      《Duty and suspension》
      条款“wages”（office.wages），结论编号 office.wages@li/2024-03，版本 2d051e97d7b038fc

    计入的记录
      当月处于“停职”的天数 = 5 天（2024年3月1日至2024年3月31日）
        开始：
          r1  suspended_on  2024年3月5日
          r2  suspended_on  2024年3月7日
        结束：
          r3  resumed_on  2024年3月10日

    发放
      基数    310 元
      扣减 1  −10 元 × 当月处于“停职”的天数 = −10 × 5 = −50 元
      310 − 10 × 5 = 260 元
      结果：260 元

    数据截至2024年4月1日。本结论为最终结论，按时报送的记录不会再改变它。
    ");
    insta::assert_snapshot!(told("for good", "office.never_downgraded@r2", Tongue::En), @r"
    Violation: medium m1 breached “never downgraded” on 2024-03-05.

    Article
      “Duty and suspension”
      clause “never downgraded” (office.never_downgraded), verdict office.never_downgraded@r2, revision efb0d35c65f32651

    Record
      r2: downgraded, 2024-03-05, medium m1 (<example>, line 2)

    Conditions
      medium is in “secret”: yes

    Records counted
      medium is in “secret”: yes
        what begins it:
          r1  stored secret  2020-01-01
        nothing ends it

    Prohibition
      downgraded when medium is in “secret”
      this is such a case: violation

    What would have changed it
      if medium had not been in “secret”: not applicable

    Known up to 2024-04-01. Final: no record that comes in time can change it.
    ");
    insta::assert_snapshot!(told("for good", "office.never_downgraded@r2", Tongue::Zh), @r"
    违规：medium m1 于2024年3月5日违反“never_downgraded”。

    依据
      《Duty and suspension》
      条款“never_downgraded”（office.never_downgraded），结论编号 office.never_downgraded@r2，版本 efb0d35c65f32651

    所涉记录
      r2：downgraded，2024年3月5日，medium m1（<example> 第 2 行）

    适用条件
      medium 处于“secret”：是

    计入的记录
      medium 处于“secret”：是
        开始：
          r1  stored_secret  2020年1月1日
        没有任何记录使其结束

    禁止
      downgraded，条件为：medium 处于“secret”
      所涉情形即属于此：违规

    何种情况下结果会不同
      若 medium 不处于“secret”：不适用

    数据截至2024年4月1日。本结论为最终结论，按时报送的记录不会再改变它。
    ");
    insta::assert_snapshot!(told("one minute without", "office.always_somebody@2024-03-05", Tongue::En), @r"
    Violation: the institution breached “always somebody” for 2024-03-05.

    Article
      “Duty and suspension”
      clause “always somebody” (office.always_somebody), verdict office.always_somebody@2024-03-05, revision 2c9acfe528e2fa5c

    Records counted
      the least number of cadre in “on duty” at once in the day = 0 (2024-03-05)
        what begins it:
          r1  duty begins  2024-03-04 20:00
          r3  duty begins  2024-03-05 08:01
        what ends it:
          r2  duty ends  2024-03-05 08:00

    Requirement
      the least number of cadre in “on duty” at once in the day must be at least 1; it is 0: not met
      outcome: violation

    What would have changed it
      if the least number of cadre in “on duty” at once in the day had been at least 1 (it is 0): compliant

    Known up to 2024-03-06. Final: no record that comes in time can change it.
    ");
    insta::assert_snapshot!(told("one minute without", "office.always_somebody@2024-03-05", Tongue::Zh), @r"
    违规：本单位 2024年3月5日违反“always_somebody”。

    依据
      《Duty and suspension》
      条款“always_somebody”（office.always_somebody），结论编号 office.always_somebody@2024-03-05，版本 2c9acfe528e2fa5c

    计入的记录
      当日同时处于“值班”的 cadre 最少数 = 0（2024年3月5日）
        开始：
          r1  duty_begins  2024年3月4日 20:00
          r3  duty_begins  2024年3月5日 08:01
        结束：
          r2  duty_ends  2024年3月5日 08:00

    要求
      当日同时处于“值班”的 cadre 最少数须不少于 1；实为 0：不符合
      结论：违规

    何种情况下结果会不同
      若当日同时处于“值班”的 cadre 最少数不少于 1（实为 0）：合规

    数据截至2024年3月6日。本结论为最终结论，按时报送的记录不会再改变它。
    ");
    insta::assert_snapshot!(told("an end without an hour is open", "office.not_long_away@li/2024-03-05", Tongue::En), @r"
    Undetermined: whether cadre li meets “not long away” for 2024-03-05 cannot be told: one thing is open.

    Article
      “Duty and suspension”
      clause “not long away” (office.not_long_away), verdict office.not_long_away@li/2024-03-05, revision e4ac86b81f40e0bc

    Some values are open. What follows is worked out for the case that at of record r2 ≤ 20; the other cases are listed below.

    Records counted
      minutes in “away” in the day = open, between 0 and 1440 (2024-03-05)
        what begins it:
          r1  leaves room  2024-03-05 09:00
        what ends it:
          r2  returns  2024-03-05

    Requirement
      minutes in “away” in the day must be at most 20 minutes; it is open, between 0 and 1440: met
      outcome: compliant

    What is open
      record r2 does not say its at; whoever keeps the records can supply it with a corrected record

    What each case would give
      at of record r2 ≤ 20  → compliant
      at of record r2 > 20  → violation

    Known up to 2024-03-06. Final: no record that comes in time can change it.
    ");
}
