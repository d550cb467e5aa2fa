//! `bylaw.toml`: which findings count for how much, beside the policies.

use super::failure::Failure;
use crate::analysis::finding::Finding;
use crate::diagnostics::{Say, Severity, codes};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The name of the file.
const NAME: &str = "bylaw.toml";

/// What the file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// How much findings of a code count.
    #[serde(default)]
    lint: BTreeMap<String, Level>,
}

/// How much findings of a code count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Error,
    Warning,
    Note,
    Off,
}

impl Config {
    /// The file in the folder of the policies, or in the nearest folder above that has one; none: as the program is.
    pub(crate) fn beside(policies: &str) -> Result<Self, Failure> {
        let Some(path) = nearest(Path::new(policies)) else { return Ok(Self::default()) };
        let shown = path.display();
        let text = fs::read_to_string(&path).map_err(|error| Failure::Input(Say::new(format!("`{shown}` cannot be read: {error}"), format!("无法读取 `{shown}`：{error}")), Say::new("see whether it may be read", "请检查读取权限")))?;
        let config: Self = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
            let why = error.message();
            Failure::Input(
                Say::new(format!("`{shown}`, line {line}: {why}"), format!("`{shown}` 第 {line} 行：{why}")),
                Say::new("below `[lint]` write lines such as `unstated = \"off\"`: a code, and error, warning, note or off", "请在 `[lint]` 下写 `unstated = \"off\"` 这样的行：代码，以及 error、warning、note 或 off"),
            )
        })?;
        match config.lint.keys().find(|code| !codes::findings().any(|known| known == code.as_str())) {
            None => Ok(config),
            Some(code) => Err(Failure::Input(
                Say::new(format!("`{shown}`: there is no finding `{code}`"), format!("`{shown}`：没有名为 `{code}` 的问题")),
                Say::new(format!("the findings are: {}", known(", ")), format!("可写的有：{}", known("、"))),
            )),
        }
    }

    /// Gives findings the severity that the file says, and drops what is off.
    pub(crate) fn apply(&self, findings: &mut Vec<Finding>) {
        findings.retain_mut(|finding| {
            match self.lint.get(finding.code) {
                Some(Level::Off) => return false,
                Some(Level::Error) => finding.severity = Severity::Error,
                Some(Level::Warning) => finding.severity = Severity::Warning,
                Some(Level::Note) => finding.severity = Severity::Note,
                None => {}
            }
            true
        });
    }
}

fn known(between: &str) -> String {
    codes::findings().collect::<Vec<_>>().join(between)
}

fn nearest(policies: &Path) -> Option<PathBuf> {
    let full = fs::canonicalize(policies).ok()?;
    full.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file())
}
