//! An example as a drafter writes it.

use crate::diagnostics::Tongue;
use crate::model::value::{Scalar, Type, Unit};
use crate::model::{Example, GivenRecord, GivenSubject, Model};
use crate::explain::words::Words;
use crate::records::Records;

/// The lines of the example, without its expectations; indented by two.
pub(crate) fn example(model: &Model, example: &Example, tongue: Tongue) -> Vec<String> {
    let nothing = Records::default();
    let words = Words::new(model, &nothing, "", tongue);
    let mut lines: Vec<String> = example.subjects.iter().map(|subject| given_subject(&words, subject)).collect();
    lines.extend(example.records.iter().map(|record| given_record(&words, record)));
    lines.extend(example.settled.iter().map(|(name, value)| settled(&words, name, value)));
    lines.extend(example.until.as_ref().map(|until| format!("  {} {until}", words.pick("known up to", "截至"))));
    lines
}

/// What the example settles of what the text leaves open.
fn settled(words: &Words<'_>, name: &str, value: &Scalar) -> String {
    let name = name.split_once('.').map_or(name, |(_, name)| name);
    match value {
        Scalar::Kind(_, alternative) => format!("  {} {name} {} {alternative}", words.pick("given", "已知"), words.pick("read as", "解作")),
        value => format!("  {} {name} = {}", words.pick("given", "已知"), literal(words, value)),
    }
}

fn given_subject(words: &Words<'_>, subject: &GivenSubject) -> String {
    let with = fields(words, subject.attributes.iter());
    format!("  {} {} \"{}\"{with}", words.pick("given", "已知"), subject.entity, subject.id)
}

fn given_record(words: &Words<'_>, record: &GivenRecord) -> String {
    if record.event == "attestation" {
        return attested(words, record);
    }
    let event = words.model.event(&record.event);
    let is_role = |name: &str| event.is_some_and(|event| event.role_fields().iter().any(|role| role.name == name && matches!(role.ty, Type::Ref(_))));
    let roles = record.fields.iter().filter(|(name, _)| is_role(name)).map(|(name, value)| match value {
        Some(value) => format!(" {} {name} \"{}\"", words.pick("for", "关于"), id(value)),
        None => format!(" {} {name} {}", words.pick("for", "关于"), words.pick("blank", "空白")),
    });
    let roles: String = roles.collect();
    let with = fields(words, record.fields.iter().filter(|(name, _)| !is_role(name)));
    format!("  {} {} \"{}\"{roles} {} {}{with}", words.pick("given", "已知"), record.event, record.id, words.pick("on", "于"), record.at.replace('T', " "))
}

fn attested(words: &Words<'_>, record: &GivenRecord) -> String {
    let of = |name: &str| record.fields.iter().find(|(field, _)| field == name).and_then(|(_, value)| value.as_ref()).map(id).unwrap_or_default();
    let (fact, about, by) = (of("fact"), of("about"), of("by"));
    let said = match (of("value").as_str(), words.tongue) {
        ("yes", Tongue::Zh) => "是".to_owned(),
        ("no", Tongue::Zh) => "否".to_owned(),
        (value, _) => value.to_owned(),
    };
    let (short, at) = (fact.rsplit_once('.').map_or(fact.as_str(), |(_, name)| name), record.at.replace('T', " "));
    match words.tongue {
        Tongue::En => format!("  given {short} of \"{about}\" is {said} by \"{by}\" on {at}"),
        Tongue::Zh => format!("  已知 {short} 对 \"{about}\" 为 {said} 由 \"{by}\" 于 {at}"),
    }
}

fn fields<'f>(words: &Words<'_>, fields: impl Iterator<Item = &'f (String, Option<Scalar>)>) -> String {
    let all: Vec<String> = fields.map(|(name, value)| format!("{name} = {}", value.as_ref().map_or_else(|| words.pick("blank", "空白").to_owned(), |value| literal(words, value)))).collect();
    if all.is_empty() { String::new() } else { format!(" {} {}", words.pick("with", "其"), all.join(words.pick(", ", "、"))) }
}

/// A value as it is written in a policy.
pub(crate) fn literal(words: &Words<'_>, value: &Scalar) -> String {
    match value {
        Scalar::Quantity(number, Unit::Percent) => format!("{number}%"),
        Scalar::Quantity(number, unit) => words.quantity(*number, unit).replace('−', "-"),
        Scalar::Bool(yes) => words.yes(*yes).to_owned(),
        Scalar::Date(day) => day.to_string(),
        Scalar::Moment(moment) => moment.format("%Y-%m-%d %H:%M").to_string(),
        Scalar::Time(time) => time.format("%H:%M").to_string(),
        Scalar::Kind(_, name) => name.to_string(),
        Scalar::Text(text) => format!("\"{text}\""),
        Scalar::Ref(_, id) => format!("\"{id}\""),
        Scalar::Set(_, ids) => format!("\"{}\"", ids.join("; ")),
    }
}

fn id(value: &Scalar) -> String {
    match value {
        Scalar::Ref(_, id) | Scalar::Text(id) => id.to_string(),
        other => format!("{other:?}"),
    }
}
