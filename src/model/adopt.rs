//! `adopts`: what another regulation says is read once more, as the adopter's own.
//!
//! The texts of the adopted regulation are parsed with the adopter's citations; its header, and what the adopter leaves out, are taken away.
//! What is left belongs to the adopter like anything that it wrote itself.

use super::compile::Files;
use super::load::{Reading, assign_regulations, beside};
use super::{NotAdopted, Parses};
use super::links::Sort;
use super::lower::{AdoptedName, Text};
use crate::diagnostics::{Diagnostic, Place, Say, Severity, Span};
use crate::syntax::tree::{self, Item, Node};
use crate::syntax::CitedAs;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What an adoption brings.
#[derive(Default)]
pub(super) struct Adopted {
    /// The adopted texts, as the adopter's.
    pub texts: Vec<Text>,
    /// What they import, each with the place where the adoption is written.
    pub imports: Vec<(String, Place)>,
    /// Norms that are left out.
    pub without: Vec<NotAdopted>,
    /// Names in the adopter's header that stand for something there.
    pub names: Vec<AdoptedName>,
    /// What went wrong.
    pub told: Vec<Diagnostic>,
}

/// Reads what the regulation of `text` adopts; nothing when it adopts nothing.
pub(super) fn adopted(text: &Text, files: &dyn Files, parses: &Parses) -> Adopted {
    let mut out = Adopted::default();
    let Some(header) = text.header() else { return out };
    let Some(adopts) = &header.adopts else {
        for without in &header.without {
            out.told.push(nothing_adopted(text, without));
        }
        return out;
    };
    let place = Place { source: Arc::clone(&text.source), span: adopts.path.span };
    let name = &adopts.regulation.value;
    let mut reading = Reading::new(files, parses);
    reading.want(&beside(&text.path, &adopts.path.value), Some(&place));
    let mut found = reading.all();
    out.told.append(&mut found.told);
    assign_regulations(&mut found.texts);
    let Some(theirs) = found.texts.iter().filter_map(Text::header).find(|theirs| theirs.head.name.value == *name) else {
        if !out.told.iter().any(|told| told.severity == Severity::Error) {
            out.told.push(no_such_regulation(text, adopts, &found.texts));
        }
        return out;
    };
    if theirs.adopts.is_some() {
        out.told.push(adopts_itself(text, adopts));
    }
    let cited = |header: &tree::Regulation| header.head.cites.first().map(|cite| cite.value.clone());
    let cited_as = cited(theirs).zip(cited(header)).map(|(from, to)| CitedAs { from, to });
    let own: BTreeSet<String> = found.texts.iter().map(|theirs| theirs.path.clone()).collect();
    let without: Vec<&Node<String>> = header.without.iter().flat_map(|without| &without.names).collect();
    let mut known = Vec::new();
    for theirs in &found.texts {
        for item in &theirs.tree.items {
            if let Item::Import(import) = &item.value {
                let path = beside(&theirs.path, &import.value);
                // What is adopted is not read as it was written, too: a file, with or without its ending, or a folder of such files.
                let is_own = own.iter().any(|own| *own == path || own.strip_prefix(path.as_str()).is_some_and(|rest| rest == ".bylaw" || rest.starts_with('/')));
                if !is_own {
                    out.imports.push((path, place.clone()));
                }
            }
        }
        if theirs.regulation.as_deref() != Some(name) {
            if theirs.regulation.is_none() {
                out.imports.push((theirs.path.clone(), place.clone()));
            }
            continue;
        }
        out.names.extend(named_there(theirs, adopts, &without));
        let mut tree = tree::File::clone(&parses.parse_as(&theirs.source, cited_as.as_ref()).file);
        out.without.extend(tree.items.iter().filter_map(|item| left_out(&item.value, name, &header.without)));
        tree.items.retain(|item| {
            let names = names(&item.value);
            known.extend(names.iter().map(|&name| name.to_owned()));
            let is_left = without.iter().any(|left| names.contains(&left.value.as_str()));
            !is_left && !matches!(item.value, Item::Regulation(_) | Item::Import(_))
        });
        out.texts.push(Text {
            path: theirs.path.clone(),
            source: Arc::clone(&theirs.source),
            tree: Arc::new(tree),
            broken: theirs.broken,
            unread: theirs.unread.clone(),
            regulation: Some(header.head.name.value.clone()),
            adopted: true,
            not_adopted: Vec::new(),
            adopted_names: Vec::new(),
        });
    }
    if out.texts.iter().all(|text| !text.broken) {
        out.told.extend(without.into_iter().filter(|left| !known.contains(&left.value)).map(|left| not_there(text, left, &known)));
    }
    out
}

