//! Hover: what a name stands for, with its type, its articles and its words; what a keyword is in the other tongue; what is wrong here, in full.

use super::names::{Found, declarations, find};
use super::text::Lines;
use super::workspace::{Snapshot, Workspace};
use crate::diagnostics::{Place, Say, Tongue, codes};
use crate::model::links::{Named, Sort};
use crate::model::value::{Range, Type};
use crate::model::{Field, Model, type_in_words};
use crate::syntax::tree::{Form, Head, Item, Node};
use crate::syntax::keyword_at;
use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};

/// So many lines of a declaration are shown.
const MOST_LINES: usize = 14;

/// What is to be said about a byte of a text.
pub(crate) fn hover(workspace: &Workspace, path: &str, at: usize, asked: Option<Tongue>) -> Option<Hover> {
    let text = workspace.files.text(path)?;
    let tongue = asked.unwrap_or_else(|| workspace.tongue(path));
    let lines = Lines::new(&text);
    let found = find(workspace, path, at);
    let mut parts: Vec<String> = Vec::new();
    let mut range = None;
    if let Some(found) = &found {
        parts.push(of_name(workspace, found, tongue));
        range = super::names::newest(workspace, &found.place).map(|place| lines.range(place.span));
    } else if let Some((span, en, zh)) = keyword_at(&text, at) {
        let pick = |words: &[&str]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        parts.push([pick(&en), pick(&zh)].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" · "));
        range = Some(lines.range(span));
    }
    parts.extend(of_troubles(workspace, path, at, &text, tongue));
    let value = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n---\n\n");
    (!value.is_empty()).then_some(Hover { contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }), range })
}

fn of_name(workspace: &Workspace, found: &Found<'_>, tongue: Tongue) -> String {
    let mut out: Vec<String> = Vec::new();
    // A field of several events is declared once.
    let mut groups: Vec<(Option<Place>, Vec<&Named>)> = Vec::new();
    for named in &found.named {
        let place = declared(found, named);
        match groups.iter_mut().find(|(known, _)| place.is_some() && *known == place) {
            Some((_, all)) => all.push(named),
            None => groups.push((place, vec![named])),
        }
    }
    out.extend(groups.iter().map(|(place, all)| one(workspace, found.snapshot, all, place.as_ref(), tongue)));
    if let Some(made) = &found.made {
        out.push(code(&lines_at(made)));
    }
    out.join("\n\n")
}

fn declared(found: &Found<'_>, named: &Named) -> Option<Place> {
    let links = &found.snapshot.known.links;
    let one = links.occurrences.iter().find(|one| one.declares && one.named == *named)?;
    Some(Place { source: std::sync::Arc::clone(links.sources.get(one.source)?), span: one.span })
}

/// Heading, type, and the text of the declaration.
fn one(workspace: &Workspace, snapshot: &Snapshot, all: &[&Named], place: Option<&Place>, tongue: Tongue) -> String {
    let Some(named) = all.first().copied() else { return String::new() };
    let item = place.and_then(|place| item_at(workspace, place));
    let head = item.as_ref().and_then(|item| head_at(item, place?));
    let label = place.and_then(label_behind);
    let sort = sort(named, item.as_ref().map(|item| &item.value), snapshot.model());
    let whole = |named: &&Named| if named.owner.is_empty() { format!("`{}`", named.name) } else { format!("`{}.{}`", named.owner, named.name) };
    let mut heading = format!("**{}** {}", sort.get(tongue), all.iter().map(whole).collect::<Vec<_>>().join(", "));
    if let Some(label) = &label {
        heading.push_str(&format!(" “{label}”"));
    }
    let cites: Vec<&str> = head.map(|head| head.cites.iter().map(|cite| cite.value.as_str()).collect()).unwrap_or_default();
    if !cites.is_empty() {
        heading.push_str(&format!(" [{}]", cites.join(", ")));
    }
    let mut out = vec![heading];
    if let Some(ty) = ty(snapshot.model(), named).or_else(|| used_as(snapshot, named)) {
        out.push(match tongue {
            Tongue::En => format!("type: {}", ty.en),
            Tongue::Zh => format!("类型：{}", ty.zh),
        });
    }
    if let Some(place) = place {
        let is_head = head.is_some();
        let text = if is_head { item.map(|item| text_of(place, item.span)).unwrap_or_default() } else { lines_at(place) };
        out.push(code(&text));
    }
    out.join("\n\n")
}

