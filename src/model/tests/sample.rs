//! The sample of `docs/surface.md`.

use super::disk::{Disk, told};
use crate::model::{Compiled, bundle, compile};

const EVENTS: &str = "feed fines_log\n  type in \"concept:name\"\n  at in \"time:timestamp\" as date\n  fine in \"case:concept:name\"\n\ncase fine\n\nevent create_fine, send_fine of fine in fines_log\n";

fn sample() -> String {
    let page = include_str!("../../../docs/surface.md");
    let start = page.find("```bylaw\n").unwrap() + 9;
    let end = start + page[start..].find("```").unwrap();
    page[start..end].to_owned()
}

fn compiled(files: &[(&str, &str)], paths: &[&str]) -> Compiled {
    let mut disk = Disk::of(files);
    disk.0.insert("calendars/cn.csv".to_owned(), super::disk::CALENDAR.into());
    let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
    compile(&paths, &disk)
}

#[test]
fn the_sample_compiles() {
    let compiled = compiled(&[("03/main.bylaw", &sample()), ("03/events.bylaw", EVENTS)], &["03"]);
    assert_eq!(told(&compiled.diagnostics), "");
    let model = compiled.model.unwrap();
    insta::assert_snapshot!(bundle::write(&model));
    assert_eq!(bundle::read(&bundle::write(&model)).unwrap(), model);
}

const ENGLISH: &str = r#"regulation office "机关工作制度" [03]
  in force from 2005-06-16
  time zone Asia/Shanghai
  currency CNY
  calendar china
  clock starts same day
  lateness 3 days

calendar china from "../calendars/cn.csv"
  weekend saturday, sunday

register staff "干部职工"
  post "职务": clerk < director

case letter

event late "迟到", early_leave "早退" by staff
event assigned, closed by staff of letter
event leave by staff
  days "天数": days in halves, 0.5 .. 365

judged complex: yes/no of letter by staff where post is director, presumed no after 5 working days

pay attendance "考勤费" [03.2c]
  each staff, every month
  base 90 CNY [03.2c]
  less 5 CNY per day of leave [03.2d]
  less 2 CNY per late or early_leave
  forfeited when count of (late or early_leave) in the month >= 10 [03.2f]
  at least 0 CNY

table long_leave
  on leave
  exactly one
  | days           | fine  | source |
  | <= 3 days      | 1 CNY | 5.2    |
  | > 3 days       | 2 CNY | 5.3    |

duty answer [02.3]
  on assigned
  must closed for the same letter within 7 working days
  extended to 30 days when complex
  if breached fine 10 CNY

exception directors to long_leave
  when staff.post is director
  does not apply
"#;

const CHINESE: &str = r#"规章 office “机关工作制度” 【03】
  自 2005-06-16 起施行
  时区 Asia/Shanghai
  货币 CNY
  日历 china
  当日 起算
  迟报 3 天

日历 china 来自 “../calendars/cn.csv”
  周末 周六 、 周日

名册 staff “干部职工”
  post “职务” : clerk < director

案件 letter

事件 late “迟到” 、 early_leave “早退” 由 staff
事件 assigned 、 closed 由 staff 关于 letter
事件 leave 由 staff
  days “天数” : 天 以 0.5 计 , 0.5 .. 365

认定 complex : 是否 关于 letter 由 staff 且 post 为 director , 推定 否 于 5 个工作日 后

发放 attendance “考勤费” 【03.2c】
  每个 staff , 每月
  基数 90 元 【03.2c】
  扣 5 元 每天 leave 【03.2d】
  扣 2 元 每次 late 或 early_leave
  取消 当 计数 （late 或 early_leave） 当月 >= 10 【03.2f】
  不低于 0 元

表 long_leave
  凡 leave
  恰一
  | days   | 罚   | 依据 |
  | <= 3 天 | 1 元 | 5.2  |
  | > 3 天  | 2 元 | 5.3  |

义务 answer 【02.3】
  凡 assigned
  须 closed 同一 letter 在 7 个工作日 以内
  延长至 30 天 当 complex
  违者 罚 10 元

例外 directors 于 long_leave
  当 staff.post 为 director
  不适用
"#;

fn digest(compiled: Compiled) -> String {
    assert_eq!(told(&compiled.diagnostics), "");
    bundle::digest(&compiled.model.unwrap())
}

#[test]
fn both_tongues_give_one_model() {
    let english = compiled(&[("p/a.bylaw", ENGLISH)], &["p/a.bylaw"]);
    let chinese = compiled(&[("p/a.bylaw", CHINESE)], &["p/a.bylaw"]);
    assert_eq!(told(&chinese.diagnostics), "");
    assert_eq!(english.model, chinese.model);
    assert_eq!(digest(english), digest(chinese));
}

/// Items of a text, each with what is indented below it.
fn items(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        match items.last_mut().filter(|_| line.starts_with(' ')) {
            Some(item) => *item += &format!("\n{line}"),
            None => items.push(line.to_owned()),
        }
    }
    items
}

#[test]
fn neither_order_of_items_nor_of_files_matters() {
    let whole = digest(compiled(&[("p/a.bylaw", ENGLISH)], &["p/a.bylaw"]));
    let mut parts = items(ENGLISH);
    parts.reverse();
    assert_eq!(digest(compiled(&[("p/a.bylaw", &parts.join("\n"))], &["p"])), whole);
    // One file an item; the one with the header gives the others their regulation.
    let names: Vec<String> = (0..parts.len()).map(|n| format!("q/deep/{n}.bylaw")).collect();
    let mut files: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(parts.iter().map(String::as_str)).collect();
    let fixed: Vec<(String, String)> =
        files.drain(..).map(|(name, text)| (name.to_owned(), text.replace("../calendars", "../../calendars"))).collect();
    let files: Vec<(&str, &str)> = fixed.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let paths: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    assert_eq!(digest(compiled(&files, &paths)), whole);
    assert_eq!(digest(compiled(&files, &paths.iter().rev().copied().collect::<Vec<_>>())), whole);
    assert_eq!(digest(compiled(&files, &["q/deep", "q/deep/3.bylaw"])), whole, "each file is read once");
}

#[test]
fn imports_lead_to_files_and_folders_and_may_go_round() {
    let a = "import \"../shared\"\n\nregulation a\n  time zone UTC\n  currency CNY\n\nrule f\n  on late\n  fine 1 CNY\n";
    let files = [("a/a.bylaw", a), ("shared/events.bylaw", "import \"../a/a\"\n\nregister staff\n\nevent late by staff\n")];
    assert_eq!(digest(compiled(&files, &["a/a.bylaw"])), digest(compiled(&files, &["./a/../shared", "a"])));
}

#[test]
fn a_bundle_compiles_alone() {
    let model = compiled(&[("p/a.bylaw", ENGLISH)], &["p"]).model.unwrap();
    let text = bundle::write(&model);
    assert_eq!(compiled(&[("rules.json", &text)], &["rules.json"]).model.unwrap(), model);
    let beside = compiled(&[("p/a.bylaw", ENGLISH), ("rules.json", &text)], &["p", "rules.json"]);
    assert!(beside.model.is_none());
    assert!(told(&beside.diagnostics).starts_with("bundle-alone: `rules.json` is a bundle"));
}
