#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::diagnostics::render::render;

pub(super) fn source(text: &str) -> Arc<Source> {
    Arc::new(Source { name: "a.bylaw".into(), text: text.into() })
}

/// Parses what must be without fault.
pub(super) fn sound(text: &str) -> tree::File {
    let parsed = parse(&source(text));
    assert!(parsed.diagnostics.is_empty(), "{}", render(&parsed.diagnostics, Tongue::En, false));
    parsed.file
}

fn block(page: &str, number: usize) -> &str {
    page.split("```").skip(1).step_by(2).filter_map(|block| block.strip_prefix("bylaw\n")).nth(number).unwrap()
}

#[test]
fn the_sample_of_the_surface_page_is_read() {
    let file = sound(block(include_str!("../../docs/surface.md"), 0));
    assert_eq!(file.items.len(), 14);
}
