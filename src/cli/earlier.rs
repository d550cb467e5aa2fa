//! Verdicts of an earlier audit, for `--since`.

use super::failure::Failure;
use super::why;
use crate::diagnostics::Say;
use crate::reference::verdict::EarlierVerdict;
use serde::Deserialize;
use std::fs::File;
use std::io::{BufRead, BufReader};

/// What is needed of a verdict's line; lines of other kinds have neither.
#[derive(Debug, Deserialize)]
struct Line {
    id: Option<String>,
    revision: Option<String>,
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
    let mut verdicts = Vec::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|error| cannot(number + 1, &error.to_string(), &error.to_string()))?;
        if line.trim().is_empty() {
            continue;
        }
        let read: Line = serde_json::from_str(&line).map_err(|_| cannot(number + 1, "it is not a line of an audit", "不是判定文件的一行"))?;
        if let Line { id: Some(id), revision: Some(revision) } = read {
            verdicts.push(EarlierVerdict { id, revision });
        }
    }
    Ok(verdicts)
}
