//! Keywords in the other tongue.

use super::super::words::of;
use super::{Pair, Rule, tongue_of};
use crate::diagnostics::Tongue;

/// A rule's English and Chinese words, each the translation of that at its place; for rules that `words.rs` of the reader does not list.
type Row = (Rule, &'static [&'static str], &'static [&'static str]);

#[rustfmt::skip]
const MORE: &[Row] = &[
    (Rule::op_eq, &["is", "is"], &["为", "等于"]),
    (Rule::op_ne, &["is not", "is not"], &["不为", "不等于"]),
    (Rule::op_le, &["at most", "<=", "<=", "<=", "<="], &["至多", "不超过", "不高于", "不多于", "小于等于"]),
    (Rule::op_ge, &["at least", ">=", ">=", ">="], &["至少", "不少于", "不低于", "大于等于"]),
    (Rule::op_lt, &["less than", "<", "<", "<", "<"], &["小于", "不满", "不足", "少于", "低于"]),
    (Rule::op_gt, &["more than", ">", ">", ">"], &["大于", "超过", "多于", "高于"]),
    (Rule::yes, &["yes"], &["是"]),
    (Rule::no, &["no"], &["否"]),
    (Rule::a_total, &["total"], &["合计"]),
    (Rule::a_least, &["least"], &["最小"]),
    (Rule::a_most, &["most"], &["最大"]),
    (Rule::a_average, &["average"], &["平均"]),
    (Rule::a_first, &["first"], &["首次"]),
    (Rule::a_last, &["last"], &["末次"]),
    (Rule::d_working_days, &["working days"], &["工作日数"]),
    (Rule::d_days, &["days", "days"], &["天数", "日数"]),
    (Rule::d_weeks, &["weeks"], &["周数"]),
    (Rule::d_months, &["months"], &["月数"]),
    (Rule::d_years, &["years"], &["年数"]),
    (Rule::d_hours, &["hours"], &["小时数"]),
    (Rule::d_minutes, &["minutes"], &["分钟数"]),
    (Rule::monday, &["monday", "monday"], &["周一", "星期一"]),
    (Rule::tuesday, &["tuesday", "tuesday"], &["周二", "星期二"]),
    (Rule::wednesday, &["wednesday", "wednesday"], &["周三", "星期三"]),
    (Rule::thursday, &["thursday", "thursday"], &["周四", "星期四"]),
    (Rule::friday, &["friday", "friday"], &["周五", "星期五"]),
    (Rule::saturday, &["saturday", "saturday"], &["周六", "星期六"]),
    (Rule::sunday, &["sunday", "sunday", "sunday"], &["周日", "星期日", "星期天"]),
    (Rule::t_number, &["count", "number"], &["计数", "数"]),
    (Rule::t_text, &["text"], &["文本"]),
    (Rule::t_yes_no, &["yes/no"], &["是否"]),
    (Rule::t_date, &["date"], &["日期"]),
    (Rule::t_moment, &["moment"], &["时刻"]),
    (Rule::t_time, &["time"], &["时间"]),
    (Rule::first_counts, &["counting the first day"], &["当日起算"]),
    (Rule::first_does_not, &["not counting the first day"], &["次日起算"]),
    (Rule::o_first, &["first", "first"], &["第一", "第1"]),
    (Rule::o_second, &["second", "second"], &["第二", "第2"]),
    (Rule::o_third, &["third", "third"], &["第三", "第3"]),
    (Rule::o_fourth, &["fourth", "fourth"], &["第四", "第4"]),
    (Rule::post_fine, &["fine", "fine"], &["罚", "罚款"]),
    (Rule::post_deduct, &["deduct", "deduct"], &["扣", "扣除"]),
    (Rule::post_pay, &["pay", "pay"], &["发", "发给"]),
    (Rule::r_pending, &["pending", "pending"], &["待定", "期限未满"]),
    (Rule::r_undetermined, &["undetermined", "undetermined"], &["无法判定", "无法认定"]),
    (Rule::r_conflict, &["conflict", "conflict"], &["冲突", "结论冲突"]),
    (Rule::e_off, &["permitted", "does not apply"], &["准许", "不适用"]),
    (Rule::k_same, &["by the same", "for the same"], &["由同一", "同一"]),
    (Rule::k_at_least, &["at least", "at least"], &["不低于", "至少"]),
    (Rule::k_at_most, &["at most", "at most"], &["至多", "不高于"]),
    (Rule::k_where_and, &["where"], &["且"]),
    (Rule::op_or_else, &["or else", "or else"], &["无则", "没有则"]),
];

/// Chinese keywords of two words, with a blank between them.
const SPACED: [(&str, &str); 5] = [("预期问题", "预期 问题"), ("凡违反", "凡 违反"), ("申请于", "申请 于"), ("驳回于", "驳回 于"), ("仅用于", "仅 用于")];

/// A keyword as it is written: with its blank, where it has one.
pub(in super::super) fn as_written(word: &'static str) -> &'static str {
    SPACED.iter().find(|(known, _)| *known == word).map_or(word, |(_, apart)| apart)
}

/// Is it a leaf that is a keyword?
pub(super) fn is_word(pair: &Pair<'_>) -> bool {
    let literal = matches!(
        pair.as_rule(),
        Rule::name | Rule::norm_name | Rule::zone_text | Rule::code_text | Rule::settled_name | Rule::text | Rule::number | Rule::time | Rule::month_day | Rule::year | Rule::signed
            | Rule::date | Rule::year_month | Rule::period_text | Rule::cite | Rule::EOI
    );
    !literal && pair.clone().into_inner().next().is_none()
}

/// A keyword in tongue `to`; `written` is how the drafter wrote what is plainly `plain`.
pub(super) fn turned(rule: Rule, plain: &str, written: &str, to: Option<Tongue>) -> String {
    let spoken = tongue_of(plain);
    if rule == Rule::month_number {
        return format!("{} 月", plain.trim_end_matches('月').trim());
    }
    if let (Some(to), Some(spoken)) = (to, spoken)
        && to != spoken
        && let Some(word) = in_tongue(rule, &joined(plain), to)
    {
        return word;
    }
    match spoken {
        Some(Tongue::Zh) => spaced(&joined(written), &joined(plain)),
        _ => written.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// The word of `rule` in tongue `to` for one of the other tongue, written without blanks.
pub(super) fn in_tongue(rule: Rule, word: &str, to: Tongue) -> Option<String> {
    let more = MORE.iter().find(|(found, ..)| *found == rule).map(|(_, en, zh)| (*en, *zh));
    let (english, chinese) = more.or_else(|| of(rule))?;
    let (from, into) = match to {
        Tongue::En => (chinese, english),
        Tongue::Zh => (english, chinese),
    };
    let at = from.iter().position(|known| joined(known) == word)?;
    let found = into.get(at).or_else(|| into.first())?;
    Some(if to == Tongue::Zh { spaced(found, found) } else { (*found).to_owned() })
}

/// Without blanks.
fn joined(text: &str) -> String {
    text.split_whitespace().collect()
}

/// A Chinese keyword with the blank that it has; `plain` is the same in Simplified characters.
fn spaced(word: &str, plain: &str) -> String {
    match SPACED.iter().find(|(known, _)| *known == plain) {
        Some((_, apart)) => {
            let first = apart.split(' ').next().unwrap_or_default().chars().count();
            let characters: Vec<char> = word.chars().collect();
            let (head, tail) = characters.split_at(first.min(characters.len()));
            head.iter().chain(&[' ']).chain(tail).collect()
        }
        None => word.to_owned(),
    }
}
