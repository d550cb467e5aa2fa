//! What can be wrong with a record, in words. Each function is one code of `docs/codes`.

use super::record::{Origin, Rejection};
use crate::diagnostics::Say;

/// What is wrong, before it is known where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) code: &'static str,
    pub(crate) message: Say,
    pub(crate) help: Say,
}

impl Problem {
    pub(crate) fn new(code: &'static str, message: Say, help: Say) -> Self {
        Self { code, message, help }
    }
    /// Says where it is.
    pub(crate) fn at(self, origin: Origin, id: Option<String>) -> Rejection {
        Rejection { code: self.code, origin, id, message: self.message, help: self.help }
    }
}

/// The user's text, shortened so that a message stays one line.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = text.chars().take(LONGEST).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

/// Names in backticks, the first few.
pub(crate) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> (String, String) {
    const MOST: usize = 12;
    let all: Vec<String> = names.map(|name| format!("`{}`", shown(name))).collect();
    let first = all.get(..MOST.min(all.len())).unwrap_or_default();
    let more = all.len().saturating_sub(MOST);
    let (en, zh) = if more > 0 { (format!(" and {more} more"), format!(" 等，另有 {more} 个")) } else { Default::default() };
    (format!("{}{en}", first.join(", ")), format!("{}{zh}", first.join("、")))
}

pub(crate) fn wrong_type(column: &str, value: &str, expected: &Say) -> Problem {
    let value = shown(value);
    Problem::new(
        "wrong-type",
        Say::new(format!("`{value}` in `{column}` is not {}", expected.en), format!("`{column}` 的值 `{value}` 不是{}", expected.zh)),
        Say::new("correct the value; leave it empty when it is known to be blank", "请改正该值；确知为空的，可留空"),
    )
}

pub(crate) fn nested(column: &str) -> Problem {
    Problem::new(
        "wrong-type",
        Say::new(format!("`{column}` holds an object or a list within a list"), format!("`{column}` 的值是对象或嵌套的列表")),
        Say::new("write one plain value, or a list of ids for a set", "请写一个单独的值；集合可写成编号的列表"),
    )
}

pub(crate) fn wrong_unit(column: &str, written: &str, expected: &Say) -> Problem {
    let written = shown(written);
    Problem::new(
        "wrong-unit",
        Say::new(
            format!("`{written}` in `{column}` is not in {}, the unit the policy declares", expected.en),
            format!("`{column}` 的值 `{written}` 的单位不是制度所声明的{}", expected.zh),
        ),
        Say::new(
            format!("convert the value to {}, or write the number without a unit", expected.en),
            format!("请换算成{}，或只写数字不写单位", expected.zh),
        ),
    )
}

pub(crate) fn not_in_list<'a>(column: &str, value: &str, values: impl Iterator<Item = &'a str>) -> Problem {
    let value = shown(value);
    let (en, zh) = listed(values);
    Problem::new(
        "not-in-list",
        Say::new(
            format!("`{value}` in `{column}` is not one of the values the policy declares"),
            format!("`{column}` 的值 `{value}` 不在制度声明的取值之内"),
        ),
        Say::new(
            format!("write one of {en}, or add the value to the policy"),
            format!("请写 {zh} 之一，或在制度中增加该值"),
        ),
    )
}

pub(crate) fn out_of_range(column: &str, value: &str, bound: &Say) -> Problem {
    let value = shown(value);
    Problem::new(
        "out-of-range",
        Say::new(format!("`{value}` in `{column}` is {}", bound.en), format!("`{column}` 的值 `{value}` {}", bound.zh)),
        Say::new("correct the value, or widen the range the policy declares", "请改正该值，或放宽制度中声明的范围"),
    )
}

pub(crate) fn number_too_large(column: &str, value: &str) -> Problem {
    let value = shown(value);
    Problem::new(
        "number-too-large",
        Say::new(
            format!("`{value}` in `{column}` has more digits than can be kept exactly"),
            format!("`{column}` 的值 `{value}` 位数过多，无法精确保存"),
        ),
        Say::new("write a number with at most 28 digits", "请写不超过 28 位数字的数"),
    )
}

