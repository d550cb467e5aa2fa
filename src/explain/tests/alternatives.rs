//! Alternatives and registers judged throughout: every verdict of their examples is accepted by the checker, and none that was changed.

use super::institutions::rests_on;
use super::mutate::{altered_each, without_each};
use super::written::{One, explained};
use crate::diagnostics::Tongue;
use crate::explain::check;
use crate::model::compile;
use crate::reference::derive;
use crate::tools::run;

/// Places tried in one derivation.
const MOST: usize = 120;

/// All faults with the verdicts of a policy's examples, and the changed derivations that were accepted.
pub(super) fn faults(text: &str) -> String {
    let compiled = compile(&["p.bylaw".to_owned()], &One(text.to_owned()));
    let model = compiled.model.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let mut told = String::new();
    for example in &model.examples {
        let ran = run(&model, example);
        let title = &example.title;
        if title.ends_with(" is open") {
            // Whether there is an occasion at all: what was judged in the cases with none is not told.
            continue;
        }
        assert!(ran.passed(), "{title}: {:?}", ran.audit.verdicts);
        for verdict in &ran.audit.verdicts {
            let derivation = derive(&model, &ran.records, &verdict.id).unwrap();
            assert_eq!(derivation.verdict, *verdict, "{title}: unfolding judges in another way");
            let faults = check(&model, &ran.records, &derivation).err().unwrap_or_default();
            told.extend(faults.into_iter().map(|say| format!("{title}: {}: {}\n", verdict.id, say.en)));
            for mutant in without_each(&derivation, MOST).into_iter().chain(altered_each(&derivation, MOST)) {
                // Records that other verdicts made are premises, derived under those.
                let counts = rests_on(&derivation, &mutant.place) && !mutant.place.starts_with("derived/");
                if counts && check(&model, &ran.records, &mutant.derivation).is_ok() {
                    told += &format!("{title}: {}: accepted although changed at {}\n", verdict.id, mutant.place);
                }
            }
        }
    }
    told
}

