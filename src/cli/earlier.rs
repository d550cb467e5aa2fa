//! Verdicts of an earlier audit, for `--since`.

use super::failure::Failure;
use super::why;
use crate::diagnostics::Say;
use crate::reference::verdict::EarlierVerdict;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::fs::File;
use std::io::{BufRead, BufReader};

/// What is needed of a line: a verdict's id and revision, or what else it is.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Line {
    Verdict { id: String, revision: String, #[serde(rename = "verdict")] _verdict: IgnoredAny },
    Summary { #[serde(rename = "summary")] _summary: IgnoredAny },
    Statement { #[serde(rename = "statement")] _statement: IgnoredAny },
    Rejected { #[serde(rename = "rejected")] _rejected: IgnoredAny },
    Warning { #[serde(rename = "warning")] _warning: IgnoredAny },
    Withdrawn { #[serde(rename = "withdrawn")] _withdrawn: IgnoredAny },
}

/// Reads the verdicts of a file that `audit --format jsonl` wrote.
pub(crate) fn read(path: &str) -> Result<Vec<EarlierVerdict>, Failure> {
    let cannot = |line: usize, en: &str, zh: &str| {
        let (at_en, at_zh) = if line == 0 { (String::new(), String::new()) } else { (format!(" line {line}:"), format!("第 {line} 行：")) };
        Failure::Input(
            Say::new(format!("`{path}`:{at_en} {en}"), format!("`{path}`：{at_zh}{zh}")),
            Say::new(
                "give the file that `bylaw audit --format jsonl -o FILE` wrote",
                "请给出由 `bylaw audit --format jsonl -o 文件` 写成的文件",
            ),
        )
    };
    let file = File::open(path).map_err(|error| {
        let (en, zh) = why(&error);
        cannot(0, &en, &zh)
    })?;
    let (mut verdicts, mut is_whole) = (Vec::new(), false);
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|error| cannot(number + 1, &error.to_string(), &error.to_string()))?;
        if line.trim().is_empty() {
            continue;
        }
        let read: Line = serde_json::from_str(&line).map_err(|_| cannot(number + 1, "it is not a line of an audit", "不是判定文件的一行"))?;
        is_whole = matches!(read, Line::Summary { .. });
        if let Line::Verdict { id, revision, .. } = read {
            verdicts.push(EarlierVerdict { id, revision });
        }
    }
    // Without its last line the rest may be missing too, and what is missing would count as new.
    if is_whole { Ok(verdicts) } else { Err(cannot(0, "the audit is cut off: its last line, the summary, is missing", "判定文件不完整：缺少最后的汇总行")) }
}
