//! Statements → words in the order in which they are to be written: as they stand, or in the other tongue.
//!
//! A statement is read by the grammar and its words are collected; what the tree does not keep (commas, which of two equal words was chosen, comments)
//! is kept here. Turning a statement into the other tongue replaces its keywords (`words.rs`); where the tongues order their words differently,
//! the parts change places (the other files). Names, texts and numbers stay.

mod effects;
mod expressions;
mod lines;
mod paths;
mod pieces;
mod quantities;
mod requirements;
mod words;

pub(in crate::syntax) use pieces::chapter;
pub(super) use words::as_written;

use super::{Grammar, Pair, Rule};
use crate::diagnostics::{Span, Tongue};
use crate::syntax::plain::Plain;
use crate::syntax::token::{Comment, Kind, Token};
use pest::Parser;

/// What is needed while the words of one file are collected.
pub(in crate::syntax) struct Turned<'a> {
    pub(in crate::syntax) source: &'a str,
    pub(in crate::syntax) plain: &'a Plain,
    /// The tongue of the keywords; as they are, when none.
    pub(in crate::syntax) to: Option<Tongue>,
}

/// A statement whose words are being collected.
#[derive(Clone, Copy)]
struct Turn<'a> {
    file: &'a Turned<'a>,
    base: usize,
    to: Option<Tongue>,
}

/// The words of the statement at `span`; none if it cannot be read.
fn statement(file: &Turned<'_>, rule: Rule, span: Span) -> Option<Vec<Token>> {
    let text = file.plain.text.get(span.start..span.end)?;
    let pair = Grammar::parse(rule, text).ok()?.next()?;
    let turn = Turn { file, base: span.start, to: file.to };
    let mut tokens = turn.part(&pair);
    if let Some(first) = tokens.first_mut() {
        first.broken = false;
    }
    Some(tokens)
}

/// The tongue of a word; none for signs and numbers.
fn tongue_of(word: &str) -> Option<Tongue> {
    let letter = word.chars().find(|c| c.is_alphabetic())?;
    Some(if letter.is_ascii() { Tongue::En } else { Tongue::Zh })
}

fn is_blank(c: char) -> bool {
    c.is_whitespace()
}

