//! Troubles with a text, before they are tied to a source: code, place, words. Those that grammar rules give are made in `reader::expected`.

use crate::diagnostics::{Diagnostic, Place, Say, Severity, Source, Span};
use std::sync::Arc;

/// Something wrong at a place of the text being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    pub(super) span: Span,
    pub(super) message: Say,
    pub(super) label: Say,
    pub(super) help: Option<Say>,
}

impl Trouble {
    pub(super) fn new(code: &'static str, span: Span, message: Say) -> Self {
        Self { code, severity: Severity::Error, span, message, label: Say::new("here", "在这里"), help: None }
    }
    pub(super) fn label(mut self, en: impl Into<String>, zh: impl Into<String>) -> Self {
        self.label = Say::new(en, zh);
        self
    }
    pub(super) fn help(mut self, en: impl Into<String>, zh: impl Into<String>) -> Self {
        self.help = Some(Say::new(en, zh));
        self
    }
    /// Ties it to its source.
    pub(super) fn at(self, source: &Arc<Source>) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(self.code, self.message).at(Place { source: Arc::clone(source), span: self.span }, self.label);
        diagnostic.severity = self.severity;
        diagnostic.help = self.help;
        diagnostic
    }
}

pub(super) fn unclosed_text(span: Span, open: char, close: char) -> Trouble {
    Trouble::new("unclosed-text", span, Say::new(format!("the text that begins with `{open}` is not closed"), format!("以 `{open}` 开头的文字没有结束")))
        .label("begins here", "从这里开始")
        .help(format!("close it with `{close}` on the same line"), format!("在同一行用 `{close}` 结束"))
}

pub(super) fn unclosed_bracket(span: Span) -> Trouble {
    Trouble::new("unclosed-bracket", span, Say::new("the citation is not closed", "依据没有用括号结束"))
        .label("begins here", "从这里开始")
        .help("close it with `]` on the same line, such as `[03.2e]`", "在同一行用 `】` 结束，例如 `【03.2e】`")
}

pub(super) fn invisible(span: Span, character: char, in_text: bool) -> Trouble {
    let code = u32::from(character);
    let mut trouble =
        Trouble::new("invisible-character", span, Say::new(format!("an invisible character (U+{code:04X}) stands in the text"), format!("文中有看不见的字符（U+{code:04X}）")))
            .help("delete it; it often comes along when text is copied from a web page or a word processor", "请删除；从网页或文字处理软件复制时常会带入");
    if in_text {
        trouble.severity = Severity::Warning;
    }
    trouble
}

pub(super) fn full_width(span: Span, character: char) -> Trouble {
    let trouble = Trouble::new("full-width-punctuation", span, Say::new(format!("`{character}` is not accepted here"), format!("这里不能写 `{character}`")));
    match character {
        '。' => trouble.help("a full stop may stand at the end of a line only", "句号只能写在行末"),
        '～' | '—' | '–' => trouble.help("write `..` between two bounds, or `-` to subtract", "两个界限之间写 `..`，相减写 `-`"),
        '‘' | '’' | '『' | '』' | '《' | '》' | '”' | '」' => trouble.help("a text stands in `\"…\"`, `“…”` or `「…」`", "文字写在 `“…”`、`「…」` 或 `\"…\"` 之内"),
        '［' | '］' | '〔' | '〕' | '】' => trouble.help("a citation stands in `[…]` or `【…】`", "依据写在 `【…】` 或 `[…]` 之内"),
        _ => trouble.help("put it inside quotes if it belongs to a text, otherwise delete it", "若属于文字，请放进引号内；否则请删除"),
    }
}

pub(super) fn look_alike(span: Span, character: char) -> Trouble {
    let code = u32::from(character);
    Trouble::new(
        "look-alike-character",
        span,
        Say::new(format!("`{character}` (U+{code:04X}) looks like another character"), format!("`{character}`（U+{code:04X}）与别的字符形似")),
    )
    .help("type the ordinary character instead", "请改用普通字符")
}

pub(super) fn stray_indent(span: Span) -> Trouble {
    Trouble::new("stray-indent", span, Say::new("this line is indented, but there is no item above it", "这一行有缩进，但它上面没有条目"))
        .help("begin an item at the left margin, such as `rule late_fine`", "条目从行首开始写，例如 `规则 迟到扣款`")
}

pub(super) fn uneven_indent(span: Span) -> Trouble {
    Trouble::new(
        "uneven-indent",
        span,
        Say::new("this line is indented less than the first line below its item", "这一行的缩进比本条目下的第一行少"),
    )
    .help("give all lines of an item the same indentation; a deeper line continues the one above", "同一条目的各行缩进相同；缩进更深的行是上一行的继续")
}

