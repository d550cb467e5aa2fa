//! The tags of a log, one after the other → events.

use super::events::{Columns, Events};
use crate::diagnostics::Say;
use crate::records::clean::{Clean, DAMAGED};
use crate::records::csv;
use crate::records::problem::{self, Problem};
use crate::records::sink::Stop;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error, Reader};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::io::BufRead;
use std::ops::Range;
use std::sync::Arc;

const CASE: &str = "case:";
const NAME: &str = "concept:name";
/// In so many events keys are collected that nobody asked for, to tell what the file has.
const LOOK_AT: usize = 50;

/// Attributes in the columns that are read, each key once.
#[derive(Default)]
struct Attributes {
    /// Which are there, and what they say.
    cells: Vec<(bool, String)>,
    problem: Option<Problem>,
}

impl Attributes {
    fn new(columns: usize) -> Self {
        Self { cells: vec![Default::default(); columns], problem: None }
    }
    fn clear(&mut self) {
        self.cells.iter_mut().for_each(|(is_there, _)| *is_there = false);
        self.problem = None;
    }
    fn put(&mut self, at: usize, key: &str, written: &str) {
        let Some((is_there, cell)) = self.cells.get_mut(at) else { return };
        match text(written) {
            Err(problem) => self.problem = Some(problem),
            Ok(_) if *is_there => self.problem = Some(problem::duplicate_key(key)),
            Ok(text) => {
                *is_there = true;
                cell.clear();
                cell.push_str(&text);
            }
        }
    }
}

/// Reads the events of a log, some at a time.
pub(in crate::records) struct Log<'i> {
    reader: Reader<Clean<'i>>,
    limit: usize,
    columns: Arc<Columns>,
    /// Columns of what traces say, by their keys without `case:`.
    case_keys: csv::Columns,
    /// Those that were read and not handed over.
    events: Events,
    event: Attributes,
    case: Attributes,
    case_name: String,
    /// Where that stands in the text of the events.
    case_at: Option<Range<usize>>,
    /// Line of the open event's tag.
    open_event: Option<u64>,
    in_trace: bool,
    traces: u64,
    events_in_trace: u64,
    /// Events so far.
    count: usize,
    /// Elements below an attribute or another element that is passed over.
    nested: usize,
    depth: usize,
    any: bool,
    seen: Arc<BTreeMap<String, usize>>,
    /// All of it was read, or it broke off.
    ended: Option<Result<(), Stop>>,
}

fn broken(line: u64, en: &str, zh: &str) -> Stop {
    let problem = Problem::new(
        "broken-xml",
        Say::new(format!("the file is not well-formed XES: {en}"), format!("文件不是完好的 XES：{zh}")),
        Say::new("export the log once more; what stands before this place has been read", "请重新导出日志；此处之前的内容已读入"),
    );
    Stop { line, problem }
}

impl<'i> Log<'i> {
    /// Only the keys in `wanted` are kept; a tag is as long as the limit, at most.
    pub(in crate::records) fn new(input: &'i mut dyn BufRead, limit: usize, wanted: &HashSet<&str>) -> Self {
        let mut names: Vec<String> = wanted.iter().map(|key| (*key).to_owned()).collect();
        names.sort_unstable();
        let place = |(at, name): (usize, &String)| (name.clone(), at);
        let case_keys = names.iter().enumerate().filter_map(|(at, name)| Some((name.strip_prefix(CASE)?.to_owned(), at))).collect();
        let columns = Arc::new(Columns { places: names.iter().enumerate().map(place).collect(), names });
        let attributes = || Attributes::new(columns.names.len());
        Self {
            reader: Reader::from_reader(Clean::new(input, limit)),
            limit,
            case_keys,
            events: Events::after(0, &columns),
            event: attributes(),
            case: attributes(),
            case_name: String::new(),
            case_at: None,
            open_event: None,
            in_trace: false,
            traces: 0,
            events_in_trace: 0,
            count: 0,
            nested: 0,
            depth: 0,
            any: false,
            seen: Arc::default(),
            ended: None,
            columns,
        }
    }

