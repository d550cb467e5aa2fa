//! Which files there are: paths, folders, imports; each read once.

use super::adopt::{Adopted, adopted};
use super::compile::Files;
use super::lower::Text;
use super::Parses;
use crate::diagnostics::{Diagnostic, Place, Say, Severity};
use crate::syntax::tree;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// What was read.
#[derive(Default)]
pub(super) struct Loaded {
    /// Policy texts, sorted by path.
    pub texts: Vec<Text>,
    /// Bundles: path and text.
    pub bundles: Vec<(String, String)>,
    /// What went wrong.
    pub told: Vec<Diagnostic>,
}

/// A path to read, and the import that asked for it.
type Wanted = (String, Option<Place>);

/// Reads all paths and what they import.
pub(super) fn load(paths: &[String], files: &dyn Files, parses: &Parses) -> Loaded {
    let mut reading = Reading::new(files, parses);
    for path in paths {
        reading.want(&normal(path), None);
    }
    reading.all_queued();
    let adoptions: Vec<Adopted> = reading.loaded.texts.iter().map(|text| adopted(text, files, parses)).collect();
    let mut texts = Vec::new();
    for (at, adoption) in adoptions.into_iter().enumerate() {
        adoption.imports.iter().for_each(|(path, place)| reading.want(path, Some(place)));
        reading.loaded.told.extend(adoption.told);
        texts.extend(adoption.texts);
        reading.loaded.texts[at].not_adopted = adoption.without;
        reading.loaded.texts[at].adopted_names = adoption.names;
    }
    let mut loaded = reading.all();
    assign_regulations(&mut loaded.texts);
    share_declarations(&mut texts, &loaded.texts);
    loaded.texts.extend(texts);
    loaded.texts.sort_by(|a, b| (&a.path, &a.regulation).cmp(&(&b.path, &b.regulation)));
    loaded
}

/// What several regulations of one set have from one file (the original is there as well, or two adopt it), they share: its records and
/// registers are declared once.
fn share_declarations(adopted: &mut [Text], own: &[Text]) {
    let mut there: BTreeSet<String> = own.iter().map(|text| text.path.clone()).collect();
    for text in adopted {
        if !there.insert(text.path.clone()) {
            Arc::make_mut(&mut text.tree).items.retain(|item| {
                use tree::Item::{Calendar, Case, Event, Feed, Kind, Register, Schedule};
                !matches!(item.value, Calendar(_) | Case(_) | Event(_) | Feed(_) | Kind(_) | Register(_) | Schedule(_))
            });
        }
    }
}

/// Files that are being read.
pub(super) struct Reading<'f> {
    files: &'f dyn Files,
    parses: &'f Parses,
    loaded: Loaded,
    seen: BTreeSet<String>,
    queue: VecDeque<Wanted>,
}

impl<'f> Reading<'f> {
    pub(super) fn new(files: &'f dyn Files, parses: &'f Parses) -> Self {
        Self { files, parses, loaded: Loaded::default(), seen: BTreeSet::new(), queue: VecDeque::new() }
    }

    /// Everything that was asked for, and what it imports.
    pub(super) fn all(mut self) -> Loaded {
        self.all_queued();
        self.loaded.texts.sort_by(|a, b| a.path.cmp(&b.path));
        self.loaded
    }

    fn all_queued(&mut self) {
        while let Some((path, asked)) = self.queue.pop_front() {
            self.file(&path, asked);
        }
    }

    /// A file, or all policy texts of a folder. Bundles in a folder are taken only if it holds no texts.
    pub(super) fn want(&mut self, path: &str, asked: Option<&Place>) {
        match self.files.folder(path) {
            Ok(Some(found)) => {
                let mut found: Vec<String> = found.iter().map(|path| normal(path)).collect();
                if found.iter().any(|path| path.ends_with(".bylaw")) {
                    found.retain(|path| path.ends_with(".bylaw"));
                }
                if found.is_empty() {
                    self.tell("no-policies", asked, said_empty(path));
                }
                found.sort();
                found.into_iter().for_each(|path| self.queue.push_back((path, asked.cloned())));
            }
            Ok(None) => self.queue.push_back((path.to_owned(), asked.cloned())),
            Err(error) => self.tell("file-unreadable", asked, said_unreadable(path, &error)),
        }
    }

    fn tell(&mut self, code: &'static str, asked: Option<&Place>, (message, help): (Say, Say)) {
        let mut diagnostic = Diagnostic::error(code, message).help(help);
        if let Some(place) = asked {
            diagnostic = diagnostic.at(place.clone(), Say::new("imported here", "在此引入"));
        }
        self.loaded.told.push(diagnostic);
    }

