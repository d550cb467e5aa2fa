//! `bylaw lint --why`: whether two clauses meet, for people and for scripts.

use super::example;
use super::json::case;
use crate::analysis::why::{Meets, Why};
use crate::diagnostics::{Say, Tongue};
use crate::model::Model;
use crate::report::table::Style;
use crate::report::words::pick;
use serde_json::{Map, json};
use std::io::{self, Write};

/// Writes what is said of each pair.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn write_why(model: &Model, all: &[Why], tongue: Tongue, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    for Why { one, other, answer } in all {
        let (one, other) = (one.get(tongue), other.get(tongue));
        let say = |en: &str, zh: &str| match tongue {
            Tongue::En => format!("{one} and {other} {en}"),
            Tongue::Zh => format!("{one}与{other}{zh}"),
        };
        match answer {
            Meets::Never(reasons) => {
                writeln!(out, "{}", say("never meet", "从不相遇"))?;
                reasons.iter().try_for_each(|reason| writeln!(out, "  {}", reason.get(tongue)))?;
            }
            Meets::Here(region, witness) => {
                let region = region.get(tongue);
                writeln!(out, "{}", say(&format!("can meet: {region}"), &format!("可以相遇：{region}")))?;
                writeln!(out, "  {}", Style::Bold.paint(pick(tongue, "a case in which they do (run through the rules):", "实例（已按规则判定）："), colour))?;
                for line in example(model, &witness.example, tongue) {
                    writeln!(out, "  {line}")?;
                }
                writeln!(out, "    → {}", witness.verdict)?;
            }
            Meets::NotDecided(region) => {
                let region = region.get(tongue);
                writeln!(out, "{}", say(&format!("might meet, which is not decided: {region}"), &format!("是否相遇，未能判断：{region}")))?;
            }
        }
    }
    Ok(())
}

/// One JSON object a line.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn write_why_json(model: &Model, all: &[Why], tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
    for Why { one, other, answer } in all {
        let mut object = Map::new();
        object.insert("clauses".into(), json!([one.get(tongue), other.get(tongue)]));
        let said = |reasons: &[Say]| json!(reasons.iter().map(|reason| reason.get(tongue)).collect::<Vec<_>>());
        match answer {
            Meets::Never(reasons) => {
                object.insert("meet".into(), json!(false));
                object.insert("because".into(), said(reasons));
            }
            Meets::Here(region, witness) => {
                object.insert("meet".into(), json!(true));
                object.insert("where".into(), json!(region.get(tongue)));
                case(model, witness, &mut object);
            }
            Meets::NotDecided(region) => {
                object.insert("meet".into(), json!(null));
                object.insert("where".into(), json!(region.get(tongue)));
            }
        }
        writeln!(out, "{}", serde_json::Value::Object(object))?;
    }
    Ok(())
}