pub(crate) fn no_such_date(value: &str) -> Problem {
    let value = shown(value);
    Problem::new(
        "no-such-date",
        Say::new(format!("`{value}` is a day or a time of day that does not exist"), format!("`{value}` 是不存在的日期或时刻")),
        Say::new("correct the date in the source of the records", "请在记录的来源处改正日期"),
    )
}

pub(crate) fn time_in_gap(value: &str, zone: &str) -> Problem {
    let value = shown(value);
    Problem::new(
        "time-in-gap",
        Say::new(
            format!("the local time `{value}` does not exist in {zone}: the clock was put forward over it"),
            format!("{zone} 没有 `{value}` 这个当地时刻：时钟拨快时被跳过"),
        ),
        Say::new("write the time with its offset, such as `+08:00`", "请写明时差，例如 `+08:00`"),
    )
}

pub(crate) fn time_ambiguous(value: &str, zone: &str) -> Problem {
    let value = shown(value);
    Problem::new(
        "time-ambiguous",
        Say::new(
            format!("the local time `{value}` comes twice in {zone}: the clock was put back over it"),
            format!("{zone} 的当地时刻 `{value}` 出现两次：时钟拨慢时重复"),
        ),
        Say::new("write the time with its offset, such as `+08:00`", "请写明时差，例如 `+08:00`"),
    )
}

pub(crate) fn time_without_zone(value: &str) -> Problem {
    let value = shown(value);
    Problem::new(
        "time-without-zone",
        Say::new(
            format!("`{value}` has no offset, and the regulations that read this record are in different time zones"),
            format!("`{value}` 没有写明时差，而读取该记录的规章分属不同时区"),
        ),
        Say::new("write the time with its offset, such as `+08:00`", "请写明时差，例如 `+08:00`"),
    )
}

pub(crate) fn missing_time(column: &str) -> Problem {
    Problem::new(
        "missing-time",
        Say::new(format!("the record does not say when it happened: `{column}` is blank or not there"), format!("记录没有写明发生时间：`{column}` 为空或不存在")),
        Say::new(
            "add the time, or name the column that holds it: `feed f` with `at in \"COLUMN\"`",
            "请补上时间，或在制度的数据源中指明所在的列：`at 见 \"列名\"`",
        ),
    )
}

/// `columns` as [`listed`].
pub(crate) fn missing_type(columns: &(String, String)) -> Problem {
    let (en, zh) = columns;
    Problem::new(
        "missing-type",
        Say::new(format!("the record does not say what it is: {en} is blank or not there"), format!("记录没有写明类型：{zh} 为空或不存在")),
        Say::new("write the name of the event the policy declares", "请写上制度中声明的事件名称"),
    )
}

/// `names` as [`listed`].
pub(crate) fn ambiguous_type(names: &(String, String)) -> Problem {
    let (en, zh) = names;
    Problem::new(
        "ambiguous-type",
        Say::new(format!("the record can be read as more than one event: {en}"), format!("该记录可以读作多种事件：{zh}")),
        Say::new("remove the type column that does not belong, or name another one in the feed", "请去掉不相干的类型列，或在数据源中指明另一列"),
    )
}

pub(crate) fn bad_utf8(byte: usize) -> Problem {
    Problem::new(
        "bad-utf8",
        Say::new(format!("the text is not UTF-8 (byte {byte} of the record)"), format!("文字不是 UTF-8 编码（记录的第 {byte} 字节）")),
        Say::new("save the file as UTF-8", "请将文件另存为 UTF-8 编码"),
    )
}

pub(crate) fn line_too_long(limit: usize) -> Problem {
    Problem::new(
        "record-too-long",
        Say::new(format!("the record is longer than {limit} bytes"), format!("该记录超过 {limit} 字节")),
        Say::new("look for a missing line break in the file", "请检查文件中是否漏了换行"),
    )
}

pub(crate) fn broken_line(why: Say) -> Problem {
    Problem::new("broken-line", why, Say::new("correct the line; the other lines are read", "请改正这一行；其余各行照常读取"))
}

pub(crate) fn duplicate_key(key: &str) -> Problem {
    let key = shown(key);
    Problem::new(
        "duplicate-key",
        Say::new(format!("`{key}` stands twice in the record"), format!("`{key}` 在记录中出现两次")),
        Say::new("keep the one that is right", "请只保留正确的一个"),
    )
}
