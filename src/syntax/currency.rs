//! Currencies that have a Chinese name.

/// Code and name.
const NAMES: [(&str, &str); 17] = [
    ("CNY", "元"),
    ("EUR", "欧元"),
    ("USD", "美元"),
    ("GBP", "英镑"),
    ("JPY", "日元"),
    ("HKD", "港元"),
    ("MOP", "澳门元"),
    ("TWD", "新台币"),
    ("SGD", "新加坡元"),
    ("KRW", "韩元"),
    ("AUD", "澳元"),
    ("CAD", "加元"),
    ("NZD", "新西兰元"),
    ("CHF", "瑞士法郎"),
    ("RUB", "卢布"),
    ("INR", "卢比"),
    ("THB", "泰铢"),
];

/// The Chinese name of a currency; its code where it has none.
pub(crate) fn in_chinese(code: &str) -> &str {
    NAMES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}

/// The code of a currency that is written by code or name.
pub(crate) fn code(written: &str) -> &str {
    let written = if written == "yuan" { "元" } else { written };
    NAMES.iter().find(|(_, name)| *name == written).map_or(written, |(code, _)| code)
}
