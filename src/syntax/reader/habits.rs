//! Words of ordinary speech that the language says otherwise, and how.

/// What to write instead of `word`, which a line with `before` in front of it cannot hold.
pub(super) fn way_out(before: &str, word: &str) -> Option<(&'static str, &'static str)> {
    let first = before.split_whitespace().next().unwrap_or_default();
    Some(match word {
        "lesser" | "smaller" | "lower" | "minimum" | "min" | "较小者" | "较低者" => (
            "the lesser of two values is the one in a rule of its own, with the other below it as `at most`: `decides amount = price`, `at most limit`",
            "取两者中较小的，请另写一条规则，取其一，另一个写作下一行的 `不高于`：`确定 金额 = 价格`、`不高于 上限`",
        ),
        "greater" | "larger" | "higher" | "maximum" | "max" | "较大者" | "较高者" => (
            "the greater of two values is the one in a rule of its own, with the other below it as `at least`: `decides amount = price`, `at least floor`",
            "取两者中较大的，请另写一条规则，取其一，另一个写作下一行的 `不低于`：`确定 金额 = 价格`、`不低于 下限`",
        ),
        "when" | "if" | "当" | "如果" if matches!(first, "must" | "须") => (
            "a duty's condition stands on a line of its own above it, `when …`; another deadline for some is `instead … when …`; only `must satisfy` takes `when` behind it",
            "义务的条件另起一行写在前面：`当 …`；部分情形期限不同的写 `改为 … 当 …`；只有 `须 满足` 后面可以直接写 `当`",
        ),
        "if" | "如果" => ("a condition begins with `when`, what is excepted with `unless`", "条件以 `当` 开头，例外以 `除非` 开头"),
        "calendar" | "日历" => ("a regulation has one calendar, named in its header; who works on other days needs a regulation of their own", "每个规章只有一个日历，写在开头；另有工作日的人须另立规章"),
        "else" | "otherwise" | "否则" => (
            "what holds otherwise is a last line without `when` under `first match`, or a row with `any` in a table",
            "其余情形写作 `取首` 之下不带 `当` 的最后一行，或表中写 `任意` 的一行",
        ),
        _ => return None,
    })
}
