//! Symbols and folding: the items of a text.

use super::text::{Lines, location};
use super::workspace::Workspace;
use crate::diagnostics::{Place, Source, Span};
use crate::syntax::tree::{Column, Effect, Field, Form, Head, Item, Line, Node};
use lsp_types::{DocumentSymbol, FoldingRange, FoldingRangeKind, SymbolInformation, SymbolKind};
use std::sync::Arc;

/// The items of a text with what they declare.
pub(crate) fn symbols(workspace: &Workspace, path: &str) -> Vec<DocumentSymbol> {
    let Some((source, parsed)) = workspace.parsed(path) else { return Vec::new() };
    let lines = Lines::new(&source.text);
    parsed.file.items.iter().flat_map(|item| of_item(&lines, item)).collect()
}

/// Items anywhere whose name or label holds the text.
#[allow(deprecated)] // a field of the protocol that one must fill
pub(crate) fn anywhere(workspace: &Workspace, query: &str) -> Vec<SymbolInformation> {
    let mut found = Vec::new();
    let mut sources: Vec<&Arc<Source>> = workspace.institutions.iter().flat_map(|one| &one.now.compiled.sources).collect();
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    sources.dedup_by(|a, b| a.name == b.name);
    let query = query.to_lowercase();
    for (source, parsed) in sources.iter().filter_map(|source| workspace.parsed(&source.name)) {
        for item in &parsed.file.items {
            for head in item.value.heads() {
                let label = head.label.as_ref().map_or("", |label| label.value.as_str());
                let name = if label.is_empty() { head.name.value.clone() } else { format!("{} “{label}”", head.name.value) };
                if !name.to_lowercase().contains(&query) {
                    continue;
                }
                let place = Place { source: Arc::clone(&source), span: head.name.span };
                let Some(location) = location(&place) else { continue };
                found.push(SymbolInformation { name, kind: kind(&item.value), tags: None, deprecated: None, location, container_name: None });
            }
        }
    }
    found.truncate(500);
    found
}

fn of_item(lines: &Lines<'_>, item: &Node<Item>) -> Vec<DocumentSymbol> {
    let inner = children(lines, &item.value);
    if let Item::Example(example) = &item.value {
        return vec![symbol(lines, (&example.title.value, None), SymbolKind::EVENT, item.span, example.title.span, Vec::new())];
    }
    let heads = item.value.heads();
    let each = heads.into_iter().enumerate();
    each.map(|(at, head)| {
        let span = if at == 0 { item.span } else { head.name.span };
        symbol(lines, (&head.name.value, Some(detail(head))), kind(&item.value), span, head.name.span, if at == 0 { inner.clone() } else { Vec::new() })
    })
    .collect()
}

fn detail(head: &Head) -> String {
    let label = head.label.iter().map(|label| label.value.clone());
    let cites: Vec<&str> = head.cites.iter().map(|cite| cite.value.as_str()).collect();
    let cites = (!cites.is_empty()).then(|| format!("[{}]", cites.join(", ")));
    label.chain(cites).collect::<Vec<_>>().join(" ")
}

#[allow(deprecated)] // a field of the protocol that one must fill
fn symbol(lines: &Lines<'_>, (name, detail): (&str, Option<String>), kind: SymbolKind, span: Span, own: Span, children: Vec<DocumentSymbol>) -> DocumentSymbol {
    DocumentSymbol {
        name: if name.is_empty() { "?".to_owned() } else { name.to_owned() },
        detail: detail.filter(|detail| !detail.is_empty()),
        kind,
        tags: None,
        deprecated: None,
        range: lines.range(span.to(own)),
        selection_range: lines.range(own),
        children: (!children.is_empty()).then_some(children),
    }
}

fn children(lines: &Lines<'_>, item: &Item) -> Vec<DocumentSymbol> {
    let fields = |fields: &[Field]| {
        let one = |field: &Field| symbol(lines, (&field.name.value, field.label.as_ref().map(|label| label.value.clone())), SymbolKind::FIELD, field.name.span.to(field.ty.span), field.name.span, Vec::new());
        fields.iter().map(one).collect::<Vec<_>>()
    };
    match item {
        Item::Register(entity) | Item::Case(entity) => fields(&entity.attributes),
        Item::Event(event) => fields(&event.fields),
        Item::Kind(kind) => kind.values.values.iter().map(|(name, label)| symbol(lines, (&name.value, label.as_ref().map(|label| label.value.clone())), SymbolKind::ENUM_MEMBER, name.span, name.span, Vec::new())).collect(),
        Item::Reading(reading) => reading.alternatives.iter().map(|(name, label)| symbol(lines, (&name.value, label.as_ref().map(|label| label.value.clone())), SymbolKind::ENUM_MEMBER, name.span, name.span, Vec::new())).collect(),
        Item::Norm(norm) => {
            let slots = norm.lines.iter().flat_map(|line| match &line.value {
                Line::Effect(effect) => if let Effect::Decides(name, _) = &effect.effect { vec![name] } else { Vec::new() },
                Line::Table(table) => table.columns.iter().filter_map(|column| if let Column::Decides(name) = &column.value { Some(name) } else { None }).collect(),
                _ => Vec::new(),
            });
            slots.map(|name| symbol(lines, (&name.value, None), SymbolKind::PROPERTY, name.span, name.span, Vec::new())).collect()
        }
        _ => Vec::new(),
    }
}

fn kind(item: &Item) -> SymbolKind {
    match item {
        Item::Regulation(_) => SymbolKind::NAMESPACE,
        Item::Register(_) | Item::Case(_) => SymbolKind::CLASS,
        Item::Kind(_) | Item::Reading(_) => SymbolKind::ENUM,
        Item::Event(_) => SymbolKind::STRUCT,
        Item::Hole(_) | Item::Judged(_) => SymbolKind::VARIABLE,
        Item::Measure(_) | Item::State(_) => SymbolKind::CONSTANT,
        Item::Office(_) => SymbolKind::INTERFACE,
        Item::Norm(norm) if norm.form == Form::Table => SymbolKind::ARRAY,
        Item::Norm(_) | Item::Powers(_) => SymbolKind::FUNCTION,
        Item::Exception(_) => SymbolKind::OPERATOR,
        Item::Example(_) => SymbolKind::EVENT,
        Item::Import(_) | Item::Calendar(_) | Item::Schedule(_) | Item::Feed(_) | Item::LeftOut(_) => SymbolKind::FILE,
    }
}

/// Items with their bodies, and comments of several lines: by the layout alone, so that a text with mistakes folds as well.
pub(crate) fn folds(text: &str) -> Vec<FoldingRange> {
    let mut folds = Vec::new();
    let mut open: Option<(usize, usize, bool)> = None;
    let mut close = |open: Option<(usize, usize, bool)>| {
        if let Some((start, end, comment)) = open.filter(|(start, end, _)| end > start) {
            let number = |line: usize| u32::try_from(line).unwrap_or(u32::MAX);
            let kind = comment.then_some(FoldingRangeKind::Comment);
            folds.push(FoldingRange { start_line: number(start), end_line: number(end), kind, ..FoldingRange::default() });
        }
    };
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let (comment, indented) = (line.starts_with('#'), line.starts_with([' ', '\t', '\u{3000}', '|']));
        match &mut open {
            Some((_, end, true)) if comment && *end + 1 == number => *end = number,
            Some((_, end, false)) if indented => *end = number,
            _ => {
                close(open.take());
                open = Some((number, number, comment));
            }
        }
    }
    close(open);
    folds
}
