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
    all_follow("51-runs-over-slots.bylaw");
}

#[test]
fn nothing_can_be_taken_from_a_run_over_slots() {
    let model = policy("51-runs-over-slots.bylaw");
    let records = records(&model, "a weekend does not break a run");
    let mut derivation = derive(&model, &records, "rollcall.three_running@li/2024-03").unwrap();
    // What would have changed it is told, not derived.
    derivation.would_change.clear();
    only_the_whole_passes(&(model, records, derivation));
}

#[test]
fn a_run_over_slots_in_words() {
    let model = policy("51-runs-over-slots.bylaw");
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
