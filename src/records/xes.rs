//! XES: attributes of an event by their keys, those of its trace under `case:KEY`. Defaults (`global`) and nested attributes are passed over.

use super::clean::{Clean, DAMAGED};
use super::problem::{self, Problem};
use super::raw::{Raw, Row};
use super::sink::{Sink, Stop};
use crate::diagnostics::Say;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error, Reader};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::BufRead;

const CASE: &str = "case:";
const NAME: &str = "concept:name";
/// In so many events keys are collected that nobody asked for, to tell what the file has.
const LOOK_AT: usize = 50;

/// Attributes, each key once.
#[derive(Default)]
struct Attributes<'k> {
    values: Vec<(&'k str, String)>,
    problem: Option<Problem>,
}

impl<'k> Attributes<'k> {
    fn clear(&mut self) {
        self.values.clear();
        self.problem = None;
    }
    fn add(&mut self, key: &'k str, value: Result<String, Problem>) {
        match value {
            Err(problem) => self.problem = Some(problem),
            Ok(_) if self.values.iter().any(|(known, _)| *known == key) => self.problem = Some(problem::duplicate_key(key)),
            Ok(value) => self.values.push((key, value)),
        }
    }
    fn get(&self, key: &str) -> Option<&str> {
        self.values.iter().find(|(known, _)| *known == key).map(|(_, value)| value.as_str())
    }
}

struct XesRow<'a> {
    event: &'a Attributes<'a>,
    case: &'a Attributes<'a>,
    seen: &'a BTreeSet<String>,
}

impl Row for XesRow<'_> {
    fn get(&self, column: &str) -> Raw<'_> {
        self.event.get(column).or_else(|| self.case.get(column)).map_or(Raw::Missing, Raw::cell)
    }
    fn columns(&self, into: &mut BTreeSet<String>) {
        into.extend(self.seen.iter().cloned());
    }
}

/// Reads the events of a log one after the other.
struct Log<'k> {
    /// Keys of events, and of traces without `case:`, that are asked for.
    event_keys: &'k HashSet<&'k str>,
    case_keys: HashMap<&'k str, &'k str>,
    event: Attributes<'k>,
    case: Attributes<'k>,
    case_name: String,
    /// Line of the open event's tag.
    open_event: Option<u64>,
    in_trace: bool,
    traces: u64,
    events_in_trace: u64,
    events: usize,
    /// Elements below an attribute or another element that is passed over.
    nested: usize,
    depth: usize,
    any: bool,
    seen: BTreeSet<String>,
}

/// Reads all events into `sink`; only the keys in `wanted` are kept.
pub(crate) fn read(input: &mut dyn BufRead, limit: usize, wanted: &HashSet<&str>, sink: &mut dyn Sink) -> Result<(), Stop> {
    let case_keys = wanted.iter().filter_map(|key| key.strip_prefix(CASE).map(|short| (short, *key))).collect();
    let mut log = Log {
        event_keys: wanted,
        case_keys,
        event: Attributes::default(),
        case: Attributes::default(),
        case_name: String::new(),
        open_event: None,
        in_trace: false,
        traces: 0,
        events_in_trace: 0,
        events: 0,
        nested: 0,
        depth: 0,
        any: false,
        seen: BTreeSet::new(),
    };
    let mut reader = Reader::from_reader(Clean::new(input, limit));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        reader.get_mut().mark();
        let event = reader.read_event_into(&mut buffer);
        let end = reader.get_ref().line();
        match event {
            Ok(Event::Eof) => return log.end(end),
            Ok(event) => log.take(&event, end, sink),
            Err(_) if reader.get_ref().too_long() => return Err(Stop { line: end, problem: problem::line_too_long(limit) }),
            Err(Error::Io(error)) => return Err(Stop::input(end, &error)),
            Err(error) => return Err(broken(end, &error.to_string(), "标签不配对，或写法有误")),
        }
    }
}

fn broken(line: u64, en: &str, zh: &str) -> Stop {
    let problem = Problem::new(
        "broken-xml",
        Say::new(format!("the file is not well-formed XES: {en}"), format!("文件不是完好的 XES：{zh}")),
        Say::new("export the log once more; what stands before this place has been read", "请重新导出日志；此处之前的内容已读入"),
    );
    Stop { line, problem }
}

