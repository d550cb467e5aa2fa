#![allow(clippy::unwrap_used, clippy::panic)]

mod codes;
mod messages;
mod robust;
pub(crate) mod surface;
mod trees;

use super::*;
use crate::diagnostics::render::render;

fn source(text: &str) -> Arc<Source> {
    Arc::new(Source { name: "a.bylaw".into(), text: text.into() })
}

/// Parses what must be without fault.
fn sound(text: &str) -> tree::File {
    let parsed = parse(&source(text));
    assert!(parsed.diagnostics.is_empty(), "{}", render(&parsed.diagnostics, Tongue::En, false));
    Arc::unwrap_or_clone(parsed.file)
}