/// What of a text the adopter's header names.
fn named_there(theirs: &Text, adopts: &tree::Adopts, without: &[&Node<String>]) -> Vec<AdoptedName> {
    let name = |used: Span, sort, full: String, declared: Span| AdoptedName { used, sort, full, path: theirs.path.clone(), declared };
    let regulation = &adopts.regulation;
    let header = theirs.header().map(|header| name(regulation.span, Sort::Regulation, regulation.value.clone(), header.head.name.span));
    let heads = theirs.tree.items.iter().filter(|item| !matches!(item.value, Item::Regulation(_))).flat_map(|item| item.value.heads());
    let left = heads.flat_map(|head| without.iter().filter(|left| left.value == head.name.value).map(move |left| (left, head)));
    header.into_iter().chain(left.map(|(left, head)| name(left.span, Sort::Item, format!("{}.{}", regulation.value, left.value), head.name.span))).collect()
}

/// A norm that the adopter leaves out, with its clauses as the adopter cites them.
fn left_out(item: &Item, regulation: &str, without: &[tree::Without]) -> Option<NotAdopted> {
    let Item::Norm(norm) = item else { return None };
    let name = &norm.head.name.value;
    let because = without.iter().find(|without| without.names.iter().any(|left| left.value == *name))?;
    Some(NotAdopted {
        regulation: regulation.to_owned(),
        name: name.clone(),
        label: norm.head.label.as_ref().map(|label| label.value.clone()),
        cites: norm.head.cites.iter().map(|cite| cite.value.clone()).collect(),
        because: because.because.value.clone(),
    })
}

/// The names an item can be left out by; an example by its title.
fn names(item: &Item) -> Vec<&str> {
    match item {
        Item::Example(example) => vec![&example.title.value],
        Item::Regulation(_) => Vec::new(),
        item => item.heads().into_iter().map(|head| head.name.value.as_str()).collect(),
    }
}

/// What is wrong with an adoption, where the adopter wrote it.
fn told(text: &Text, span: Span, message: Say, help: Say) -> Diagnostic {
    let place = Place { source: Arc::clone(&text.source), span };
    Diagnostic::error("adoption", message).at(place, Say::new("", "")).help(help)
}

fn nothing_adopted(text: &Text, without: &tree::Without) -> Diagnostic {
    told(
        text,
        without.names.first().map_or(without.because.span, |name| name.span),
        Say::new("`without` stands where nothing is adopted", "未采用任何规章，却写了 `不采用`"),
        Say::new("write `adopts NAME from \"../folder\"`, or remove the line", "请写明 `采用 名称 来自 “../文件夹”`，或删去此行"),
    )
}

fn no_such_regulation(text: &Text, adopts: &tree::Adopts, found: &[Text]) -> Diagnostic {
    let name = &adopts.regulation.value;
    let known: BTreeSet<String> = found.iter().filter_map(Text::header).map(|header| format!("`{}`", header.head.name.value)).collect();
    let known = known.into_iter().collect::<Vec<_>>().join(", ");
    let help = if known.is_empty() {
        Say::new("give the folder whose header file begins with `regulation`", "请给出含有 `规章` 文件的文件夹")
    } else {
        Say::new(format!("there is {known}"), format!("该处有 {known}"))
    };
    told(text, adopts.regulation.span, Say::new(format!("there is no regulation `{name}` there"), format!("该处没有规章 `{name}`")), help)
}

fn adopts_itself(text: &Text, adopts: &tree::Adopts) -> Diagnostic {
    let name = &adopts.regulation.value;
    told(
        text,
        adopts.regulation.span,
        Say::new(format!("`{name}` is itself adopted from another regulation"), format!("`{name}` 本身采用了另一规章")),
        Say::new("adopt the regulation that it adopts", "请直接采用它所采用的规章"),
    )
}

fn not_there(text: &Text, left: &Node<String>, known: &[String]) -> Diagnostic {
    let name = &left.value;
    let help = super::lower::similar(name, known.iter().map(String::as_str)).map_or_else(
        || Say::new("name an item of the adopted regulation, or an example by its title", "请写所采用规章中的名称，或示例的标题"),
        |near| Say::new(format!("did you mean `{near}`?"), format!("是否指 `{near}`？")),
    );
    told(text, left.span, Say::new(format!("the adopted regulation has no `{name}` to leave out"), format!("所采用的规章中没有 `{name}`")), help)
}
