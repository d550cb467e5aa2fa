//! A statement → lines. The drafter's own line breaks stay, lines that are too long get more of them.

use super::spacing::{Style, width};
use crate::syntax::token::{Comment, Kind, Token};

/// So many columns a line may have, if there is a place to break it.
const WIDEST: usize = 140;
/// What goes on from the line above is indented by so much; what stands in parentheses that are still open, by two more for each.
const FURTHER: usize = 4;

/// Words that a line may begin with, the best first. What `and` and `or` join inside a `where` hangs together more than the `where` itself.
const BEGINS: [&[&str]; 4] = [
    &["with", "其", "because", "因为"],
    &["when", "当", "unless", "除非", "and", "且", "or", "或", "presumed", "推定"],
    &["where", "其中"],
    &["within", "by", "由", "from", "自", "for", "of", "关于", "for the same", "同一", "by the same", "由同一", "不迟于", "to", "给", "on", "于", "since", "over", "by anyone", "任何人"],
];
const JOIN: [&str; 4] = ["and", "且", "or", "或"];
const WHERE: [&str; 2] = ["where", "其中"];

/// The lines of a statement that stands at `indent`. With `anywhere`, any word may begin a line; else only one after a comma.
pub(super) fn lines(tokens: &[Token], style: Style, indent: usize, anywhere: bool) -> Vec<String> {
    let depths = depths(tokens);
    let may_begin = |at: usize| {
        let (before, here) = (tokens.get(at.wrapping_sub(1)), tokens.get(at));
        let joined = here.is_none_or(|here| here.glued && here.kind == Kind::Word);
        at > 0 && !joined && (anywhere || matches!(before, Some(Token { kind: Kind::Comma { .. }, .. })))
    };
    // A comment ends its line, wherever it stands.
    let mut begins = vec![0];
    begins.extend((1..tokens.len()).filter(|at| tokens.get(*at).is_some_and(|token| !token.comments.is_empty() || token.broken && may_begin(*at))));
    let further = |at: usize, least: usize| indent.max(FURTHER) + 2 * (depths.get(at).copied().unwrap_or_default().saturating_sub(least));
    // Below an item that is one statement no line is indented less than the first that goes on.
    let least = |begins: &[usize]| {
        let mut all = begins.iter().skip(1).filter_map(|at| depths.get(*at)).copied();
        if indent == 0 { all.next() } else { all.min() }.unwrap_or_default()
    };
    let mut at = 0;
    while let Some(&from) = begins.get(at) {
        let to = begins.get(at + 1).copied().unwrap_or(tokens.len());
        let room = WIDEST.saturating_sub(if at == 0 { indent } else { further(from, least(&begins)) });
        match better(tokens, from..to, style, room, &depths, &may_begin) {
            Some(next) => {
                // A list that is broken anew is filled up.
                let after_comma = |at: usize| matches!(tokens.get(at.wrapping_sub(1)), Some(Token { kind: Kind::Comma { .. }, .. }));
                if to < tokens.len() && after_comma(to) && tokens.get(to).is_some_and(|token| token.comments.is_empty()) {
                    begins.remove(at + 1);
                }
                begins.insert(at + 1, next);
            }
            None => at += 1,
        }
    }
    let least = least(&begins);
    let mut out: Vec<String> = Vec::new();
    for (index, &from) in begins.iter().enumerate() {
        let to = begins.get(index + 1).copied().unwrap_or(tokens.len());
        let margin = " ".repeat(if index == 0 { indent } else { further(from, least) });
        let part = tokens.get(from..to).unwrap_or_default();
        part.first().into_iter().flat_map(|first| &first.comments).for_each(|comment| add_comment(&mut out, comment, &margin));
        out.push(format!("{margin}{}", style.line(part)));
    }
    out
}

/// A comment on a line of its own, or at the end of the last line.
pub(super) fn add_comment(out: &mut Vec<String>, comment: &Comment, margin: &str) {
    match out.last_mut() {
        Some(last) if !comment.own_line => {
            last.push_str("  ");
            last.push_str(&comment.text);
        }
        _ => out.push(format!("{margin}{}", comment.text)),
    }
}

/// Parentheses that are open before each token.
fn depths(tokens: &[Token]) -> Vec<usize> {
    let mut depth = 0_usize;
    let each = tokens.iter().map(|token| {
        let here = depth;
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        here
    });
    each.collect()
}

/// Where a line that has no room is best broken: at the outermost parentheses, before the word that weighs most, as far on as there is room.
fn better(tokens: &[Token], line: std::ops::Range<usize>, style: Style, room: usize, depths: &[usize], may_begin: &impl Fn(usize) -> bool) -> Option<usize> {
    let text = |to: usize| width(&style.line(tokens.get(line.start..to).unwrap_or_default()));
    if text(line.end) <= room {
        return None;
    }
    let weight = |at: usize| {
        let (before, here) = (tokens.get(at.wrapping_sub(1))?, tokens.get(at)?);
        let word = here.text.as_str();
        let class = BEGINS.iter().position(|words| words.contains(&word));
        let class = match before.kind {
            Kind::Comma { list } => Some(class.unwrap_or(3).min(if list { 3 } else { 1 })),
            _ if JOIN.contains(&word) && in_where(tokens, at, depths) => Some(3),
            _ => class,
        };
        class.map(|class| depths.get(at).copied().unwrap_or_default() * 4 + class)
    };
    let places: Vec<(usize, usize, usize)> =
        (line.start + 1..line.end).filter(|at| may_begin(*at)).filter_map(|at| Some((weight(at)?, at, text(at)))).collect();
    let fits = places.iter().filter(|(_, _, width)| *width <= room && *width >= room / 4);
    let best = fits.min_by_key(|(weight, at, _)| (*weight, std::cmp::Reverse(*at)));
    best.or_else(|| places.iter().find(|(_, _, width)| *width > room / 4)).map(|(_, at, _)| *at)
}

/// Does a `where` before this word still go on? A window ends it.
fn in_where(tokens: &[Token], at: usize, depths: &[usize]) -> bool {
    let depth = depths.get(at);
    let same = (0..at).rev().take_while(|before| depths.get(*before) >= depth).filter(|before| depths.get(*before) == depth);
    let mut words = same.filter_map(|before| tokens.get(before)).map(|token| token.text.as_str());
    words.find_map(|word| {
        let ends = word.starts_with("in the ") || matches!(word, "so far" | "ever" | "至今" | "全程" | "本案") || word.starts_with(['当', '整']) && word.chars().count() > 1;
        if WHERE.contains(&word) { Some(true) } else { ends.then_some(false) }
    }) == Some(true)
}
