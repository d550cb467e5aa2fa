//! Decisions → the text of a policy.

use super::Made;
use super::feel::{Named, Ty};
use super::fields::{Field, Fields};
use super::file::{Decision, File};
use super::names::{Names, label};
use super::rows;
use crate::diagnostics::{Say, Severity, Source, Tongue};
use crate::model::{Files, compile};
use crate::{FormatOptions, format};
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

/// A decision that was taken.
struct Taken<'a> {
    decision: &'a Decision,
    norm: String,
    table: rows::Made,
}

/// Makes the policy.
pub(super) fn made(path: &str, file: &File, only: Option<&str>, tongue: Tongue) -> Result<Made, Say> {
    let wanted = wanted(file, only)?;
    let mut fields = Fields::of(file);
    let mut norms = Names::default();
    let mut taken: Vec<Taken<'_>> = Vec::new();
    let mut left: Vec<Say> = Vec::new();
    let mut waiting: Vec<&Decision> = wanted.clone();
    let mut tried: BTreeSet<&str> = BTreeSet::new();
    // What a decision reads is made before it; those that wait for each other for ever are left.
    while !waiting.is_empty() {
        let before = waiting.len();
        let mut later = Vec::new();
        for decision in waiting {
            if decision.reads.iter().any(|id| wanted.iter().any(|other| other.id == *id && !tried.contains(other.id.as_str()))) {
                later.push(decision);
                continue;
            }
            let read: Vec<Named> = taken.iter().filter(|one| decision.reads.contains(&one.decision.id)).flat_map(|one| one.table.slots.clone()).collect();
            tried.insert(&decision.id);
            let norm = norms.give(&decision.name, "decision");
            match rows::made(file, decision, &norm, &mut fields, &read) {
                Ok(table) => {
                    left.extend(table.notes.iter().map(|say| about(decision, say)));
                    taken.push(Taken { decision, norm, table });
                }
                Err(says) => left.extend(says.iter().map(|say| about(decision, say))),
            }
        }
        waiting = later;
        if waiting.len() == before {
            left.extend(waiting.iter().map(|decision| about(decision, &Say::new("it reads decisions that read it", "它与所读的决策互相依赖"))));
            break;
        }
    }
    if only.is_none() {
        left.extend(file.others.iter().map(|(en, zh, name)| Say::new(format!("{en} `{name}`"), format!("{zh} `{name}`"))));
    }
    if taken.iter().any(|one| one.table.hit.is_single() && !one.table.complete) {
        left.push(Say::new("`null` where no rule applies: there the verdict is undetermined", "没有规则适用时的 `null`：此时判定为“无法认定”"));
    }
    let text = if taken.is_empty() { String::new() } else { written(path, file, &fields, &taken, &left, tongue)? };
    Ok(Made { text, left, taken: taken.len(), decisions: wanted.len() })
}

/// All decisions; or the one of that name with those that it reads.
fn wanted<'a>(file: &'a File, only: Option<&str>) -> Result<Vec<&'a Decision>, Say> {
    let Some(only) = only else { return Ok(file.decisions.iter().collect()) };
    let Some(first) = file.decisions.iter().find(|decision| decision.name == only || decision.id == only) else {
        let there = file.decisions.iter().map(|decision| format!("`{}`", decision.name)).collect::<Vec<_>>().join(", ");
        return Err(Say::new(format!("there is no decision `{only}`; there are {there}"), format!("没有决策 `{only}`；有 {there}")));
    };
    let mut ids = BTreeSet::from([first.id.as_str()]);
    loop {
        let more: Vec<&str> = file.decisions.iter().filter(|decision| ids.contains(decision.id.as_str())).flat_map(|decision| decision.reads.iter().map(String::as_str)).collect();
        let before = ids.len();
        ids.extend(more);
        if ids.len() == before {
            break;
        }
    }
    Ok(file.decisions.iter().filter(|decision| ids.contains(decision.id.as_str())).collect())
}

fn about(decision: &Decision, say: &Say) -> Say {
    let name = &decision.name;
    Say::new(format!("decision `{name}`: {}", say.en), format!("决策 `{name}`：{}", say.zh))
}

