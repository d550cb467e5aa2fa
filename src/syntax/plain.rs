//! Text → plain text of the same length: comments blanked out, full-width punctuation and Traditional keyword characters replaced by their plain
//! forms. Offsets into the plain text are offsets into the source; texts in quotes and citations in brackets stay as they are.

use super::han;
use super::trouble::{self, Trouble};
use crate::diagnostics::Span;
use crate::diagnostics::source::is_invisible;

/// What reading characters gives.
pub(super) struct Plain {
    /// As long as the source.
    pub(super) text: String,
    /// Comments in order, `#` included.
    pub(super) comments: Vec<Span>,
    /// Troubles with single characters and unclosed texts; a statement that holds one is not read any further.
    pub(super) troubles: Vec<Trouble>,
    /// Full-width and mathematical characters that were replaced, by the place of what replaces them.
    pub(super) replaced: Vec<(usize, char)>,
}

/// Makes the source plain.
pub(super) fn plain(source: &str) -> Plain {
    let mut reader = Reader { source, out: String::with_capacity(source.len()), pad: 0, comments: Vec::new(), troubles: Vec::new(), replaced: Vec::new() };
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        reader.line(start, line);
        start += line.len();
    }
    debug_assert_eq!(reader.out.len(), source.len());
    Plain { text: reader.out, comments: reader.comments, troubles: reader.troubles, replaced: reader.replaced }
}

struct Reader<'a> {
    source: &'a str,
    out: String,
    /// Blanks owed, because full-width characters take more bytes than what replaces them. Paid at the end of a run, so that `＜＝` and `１２` stay together.
    pad: usize,
    comments: Vec<Span>,
    troubles: Vec<Trouble>,
    replaced: Vec<(usize, char)>,
}

