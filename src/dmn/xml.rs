//! Bytes → elements. Only local names count; the namespace of the root says the version.

use crate::diagnostics::Say;
use crate::model::load::decode;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// An element with everything in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    /// Its name without prefix.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// The text right in it.
    pub(super) text: String,
}

impl Element {
    /// An attribute, by its name without prefix.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// The values of all `xmlns` attributes.
    pub(super) fn namespaces(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().filter(|(name, _)| name == "xmlns" || name.starts_with("xmlns:")).map(|(_, value)| value.as_str())
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub(super) fn first(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// What stands in the `text` element below: cells and expressions.
    pub(super) fn said(&self) -> String {
        self.first("text").map(|text| text.text.trim().to_owned()).unwrap_or_default()
    }
}

/// Elements within each other; a modeller writes fewer than twenty.
const DEEPEST: usize = 200;

/// Reads a whole file.
pub(super) fn read(bytes: &[u8]) -> Result<Element, Say> {
    let text = decode(bytes).map_err(|position| Say::new(format!("it is not UTF-8: byte {position} is wrong"), format!("不是 UTF-8：第 {position} 字节有误")))?;
    let mut reader = Reader::from_str(&text);
    let mut open = vec![Element::default()];
    loop {
        let event = reader.read_event();
        let position = reader.buffer_position();
        let broken = |why: &dyn std::fmt::Display| {
            let before = text.get(..usize::try_from(position).unwrap_or(text.len())).unwrap_or(&text);
            let line = before.split('\n').count();
            Say::new(format!("line {line} is not well-formed XML: {why}"), format!("第 {line} 行的 XML 写法有误：{why}"))
        };
        match event.map_err(|error| broken(&error))? {
            Event::Start(tag) => {
                if open.len() > DEEPEST {
                    return Err(broken(&"too many elements within each other"));
                }
                open.push(element(&tag).map_err(|error| broken(&error))?);
            }
            Event::Empty(tag) => {
                let empty = element(&tag).map_err(|error| broken(&error))?;
                if let Some(last) = open.last_mut() {
                    last.children.push(empty);
                }
            }
            Event::End(_) => {
                if let (Some(closed), Some(last)) = (open.pop(), open.last_mut()) {
                    last.children.push(closed);
                }
            }
            Event::Text(text) => add(&mut open, &text.xml_content(XmlVersion::Implicit1_0)),
            Event::CData(text) => add(&mut open, &text.xml_content(XmlVersion::Implicit1_0)),
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(|error| broken(&error))?;
                let name = reference.xml_content(XmlVersion::Implicit1_0);
                match character.map(String::from).or_else(|| quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned)) {
                    Some(text) => add(&mut open, &text),
                    None => return Err(broken(&format!("`&{name};` is not known"))),
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match (open.len(), open.pop().map(|mut outside| outside.children.pop())) {
        (1, Some(Some(root))) => Ok(root),
        _ => Err(Say::new("the file ends before it is complete", "文件不完整")),
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(last) = open.last_mut() {
        last.text.push_str(text);
    }
}

fn element(tag: &BytesStart<'_>) -> Result<Element, quick_xml::Error> {
    let mut element = Element { name: tag.local_name().as_ref().to_owned(), ..Element::default() };
    for attribute in tag.attributes() {
        let attribute = attribute?;
        let whole = attribute.key.as_ref().to_owned();
        let name = if whole.starts_with("xmlns") { whole } else { attribute.key.local_name().as_ref().to_owned() };
        let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
        element.attributes.push((name, value.into_owned()));
    }
    Ok(element)
}