/// The type that a use of the name was found to have, as of a measure or a slot.
fn used_as(snapshot: &Snapshot, named: &Named) -> Option<Say> {
    if !matches!(named.sort, Sort::Item | Sort::Slot) {
        return None;
    }
    let links = &snapshot.known.links;
    links.occurrences.iter().filter(|one| one.named == *named && !one.declares).find_map(|one| {
        let ends = |((source, span), _): &&((usize, crate::diagnostics::Span), Say)| *source == one.source && span.end == one.span.end;
        links.types.iter().find(ends).map(|(_, say)| say.clone())
    })
}

/// The item that holds a place.
fn item_at(workspace: &Workspace, place: &Place) -> Option<Node<Item>> {
    let (source, parsed) = workspace.parses.last(&place.source.name)?;
    if source.text != place.source.text {
        return None;
    }
    parsed.file.items.iter().find(|item| item.span.start <= place.span.start && place.span.end <= item.span.end).cloned()
}

fn head_at<'i>(item: &'i Node<Item>, place: &Place) -> Option<&'i Head> {
    item.value.heads().into_iter().find(|head| head.name.span == place.span)
}

/// The quoted text right behind a name.
fn label_behind(place: &Place) -> Option<String> {
    let rest = place.source.text.get(place.span.end..)?.trim_start_matches([' ', '\u{3000}']);
    let close = match rest.chars().next()? {
        '"' => '"',
        '“' => '”',
        '「' => '」',
        _ => return None,
    };
    let inner = rest.get(rest.chars().next()?.len_utf8()..)?;
    Some(inner.get(..inner.find(close)?)?.to_owned()).filter(|label| !label.contains('\n'))
}

fn ty(model: &Model, named: &Named) -> Option<Say> {
    let of_field = |fields: &[Field]| fields.iter().find(|field| field.name == named.name).map(|field| with_range(&field.ty, &field.range));
    match named.sort {
        Sort::Field => model.event(&named.owner).and_then(|event| of_field(&event.fields)).or_else(|| model.entity(&named.owner).and_then(|entity| of_field(&entity.attributes))),
        Sort::Item => model.parameter(&named.name).map(|parameter| with_range(&parameter.ty, &parameter.range)),
        _ => None,
    }
}

fn with_range(ty: &Type, range: &Range) -> Say {
    let words = type_in_words(ty);
    let (low, high) = (range.low.map(|n| n.to_string()), range.high.map(|n| n.to_string()));
    if low.is_none() && high.is_none() {
        return words;
    }
    let range = format!("{} .. {}", low.unwrap_or_default(), high.unwrap_or_default());
    let range = range.trim();
    Say::new(format!("{}, {range}", words.en), format!("{}，{range}", words.zh))
}

