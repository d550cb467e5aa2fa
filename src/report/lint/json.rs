//! Findings as JSON, one object a line (`docs/cli.md`).

use super::Report;
use crate::analysis::finding::{Extent, Finding, Stretch, Witness};
use crate::diagnostics::{Place, Severity, Tongue};
use crate::model::Model;
use crate::model::{Example, GivenRecord};
use crate::report::words::value_code;
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// Writes every finding, expected ones too.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn write_json(reports: &[Report<'_>], tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
    for report in reports {
        for finding in &report.linted.findings {
            writeln!(out, "{}", one(report.model, finding, tongue))?;
        }
        for undecided in &report.linted.undecided {
            writeln!(out, "{}", json!({"code": "not-decided", "severity": "note", "norm": undecided.norm, "slot": undecided.slot, "message": undecided.why.get(tongue), "confirmed": false}))?;
        }
    }
    Ok(())
}

fn one(model: &Model, finding: &Finding, tongue: Tongue) -> Value {
    let (main, related) = finding.places.split_first().map_or((None, [].as_slice()), |(main, related)| (Some(main), related));
    let mut object = Map::new();
    object.insert("code".into(), json!(finding.code));
    object.insert("severity".into(), json!(severity(finding.severity)));
    object.insert("about".into(), json!(finding.about));
    object.insert("message".into(), json!(finding.message.get(tongue)));
    object.insert("help".into(), json!(finding.help.get(tongue)));
    if let Some((Some(place), _)) = main {
        object.insert("path".into(), json!(place.source.name));
        object.insert("span".into(), span(place));
    }
    let related: Vec<Value> = related.iter().filter_map(|(place, say)| place.as_ref().map(|place| json!({"path": place.source.name, "span": span(place), "label": say.get(tongue)}))).collect();
    object.insert("related".into(), json!(related));
    let regions: Vec<Vec<Value>> = finding.regions.iter().map(|region| region.iter().map(|extent| self::extent(extent, tongue)).collect()).collect();
    object.insert("regions".into(), json!(regions));
    object.insert("regions_complete".into(), json!(finding.whole));
    if let Some(witness) = &finding.witness {
        case(model, witness, &mut object);
        let others: Vec<&str> = witness.judged.iter().map(|verdict| verdict.id.as_str()).filter(|id| *id != witness.verdict).collect();
        object.insert("other_verdicts".into(), json!(others));
    }
    object.insert("confirmed".into(), json!(finding.witness.is_some()));
    object.insert("expected".into(), json!(finding.expected));
    Value::Object(object)
}

/// A case: rows, records, and the verdict that shows it.
pub(super) fn case(model: &Model, witness: &Witness, object: &mut Map<String, Value>) {
    given(model, &witness.example, object);
    object.insert("verdict".into(), json!(witness.verdict));
}

/// Rows and records.
pub(crate) fn given(model: &Model, example: &Example, object: &mut Map<String, Value>) {
    let subjects = example.subjects.iter().map(|subject| json!({"register": subject.entity, "id": subject.id, "attributes": fields(&subject.attributes)}));
    let records = example.records.iter().map(|record| self::record(model, record));
    object.insert("registers".into(), subjects.collect());
    object.insert("witness".into(), records.collect());
}

pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn span(place: &Place) -> Value {
    let (line, column) = super::sarif::position(&place.source.text, place.span.start);
    json!({"start": place.span.start, "end": place.span.end, "line": line, "column": column})
}

/// What holds of one thing.
pub(crate) fn extent(extent: &Extent, tongue: Tongue) -> Value {
    let mut object = Map::new();
    object.insert("field".into(), json!(extent.what.get(tongue)));
    if !extent.values.is_empty() {
        object.insert("is".into(), json!(extent.values));
    }
    match extent.stretches.as_slice() {
        [] => {}
        [one] => object.extend(stretch(one)),
        several => {
            object.insert("stretches".into(), several.iter().map(|one| Value::Object(stretch(one))).collect());
        }
    }
    object.insert("words".into(), json!(extent.is.get(tongue)));
    Value::Object(object)
}

fn stretch(stretch: &Stretch) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, bound) in [("from", &stretch.from), ("to", &stretch.to)] {
        if let Some((number, open)) = bound {
            object.insert(name.into(), json!(number));
            object.insert(format!("{name}_open"), json!(open));
        }
    }
    object
}

fn record(model: &Model, record: &GivenRecord) -> Value {
    let called = model.event(&record.event).and_then(|event| event.called.first()).unwrap_or(&record.event);
    let mut object = Map::new();
    object.insert("type".into(), json!(called));
    object.insert("id".into(), json!(record.id));
    object.insert("at".into(), json!(record.at));
    if let Value::Object(fields) = fields(&record.fields) {
        object.extend(fields);
    }
    Value::Object(object)
}

fn fields(fields: &[(String, Option<crate::model::value::Scalar>)]) -> Value {
    fields.iter().map(|(name, value)| (name.clone(), value.as_ref().map_or(Value::Null, |value| json!(value_code(value))))).collect::<Map<_, _>>().into()
}