impl Turn<'_> {
    /// The words of a part.
    fn part(self, pair: &Pair<'_>) -> Vec<Token> {
        let mut tokens = Vec::new();
        if self.form(pair, &mut tokens) {
            self.keep(pair, &mut tokens);
        } else {
            self.as_written(pair, &mut tokens);
        }
        tokens
    }

    /// The words of parts, one after the other.
    fn parts<'p, 'i: 'p>(self, pairs: impl IntoIterator<Item = &'p Pair<'i>>) -> Vec<Token> {
        pairs.into_iter().flat_map(|pair| self.part(pair)).collect()
    }

    /// Parts that are not simply the words they consist of.
    fn form(self, pair: &Pair<'_>, out: &mut Vec<Token>) -> bool {
        self.quantity_form(pair, out) || self.line_form(pair, out) || self.expression_form(pair, out) || self.requirement_form(pair, out)
    }

    /// The words of a part in the order in which they stand.
    fn as_written(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let inner: Vec<_> = pair.clone().into_inner().collect();
        if inner.is_empty() {
            out.extend(self.leaf(pair));
            return;
        }
        let rule = pair.as_rule();
        let mut at = pair.as_span().start();
        for child in inner {
            self.between(rule, at, child.as_span().start(), out);
            if self.wants_comma(rule, &child, out) {
                out.push(Token::new(",", Kind::Comma { list: false }));
            }
            out.extend(self.part(&child));
            at = child.as_span().end();
        }
        self.between(rule, at, pair.as_span().end(), out);
    }

    /// A part before which a comma may stand, and always does once it is formatted.
    fn wants_comma(self, rule: Rule, child: &Pair<'_>, out: &[Token]) -> bool {
        let apart = match child.as_rule() {
            Rule::range | Rule::judged_every | Rule::presumed | Rule::bounded => true,
            Rule::throughout | Rule::every | Rule::whole_period => rule == Rule::each_line,
            _ => false,
        };
        let inside = child.as_rule() == Rule::bounded && child.as_str().starts_with(',');
        apart && !inside && !matches!(out.last(), None | Some(Token { kind: Kind::Comma { .. }, .. }))
    }

    /// Signs, and words that no rule names, between two parts.
    fn between(self, rule: Rule, from: usize, to: usize, out: &mut Vec<Token>) {
        let text = self.file.plain.text.get(self.base + from..self.base + to).unwrap_or_default();
        let mut at = 0;
        while let Some(first) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let rest = text.get(at..).unwrap_or_default();
            let length = match first {
                c if c.is_alphabetic() => rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len()),
                '.' if rest.starts_with("..") => 2,
                _ => first.len_utf8(),
            };
            if !is_blank(first) {
                out.extend(self.sign(rule, from + at, rest.get(..length).unwrap_or_default()));
            }
            at += length;
        }
    }

    /// A sign as it is written: `，` for a comma where the drafter wrote that.
    fn sign(self, rule: Rule, at: usize, plain: &str) -> Option<Token> {
        let start = self.base + at;
        let kind = match plain {
            "," | ";" => Kind::Comma { list: is_list(rule) },
            ":" if rule == Rule::kind => return None,
            ":" => Kind::Colon,
            "(" => Kind::Open,
            ")" => Kind::Close,
            _ => Kind::Word,
        };
        let mut token = self.token(start, start + plain.len(), self.wide(start, plain), kind);
        token.glued = plain == "." || matches!(token.kind, Kind::Comma { .. } | Kind::Colon | Kind::Close);
        Some(token)
    }

    /// The one full-width character that stands for `plain`, if that is what the drafter wrote.
    fn wide(self, start: usize, plain: &str) -> String {
        let replaced = &self.file.plain.replaced;
        let at = replaced.partition_point(|(place, _)| *place < start);
        let here = replaced.get(at).filter(|(place, _)| *place == start).map(|(_, character)| *character);
        let alone = replaced.get(at + 1).is_none_or(|(next, _)| *next >= start + plain.len());
        match here {
            Some(character) if alone && self.to != Some(Tongue::En) && !character.is_ascii() && stands_alone(character, plain) => character.to_string(),
            _ => plain.to_owned(),
        }
    }

    /// A word, name, number or text.
    fn leaf(self, pair: &Pair<'_>) -> Option<Token> {
        let plain = pair.as_str().trim();
        if plain.is_empty() {
            return None;
        }
        let rule = pair.as_rule();
        let (start, end) = self.place(pair);
        let kind = match rule {
            Rule::k_close => Kind::Close,
            Rule::k_colon => Kind::Colon,
            _ => Kind::Word,
        };
        let written = || {
            let span = Span::new(start, end).within(self.file.source);
            self.file.source.get(span.start..span.end).unwrap_or_default()
        };
        let text = match rule {
            Rule::name | Rule::norm_name | Rule::zone_text | Rule::code_text | Rule::settled_name | Rule::text => written().to_owned(),
            Rule::number | Rule::time | Rule::month_day | Rule::year | Rule::signed => plain.to_owned(),
            Rule::date | Rule::year_month | Rule::period_text => self.day(plain),
            _ if tongue_of(plain).is_none() => self.wide(start, plain),
            _ => words::turned(rule, plain, written(), self.to),
        };
        let mut token = self.token(start, end, text, kind);
        token.glued = matches!(token.kind, Kind::Close | Kind::Colon);
        Some(token)
    }

    /// A day or period; the English tongue has no `2024年3月5日`.
    fn day(self, plain: &str) -> String {
        if self.to != Some(Tongue::En) || !plain.contains('年') {
            return plain.to_owned();
        }
        let parts = plain.split(['年', '月', '日']).filter(|part| !part.is_empty());
        parts.enumerate().map(|(index, part)| if index == 0 { part.to_owned() } else { format!("-{part:0>2}") }).collect()
    }

    /// A token at a place of the source, with what stands before it.
    fn token(self, start: usize, end: usize, text: String, kind: Kind) -> Token {
        let (broken, mut comments) = self.before(start);
        comments.extend(self.comments(start, end));
        Token { text, kind, glued: false, broken, comments }
    }

    /// Does a line begin at `start`, and which comments stand before it?
    fn before(self, start: usize) -> (bool, Vec<Comment>) {
        let gap = self.file.plain.text.get(self.base..start).unwrap_or_default();
        let blanks = gap.len() - gap.trim_end().len();
        let comments = self.comments(start - blanks, start);
        (gap.get(gap.len() - blanks..).is_some_and(|blanks| blanks.contains('\n')) && blanks < gap.len(), comments)
    }

    fn comments(self, from: usize, to: usize) -> Vec<Comment> {
        let all = &self.file.plain.comments;
        let at = all.partition_point(|span| span.start < from);
        all.iter().skip(at).take_while(|span| span.end <= to).map(|span| comment(self.file.source, *span)).collect()
    }

    /// Where a part stands, without blanks at its end.
    fn place(self, pair: &Pair<'_>) -> (usize, usize) {
        let start = self.base + pair.as_span().start();
        (start, start + pair.as_str().trim_end().len())
    }

    /// Sees to it that what was put together anew begins a line where it did, and has all its comments.
    fn keep(self, pair: &Pair<'_>, tokens: &mut [Token]) {
        let (start, end) = self.place(pair);
        let (broken, mut comments) = self.before(start);
        comments.extend(self.comments(start, end));
        let lost = tokens.iter().flat_map(|token| &token.comments).ne(&comments);
        if lost {
            tokens.iter_mut().for_each(|token| token.comments.clear());
        }
        if let Some(first) = tokens.first_mut() {
            first.broken = broken;
            if lost {
                first.comments = comments;
            }
        }
    }

    /// Is this to be said in the other tongue? By the keywords directly in it.
    fn turns(self, pair: &Pair<'_>) -> bool {
        self.to.is_some_and(|to| self.spoken(pair).is_some_and(|spoken| spoken != to))
    }

    /// The tongue of the first keyword directly in a part.
    fn spoken(self, pair: &Pair<'_>) -> Option<Tongue> {
        pair.clone().into_inner().filter(words::is_word).find_map(|word| tongue_of(word.as_str()))
    }

    /// The tongue in which a part is to be said.
    fn tongue(self, pair: &Pair<'_>) -> Tongue {
        self.to.or_else(|| self.spoken(pair)).unwrap_or_default()
    }
}