    /// The next ones; none at the end. What stands before a place that cannot be read comes before the error.
    pub(in crate::records) fn next(&mut self) -> Result<Option<Events>, Stop> {
        let mut buffer = Vec::new();
        while self.ended.is_none() && self.events.has_room() {
            self.ended = self.tag(&mut buffer).transpose();
        }
        if self.events.len() > 0 {
            self.case_at = None;
            let others = Events::after(self.count, &self.columns);
            return Ok(Some(std::mem::replace(&mut self.events, others).seen(&self.seen)));
        }
        match &mut self.ended {
            Some(ended) => std::mem::replace(ended, Ok(())).map(|()| None),
            None => Ok(None),
        }
    }

    /// Reads the next tag; something at the end.
    fn tag(&mut self, buffer: &mut Vec<u8>) -> Result<Option<()>, Stop> {
        buffer.clear();
        self.reader.get_mut().mark();
        let event = self.reader.read_event_into(buffer);
        let end = self.reader.get_ref().line();
        match event {
            Ok(Event::Eof) => return self.end(end).map(Some),
            Ok(event) => self.take(&event, end),
            Err(_) if self.reader.get_ref().too_long() => return Err(Stop { line: end, problem: problem::line_too_long(self.limit) }),
            Err(Error::Io(error)) => return Err(Stop::input(end, &error)),
            Err(error) => return Err(broken(end, &error.to_string(), "标签不配对，或写法有误")),
        }
        Ok(None)
    }

    fn take(&mut self, event: &Event<'_>, end: u64) {
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
                    self.close();
                }
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                if self.nested > 0 {
                    self.nested -= 1;
                } else {
                    self.close();
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
                self.case_at = None;
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

    fn close(&mut self) {
        if let Some(line) = self.open_event.take() {
            self.count += 1;
            self.events_in_trace += 1;
            if self.case_name.is_empty() {
                self.case_name = format!("trace{}", self.traces);
                self.case_at = None;
            }
            let events = &mut self.events;
            let name = self.case_at.get_or_insert_with(|| events.put(&self.case_name)).clone();
            let cells = match self.event.problem.take().or_else(|| self.case.problem.clone()) {
                Some(problem) => Err(problem),
                None => Ok(self.event.cells.iter().zip(&self.case.cells).map(|(own, case)| [own, case].into_iter().find(|(is_there, _)| *is_there).map(|(_, cell)| cell.as_str()))),
            };
            events.add(line, (name, self.events_in_trace), cells);
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
            if let Some(at) = self.columns.places.get(key.as_ref()) {
                self.event.put(*at, &key, &value);
            }
            self.see(&key, "");
        } else if self.in_trace {
            if key == NAME {
                self.case_name = text(&value).unwrap_or_default().into_owned();
                self.case_at = None;
            }
            if let Some(at) = self.case_keys.get(key.as_ref()) {
                self.case.put(*at, self.columns.names.get(*at).map_or("", String::as_str), &value);
            }
            self.see(&key, CASE);
        }
    }

    /// Notes a key, if the log has only begun.
    fn see(&mut self, key: &str, of: &str) {
        if self.count < LOOK_AT {
            let count = self.count;
            Arc::make_mut(&mut self.seen).entry(format!("{of}{key}")).or_insert(count);
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

fn text(value: &str) -> Result<Cow<'_, str>, Problem> {
    if value.contains(DAMAGED) {
        return Err(problem::bad_utf8(value.find(DAMAGED).unwrap_or_default() + 1));
    }
    quick_xml::escape::unescape(value).map_err(|_| {
        problem::broken_line(Say::new(
            format!("`{}` holds a character reference that does not exist", problem::shown(value)),
            format!("`{}` 中有不存在的字符引用", problem::shown(value)),
        ))
    })
}

fn newlines(tag: &BytesStart<'_>) -> u64 {
    memchr::memchr_iter(b'\n', tag.as_bytes()).count() as u64
}
