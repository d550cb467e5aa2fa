//! The forms of lines as `docs/surface.md` gives them, to show one beside a broken line.

use super::Rule;
use crate::syntax::FORMS as PAGE;

/// A form in English and in Chinese that begins as `text` does; the one that shares most words with it.
pub(super) fn like(rule: Rule, text: &str) -> Option<(&'static str, String)> {
    let (section, key) = match rule {
        Rule::item_line => ("Items", text),
        Rule::regulation_line => ("Lines of a regulation", text),
        Rule::calendar_line => ("Lines of a calendar", "weekend"),
        Rule::field_line | Rule::event_line => ("Lines of a register, case or event", "days"),
        Rule::feed_line => ("Lines of a feed", "at"),
        Rule::reading_line => ("Lines of a reading", text),
        Rule::norm_line => ("Lines of a norm", text),
        Rule::example_line => ("Lines of an example", text),
        _ => return None,
    };
    let start = PAGE.find(&format!("\n## {section}\n"))? + 1;
    let lines = PAGE.get(start..)?.lines().skip(1).take_while(|line| !line.starts_with("## "));
    let words = |form: &str| {
        let pairs = form.split_whitespace().zip(key.split_whitespace());
        pairs.take_while(|(a, b)| a == b).count()
    };
    let rows = lines.filter_map(|line| line.strip_prefix("| `")?.split_once(" | `"));
    let forms = rows.flat_map(|(english, chinese)| pairs(english, chinese));
    let scored = forms.map(|(en, zh)| (words(en).max(words(zh)), en, zh)).filter(|(score, ..)| *score > 0);
    // `max_by_key` would give the last of equals; the first is the plainest.
    let best = scored.fold(None, |best: Option<(usize, &str, &str)>, next| if best.is_some_and(|best| best.0 >= next.0) { best } else { Some(next) });
    best.map(|(_, en, zh)| (en, in_chinese(zh)))
}

/// Names in the samples, and what they are called to a Chinese reader.
const NAMES: [(&str, &str); 56] = [
    ("staff", "职工"), ("late", "迟到"), ("early_leave", "早退"), ("days", "时长"), ("reply", "答复"), ("petition", "来信"), ("post", "职务"), ("visit", "走访"),
    ("due", "期限日"), ("on_duty", "值班"), ("cadre", "干部"), ("director", "局长"), ("deputy", "副局长"), ("clerk", "科员"), ("chief", "科长"), ("leave", "请假"),
    ("minutes", "分钟数"), ("machine", "设备"), ("household", "住户"), ("reviewed", "已审"), ("drafted", "起草"), ("issued", "签发稿"), ("sick", "病假"), ("personal", "事假"),
    ("complex", "疑难"), ("head", "负责人"), ("secret", "涉密"), ("members", "成员"), ("leader", "领导"), ("diligence", "勤勉"), ("sheet", "单据"), ("department", "科室"),
    ("lates", "迟到数"), ("article", "稿件"), ("good", "良"), ("poor", "差"), ("absence", "缺勤"), ("received", "收件"), ("lesson", "上课"), ("meet", "开会"),
    ("smoke", "吸烟"), ("section_head", "科长"), ("normative", "规范性"), ("supervisor", "主管"), ("handler", "经办人"), ("granted", "准予"), ("asked", "提出"), ("refused", "驳回"),
    ("prize", "获奖"), ("item_marked", "打分"), ("confirmed", "已确认"), ("leave_signed", "假单签字"), ("leave_filed", "假单备案"), ("begins", "起日"), ("hand_over", "移交"), ("approver", "批准人"),
];

/// A sample with Chinese names; texts in quotes stay.
fn in_chinese(form: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (mut out, mut word, mut quoted) = (String::new(), String::new(), false);
    for character in form.chars().chain(['\n']) {
        if is_part(character) {
            word.push(character);
            continue;
        }
        let name = NAMES.iter().find(|(name, _)| *name == word && !quoted).map_or(word.as_str(), |(_, chinese)| chinese);
        out.push_str(name);
        word.clear();
        quoted = match character {
            '“' => true,
            '”' => false,
            '"' => !quoted,
            _ => quoted,
        };
        out.push(character);
    }
    out.trim_end().to_owned()
}

/// The forms of a row, English with Chinese.
fn pairs(english: &'static str, chinese: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut chinese = chinese.split('`').step_by(2);
    english.split('`').step_by(2).filter_map(|en| Some((en, chinese.next()?))).collect()
}

/// What a cell may say.
pub(super) fn cell(rule: Rule) -> Option<(&'static str, &'static str)> {
    Some(match rule {
        Rule::condition_cell => (
            "a cell reads `any`, `<= 1500`, `> 3 days`, `>= 5 and < 10`, `1500 .. 3000`, `sick, personal` or `not sick, personal`",
            "单元格写作 `任意`、`1500 以下`、`超过 3 天`、`5 以上 且 不足 10`、`1500 .. 3000`、`sick 、 personal` 或 `非 sick 、 personal`",
        ),
        Rule::outcome_cell => ("a cell says what follows, such as `20 CNY`, or `-` for nothing", "单元格写结果，例如 `20 元`，没有则写 `-`"),
        Rule::column_cell => (
            "a column is headed by a value or condition, by `pay`, `fine`, `deduct`, `score`, `count`, `decides NAME`, or by `source`",
            "栏目的标题是数值或条件，或 `发`、`罚`、`扣`、`记分`、`计数`、`确定 名称`，或 `依据`",
        ),
        Rule::approval_column => (
            "a column is headed by a value or condition, by `approved by` or another step, or by `source`",
            "栏目的标题是数值或条件，或 `批准人` 等步骤，或 `依据`",
        ),
        Rule::step_cell => ("a cell names an office, several with `or` between, or nobody: `-`", "单元格写职位，多个之间用 `或`，没有则写 `-`"),
        Rule::power_column => ("a column is headed by `act`, `who`, `when` or `source`", "栏目的标题是 `行为`、`谁`、`当` 或 `依据`"),
        Rule::names_cell => ("a cell names acts or offices, with a comma between, or says `anyone`", "单元格写行为或职位，之间用 `、`，或写 `任何人`"),
        Rule::when_cell => ("a cell is a condition or `any`", "单元格写条件或 `任意`"),
        _ => return None,
    })
}