/// The comment at `span`.
pub(crate) fn comment(source: &str, span: Span) -> Comment {
    let line = source.get(..span.start).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    Comment { text: source.get(span.start..span.end).unwrap_or_default().to_owned(), own_line: line.trim_matches(['\u{FEFF}']).trim().is_empty() }
}

/// `≤` is one character for `<=`; `＜＝` are two.
fn stands_alone(character: char, plain: &str) -> bool {
    plain.len() == 1 || matches!(character, '≤' | '≥' | '≠')
}

/// Parts in which a comma stands between things of one kind.
fn is_list(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::operand_list | Rule::kind_values | Rule::roles | Rule::event | Rule::called | Rule::gives | Rule::given_with | Rule::must_order | Rule::may | Rule::calendar_line
            | Rule::on_breach | Rule::exception | Rule::to_part | Rule::only_for | Rule::without | Rule::cell_values | Rule::cell_not | Rule::step_cell | Rule::names_cell
            | Rule::procedure_step | Rule::distinct_people | Rule::ties | Rule::link | Rule::later_of
    )
}

/// The parts of a pair that are of this rule.
fn all<'i>(pair: &Pair<'i>, rule: Rule) -> Vec<Pair<'i>> {
    pair.clone().into_inner().filter(|inner| inner.as_rule() == rule).collect()
}

/// The first part of this rule.
fn first<'i>(pair: &Pair<'i>, rule: Rule) -> Option<Pair<'i>> {
    pair.clone().into_inner().find(|inner| inner.as_rule() == rule)
}

/// Words that the source does not have.
fn say(words: &str) -> Token {
    Token::word(words)
}

/// The same part with its first word right after what stands before.
fn glue(mut tokens: Vec<Token>) -> Vec<Token> {
    if let Some(first) = tokens.first_mut() {
        first.glued = true;
    }
    tokens
}
