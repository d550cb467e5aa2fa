//! The bundle: a model as canonical, versioned JSON with its digest.

mod sound;

use super::Model;
use crate::diagnostics::{Diagnostic, Say};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Version of the format that is written and read.
pub const VERSION: u32 = 1;

/// What a bundle file holds.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Bundle {
    /// Version of the format.
    bylaw: u32,
    /// SHA-256 of the model's canonical JSON, in lower-case hex.
    digest: String,
    /// The rules.
    model: Model,
}

/// The canonical JSON of `value`: keys sorted, no blanks.
fn canonical(model: &Model) -> String {
    // Through `Value`, whose maps are sorted by key.
    serde_json::to_value(model).expect("a model is plain data").to_string()
}

/// The model as a bundle: pretty JSON with sorted keys, ending in a line feed.
pub fn write(model: &Model) -> String {
    let bundle = Bundle { bylaw: VERSION, digest: digest(model), model: model.clone() };
    let value = serde_json::to_value(&bundle).expect("a model is plain data");
    format!("{value:#}\n")
}

/// SHA-256 of the canonical JSON of the model, in lower-case hex. Nothing in it depends on paths, spans or the order of files.
pub fn digest(model: &Model) -> String {
    let hash = Sha256::digest(canonical(model).as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a bundle.
///
/// # Errors
/// When it is no JSON or of another shape (`bundle-broken`), of another version (`bundle-version`), when its digest does not
/// fit (`bundle-digest`), or when names in it lead nowhere (`bundle-broken`).
pub fn read(text: &str) -> Result<Model, Diagnostic> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| broken(&error))?;
    let version = value.get("bylaw").and_then(serde_json::Value::as_u64);
    if version != Some(u64::from(VERSION)) {
        return Err(other_version(version));
    }
    // From the text, not from the value: an error then names its line.
    let bundle: Bundle = serde_json::from_str(text).map_err(|error| broken(&error))?;
    if digest(&bundle.model) != bundle.digest {
        return Err(changed(&bundle.digest, &digest(&bundle.model)));
    }
    match sound::faults(&bundle.model).first() {
        None => Ok(bundle.model),
        Some(fault) => Err(recompile(Diagnostic::error("bundle-broken", fault.clone()))),
    }
}

/// The JSON schema of a bundle, pretty.
pub fn schema() -> String {
    let schema = schemars::schema_for!(Bundle);
    let value = serde_json::to_value(&schema).expect("a schema is plain data");
    format!("{value:#}\n")
}

fn recompile(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.help(Say::new(
        "make the bundle again with `bylaw compile`; bundles are not edited by hand",
        "请用 `bylaw compile` 重新生成；编译包不应手工修改",
    ))
}

fn broken(error: &serde_json::Error) -> Diagnostic {
    let (line, column) = (error.line(), error.column());
    recompile(Diagnostic::error(
        "bundle-broken",
        Say::new(
            format!("this is not a whole bundle: the text goes wrong in line {line}, column {column}"),
            format!("编译包不完整：第 {line} 行第 {column} 列有误"),
        ),
    ))
}

fn other_version(version: Option<u64>) -> Diagnostic {
    let message = match version {
        None => Say::new("this JSON is not a bundle: it has no version number `bylaw`", "此 JSON 不是编译包：没有版本号 `bylaw`"),
        Some(found) => Say::new(
            format!("the bundle has version {found}, this program reads version {VERSION}"),
            format!("编译包的版本为 {found}，本程序读取版本 {VERSION}"),
        ),
    };
    recompile(Diagnostic::error("bundle-version", message))
}

fn changed(stated: &str, found: &str) -> Diagnostic {
    recompile(Diagnostic::error(
        "bundle-digest",
        Say::new(
            format!("the bundle was changed after it was made: it states the digest `{stated}`, its rules have `{found}`"),
            format!("编译包生成后被改动：其中所载摘要为 `{stated}`，规则的摘要为 `{found}`"),
        ),
    ))
}
