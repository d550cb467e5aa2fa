//! Completion: names, fields, values, units and keywords of the text's tongue. What fits best at the place comes first; nothing that could be meant is
//! left out.

use super::text::Lines;
use super::workspace::Workspace;
use crate::diagnostics::Span;
use crate::model::links::{Named, Sort};
use crate::model::value::Type;
use crate::model::{Model, type_in_words};
use crate::syntax::{item_words, words};
use lsp_types::{CompletionItem, CompletionItemKind, CompletionTextEdit, TextEdit};
use std::collections::BTreeMap;

/// Units, as they stand behind a number.
const UNITS: [&[&str]; 2] = [
    &["days", "working days", "weeks", "months", "years", "hours", "minutes", "percent", "points", "times", "CNY"],
    &["天", "个工作日", "周", "个月", "年", "小时", "分钟", "百分比", "分", "次", "元"],
];

/// What may be meant at a byte of a text.
pub(crate) fn complete(workspace: &Workspace, path: &str, at: usize) -> Vec<CompletionItem> {
    let Some(text) = workspace.files.text(path) else { return Vec::new() };
    let lines = Lines::new(&text);
    let (start, line) = lines.line_of(at);
    let before = line.get(..at.saturating_sub(start)).unwrap_or(line);
    if before.contains('#') && before.matches('"').count() % 2 == 0 {
        return Vec::new();
    }
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let word = before.trim_end_matches(is_part);
    let begun = Span::new(start + word.len(), at);
    let mut found = Found { lines: &lines, span: begun, items: BTreeMap::new() };
    let tongue = workspace.tongue(path);
    let known: Vec<(&Model, Vec<&Named>)> = workspace
        .of(path)
        .flat_map(|one| one.known())
        .map(|snapshot| (snapshot.model(), snapshot.known.links.occurrences.iter().filter(|one| one.declares).map(|one| &one.named).collect()))
        .collect();
    if let Some(owner) = word.strip_suffix('.').or_else(|| word.trim_end().strip_suffix('的')) {
        let owner = owner.trim_end();
        let owner = owner.rsplit(|c: char| !is_part(c)).next().unwrap_or_default();
        for (model, names) in &known {
            found.parts(model, names, owner);
        }
        if !found.items.is_empty() {
            return found.done();
        }
    }
    if word.is_empty() {
        item_words(tongue).into_iter().for_each(|word| found.keyword(word, '0'));
        return found.done();
    }
    let place = place(word);
    if place == At::Number {
        UNITS.get(tongue as usize).into_iter().flat_map(|units| units.iter()).for_each(|unit| found.add(unit, CompletionItemKind::UNIT, None, '0'));
        return found.done();
    }
    for (model, names) in &known {
        found.names(model, names, &place);
    }
    words(tongue).into_iter().for_each(|word| found.keyword(word, if place == At::Line { '1' } else { '5' }));
    found.done()
}

/// What the text before the word asks for.
#[derive(Debug, PartialEq, Eq)]
enum At {
    /// The beginning of an indented line.
    Line,
    /// Behind a number.
    Number,
    /// A record type.
    Event,
    /// A register or case.
    Subject,
    /// Either.
    Given,
    /// A value of this field or kind.
    Value(String),
    /// Anything.
    Anything,
}

fn place(before: &str) -> At {
    let trimmed = before.trim_end();
    if trimmed.is_empty() {
        return At::Line;
    }
    let last = trimmed.rsplit([' ', '\u{3000}', '(', '（', '|', ',', '，', '、']).next().unwrap_or_default();
    if last.chars().all(|c| c.is_ascii_digit() || c == '.') && !last.is_empty() {
        return At::Number;
    }
    let words: Vec<&str> = trimmed.split([' ', '\u{3000}']).filter(|word| !word.is_empty()).collect();
    match (words.as_slice(), last) {
        ([.., field, "is" | "为" | "=" | "＝" | "not"], _) => At::Value((*field).rsplit('.').next().unwrap_or_default().to_owned()),
        (_, "on" | "凡" | "must" | "须" | "计数" | "since") => At::Event,
        (_, "given" | "已知") => At::Given,
        ([.., "count" | "any", "of"] | [.., "any"], _) => At::Event,
        (_, "by" | "由" | "each" | "每个" | "每名") => At::Subject,
        _ => At::Anything,
    }
}

struct Found<'l> {
    lines: &'l Lines<'l>,
    /// The word that is begun.
    span: Span,
    items: BTreeMap<String, CompletionItem>,
}

