#![allow(clippy::unwrap_used, clippy::panic)]
//! Audits of written policies: what the words of the norms are for.

use super::table::fit;
use super::{Format, Report};
use crate::diagnostics::Tongue;
use crate::model::{Files, compile};
use crate::tools::run;

struct One(String);

impl Files for One {
    fn read(&self, _: &str) -> std::io::Result<Vec<u8>> {
        Ok(self.0.clone().into_bytes())
    }
    fn folder(&self, _: &str) -> std::io::Result<Option<Vec<String>>> {
        Ok(None)
    }
}

const OFFICE: &str = "\
regulation office
  time zone Asia/Shanghai
  currency CNY
  clock starts next day
register staff \"干部职工\"
event meal \"用餐\" by staff
  guests \"客人\": count
  hosts \"陪同\": count
  noted \"注明\": yes/no
event reply by staff
event smoking \"吸烟\" by staff
rule company \"陪同人数\"
  on meal
  must satisfy hosts <= guests
rule noted_down \"记账注明\"
  on meal
  must satisfy noted and guests > 0
rule two_replies \"答复次数\"
  each staff, every month
  must reply at most 1 time
ban no_smoking \"吸烟\"
  on smoking
rule meals \"用餐次数\"
  on meal
  count 1
rule noted_fine \"未注明扣款\"
  on meal
  deduct 2.5 CNY when not noted
example \"e\"
  given staff \"li\"
  given meal \"a\" by \"li\" on 2024-03-04 with guests = 1, hosts = 3, noted = no
  given meal \"b\" by \"li\" on 2024-03-05 with guests = 1, hosts = 1, noted = no
  given meal \"c\" by \"li\" on 2024-03-06 with guests = 2, hosts = 1, noted = no
  given reply \"r\" by \"li\" on 2024-03-07
  given reply \"s\" by \"li\" on 2024-03-08
  given smoking \"t\" by \"li\" on 2024-03-09
  known up to 2024-04-01
";

/// Everything above the section about records.
fn audited(tongue: Tongue) -> String {
    let compiled = compile(&["p.bylaw".to_owned()], &One(OFFICE.to_owned()));
    let model = compiled.model.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let ran = run(&model, model.examples.first().unwrap());
    let report = Report { model: &model, records: &ran.records, audit: &ran.audit, withdrawn: &[], all: false, threads: crate::Threads::ONE };
    let mut out = Vec::new();
    report.write(Format::Human { colour: false }, tongue, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let end = text.find(if tongue == Tongue::Zh { "\n记录\n" } else { "\nRecords\n" }).unwrap();
    text.get(..end).unwrap().to_owned()
}

#[test]
fn reasons_equal_lines_and_labels() {
    insta::assert_snapshot!(audited(Tongue::En), @r"
    Statements
      staff:li · 2024-03
        office.meals         count             3  = 1 × 3
        office.noted_fine    deduction  −7.5 CNY  = −2.5 CNY × 3
        total                                  3
        total                           −7.5 CNY

    Counts, all months
      office.meals  staff:li  3

    violation (6)
      2024-03-04  staff:li    office.company@a               not met: hosts ≤ guests
      2024-03-04  staff:li    office.noted_down@a            not met: noted and guests > 0
      2024-03-05  staff:li    office.noted_down@b            not met: noted and guests > 0
      2024-03-06  staff:li    office.noted_down@c            not met: noted and guests > 0
      2024-03-09  staff:li    office.no_smoking@t            forbidden: smoking
      2024-03     staff:li    office.two_replies@li/2024-03  not met: at most 1 of reply

    pending (1)
      2024-04  staff:li    office.two_replies@li/2024-04  counts until 2024-04-30

    Verdicts
      office       violation  pending  compliant
      company              1        ·          2
      meals                ·        ·          3
      no_smoking           1        ·          ·
      noted_down           3        ·          ·
      noted_fine           ·        ·          3
      two_replies          1        1          ·
      all                  6        1          8
    ");
    insta::assert_snapshot!(audited(Tongue::Zh), @r"
    结算单
      staff:li · 2024-03
        office.meals 用餐次数           次数        3  = 1 × 3
        office.noted_fine 未注明扣款    扣款  −7.5 元  = −2.5 元 × 3
        合计                                        3
        合计                                  −7.5 元

    各月累计
      office.meals  staff:li  3

    违规（6）
      2024-03-04  staff:li    office.company@a               不符合：陪同 ≤ 客人
      2024-03-04  staff:li    office.noted_down@a            不符合：注明，且客人 > 0
      2024-03-05  staff:li    office.noted_down@b            不符合：注明，且客人 > 0
      2024-03-06  staff:li    office.noted_down@c            不符合：注明，且客人 > 0
      2024-03-09  staff:li    office.no_smoking@t            禁止：吸烟
      2024-03     staff:li    office.two_replies@li/2024-03  不符合：reply 不超过 1 次

    待定（1）
      2024-04  staff:li    office.two_replies@li/2024-04  计至 2024-04-30

    判定
      office       违规  待定  合规
      company         1     ·     2  陪同人数
      meals           ·     ·     3  用餐次数
      no_smoking      1     ·     ·  吸烟
      noted_down      3     ·     ·  记账注明
      noted_fine      ·     ·     3  未注明扣款
      two_replies     1     1     ·  答复次数
      合计            6     1     8
    ");
}

#[test]
fn what_is_too_wide_is_cut_off() {
    assert_eq!(fit("late arrivals", 13), "late arrivals");
    assert_eq!(fit("late arrivals", 6), "late…");
    assert_eq!(fit("迟到早退", 8), "迟到早退");
    assert_eq!(fit("迟到早退", 6), "迟到…");
}