/// What sort of thing it is, as its keyword says.
fn sort(named: &Named, item: Option<&Item>, model: &Model) -> Say {
    let (en, zh) = match (named.sort, item) {
        (Sort::Regulation, _) => ("regulation", "规章"),
        (Sort::Calendar, _) => ("calendar", "日历"),
        (Sort::Schedule, _) => ("schedule", "作息"),
        (Sort::Feed, _) => ("feed", "数据源"),
        (Sort::Type, Some(Item::Case(_))) => ("case", "案件"),
        (Sort::Type, Some(Item::Register(_))) => ("register", "名册"),
        (Sort::Type, _) if model.entity(&named.name).is_some() => ("register", "名册"),
        (Sort::Type, _) => ("kind", "类别"),
        (Sort::Event, _) => ("event", "事件"),
        (Sort::Field, _) if model.entity(&named.owner).is_some() => ("attribute", "属性"),
        (Sort::Field, _) if model.event(&named.owner).is_some_and(|event| event.role_fields().iter().any(|role| role.name == named.name)) => ("role", "角色"),
        (Sort::Field, _) => ("field", "字段"),
        (Sort::Value, _) => ("value", "取值"),
        (Sort::Slot, _) => ("what a norm decides", "规则的取值"),
        (Sort::Member, _) => ("member", "成员"),
        (Sort::Item, Some(Item::Norm(norm))) => form(norm.form),
        (Sort::Item, Some(Item::Exception(_))) => ("exception", "例外"),
        (Sort::Item, Some(Item::Measure(_))) => ("measure", "计量"),
        (Sort::Item, Some(Item::Hole(_))) => ("hole", "未定"),
        (Sort::Item, Some(Item::Judged(_))) => ("judged", "认定"),
        (Sort::Item, Some(Item::Reading(_))) => ("reading", "解读"),
        (Sort::Item, Some(Item::State(_))) => ("state", "状态"),
        (Sort::Item, Some(Item::Office(_))) => ("office", "职位"),
        (Sort::Item, _) => ("norm", "规则"),
    };
    Say::new(en, zh)
}

fn form(form: Form) -> (&'static str, &'static str) {
    match form {
        Form::Rule => ("rule", "规则"),
        Form::Table => ("table", "表"),
        Form::Pay => ("pay", "发放"),
        Form::Duty => ("duty", "义务"),
        Form::Ban => ("ban", "禁止"),
        Form::CountsAs => ("counts as", "视为"),
        Form::Score => ("score", "评分"),
        Form::Approval => ("approval", "审批"),
        Form::Procedure => ("procedure", "程序"),
        Form::Only => ("only", "仅限"),
    }
}

fn text_of(place: &Place, span: crate::diagnostics::Span) -> String {
    place.source.text.get(span.start..span.end).unwrap_or_default().to_owned()
}

fn lines_at(place: &Place) -> String {
    Lines::new(&place.source.text).line_of(place.span.start).1.trim().to_owned()
}

fn code(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().take(MOST_LINES).collect();
    if text.lines().count() > MOST_LINES {
        lines.push("  …");
    }
    format!("```bylaw\n{}\n```", lines.join("\n"))
}

/// The pages of what is wrong here.
fn of_troubles(workspace: &Workspace, path: &str, at: usize, text: &str, tongue: Tongue) -> Vec<String> {
    let mut told: Vec<&'static str> = Vec::new();
    for one in workspace.of(path) {
        let findings = one.looked.iter().flat_map(|looked| looked.findings.iter().flatten());
        for diagnostic in one.now.compiled.diagnostics.iter().chain(findings) {
            let here = diagnostic.labels.first().is_some_and(|label| label.place.source.name == path && label.place.source.text == text && label.place.span.start <= at && at <= label.place.span.end);
            if here && !told.contains(&diagnostic.code) {
                told.push(diagnostic.code);
            }
        }
    }
    told.into_iter().filter_map(|name| Some(page(name, codes::page(name)?, tongue))).collect()
}

/// What a page says in one tongue, without its examples.
fn page(name: &str, page: &str, tongue: Tongue) -> String {
    let (english, chinese) = page.split_once("\n## 中文\n").unwrap_or((page, ""));
    let said = match tongue {
        Tongue::Zh => chinese.trim().to_owned(),
        Tongue::En => {
            let meaning = english.lines().skip(1).take_while(|line| !line.starts_with("## ")).collect::<Vec<_>>().join("\n");
            let way_out = english.split_once("\n## What to do\n").map_or("", |(_, rest)| rest);
            format!("{}\n\n{}", meaning.trim(), way_out.trim())
        }
    };
    format!("**{name}** · {said}")
}

/// Where the name under the cursor is declared.
pub(crate) fn definition(workspace: &Workspace, path: &str, at: usize) -> Vec<Place> {
    find(workspace, path, at).map(|found| declarations(&found)).unwrap_or_default()
}
