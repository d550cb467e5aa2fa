//! Blanks between words, and which of two equal signs is written.

use crate::diagnostics::Tongue;
use crate::syntax::token::{Cell, Chapter, Kind, Token, What};
use unicode_width::UnicodeWidthStr;

/// What a whole file has in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    /// Decides the brackets of citations.
    tongue: Tongue,
    /// Full-width commas, colons and parentheses: those of a Chinese text that has more of them than of the others.
    wide: bool,
}

impl Style {
    /// The style of these chapters, to be written in tongue `to`, or in their own.
    pub(super) fn of(chapters: &[Chapter], to: Option<Tongue>, own: Tongue) -> Self {
        let tongue = to.unwrap_or(own);
        let (mut wide, mut plain) = (0, 0);
        for token in chapters.iter().flat_map(|chapter| &chapter.pieces).flat_map(|piece| tokens(&piece.what)) {
            if matches!(token.kind, Kind::Comma { .. } | Kind::Colon | Kind::Open | Kind::Close) {
                *(if token.text.is_ascii() { &mut plain } else { &mut wide }) += 1;
            }
        }
        Self { tongue, wide: tongue == Tongue::Zh && wide > plain }
    }

    /// A token as it is written.
    pub(super) fn text(self, token: &Token) -> String {
        let pick = |plain: &str, wide: &str| if self.wide { wide } else { plain }.to_owned();
        match &token.kind {
            Kind::Word => token.text.clone(),
            Kind::Comma { .. } if self.wide && !token.text.is_ascii() => token.text.clone(),
            Kind::Comma { list: true } => pick(",", "、"),
            Kind::Comma { list: false } => pick(",", "，"),
            Kind::Colon => pick(":", "："),
            Kind::Open => pick("(", "（"),
            Kind::Close => pick(")", "）"),
            Kind::Cites(cites) => {
                let inside = self.sources(cites);
                if self.tongue == Tongue::Zh { format!("【{inside}】") } else { format!("[{inside}]") }
            }
        }
    }

    /// Citations without brackets.
    pub(super) fn sources(self, cites: &[String]) -> String {
        cites.join(if self.wide { "、" } else { ", " })
    }

    /// Is there a blank between two neighbours on a line?
    pub(super) fn apart(self, before: &Token, after: &Token) -> bool {
        let closes = matches!(after.kind, Kind::Comma { .. } | Kind::Colon | Kind::Close);
        let goes_on = before.kind == Kind::Open || self.wide && matches!(before.kind, Kind::Comma { .. } | Kind::Colon);
        !(after.glued || closes || goes_on)
    }

    /// Tokens on one line.
    pub(super) fn line(self, tokens: &[Token]) -> String {
        let mut line = String::new();
        let mut before: Option<&Token> = None;
        for token in tokens {
            if before.is_some_and(|before| self.apart(before, token)) {
                line.push(' ');
            }
            line.push_str(&self.text(token));
            before = Some(token);
        }
        line
    }

    /// A cell of a table.
    pub(super) fn cell(self, cell: &Cell) -> String {
        match cell {
            Cell::Tokens(tokens) => self.line(tokens),
            Cell::Sources(cites) => self.sources(cites),
        }
    }
}

/// Columns on the screen: a Chinese character takes two.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

fn tokens(what: &What) -> Vec<&Token> {
    match what {
        What::First { tokens, .. } | What::Line(tokens) => tokens.iter().collect(),
        What::Row(cells) => cells.iter().flat_map(|cell| if let Cell::Tokens(tokens) = cell { &tokens[..] } else { &[] }).collect(),
        What::Rule => Vec::new(),
    }
}
