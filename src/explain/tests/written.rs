//! Explanations of verdicts on written policies, from the text to the prose.

use crate::diagnostics::Tongue;
use crate::explain::{check, prose};
use crate::model::{Files, compile};
use crate::reference::derive;
use crate::tools::run;

pub(super) struct One(pub(super) String);

impl Files for One {
    fn read(&self, _: &str) -> std::io::Result<Vec<u8>> {
        Ok(self.0.clone().into_bytes())
    }
    fn folder(&self, _: &str) -> std::io::Result<Option<Vec<String>>> {
        Ok(None)
    }
}

/// The explanation of `office.VERDICT` on the records of an example that is known up to May; the checker accepts it.
pub(super) fn explained(policy: &str, given: &str, verdict: &str, tongue: Tongue) -> String {
    let header = "regulation office\n  time zone Asia/Shanghai\n  currency CNY\n  clock starts next day\n";
    let example = format!("example \"e\"\n  {given}\n  known up to 2024-05-01 12:00\n");
    let compiled = compile(&["p.bylaw".to_owned()], &One(format!("{header}{policy}{example}")));
    let model = compiled.model.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let ran = run(&model, model.examples.first().unwrap());
    assert!(ran.unusable.is_empty(), "{:?}", ran.unusable);
    let derivation = derive(&model, &ran.records, &format!("office.{verdict}")).unwrap();
    assert_eq!(check(&model, &ran.records, &derivation), Ok(()));
    prose(&model, &ran.records, &derivation, tongue)
}

const ATTENDANCE: &str = "\
register staff
event late, early by staff
  minutes: minutes
measure misses = count of (late or early) in the month
pay fee
  each staff, every month
  base 90 CNY
  less 2 CNY per late or early
  forfeited when misses >= 3
  forfeited when total minutes of late in the month > 200 minutes
  at least 0 CNY
";

#[test]
fn a_list_of_records_is_told_once() {
    let given = "given staff \"li\"\n  given late \"a\" by \"li\" on 2024-03-05 with minutes = 9 minutes\n  given early \"b\" by \"li\" on 2024-03-06 with minutes = 7 minutes";
    insta::assert_snapshot!(explained(ATTENDANCE, given, "fee@li/2024-03", Tongue::En), @r"
    Compliant: “fee” was applied to staff li for March 2024; a payment of 86 CNY.

    Article
      office
      clause “fee” (office.fee), verdict office.fee@li/2024-03, revision 2a06afcf99bf9310

    Records counted
      misses, that is count of early or late in the month = 2 (2024-03-01 to 2024-03-31)
        a  late   2024-03-05
        b  early  2024-03-06
      total minutes of late in the month = 9 minutes (2024-03-01 to 2024-03-31)
        a  late  2024-03-05  9 minutes

    Pay
      base    90 CNY
      less 1  −2 CNY × count of early or late in the month = −2 × 2 = −4 CNY
      90 − 2 × 2 = 86 CNY
      not forfeited: misses = 2 ≥ 3: no
      not forfeited: total minutes of late in the month = 9 minutes > 200 minutes: no
      at least 0 CNY
      result: 86 CNY

    What would have changed it
      if misses had been 3 (it is 2): compliant, a payment of 0 CNY
      if total minutes of late in the month had been above 200 minutes (it is 9 minutes): compliant, a payment of 0 CNY

    Known up to 2024-05-01 12:00. Final: no record that comes in time can change it.
    ");
}

#[test]
fn a_ban_says_what_it_forbids() {
    let policy = "register staff\nevent smoking by staff\n  place: text\nban smoke\n  on smoking where place = \"archive\"\n";
    let given = "given staff \"li\"\n  given smoking \"a\" by \"li\" on 2024-03-05 with place = \"archive\"";
    insta::assert_snapshot!(explained(policy, given, "smoke@a", Tongue::En), @r"
    Violation: staff li breached “smoke” on 2024-03-05.

    Article
      office
      clause “smoke” (office.smoke), verdict office.smoke@a, revision 52147fb30a96bceb

    Record
      a: smoking, 2024-03-05, staff li, place: “archive” (<example>, line 1)

    Prohibition
      smoking where place is “archive”
      this is such a case: violation

    Known up to 2024-05-01 12:00. Final: no record that comes in time can change it.
    ");
    insta::assert_snapshot!(explained(policy, given, "smoke@a", Tongue::Zh), @r"
    违规：staff li 于2024年3月5日违反“smoke”。

    依据
      office
      条款“smoke”（office.smoke），结论编号 office.smoke@a，版本 52147fb30a96bceb

    所涉记录
      a：smoking，2024年3月5日，staff li，place：“archive”（<example> 第 1 行）

    禁止
      smoking（place 为“archive”）
      所涉情形即属于此：违规

    数据截至2024年5月1日 12:00。本结论为最终结论，按时报送的记录不会再改变它。
    ");
}

const LIMIT: &str = "\
register staff
event reply by staff
rule not_too_many
  each staff, every month
  must reply at most 1 time
";

#[test]
fn a_limit_is_kept_or_exceeded_rather_than_due() {
    let given = "given staff \"li\"\n  given reply \"r\" by \"li\" on 2024-03-20\n  given reply \"q\" by \"li\" on 2024-03-21";
    insta::assert_snapshot!(explained(LIMIT, given, "not_too_many@li/2024-03", Tongue::En), @r"
    Violation: staff li breached “not too many” for March 2024.

    Article
      office
      clause “not too many” (office.not_too_many), verdict office.not_too_many@li/2024-03, revision 92b4f32680c3fe5e

    Requirement
      there must be at most 1 record of reply
      counted until: 2024-03-31
      found: 2 (2024-03-01 to 2024-03-31)
        r  reply  2024-03-20
        q  reply  2024-03-21
      exceeded on 2024-03-21 by record q
      outcome: violation

    What would have changed it
      if there had been no more than 1 record of reply: compliant

    Known up to 2024-05-01 12:00. Final: no record that comes in time can change it.
    ");
    insta::assert_snapshot!(explained(LIMIT, given, "not_too_many@li/2024-03", Tongue::Zh), @r"
    违规：staff li 2024年3月违反“not_too_many”。

    依据
      office
      条款“not_too_many”（office.not_too_many），结论编号 office.not_too_many@li/2024-03，版本 92b4f32680c3fe5e

    要求
      reply 须不超过 1 次
      计至：2024年3月31日
      查得：2（2024年3月1日至2024年3月31日）
        r  reply  2024年3月20日
        q  reply  2024年3月21日
      于2024年3月21日超过（记录 q）
      结论：违规

    何种情况下结果会不同
      若 reply 不超过 1 次：合规

    数据截至2024年5月1日 12:00。本结论为最终结论，按时报送的记录不会再改变它。
    ");
    insta::assert_snapshot!(explained(LIMIT, given, "not_too_many@li/2024-05", Tongue::En), @r"
    Pending: staff li has so far kept to “not too many” for May 2024; counted until 2024-05-31.

    Article
      office
      clause “not too many” (office.not_too_many), verdict office.not_too_many@li/2024-05, revision 5a63943eee8f1dc1

    Requirement
      there must be at most 1 record of reply
      counted until: 2024-05-31
      found: 0 (2024-05-01 to 2024-05-31)
        none
        left out: 2
          before the time that counts: r (2024-03-20), q (2024-03-21)
      outcome: pending

    What would change it
      if it stays at no more than 1 record of reply: compliant

    Known up to 2024-05-01 12:00. Not final: the time has not run out.
    ");
}
