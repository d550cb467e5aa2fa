//! Statements → tree, by the grammar. The only module that knows the grammar's rules; plain functions, each for one rule.

mod approvals;
mod declarations;
mod effects;
mod examples;
mod expected;
mod expressions;
mod forms;
mod habits;
mod items;
mod norms;
mod patterns;
mod powers;
mod procedures;
mod requirements;
mod states;
mod tables;
#[cfg(test)]
mod tests;
pub(crate) mod turn;
mod types;
mod words;

use super::CitedAs;
use super::layout::{Chunk, Statement};
use super::trouble::{self, Trouble};
use super::tree::{Item, Name, Node};
use crate::diagnostics::{Span, Tongue};
use pest::Parser;
use std::cell::RefCell;
use std::sync::LazyLock;

/// The grammar; a module of its own, because the derived `Rule` has no doc comments.
#[allow(missing_docs)]
mod grammar {
    #[derive(pest_derive::Parser)]
    #[grammar = "grammar/bylaw.pest"]
    #[grammar = "grammar/keywords.pest"]
    pub(super) struct Grammar;
}
use grammar::{Grammar, Rule};

type Pair<'i> = pest::iterators::Pair<'i, Rule>;

/// Deepest nesting of conditions, and most operators in one statement: both bound the depth of the tree.
const DEEPEST: usize = 64;
const MOST_OPERATORS: usize = 400;

/// What is needed while one file is read.
pub(super) struct File<'a> {
    /// As the drafter wrote it.
    pub(super) source: &'a str,
    /// The same, plain; equal length.
    pub(super) plain: &'a str,
    /// What is wrong so far.
    pub(super) troubles: RefCell<Vec<Trouble>>,
    /// What could not be read.
    pub(super) unread: RefCell<Vec<Span>>,
    /// Whose clauses the citations name, when the text is adopted.
    pub(super) cited_as: Option<&'a CitedAs>,
}

impl File<'_> {
    /// A citation as it is to be read here.
    fn cited(&self, cite: &str) -> String {
        self.cited_as.map_or_else(|| cite.to_owned(), |cited_as| cited_as.of(cite))
    }

    /// What `read` gives, unless it finds something wrong; then the text at `span` counts as not read.
    fn sound<T>(&self, span: Span, read: impl FnOnce() -> Option<T>) -> Option<T> {
        let before = self.troubles.borrow().len();
        let value = read().filter(|_| self.troubles.borrow().len() == before);
        if value.is_none() {
            self.unread.borrow_mut().push(span);
        }
        value
    }
}

/// Reads one item; none if something in it is broken (the troubles say what). Of a norm or a header whose first line is well, the lines that are well are kept.
pub(super) fn item(file: &File<'_>, chunk: &Chunk) -> Option<Node<Item>> {
    let before = file.troubles.borrow().len();
    let item = items::item(file, chunk);
    let troubles = file.troubles.borrow();
    let mut troubles = troubles.iter().skip(before);
    let keeps = match &item {
        Some(Item::Norm(_) | Item::Exception(_) | Item::Regulation(_)) => troubles.all(|trouble| trouble.span.start >= chunk.first.end),
        _ => troubles.next().is_none(),
    };
    item.filter(|_| keeps).map(|item| Node::new(item, chunk.span()))
}

/// How the language says what ordinary speech calls so, where it has no such word.
pub(super) fn way_out(word: &str) -> Option<(&'static str, &'static str)> {
    habits::way_out("", word)
}

/// All keywords of a tongue.
pub(super) fn words_of(tongue: Tongue) -> Vec<&'static str> {
    words::all(tongue).into_iter().map(turn::as_written).collect()
}

/// The keywords that items begin with.
pub(super) fn item_words(tongue: Tongue) -> Vec<&'static str> {
    words::of_items(tongue)
}

/// A keyword in both tongues.
pub(super) fn in_both(word: &str) -> Option<(Vec<&'static str>, Vec<&'static str>)> {
    words::like(word)
}

/// The word an item begins with is a Chinese keyword.
pub(super) fn begins_in_chinese(plain: &str) -> bool {
    plain.chars().next().is_some_and(|first| !first.is_ascii())
}

/// A statement that is being read.
#[derive(Clone, Copy)]
struct Cx<'a> {
    file: &'a File<'a>,
    base: usize,
}

impl<'a> Cx<'a> {
    /// Reads the statement at `span` as `rule` and builds a value from it; none if it is broken.
    fn read<T>(file: &'a File<'a>, rule: Rule, span: Span, build: impl FnOnce(Cx<'a>, Pair<'_>) -> T) -> Option<T> {
        let text = file.plain.get(span.start..span.end)?;
        let cx = Cx { file, base: span.start };
        if let Some(trouble) = too_deep(text, span) {
            cx.tell(trouble);
            return None;
        }
        match Grammar::parse(rule, text) {
            Ok(mut pairs) => Some(build(cx, pairs.next()?)),
            Err(error) => {
                cx.tell(expected::trouble(file, rule, span, &error));
                None
            }
        }
    }

    /// Fills a slot that can be filled once.
    fn once<T>(self, slot: &mut Option<T>, value: T, span: Span) {
        if slot.is_some() {
            self.tell(trouble::said_twice(span));
        }
        *slot = Some(value);
    }

    fn tell(self, trouble: Trouble) {
        self.file.troubles.borrow_mut().push(trouble);
    }