impl Reader<'_> {
    fn line(&mut self, start: usize, line: &str) {
        let body = line.trim_end_matches(['\n', '\r']);
        let mut at = 0;
        while let Some(character) = body[at..].chars().next() {
            let here = start + at;
            let rest = &body[at..];
            at += match character {
                '#' | '＃' => self.comment(here, rest),
                '"' | '“' | '「' => self.quoted(here, rest, character),
                '[' | '【' => self.cited(here, rest),
                'a'..='z' | 'A'..='Z' | '_' | ' ' => self.letters(rest),
                _ => self.character(here, character, &rest[character.len_utf8()..]),
            };
        }
        self.pay();
        self.out.push_str(&line[body.len()..]);
    }

    fn pay(&mut self) {
        self.out.extend(std::iter::repeat_n(' ', self.pad));
        self.pad = 0;
    }

    fn comment(&mut self, here: usize, rest: &str) -> usize {
        self.pay();
        let span = Span::new(here, here + rest.trim_end().len());
        self.comments.push(span);
        self.hidden(here, rest, true);
        self.out.extend(std::iter::repeat_n(' ', rest.len()));
        rest.len()
    }

    fn quoted(&mut self, here: usize, rest: &str, open: char) -> usize {
        let close = match open {
            '“' => '”',
            '「' => '」',
            _ => '"',
        };
        let inside = open.len_utf8();
        let length = match rest[inside..].find(close) {
            Some(end) => inside + end + close.len_utf8(),
            None => {
                self.troubles.push(trouble::unclosed_text(Span::new(here, here + rest.trim_end().len()), open, close));
                rest.len()
            }
        };
        self.keep(here, &rest[..length])
    }

    fn cited(&mut self, here: usize, rest: &str) -> usize {
        let length = match rest.find([']', '】']) {
            Some(end) => end + rest[end..].chars().next().map_or(0, char::len_utf8),
            None => {
                self.troubles.push(trouble::unclosed_bracket(Span::new(here, here + rest.trim_end().len())));
                rest.len()
            }
        };
        self.keep(here, &rest[..length])
    }

    fn keep(&mut self, here: usize, text: &str) -> usize {
        self.pay();
        self.hidden(here, text, true);
        self.out.push_str(text);
        text.len()
    }

    /// Invisible characters in a text or comment are worth a warning: what one sees is not what is written.
    fn hidden(&mut self, here: usize, text: &str, harmless: bool) {
        if let Some((at, character)) = text.char_indices().find(|(_, character)| is_invisible(*character)) {
            self.troubles.push(trouble::invisible(Span::new(here + at, here + at + character.len_utf8()), character, harmless));
        }
    }

    /// Latin letters and blanks, which stand for themselves.
    fn letters(&mut self, rest: &str) -> usize {
        self.pay();
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b' ')).count();
        self.out.push_str(&rest[..length]);
        length
    }

    fn character(&mut self, here: usize, character: char, rest: &str) -> usize {
        let length = character.len_utf8();
        if let Some(plain) = stands_for(character, rest) {
            self.replaced.push((self.out.len(), character));
            self.out.push_str(plain);
            self.pad += length - plain.len();
            return length;
        }
        if !matches!(character, '0'..='9' | '.' | '=' | '<' | '>') {
            self.pay();
        }
        if let Some(written) = self.grouped(here, character, rest) {
            let span = Span::new(here + 1 + 3 - written.len(), here + 4);
            self.troubles.push(trouble::grouped_digits(span, written));
        }
        let at_start = here == 0 && character == '\u{FEFF}';
        let span = Span::new(here, here + length);
        if is_invisible(character) || (character.is_control() && character != '\t') {
            if !at_start {
                self.troubles.push(trouble::invisible(span, character, false));
            }
            self.out.extend(std::iter::repeat_n(' ', length));
        } else if is_full_width_punctuation(character) {
            self.troubles.push(trouble::full_width(span, character));
            self.out.push(character);
        } else if is_look_alike(character) || self.mixes_scripts(here, character) {
            self.troubles.push(trouble::look_alike(span, character));
            self.out.push(character);
        } else {
            self.out.push(han::simplified(character));
        }
        length
    }

    /// `1,500`: digits on both sides of a comma without a blank, three of them after it.
    fn grouped(&self, here: usize, character: char, rest: &str) -> Option<&str> {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let before = self.source[..here].bytes().rev().take_while(u8::is_ascii_digit).count();
        (character == ',' && before > 0 && digits(rest) == 3).then(|| &self.source[here - before..here + 4])
    }

    /// A Cyrillic or Greek letter right beside a Latin one.
    fn mixes_scripts(&self, here: usize, character: char) -> bool {
        let foreign = matches!(character, '\u{370}'..='\u{52F}');
        let before = self.source[..here].chars().next_back();
        let after = self.source[here + character.len_utf8()..].chars().next();
        foreign && [before, after].into_iter().flatten().any(|next| next.is_ascii_alphabetic())
    }
}

/// The plain form of an accepted full-width or mathematical character; a full stop only at the end of a line.
fn stands_for(character: char, rest: &str) -> Option<&'static str> {
    Some(match character {
        '，' | '、' => ",",
        '；' => ";",
        '：' => ":",
        '（' => "(",
        '）' => ")",
        '＝' => "=",
        '＜' => "<",
        '＞' => ">",
        '！' if rest.starts_with(['＝', '=']) => "!",
        '＋' => "+",
        '－' | '−' => "-",
        '＊' | '×' => "*",
        '／' | '÷' => "/",
        '％' => "%",
        '．' => ".",
        '｜' => "|",
        '≤' => "<=",
        '≥' => ">=",
        '≠' => "!=",
        '\u{3000}' | '\u{A0}' => " ",
        '。' if rest.trim_start().is_empty() || rest.trim_start().starts_with(['#', '＃']) => " ",
        '０'..='９' => DIGITS.get(usize::try_from(u32::from(character) - u32::from('０')).ok()?)?,
        _ => return None,
    })
}

const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

fn is_full_width_punctuation(character: char) -> bool {
    matches!(character, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}' | '\u{3001}'..='\u{3020}' | '\u{FE10}'..='\u{FE6F}' | '！'..='／' | '：'..='＠' | '［'..='｀' | '｛'..='･' | '·')
}

/// Characters that look like others: full-width letters, compatibility forms, radicals.
fn is_look_alike(character: char) -> bool {
    matches!(character, 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '\u{2E80}'..='\u{2FDF}' | '\u{F900}'..='\u{FAFF}' | '\u{1D400}'..='\u{1D7FF}' | '\u{2460}'..='\u{24FF}')
}
