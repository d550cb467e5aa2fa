//! Fenced blocks of Markdown pages.

use std::ops::Range;

/// One fenced block of a page.
#[derive(Debug)]
pub struct Block {
    /// The info string.
    pub words: Vec<String>,
    /// What stands in it, unescaped when it says so.
    pub bytes: Vec<u8>,
    /// Where its text stands in the page, without the fences.
    pub place: Range<usize>,
}

impl Block {
    /// The value of `key=value` in the info string.
    pub fn option(&self, key: &str) -> Option<&str> {
        self.words.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    }

    /// The name under which other blocks find it.
    pub fn name(&self) -> String {
        let language = self.words.first().map_or("", String::as_str);
        self.option("file").map_or_else(|| format!("example.{language}"), str::to_owned)
    }
}

/// All blocks of a page.
pub fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("\n```") {
        let (info, body) = after.split_once('\n').unwrap();
        let (body, tail) = match body.strip_prefix("```") {
            Some(tail) => ("", tail),
            None => body.split_once("\n```").unwrap(),
        };
        let start = page.len() - after.len() + info.len() + 1;
        let words: Vec<String> = info.split_whitespace().map(str::to_owned).collect();
        let text = if body.is_empty() { String::new() } else { format!("{body}\n") };
        let bytes = if words.iter().any(|word| word == "escaped") { unescape(&text) } else { text.clone().into_bytes() };
        let place = start..start + text.len();
        found.push(Block { words, bytes, place });
        rest = tail;
    }
    found
}

/// `\xNN` is a byte, `\u{NNNN}` a character.
fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.extend_from_slice(before.as_bytes());
        if let Some(hex) = after.strip_prefix('x') {
            out.push(u8::from_str_radix(&hex[..2], 16).unwrap());
            rest = &hex[2..];
        } else if let Some((hex, tail)) = after.strip_prefix("u{").and_then(|after| after.split_once('}')) {
            let char = char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap();
            out.extend_from_slice(char.to_string().as_bytes());
            rest = tail;
        } else {
            out.push(b'\\');
            rest = after;
        }
    }
    out.extend_from_slice(rest.as_bytes());
    out
}