impl Found<'_> {
    fn done(self) -> Vec<CompletionItem> {
        self.items.into_values().collect()
    }

    fn add(&mut self, word: &str, kind: CompletionItemKind, detail: Option<String>, rank: char) {
        let sort = format!("{rank}{word}");
        if self.items.get(word).is_some_and(|known| known.sort_text.as_ref().is_some_and(|known| *known <= sort)) {
            return;
        }
        let edit = TextEdit::new(self.lines.range(self.span), word.to_owned());
        let item = CompletionItem { label: word.to_owned(), kind: Some(kind), detail, sort_text: Some(sort), text_edit: Some(CompletionTextEdit::Edit(edit)), ..CompletionItem::default() };
        self.items.insert(word.to_owned(), item);
    }

    fn keyword(&mut self, word: &str, rank: char) {
        self.add(word, CompletionItemKind::KEYWORD, None, rank);
    }

    /// What stands behind `owner.`.
    fn parts(&mut self, model: &Model, names: &[&Named], owner: &str) {
        // The register of a role or attribute.
        let fields = || model.events.iter().flat_map(|event| &event.fields).chain(model.entities.iter().flat_map(|entity| &entity.attributes));
        let entities: Vec<&str> = std::iter::once(owner).chain(fields().filter(|field| field.name == owner).filter_map(|field| if let Type::Ref(entity) = &field.ty { Some(entity.as_str()) } else { None })).collect();
        for entity in entities.into_iter().filter_map(|name| model.entity(name)) {
            for field in &entity.attributes {
                self.add(&field.name, CompletionItemKind::FIELD, Some(field.label.clone().unwrap_or_else(|| type_in_words(&field.ty).en)), '0');
            }
        }
        if matches!(owner, "this" | "本次") {
            fields().for_each(|field| self.add(&field.name, CompletionItemKind::FIELD, field.label.clone(), '0'));
        }
        if let Some(schedule) = model.schedule(owner) {
            schedule.slots.iter().for_each(|slot| self.add(&slot.name, CompletionItemKind::FIELD, Some(format!("{} .. {}", slot.start, slot.end)), '0'));
        }
        match owner {
            "period" => ["start", "end", "days"].iter().for_each(|part| self.add(part, CompletionItemKind::PROPERTY, None, '0')),
            "本期" => ["开始", "结束", "天数"].iter().for_each(|part| self.add(part, CompletionItemKind::PROPERTY, None, '0')),
            "delay" => ["days", "working_days", "due", "done"].iter().for_each(|part| self.add(part, CompletionItemKind::PROPERTY, None, '0')),
            "逾期" => ["天数", "工作日数", "应办日", "办结日"].iter().for_each(|part| self.add(part, CompletionItemKind::PROPERTY, None, '0')),
            _ => {}
        }
        for norm in model.norms.iter().filter(|norm| norm.name == owner || norm.name.rsplit('.').next() == Some(owner)) {
            norm.decisions.iter().for_each(|decision| self.add(&decision.slot, CompletionItemKind::PROPERTY, norm.label.clone(), '0'));
        }
        let prefix = format!("{owner}.");
        names.iter().filter(|named| named.sort == Sort::Item).filter_map(|named| named.name.strip_prefix(&prefix)).for_each(|name| self.add(name, CompletionItemKind::FUNCTION, None, '1'));
    }

    fn names(&mut self, model: &Model, names: &[&Named], place: &At) {
        let kind_of = |wanted: &str| -> Vec<&str> {
            let fields = model.events.iter().flat_map(|event| &event.fields).chain(model.entities.iter().flat_map(|entity| &entity.attributes));
            fields.filter(|field| field.name == wanted).filter_map(|field| if let Type::Kind(kind) = &field.ty { Some(kind.as_str()) } else { None }).collect()
        };
        let kinds: Vec<&str> = if let At::Value(field) = place { kind_of(field) } else { Vec::new() };
        for named in names {
            let (kind, best) = match named.sort {
                Sort::Event => (CompletionItemKind::STRUCT, matches!(place, At::Event | At::Given)),
                Sort::Type => (CompletionItemKind::CLASS, matches!(place, At::Subject | At::Given)),
                Sort::Value => (CompletionItemKind::ENUM_MEMBER, kinds.contains(&named.owner.as_str())),
                Sort::Field => (CompletionItemKind::FIELD, *place == At::Anything),
                Sort::Item => (CompletionItemKind::FUNCTION, *place == At::Anything),
                Sort::Slot | Sort::Member => (CompletionItemKind::PROPERTY, false),
                Sort::Regulation | Sort::Calendar | Sort::Schedule | Sort::Feed => (CompletionItemKind::MODULE, false),
            };
            let detail = detail(model, named);
            self.add(named.bare(), kind, detail, if best { '0' } else { '3' });
        }
    }
}

/// The label of what is named, and whose it is.
fn detail(model: &Model, named: &Named) -> Option<String> {
    let label = match named.sort {
        Sort::Event => model.event(&named.name).and_then(|event| event.label.clone()),
        Sort::Type => model.entity(&named.name).and_then(|entity| entity.label.clone()).or_else(|| model.kind(&named.name)?.label.clone()),
        Sort::Item => model.norm(&named.name).and_then(|norm| norm.label.clone()).or_else(|| model.parameter(&named.name)?.label.clone()),
        Sort::Value => model.kind(&named.owner).and_then(|kind| kind.values.iter().find(|(value, _)| *value == named.name)?.1.clone()),
        Sort::Field => {
            let fields = model.event(&named.owner).map(|event| &event.fields).or_else(|| model.entity(&named.owner).map(|entity| &entity.attributes));
            fields.and_then(|fields| fields.iter().find(|field| field.name == named.name)?.label.clone())
        }
        _ => None,
    };
    let owner = (!named.owner.is_empty()).then(|| named.owner.clone());
    match (label, owner) {
        (Some(label), Some(owner)) => Some(format!("{label} · {owner}")),
        (label, owner) => label.or(owner),
    }
}