/// The text, in its one form.
fn written(path: &str, file: &File, fields: &Fields, taken: &[Taken<'_>], left: &[Say], tongue: Tongue) -> Result<String, Say> {
    let used: BTreeSet<usize> = taken.iter().flat_map(|one| one.table.fields.iter().copied()).collect();
    let own = path.rsplit('/').next().unwrap_or(path);
    let remark = |en: &str, zh: &str| format!("# {}\n", if tongue == Tongue::Zh { zh } else { en });
    let mut text = remark(&format!("Made of {own} by `bylaw table import`."), &format!("由 `bylaw table import` 根据 {own} 生成。"));
    if !left.is_empty() {
        text += &remark("Not taken:", "未采用：");
        text.extend(left.iter().map(|say| format!("# - {}\n", say.get(tongue).split_whitespace().collect::<Vec<_>>().join(" "))));
    }
    text += &format!("regulation {} {}\n\n", Names::default().give(&file.name, "decisions"), label(&file.name));
    for (kind, values) in fields.kinds.iter().zip(&fields.values) {
        let values: Vec<String> = values.iter().map(|(feel, name)| if feel == name { name.clone() } else { format!("{name} {}", label(feel)) }).collect();
        text += &format!("kind {} {}\n", kind.name, values.join(", "));
    }
    text += "\nevent request\n";
    text.extend(fields.fields.iter().enumerate().filter(|(at, _)| used.contains(at)).map(|(_, field)| declared(field, fields)));
    for one in taken {
        let table = &one.table;
        text += &format!("\ntable {} {}\n  on request\n  {}\n", one.norm, label(&one.decision.name), table.hit.said());
        let bars = |cells: &[String]| cells.iter().fold("  |".to_owned(), |line, cell| format!("{line} {cell} |"));
        text += &format!("{}\n", bars(&table.headings));
        text.extend(table.rows.iter().map(|(cells, note)| format!("{} {note}\n", bars(cells))));
    }
    let source = Arc::new(Source { name: path.to_owned(), text });
    let formatted = format(&source, FormatOptions { to: Some(tongue) });
    let text = match formatted {
        Ok(formatted) => formatted.text,
        Err(crate::Unformatted::Broken(told)) => return Err(first_of(&told)),
        Err(crate::Unformatted::Unlike(text)) => text,
    };
    let compiled = compile(&["made.bylaw".to_owned()], &Only(text.clone()));
    if compiled.model.is_some() { Ok(text) } else { Err(first_of(&compiled.diagnostics)) }
}

/// A decision that cannot be said after all; the first thing that is wrong is told.
fn first_of(told: &[crate::Diagnostic]) -> Say {
    let first = told.iter().find(|one| one.severity == Severity::Error);
    let (en, zh) = first.map(|one| (one.message.en.clone(), one.message.zh.clone())).unwrap_or_default();
    let line = first.and_then(|one| one.labels.first()).map(|label| label.place.source.text.get(label.place.span.start..).unwrap_or_default().lines().next().unwrap_or_default().to_owned()).unwrap_or_default();
    Say::new(format!("the policy that it would be does not compile: {en} (`{line}`)"), format!("由它生成的规章无法编译：{zh}（`{line}`）"))
}

fn declared(field: &Field, fields: &Fields) -> String {
    let ty = match field.ty {
        Ty::Number => match &field.range {
            Some((from, to)) => format!("number, {from} .. {}", to.as_deref().unwrap_or_default()),
            None => "number".to_owned(),
        },
        Ty::Text => "text".to_owned(),
        Ty::Kind(at) => fields.kinds.get(at).map(|kind| kind.name.clone()).unwrap_or_default(),
        Ty::Bool => "yes/no".to_owned(),
        Ty::Date => "date".to_owned(),
        Ty::Time => "time".to_owned(),
    };
    let renamed = if field.feel == field.name { (String::new(), String::new()) } else { (format!(" {}", label(&field.feel)), format!(" from {}", label(&field.feel))) };
    format!("  {}{}: {ty}{}\n", field.name, renamed.0, renamed.1)
}

/// One text.
struct Only(String);

impl Files for Only {
    fn read(&self, _: &str) -> io::Result<Vec<u8>> {
        Ok(self.0.clone().into_bytes())
    }

    fn folder(&self, _: &str) -> io::Result<Option<Vec<String>>> {
        Ok(None)
    }
}