    /// Where a pair stands in the source, from border to border of characters.
    fn span(self, pair: &Pair<'_>) -> Span {
        let span = pair.as_span();
        let end = span.end().min(span.start() + span.as_str().trim_end().len());
        Span::new(self.base + span.start(), self.base + end).within(self.file.source)
    }

    /// What the drafter wrote there.
    fn written(self, pair: &Pair<'_>) -> &'a str {
        let span = self.span(pair);
        self.file.source.get(span.start..span.end).unwrap_or_default()
    }

    fn node<T>(self, value: T, pair: &Pair<'_>) -> Node<T> {
        Node::new(value, self.span(pair))
    }

    fn name(self, pair: Pair<'_>) -> Name {
        self.node(self.written(&pair).to_owned(), &pair)
    }

    /// A text without its quotes.
    fn text(self, pair: Pair<'_>) -> Node<String> {
        let mut characters = self.written(&pair).chars();
        characters.next();
        characters.next_back();
        self.node(characters.as_str().to_owned(), &pair)
    }
}

/// Parentheses and words that open a nested part, counted before the grammar sees the text, because both it and the tree are recursive.
fn too_deep(text: &str, span: Span) -> Option<Trouble> {
    // So short a text holds too few words and signs.
    if text.len() <= DEEPEST {
        return None;
    }
    let (mut depth, mut operators) = (0_usize, 0_usize);
    let mut words = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '-' | '+' | '*' | '/' => operators += 1,
            _ => {}
        }
        if depth > DEEPEST {
            return Some(trouble::too_deep(Span::new(span.start + at, span.start + at + character.len_utf8()), DEEPEST));
        }
    }
    for word in text.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
        words += usize::from(matches!(word, "not" | "非" | "where" | "其中" | "from" | "自" | "distinct" | "不同"));
        operators += usize::from(matches!(word, "and" | "or" | "且" | "或" | "of" | "的"));
    }
    if words > DEEPEST || operators > MOST_OPERATORS || signs_in_a_row(text) > DEEPEST {
        return Some(if words > DEEPEST { trouble::too_deep(span, DEEPEST) } else { trouble::too_long(span, MOST_OPERATORS) });
    }
    None
}

fn signs_in_a_row(text: &str) -> usize {
    let (mut most, mut row) = (0, 0);
    for character in text.chars().filter(|c| !c.is_whitespace()) {
        row = if character == '-' { row + 1 } else { 0 };
        most = most.max(row);
    }
    most
}

/// Rules of keywords, which mean nothing by themselves.
static KEYWORDS: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let mut keywords = Vec::new();
    for rule in Rule::all_rules() {
        let at = *rule as usize;
        keywords.resize(keywords.len().max(at + 1), false);
        if let Some(slot) = keywords.get_mut(at) {
            *slot = format!("{rule:?}").starts_with("k_");
        }
    }
    keywords
});

fn is_keyword(rule: Rule) -> bool {
    rule == Rule::EOI || KEYWORDS.get(rule as usize).copied().unwrap_or(false)
}

/// Is there a part of this rule directly below? For keywords that do mean something.
fn has(pair: &Pair<'_>, rule: Rule) -> bool {
    pair.clone().into_inner().any(|inner| inner.as_rule() == rule)
}

/// The parts of a pair, keywords left out.
struct Kids<'i>(pest::iterators::Pairs<'i, Rule>);

fn kids(pair: Pair<'_>) -> Kids<'_> {
    Kids(pair.into_inner())
}

/// The only part of a pair.
fn only(pair: Pair<'_>) -> Pair<'_> {
    kids(pair).one()
}

impl<'i> Kids<'i> {
    /// The next part, which the grammar gives.
    fn one(&mut self) -> Pair<'i> {
        self.next().expect("the grammar gives this part")
    }
    /// The next part if it is of this rule.
    fn opt(&mut self, rule: Rule) -> Option<Pair<'i>> {
        while self.0.peek().is_some_and(|pair| is_keyword(pair.as_rule())) {
            self.0.next();
        }
        if self.0.peek()?.as_rule() == rule { self.0.next() } else { None }
    }
    /// The next parts of this rule.
    fn all(&mut self, rule: Rule) -> Vec<Pair<'i>> {
        std::iter::from_fn(|| self.opt(rule)).collect()
    }
}

impl<'i> Iterator for Kids<'i> {
    type Item = Pair<'i>;
    fn next(&mut self) -> Option<Pair<'i>> {
        self.0.by_ref().find(|pair| !is_keyword(pair.as_rule()))
    }
}

/// Reads each line of a body as `rule`; rows of a table are out of place.
fn lines<T>(file: &File<'_>, body: &[Statement], rule: Rule, mut build: impl FnMut(Cx<'_>, Pair<'_>) -> T) -> Vec<Node<T>> {
    let mut out = Vec::new();
    for statement in body {
        match statement {
            Statement::Line(span) => out.extend(Cx::read(file, rule, *span, &mut build).map(|value| Node::new(value, *span))),
            Statement::Table(rows) => file.troubles.borrow_mut().push(expected::row_out_of_place(rows.first().copied().unwrap_or_default())),
        }
    }
    out
}

/// Can this be a name: such a word, and none of the language?
pub(super) fn is_name(word: &str) -> bool {
    Grammar::parse(Rule::name, word).is_ok_and(|mut pairs| pairs.next().is_some_and(|pair| pair.as_str() == word))
}

/// Is this a word that cannot be a name?
fn is_reserved(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_') && Grammar::parse(Rule::name, word).is_err() && !word.starts_with(|c: char| c.is_ascii_digit())
}
