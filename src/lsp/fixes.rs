//! Quick fixes: only changes whose text is known, as the compiler gave them.

use super::text::{Lines, uri};
use super::told::told;
use super::workspace::Workspace;
use crate::diagnostics::{Diagnostic, Fix, Tongue};
use lsp_types::{CodeAction, CodeActionKind, CodeActionOrCommand, Range, TextEdit, WorkspaceEdit};
use std::collections::HashMap;

/// The fixes for what is wrong in a stretch of a text.
pub(crate) fn fixes(workspace: &Workspace, path: &str, range: Range, asked: Option<Tongue>) -> Vec<CodeActionOrCommand> {
    let Some(text) = workspace.files.text(path) else { return Vec::new() };
    let span = Lines::new(&text).span(range);
    let tongue = workspace.tongue(path);
    let mut fixes: Vec<CodeAction> = Vec::new();
    for diagnostic in workspace.of(path).flat_map(|one| &one.now.compiled.diagnostics) {
        let Some(fix) = &diagnostic.fix else { continue };
        let here = fix.place.source.name == path && fix.place.source.text == text;
        if !here || fix.place.span.end < span.start || span.end < fix.place.span.start {
            continue;
        }
        if let Some(action) = action(diagnostic, fix, tongue, asked.unwrap_or(tongue))
            && !fixes.contains(&action)
        {
            fixes.push(action);
        }
    }
    fixes.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

#[allow(clippy::mutable_key_type)] // the address of a file never changes
fn action(diagnostic: &Diagnostic, fix: &Fix, of_text: Tongue, tongue: Tongue) -> Option<CodeAction> {
    let source = &fix.place.source;
    let new = fix.text.get(of_text).to_owned();
    let old = source.text.get(fix.place.span.start..fix.place.span.end)?;
    let title = match tongue {
        Tongue::En => format!("write `{new}` in place of `{old}`"),
        Tongue::Zh => format!("把 `{old}` 改为 `{new}`"),
    };
    let edit = TextEdit::new(Lines::new(&source.text).range(fix.place.span), new);
    Some(CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![told(diagnostic, tongue)]),
        edit: Some(WorkspaceEdit { changes: Some(HashMap::from([(uri(&source.name)?, vec![edit])])), ..WorkspaceEdit::default() }),
        is_preferred: Some(true),
        ..CodeAction::default()
    })
}