impl<'k> Log<'k> {
    fn take(&mut self, event: &Event<'_>, end: u64, sink: &mut dyn Sink) {
        match event {
            Event::Start(tag) => {
                let line = end - newlines(tag);
                self.depth += 1;
                if self.nested > 0 || !self.open(tag, line) {
                    self.nested += 1;
                }
            }
            Event::Empty(tag) if self.nested == 0 => {
                let line = end - newlines(tag);
                if self.open(tag, line) {
                    self.close(sink);
                }
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                if self.nested > 0 {
                    self.nested -= 1;
                } else {
                    self.close(sink);
                }
            }
            _ => {}
        }
    }

    /// Opens a log, trace or event; anything else is taken as an attribute, and false.
    fn open(&mut self, tag: &BytesStart<'_>, line: u64) -> bool {
        match tag.local_name().as_ref() {
            "log" if !self.any => self.any = true,
            "trace" if !self.in_trace && self.open_event.is_none() => {
                self.in_trace = true;
                self.traces += 1;
                self.events_in_trace = 0;
                self.case.clear();
                self.case_name.clear();
            }
            "event" if self.open_event.is_none() => {
                self.open_event = Some(line);
                self.event.clear();
            }
            "string" | "date" | "int" | "float" | "boolean" | "id" => {
                self.attribute(tag);
                return false;
            }
            _ => return false,
        }
        true
    }

    fn close(&mut self, sink: &mut dyn Sink) {
        if let Some(line) = self.open_event.take() {
            self.events += 1;
            self.events_in_trace += 1;
            if self.case_name.is_empty() {
                self.case_name = format!("trace{}", self.traces);
            }
            match self.event.problem.take().or_else(|| self.case.problem.clone()) {
                Some(problem) => sink.bad(line, problem),
                None => {
                    let row = XesRow { event: &self.event, case: &self.case, seen: &self.seen };
                    sink.row(&row, line, Some((&self.case_name, self.events_in_trace)));
                }
            }
        } else {
            self.in_trace = false;
        }
    }

    fn attribute(&mut self, tag: &BytesStart<'_>) {
        let (mut key, mut value) = (None, None);
        for attribute in tag.attributes().with_checks(false).flatten() {
            match attribute.key.as_ref() {
                "key" => key = Some(attribute.value),
                "value" => value = Some(attribute.value),
                _ => {}
            }
        }
        let (Some(key), Some(value)) = (key, value) else { return };
        if self.open_event.is_some() {
            if let Some(key) = self.event_keys.get(key.as_ref()) {
                self.event.add(key, text(&value));
            }
            if self.events < LOOK_AT {
                self.seen.insert(key.into_owned());
            }
        } else if self.in_trace {
            if key == NAME {
                self.case_name = text(&value).unwrap_or_default();
            }
            if let Some(key) = self.case_keys.get(key.as_ref()) {
                self.case.add(key, text(&value));
            }
            if self.events < LOOK_AT {
                self.seen.insert(format!("{CASE}{key}"));
            }
        }
    }

    fn end(&self, line: u64) -> Result<(), Stop> {
        if self.depth > 0 {
            return Err(broken(line, "it ends in the middle of the log", "日志没有写完就结束了"));
        }
        if !self.any && line > 1 {
            return Err(broken(line, "there is no `<log>` in it", "其中没有 `<log>`"));
        }
        Ok(())
    }
}

fn text(value: &str) -> Result<String, Problem> {
    if value.contains(DAMAGED) {
        return Err(problem::bad_utf8(value.find(DAMAGED).unwrap_or_default() + 1));
    }
    quick_xml::escape::unescape(value).map(std::borrow::Cow::into_owned).map_err(|_| {
        problem::broken_line(Say::new(
            format!("`{}` holds a character reference that does not exist", problem::shown(value)),
            format!("`{}` 中有不存在的字符引用", problem::shown(value)),
        ))
    })
}

fn newlines(tag: &BytesStart<'_>) -> u64 {
    tag.bytes().map(|byte| u64::from(byte == b'\n')).sum()
}