    fn file(&mut self, path: &str, asked: Option<Place>) {
        if !self.seen.insert(path.to_owned()) {
            return;
        }
        let bytes = match self.files.read(path) {
            Ok(bytes) => bytes,
            // `import "common"` may leave the ending out.
            Err(error) if asked.is_some() && !path.ends_with(".bylaw") => {
                let whole = format!("{path}.bylaw");
                return match self.files.read(&whole) {
                    Ok(_) => self.file(&whole, asked),
                    Err(_) => self.tell("file-unreadable", asked.as_ref(), said_unreadable(path, &error)),
                };
            }
            Err(error) => return self.tell("file-unreadable", asked.as_ref(), said_unreadable(path, &error)),
        };
        let text = match decode(&bytes) {
            Ok(text) => text,
            Err(position) => return self.tell("not-utf8", asked.as_ref(), said_not_utf8(path, position)),
        };
        if path.ends_with(".json") {
            self.loaded.bundles.push((path.to_owned(), text));
        } else {
            self.text(path, text);
        }
    }

    fn text(&mut self, path: &str, text: String) {
        let (source, parsed) = self.parses.parse(path, text);
        let broken = parsed.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        self.loaded.told.extend(parsed.diagnostics.iter().cloned());
        for item in &parsed.file.items {
            if let tree::Item::Import(import) = &item.value {
                let place = Place { source: Arc::clone(&source), span: import.span };
                self.want(&beside(path, &import.value), Some(&place));
            }
        }
        self.loaded.texts.push(Text { path: path.to_owned(), source, tree: Arc::clone(&parsed.file), broken, unread: parsed.unread.clone(), regulation: None, adopted: false, not_adopted: Vec::new(), adopted_names: Vec::new() });
    }
}

fn said_empty(path: &str) -> (Say, Say) {
    (
        Say::new(format!("the folder `{path}` holds no policies"), format!("文件夹 `{path}` 中没有规章文件")),
        Say::new("policy files end in `.bylaw`", "规章文件以 `.bylaw` 结尾"),
    )
}

fn said_unreadable(path: &str, error: &std::io::Error) -> (Say, Say) {
    (
        unreadable(path, error.kind()),
        Say::new("check the path; imports are relative to the file they stand in", "请检查路径；引入的路径相对于所在文件"),
    )
}

/// Why a file cannot be read.
pub(super) fn unreadable(path: &str, kind: std::io::ErrorKind) -> Say {
    match kind {
        std::io::ErrorKind::NotFound => Say::new(format!("there is no file `{path}`"), format!("没有文件 `{path}`")),
        std::io::ErrorKind::PermissionDenied => Say::new(format!("reading `{path}` is not allowed"), format!("没有读取 `{path}` 的权限")),
        _ => Say::new(format!("`{path}` cannot be read: {kind}"), format!("无法读取 `{path}`（{kind}）")),
    }
}

/// A file whose byte at `position` (from 1) is wrong, and the way out.
pub(crate) fn said_not_utf8(path: &str, position: usize) -> (Say, Say) {
    (
        Say::new(format!("`{path}` is not UTF-8: byte {position} is wrong"), format!("`{path}` 不是 UTF-8：第 {position} 字节有误")),
        Say::new("save the file as UTF-8", "请把文件存为 UTF-8"),
    )
}

/// The text of a file, without a byte-order mark; the position of the first wrong byte (from 1) when it is not UTF-8.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, usize> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.valid_up_to() + 1)?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned())
}

/// `name` as seen from the folder of the file `path`.
pub(super) fn beside(path: &str, name: &str) -> String {
    if name.starts_with('/') {
        return normal(name);
    }
    normal(&format!("{}/{name}", folder_of(path)))
}

pub(super) fn folder_of(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) => "/",
        Some(end) => &path[..end],
        None => ".",
    }
}

/// The path without `.` and without `..` where something stands before it.
pub(crate) fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (path.starts_with('/'), joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// A text with a header belongs to its regulation. One without belongs to the only regulation that has its header in the same
/// folder, or else in the nearest folder above that has headers at all; with several there, or none, it is shared.
pub(super) fn assign_regulations(texts: &mut [Text]) {
    let own: Vec<(String, Option<String>)> = texts.iter().map(|text| (text.path.clone(), text.header().map(|header| header.head.name.value.clone()))).collect();
    for (text, regulation) in texts.iter_mut().zip(regulations(own)) {
        text.regulation = regulation;
    }
}

/// The regulations of texts, by their paths and the names in their headers.
pub(crate) fn regulations(mut texts: Vec<(String, Option<String>)>) -> Vec<Option<String>> {
    let mut headers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, name) in &texts {
        if let Some(name) = name {
            headers.entry(folder_of(path).to_owned()).or_default().insert(name.clone());
        }
    }
    for (path, regulation) in texts.iter_mut().filter(|(_, regulation)| regulation.is_none()) {
        let mut folder = folder_of(path);
        loop {
            if let Some(found) = headers.get(folder) {
                *regulation = found.first().filter(|_| found.len() == 1).cloned();
                break;
            }
            if matches!(folder, "." | "/") {
                break;
            }
            folder = folder_of(folder);
        }
    }
    texts.into_iter().map(|(_, regulation)| regulation).collect()
}
