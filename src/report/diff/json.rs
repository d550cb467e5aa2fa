//! The difference for scripts: one JSON object (`docs/diff.md`).

use super::Report;
use crate::diagnostics::{Say, Tongue};
use crate::diff::recorded::{Amount, Recorded};
use crate::diff::{Case, Change, Proof, Row, Sort};
use crate::model::Model;
use crate::reference::verdict::Verdict;
use crate::report::lint::{extent, given};
use crate::report::words::{ruling_code, subject, unit_code, value_code};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

impl Report<'_> {
    /// Writes the difference as one object.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub(crate) fn write_json(&self, tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
        let difference = self.difference;
        let changes: Vec<Value> = difference.changes.iter().map(|one| change(self.models, one, tongue)).collect();
        let through: Vec<Value> = difference.through.iter().map(|(norm, of)| json!({"norm": norm, "looks_at": of})).collect();
        let renamed: Vec<Value> = difference.renamed.iter().map(|(old, new)| json!({"old": old, "new": new})).collect();
        let recorded = self.recorded.map(recorded);
        writeln!(out, "{}", json!({"same": difference.is_empty(), "changes": changes, "may_change": through, "renamed": renamed, "recorded": recorded}))
    }
}

fn change(models: [&Model; 2], change: &Change, tongue: Tongue) -> Value {
    let sort = match change.sort {
        Sort::Added => "new",
        Sort::Removed => "gone",
        Sort::Changed => "changed",
    };
    let rows: Vec<Value> = change.rows.iter().map(|one| row(models, one, tongue)).collect();
    let not_compared: Vec<&str> = change.not_compared.iter().map(|why| why.get(tongue)).collect();
    json!({"name": change.name, "title": change.title.get(tongue), "norm": change.is_norm, "cites": change.cites, "change": sort, "rows": rows, "not_compared": not_compared})
}

fn row(models: [&Model; 2], row: &Row, tongue: Tongue) -> Value {
    let say = |say: &Option<Say>| say.as_ref().map(|say| say.get(tongue).to_owned());
    let regions: Vec<Vec<Value>> = row.regions.iter().map(|region| region.iter().map(|one| extent(one, tongue)).collect()).collect();
    let (proof, case) = match &row.proof {
        Proof::Text => ("text", None),
        Proof::Case(one) => ("case", Some(case(models, one))),
        Proof::Open => ("not_decided", None),
    };
    json!({"what": row.what.get(tongue), "old": say(&row.old), "new": say(&row.new), "regions": regions, "regions_complete": row.whole, "shown_by": proof, "case": case})
}

fn case(models: [&Model; 2], case: &Case) -> Value {
    let mut object = Map::new();
    given(models[usize::from(case.of_later)], &case.example, &mut object);
    object.insert("old".into(), json!(case.old.as_ref().map(verdict)));
    object.insert("new".into(), json!(case.new.as_ref().map(verdict)));
    Value::Object(object)
}

fn verdict(verdict: &Verdict) -> Value {
    let effects = verdict.effects.iter().map(|effect| {
        json!({
            "kind": effect.kind,
            "amount": effect.amount.map(|amount| amount.to_string()),
            "unit": effect.unit.as_ref().and_then(unit_code),
            "value": effect.value.as_ref().map(value_code),
            "to": effect.to.as_ref().map(subject),
        })
    });
    json!({"id": verdict.id, "verdict": ruling_code(verdict.ruling), "effects": effects.collect::<Vec<_>>()})
}

fn recorded(recorded: &Recorded) -> Value {
    let verdicts: Vec<Value> = recorded
        .verdicts
        .iter()
        .map(|one| json!({"id": one.id, "rule": one.rule, "old": one.old.as_ref().map(verdict), "new": one.new.as_ref().map(verdict), "because": one.because}))
        .collect();
    let people: Vec<Value> = recorded.people.iter().flat_map(|person| person.amounts.iter().map(|one| amount(Some(subject(&person.who)), one))).collect();
    let totals: Vec<Value> = recorded.totals.iter().map(|one| amount(None, one)).collect();
    json!({"judged": recorded.judged, "verdicts": verdicts, "people": people, "totals": totals})
}

fn amount(subject: Option<String>, amount: &Amount) -> Value {
    let text = |number: Option<crate::model::number::Number>| number.map(|number| number.to_string());
    let mut value = json!({"unit": unit_code(&amount.unit), "old": text(amount.old), "new": text(amount.new), "difference": text(amount.more())});
    if let (Some(subject), Value::Object(object)) = (subject, &mut value) {
        object.insert("subject".to_owned(), json!(subject));
    }
    value
}
