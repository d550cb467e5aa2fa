//! The registry of codes: one line each, sorted by name, with its page.
//!
//! A page, `docs/codes/CODE.md`, has this form; it is documentation, the text of `bylaw explain CODE` and a test at once:
//!
//! ````text
//! # CODE
//! One paragraph: what it means.
//! ## Example
//! ```bylaw                 a policy that raises the code; more blocks if data take part:
//! ```jsonl events          records; also `csv events`, `xes events`
//! ```csv register staff    rows of the register `staff`; also `jsonl register staff`
//! ```csv outline           the outline of a text
//! ```xml dmn               decisions of which a policy is made
//! ```csv sheet             a sheet that is put into the policy's table
//! ## What to do
//! The way out.
//! ## 中文
//! The same in Chinese: 说明, then 怎么办 as a paragraph that begins with `**怎么办**`.
//! ````
//!
//! A policy block marked `lint` is analysed as well: its code is a finding.
//!
//! The info string of a block may add `escaped` (`\xNN` stands for a byte, `\u{NNNN}` for a character), `line-limit=N`, `file=NAME` (the name under which other
//! blocks find it, such as a calendar's data).
//! A page without an example block is allowed only for codes that need a broken disk or the like; it says so in a line beginning with `No example:`.

use super::Tongue;

/// A code and its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Kebab-case, stable.
    pub name: &'static str,
    /// Markdown.
    pub page: &'static str,
}

impl Code {
    /// Is it a finding of the analyser? The example of its page is analysed.
    #[must_use]
    pub fn is_finding(&self) -> bool {
        self.page.contains("\n```bylaw lint")
    }
}

/// The names of all findings.
pub fn findings() -> impl Iterator<Item = &'static str> {
    ALL.iter().filter(|code| code.is_finding()).map(|code| code.name)
}

/// A code as it stands in front of a message: in Chinese a finding has its name beside it.
pub fn named(code: &str, tongue: Tongue) -> String {
    match (tongue, IN_CHINESE.binary_search_by(|(name, _)| (*name).cmp(code)).ok().and_then(|at| IN_CHINESE.get(at))) {
        (Tongue::Zh, Some((_, name))) => format!("{code}（{name}）"),
        _ => code.to_owned(),
    }
}

/// The names of findings in Chinese, sorted by code.
const IN_CHINESE: &[(&str, &str)] = &[
    ("before-in-force", "早于施行"),
    ("below-zero", "小于零"),
    ("boundary", "边界"),
    ("conflict", "冲突"),
    ("copies-differ", "抄录不一致"),
    ("dead", "永不适用"),
    ("decided", "解读已定"),
    ("double-sanction", "重复处罚"),
    ("expected-finding-absent", "预期的问题没有出现"),
    ("gap", "没有规定"),
    ("list-mismatch", "名单不一致"),
    ("loophole", "漏洞"),
    ("no-consequence", "没有后果"),
    ("no-holder", "无人能担任"),
    ("other-bearer", "责任人不同"),
    ("overlap", "重叠"),
    ("redundant", "重复要求"),
    ("remark", "起草人附注"),
    ("self-approval", "自己批准自己"),
    ("shadowed", "从不起作用"),
    ("shared-item", "一项列在几张表"),
    ("sum", "合计不符"),
    ("timing", "期限"),
    ("uncited", "没有出处"),
    ("undated", "没有施行日期"),
    ("undecided", "解读未定"),
    ("unsatisfiable", "无法做到"),
    ("unstated", "没有写明"),
    ("unused", "没有使用"),
];

macro_rules! codes {
    ($($name:literal)*) => {
        /// Every code, sorted by name.
        pub const ALL: &[Code] = &[$(Code { name: $name, page: include_str!(concat!("../../docs/codes/", $name, ".md")) }),*];
    };
}

codes! {
    "adoption"
    "ambiguous-link"
    "ambiguous-name"
    "ambiguous-type"
    "bad-currency"
    "bad-data-line"
    "bad-date"
    "bad-dmn"
    "bad-interval"
    "bad-number"
    "bad-outline"
    "bad-range"
    "bad-rhythm"
    "bad-sheet"
    "bad-time"
    "bad-time-zone"
    "bad-utf8"
    "bad-validity"
    "before-in-force"
    "below-zero"
    "boundary"
    "broken-line"
    "broken-parquet"
    "broken-xml"
    "bundle-alone"
    "bundle-broken"
    "bundle-digest"
    "bundle-version"
    "cannot-breach"
    "case-values-differ"
    "completed-years"
    "conflict"
    "copies-differ"
    "correction-cycle"
    "cycle"
    "dead"
    "decided"
    "decided-elsewhere"
    "double-sanction"
    "duplicate-key"
    "duplicate-name"
    "expected-finding-absent"
    "field-not-set"
    "file-cut-short"
    "file-too-large"
    "file-unreadable"
    "form-incomplete"
    "full-width-punctuation"
    "gap"
    "hole-of-what"
    "incomplete-given"
    "invisible-character"
    "judged-of-nothing"
    "keyword-run-on"
    "line-too-long"
    "link-missing"
    "list-mismatch"
    "look-alike-character"
    "loophole"
    "measure-in-where"
    "missing-id"
    "missing-time"
    "missing-type"
    "mixed-indent"
    "nearly-declared"
    "never-blank"
    "no-calendar"
    "no-consequence"
    "no-delay"
    "no-holder"
    "no-id-column"
    "no-policies"
    "no-regulation"
    "no-such-date"
    "no-such-slot"
    "no-time-zone"
    "no-type-column"
    "not-in-list"
    "not-ordered"
    "not-utf8"
    "number-too-large"
    "occasion-missing"
    "occasion-twice"
    "other-bearer"
    "out-of-range"
    "overlap"
    "overlapping-rows"
    "overlapping-versions"
    "posted-to-a-case"
    "posted-twice"
    "ragged-row"
    "record-too-long"
    "redundant"
    "register-format"
    "remark"
    "row-length"
    "run-of-one-day-each"
    "said-twice"
    "same-id"
    "second-regulation"
    "self-approval"
    "shadowed"
    "shared-item"
    "stray-indent"
    "sum"
    "throughout-facts"
    "time-ambiguous"
    "time-in-gap"
    "time-without-zone"
    "timing"
    "too-deep"
    "too-many-errors"
    "too-many-readings"
    "type-mismatch"
    "uncited"
    "unclosed-bracket"
    "unclosed-quote"
    "unclosed-text"
    "undated"
    "undecided"
    "uneven-indent"
    "unexpected-text"
    "unit-mismatch"
    "unit-missing"
    "unknown-fact"
    "unknown-finding"
    "unknown-item"
    "unknown-line"
    "unknown-name"
    "unknown-register"
    "unknown-subject"
    "unknown-target"
    "unsatisfiable"
    "unstated"
    "unused"
    "unused-measure"
    "window-missing"
    "wrong-line"
    "wrong-type"
    "wrong-unit"
}

/// The code of that name, if there is one.
pub(crate) fn known(name: &str) -> Option<&'static str> {
    ALL.binary_search_by(|code| code.name.cmp(name)).ok().and_then(|at| ALL.get(at)).map(|code| code.name)
}

/// The page of the code called `name`.
pub fn page(name: &str) -> Option<&'static str> {
    ALL.binary_search_by(|code| code.name.cmp(name)).ok().and_then(|at| ALL.get(at)).map(|code| code.page)
}