#[test]
fn alternatives_are_checked() {
    let faults = faults(include_str!("../../../tests/semantics/072-alternatives.bylaw"));
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn extensions_on_request_are_checked() {
    // Without a calendar, which is a file of its own: from a Friday on, both lengths end on the same day.
    let text = include_str!("../../../tests/semantics/073-extension-on-request.bylaw");
    let text = text.replace("calendar office from \"days.csv\"\n  weekend saturday, sunday\n", "").replace("  calendar office\n", "");
    let faults = faults(&text.replace("3 working days", "5 days"));
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn days_of_membership_are_checked() {
    let faults = faults(include_str!("../../../tests/semantics/045-membership.bylaw"));
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn registers_throughout_are_checked() {
    let faults = faults(include_str!("../../../tests/semantics/042-throughout.bylaw"));
    // What a sum of open values is open for, the checker does not work out.
    let faults: Vec<&str> = faults.lines().filter(|line| !line.contains("/combined/open/")).collect();
    assert!(faults.is_empty(), "{faults:?}");
}

const REGISTER: &str = "\
register machine \"计算机\"
  secret \"涉密\": yes/no
  online \"联网\": yes/no
rule never_online \"涉密不上网\" [18.1.4b]
  each machine where secret, throughout
  must satisfy not online
";

#[test]
fn what_began_is_told() {
    let given = "given machine \"m\" from 2024-01-10 until 2024-02-29 with secret = no, online = yes\n  given machine \"m\" from 2024-03-01 with secret = yes, online = yes";
    insta::assert_snapshot!(explained(REGISTER, given, "never_online@m/2024-03-01", Tongue::En), @r"
    Violation: machine m breached “never online” on 2024-03-01.

    Article
      office [18.1.4b]
      clause “never online” (office.never_online), verdict office.never_online@m/2024-03-01, revision 229fd5dc41bf80e8

    What began on this day
      secret: yes (before: no)

    Facts
      online of machine m on 2024-03-01: yes

    Requirement
      the answer to “online of machine” must be no; it is yes: not met
      outcome: violation

    What would have changed it
      if the answer to “online of machine” had been no (it is yes): compliant

    Known up to 2024-05-01 12:00. Final: no record that comes in time can change it.
    ");
    insta::assert_snapshot!(explained(REGISTER, given, "never_online@m/2024-03-01", Tongue::Zh), @r"
    违规：计算机 m 于2024年3月1日违反“涉密不上网”。

    依据
      office【18.1.4b】
      条款“涉密不上网”（office.never_online），结论编号 office.never_online@m/2024-03-01，版本 229fd5dc41bf80e8

    当日起的变更
      涉密：是（此前：否）

    认定的事实
      计算机 m 在2024年3月1日的联网：是

    要求
      “计算机的联网”须为否；实为是：不符合
      结论：违规

    何种情况下结果会不同
      若“计算机的联网”为否（实为是）：合规

    数据截至2024年5月1日 12:00。本结论为最终结论，按时报送的记录不会再改变它。
    ");
}

const POLICY: &str = "\
register staff
case petition
event asked, answer of petition
event named of petition by staff
duty answer_or_name \"答复或指定\"
  on asked
  must answer for the same petition within 3 days [14.5.3a]
  or must named for the same petition by anyone within 7 days [14.5.3b]
  if breached fine 5 CNY
";

#[test]
fn each_alternative_is_told() {
    let given = "given asked \"q\" of petition \"p\" on 2024-03-04\n  given answer \"w\" of petition \"p\" on 2024-03-08";
    insta::assert_snapshot!(explained(POLICY, given, "answer_or_name@q", Tongue::En), @r"
    Violation: petition p breached “answer or name” on 2024-03-04; what was due by 2024-03-11 is not done; a fine of 5 CNY.

    Article
      office
      clause “answer or name” (office.answer_or_name), verdict office.answer_or_name@q, revision 4c6aa1c28a396467

    Record
      q: asked, 2024-03-04, petition p (<example>, line 1)

    Fine (because the duty was breached)
      fine 1  5 CNY
      result: 5 CNY

    Requirement
      either of 2 alternatives is enough
      due by: 2024-03-11
      outcome: violation

    Alternative 1 [14.5.3a]
      there must be at least 1 record of answer for the same petition
      the deadline that counts: 3 days
      days: from 2024-03-04 (this day not included) to 2024-03-07, 3 counted
      due by: 2024-03-07
      found: 0 (2024-03-04 to 2024-03-07)
        none
        left out: 1
          after the time that counts: w (2024-03-08)
      done only on 2024-03-08 by record w, too late
      outcome: violation

    Alternative 2 [14.5.3b]
      there must be at least 1 record of named for the same petition
      the deadline that counts: 7 days
      days: from 2024-03-04 (this day not included) to 2024-03-11, 7 counted
      due by: 2024-03-11
      found: 0 (2024-03-04 to 2024-03-11)
        none
      outcome: violation

    What would have changed it
      if alternative 1 had been done by 2024-03-07: compliant, without any amount
      if alternative 2 had been done by 2024-03-11: compliant, without any amount

    Known up to 2024-05-01 12:00. Final: no record that comes in time can change it.
    ");
    insta::assert_snapshot!(explained(POLICY, given, "answer_or_name@q", Tongue::Zh), @r"
    违规：petition p 于2024年3月4日违反“答复或指定”，最迟应于2024年3月11日完成而未完成，罚款 5 元。

    依据
      office
      条款“答复或指定”（office.answer_or_name），结论编号 office.answer_or_name@q，版本 4c6aa1c28a396467

    所涉记录
      q：asked，2024年3月4日，petition p（<example> 第 1 行）

    罚款（因未履行义务）
      罚款 1  5 元
      结果：5 元

    要求
      以下 2 项满足其一即可
      最迟：2024年3月11日
      结论：违规

    选项 1【14.5.3a】
      同一 petition 的 answer 须不少于 1 次
      适用的期限：3 天
      起算与届满：自2024年3月4日（次日起算）至2024年3月7日，计 3 日
      最迟：2024年3月7日
      查得：0（2024年3月4日至2024年3月7日）
        无
        未计入：1 条
          晚于计算期间：w（2024年3月8日）
      迟至2024年3月8日才完成（记录 w），已逾期
      结论：违规

    选项 2【14.5.3b】
      同一 petition 的 named 须不少于 1 次
      适用的期限：7 天
      起算与届满：自2024年3月4日（次日起算）至2024年3月11日，计 7 日
      最迟：2024年3月11日
      查得：0（2024年3月4日至2024年3月11日）
        无
      结论：违规

    何种情况下结果会不同
      若选项 1 当时最迟于2024年3月7日完成：合规，无相应金额
      若选项 2 当时最迟于2024年3月11日完成：合规，无相应金额

    数据截至2024年5月1日 12:00。本结论为最终结论，按时报送的记录不会再改变它。
    ");
}

const EXTENDED: &str = "\
register staff
  leads \"负责人\": yes/no
case item \"事项\"
event set \"交办\" of item
event done \"办结\" of item
event asked \"申请延期\" of item by staff
event granted \"批准延期\" of item by staff
  new_date \"新期限\": date
duty finish \"按期办结\" [06.17]
  on set
  must done for the same item within 7 days
  extended to new_date on granted where staff.leads asked in asked answered within 3 days [06.19]
";

#[test]
fn requests_for_more_time_are_told() {
    let given = "given staff \"le\" with leads = yes\n  given staff \"cl\" with leads = no\n  given set \"s\" of item \"i\" on 2024-03-01\n  \
                 given asked \"a\" of item \"i\" by staff \"cl\" on 2024-03-07\n  given granted \"f\" of item \"i\" by staff \"cl\" on 2024-03-07 with new_date = 2024-03-31\n  \
                 given granted \"g\" of item \"i\" by staff \"le\" on 2024-03-08 with new_date = 2024-03-15\n  given asked \"b\" of item \"i\" by staff \"cl\" on 2024-03-15\n  \
                 given asked \"c\" of item \"i\" by staff \"cl\" on 2024-03-30";
    insta::assert_snapshot!(explained(EXTENDED, given, "finish@s", Tongue::En), @r"
    Violation: item i breached “finish” on 2024-03-01; what was due by 2024-03-15 is not done.

    Article
      office [06.17]
      clause “finish” (office.finish), verdict office.finish@s, revision 96dc7c854206e4c0

    Record
      s: set, 2024-03-01, item i (<example>, line 1)

    Requirement
      there must be at least 1 record of done for the same item
      can be extended on request [06.19]; without an extension due by 2024-03-08
        2024-03-07 (a): asked for in time
        2024-03-08 (g): granted: the deadline is now 2024-03-15
        2024-03-15 (b): asked for in time
        2024-03-15 (b): not answered by 2024-03-18: as if refused
        2024-03-30 (c): asked for after the deadline: it does not count
        2024-03-07 (f): does not count: does not meet leads of staff
      the deadline that counts: new date = 2024-03-15
      due by: 2024-03-15
      found: 0 (2024-03-01 to 2024-03-15)
        none
      outcome: violation

    What would have changed it
      if it had been done by 2024-03-15: compliant

    Known up to 2024-05-01 12:00. Final: no record that comes in time can change it.
    ");
    insta::assert_snapshot!(explained(EXTENDED, given, "finish@s", Tongue::Zh), @r"
    违规：事项 i 于2024年3月1日违反“按期办结”，最迟应于2024年3月15日完成而未完成。

    依据
      office【06.17】
      条款“按期办结”（office.finish），结论编号 office.finish@s，版本 96dc7c854206e4c0

    所涉记录
      s：交办，2024年3月1日，事项 i（<example> 第 1 行）

    要求
      同一事项的办结须不少于 1 次
      可申请延期【06.19】；未延期则最迟2024年3月8日
        2024年3月7日（a）：按时申请
        2024年3月8日（g）：获准：期限改为2024年3月15日
        2024年3月15日（b）：按时申请
        2024年3月15日（b）：至2024年3月18日未获答复：视为未获准
        2024年3月30日（c）：期限届满后才申请：不计
        2024年3月7日（f）：不计：不符合“staff 的负责人”
      适用的期限：新期限 = 2024年3月15日
      最迟：2024年3月15日
      查得：0（2024年3月1日至2024年3月15日）
        无
      结论：违规

    何种情况下结果会不同
      若当时最迟于2024年3月15日完成：合规

    数据截至2024年5月1日 12:00。本结论为最终结论，按时报送的记录不会再改变它。
    ");
}
