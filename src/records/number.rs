//! Numbers and units as they are written in data: `12`, `0.5`, `1e3`, `10 CNY`, `2 天`, `10%`.

use crate::diagnostics::Say;
use crate::model::number::Number;
use crate::model::value::Unit;
use rust_decimal::Decimal;

/// What a text that should be a number is.
#[derive(Debug, PartialEq)]
pub(crate) enum Read {
    /// A number, and the unit written with it.
    Number(Number, Option<String>),
    /// It looks like a number but has too many digits.
    TooLarge,
    /// It is not a number.
    Not,
}

/// Reads a number with or without a unit, which may stand before (money) or after it.
pub(crate) fn read(text: &str) -> Read {
    let text = text.trim();
    let start = text.find(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')).unwrap_or(text.len());
    let (before, rest) = text.split_at(start);
    let (number, after) = rest.split_at(number_length(rest));
    let unit = match (before.trim(), after.trim()) {
        ("", "") => None,
        ("", unit) | (unit, "") => Some(unit.to_owned()),
        _ => return Read::Not,
    };
    if unit.as_ref().is_some_and(|unit| unit.contains(|c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | '/' | '+' | '-'))) {
        return Read::Not;
    }
    match exact(number) {
        Some(Some(number)) => Read::Number(number, unit),
        Some(None) => Read::TooLarge,
        None => Read::Not,
    }
}

/// How many bytes at the start of `text` are a number: sign, digits, fraction, exponent.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let sign = |at: usize| at + usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
    let mut end = digits(sign(0));
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let exponent = sign(end + 1);
        if digits(exponent) > exponent {
            end = digits(exponent);
        }
    }
    end
}

/// The exact number; outer none when it is not one, inner none when it is too large.
fn exact(text: &str) -> Option<Option<Number>> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let unsigned = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    if whole.is_empty() || fraction.is_empty() {
        return None;
    }
    let number = Decimal::from_str_exact(mantissa.strip_prefix('+').unwrap_or(mantissa)).ok().map(Number::from);
    Some(number.and_then(|number| shifted(number, exponent.parse().ok()?)))
}

/// `number × 10^exponent`, if it can still be written with 28 digits.
fn shifted(number: Number, exponent: i32) -> Option<Number> {
    if number.is_zero() {
        return Some(number);
    }
    let ten = Number::whole(10);
    let mut result = number;
    for _ in 0..exponent.unsigned_abs().min(60) {
        result = if exponent > 0 { result.times(ten)? } else { result.over(ten)? };
    }
    let written = result.to_string();
    let keeps = !written.contains('/') && written.bytes().filter(u8::is_ascii_digit).count() <= 29;
    (keeps && exponent.unsigned_abs() <= 60).then_some(result)
}

/// Does the unit written as `word` mean `unit`?
pub(crate) fn means(word: &str, unit: &Unit) -> bool {
    let lower = word.to_lowercase();
    let lower = lower.as_str();
    match unit {
        Unit::One => matches!(lower, "times" | "time" | "次" | "个" | "篇" | "人" | "件"),
        Unit::Money(code) => lower == code.to_lowercase() || money(lower, code),
        Unit::Days => matches!(lower, "day" | "days" | "d" | "天" | "日"),
        Unit::WorkingDays => matches!(lower, "working day" | "working days" | "工作日" | "个工作日"),
        Unit::Months => matches!(lower, "month" | "months" | "月" | "个月"),
        Unit::Years => matches!(lower, "year" | "years" | "年"),
        Unit::Hours => matches!(lower, "hour" | "hours" | "h" | "小时" | "个小时"),
        Unit::Minutes => matches!(lower, "minute" | "minutes" | "min" | "分钟"),
        Unit::Percent => matches!(lower, "%" | "％" | "percent"),
        Unit::Points => matches!(lower, "point" | "points" | "分"),
    }
}

fn money(word: &str, code: &str) -> bool {
    match code {
        "CNY" => matches!(word, "元" | "yuan" | "¥" | "￥" | "人民币" | "rmb"),
        "EUR" if word == "€" => true,
        "USD" if word == "$" => true,
        "GBP" if word == "£" => true,
        code => crate::syntax::currency::in_chinese(code) == word,
    }
}

/// The unit in words.
pub(crate) fn in_words(unit: &Unit) -> Say {
    let (en, zh) = match unit {
        Unit::One => ("plain numbers", "纯数"),
        Unit::Money(code) => return Say::new(code.as_ref(), crate::syntax::currency::in_chinese(code)),
        Unit::Days => ("days", "天"),
        Unit::WorkingDays => ("working days", "工作日"),
        Unit::Months => ("months", "个月"),
        Unit::Years => ("years", "年"),
        Unit::Hours => ("hours", "小时"),
        Unit::Minutes => ("minutes", "分钟"),
        Unit::Percent => ("percent", "百分比"),
        Unit::Points => ("points", "分"),
    };
    Say::new(en, zh)
}