pub(super) fn mixed_indent(span: Span) -> Trouble {
    Trouble::new("mixed-indent", span, Say::new("a tab indents this line, while others are indented by blanks", "这一行用制表符缩进，别的行用空格缩进"))
        .help("use blanks in the whole file", "全文件都用空格缩进")
}

pub(super) fn line_too_long(span: Span, longest: usize) -> Trouble {
    Trouble::new("line-too-long", span, Say::new(format!("this line has more than {longest} bytes"), format!("这一行超过 {longest} 字节")))
        .label("begins here", "从这里开始")
        .help("break it; a deeper indented line continues the one above", "请分行；缩进更深的行是上一行的继续")
}

pub(super) fn file_too_large(largest: usize) -> Trouble {
    let (megabytes, span) = (largest >> 20, Span::new(0, 0));
    Trouble::new("file-too-large", span, Say::new(format!("this file is larger than {megabytes} MB"), format!("文件大于 {megabytes} MB")))
        .help("split it, and bring the parts together with `import`", "请拆成几个文件，用 `引入` 合在一起")
}

pub(super) fn too_deep(span: Span, deepest: usize) -> Trouble {
    Trouble::new(
        "too-deep",
        span,
        Say::new(format!("conditions are nested more than {deepest} deep here"), format!("这里的条件嵌套超过 {deepest} 层")),
    )
    .help("name parts of it with `measure`, and use the names", "用 `计量` 给其中的部分取名，再引用名称")
}

pub(super) fn too_long(span: Span, most: usize) -> Trouble {
    Trouble::new("too-deep", span, Say::new(format!("this statement has more than {most} operators"), format!("这一句的运算符超过 {most} 个")))
        .label("begins here", "从这里开始")
        .help("write a `table`, or name parts of it with `measure`", "改写成 `表`，或用 `计量` 给其中的部分取名")
}

pub(super) fn too_many(span: Span, shown: usize) -> Trouble {
    Trouble::new("too-many-errors", span, Say::new(format!("more than {shown} errors; the others are not shown"), format!("错误超过 {shown} 个，其余不再列出")))
        .help("repair the first ones and check again", "请先改正前面的错误，再检查一次")
}

pub(super) fn bad_date(span: Span, written: &str) -> Trouble {
    Trouble::new("bad-date", span, Say::new(format!("`{written}` is no day of the calendar"), format!("`{written}` 不是历法中的一天")))
        .help("write year, month and day, such as `2024-03-05`", "写成年、月、日，例如 `2024-03-05`")
}

pub(super) fn bad_time(span: Span, written: &str) -> Trouble {
    Trouble::new("bad-time", span, Say::new(format!("`{written}` is no time of day"), format!("`{written}` 不是一天中的时间")))
        .help("write hours and minutes from `00:00` to `23:59`", "写成 `00:00` 至 `23:59` 之间的时和分")
}

pub(super) fn bad_number(span: Span, written: &str) -> Trouble {
    let written: String = written.chars().take(40).collect();
    Trouble::new("bad-number", span, Say::new(format!("`{written}` has too many digits"), format!("`{written}` 的位数太多")))
        .help("a number has at most 28 digits", "一个数最多 28 位")
}

pub(super) fn unit_missing(span: Span, number: &str) -> Trouble {
    Trouble::new("unit-missing", span, Say::new(format!("`{number}` has no unit"), format!("`{number}` 没有单位")))
        .label("an amount needs its unit", "数额要写单位")
        .help(format!("write the unit, such as `{number} CNY` or `{number} points`"), format!("写上单位，例如 `{number} 元` 或 `{number} 分`"))
}

pub(super) fn said_twice(span: Span) -> Trouble {
    Trouble::new("said-twice", span, Say::new("this is said a second time", "这里说了第二次"))
        .label("the second time", "第二次")
        .help("keep one of the two; join conditions with `and`", "两处只留一处；条件用 `且` 连接")
}

pub(super) fn grouped_digits(span: Span, written: &str) -> Trouble {
    let (joined, spaced) = (written.replace(',', ""), written.replace(',', ", "));
    Trouble::new("bad-number", span, Say::new(format!("`{written}` could be one number or two"), format!("`{written}` 可能是一个数，也可能是两个数")))
        .help(format!("write `{joined}` for one number, `{spaced}` for two"), format!("一个数写 `{joined}`，两个数写 `{spaced}`"))
}

pub(super) fn row_length(span: Span, cells: usize, columns: usize) -> Trouble {
    Trouble::new(
        "row-length",
        span,
        Say::new(format!("cells in this row: {cells}, in the header: {columns}"), format!("这一行有 {cells} 格，表头有 {columns} 格")),
    )
    .help("give each row as many cells as the header; write `any` where a condition does not matter", "每行的格数与表头相同；不论何值的格写 `任意`")
}
