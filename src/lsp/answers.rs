//! Requests → answers. A request about a text that nobody has is refused; it never ends the server.

use super::names::{Found, find, highlights, locations, references};
use super::text::{Lines, path};
use super::{Server, completion, fixes, hover, lenses, outline, rename};
use crate::diagnostics::{Say, Source, Tongue};
use crate::{FormatOptions, Unformatted, format};
use lsp_server::ErrorCode;
use lsp_types::request::{self, Request as _};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeLensParams, CompletionParams, CompletionResponse, DocumentFormattingParams, DocumentHighlightParams, DocumentSymbolParams,
    DocumentSymbolResponse, FoldingRangeParams, GotoDefinitionParams, GotoDefinitionResponse, HoverParams, PrepareRenameResponse, ReferenceParams, RenameParams, TextDocumentPositionParams, TextEdit, Uri,
    WorkspaceEdit, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// An answer, or why there is none.
pub(crate) type Answer = Result<Value, (ErrorCode, String)>;

/// Answers a request.
pub(crate) fn answer(server: &mut Server, method: &str, params: Value) -> Answer {
    match method {
        request::HoverRequest::METHOD => {
            let params: HoverParams = read(params)?;
            let (path, at) = place(server, &params.text_document_position_params)?;
            say(hover::hover(&server.workspace, &path, at, server.asked))
        }
        request::GotoDefinition::METHOD => {
            let params: GotoDefinitionParams = read(params)?;
            let (path, at) = place(server, &params.text_document_position_params)?;
            say(GotoDefinitionResponse::Array(locations(&server.workspace, &hover::definition(&server.workspace, &path, at))))
        }
        request::References::METHOD => {
            let params: ReferenceParams = read(params)?;
            everything(server)?;
            let (path, at) = place(server, &params.text_document_position)?;
            let places = find(&server.workspace, &path, at).map(|found| references(&server.workspace, &found, params.context.include_declaration));
            say(locations(&server.workspace, &places.unwrap_or_default()))
        }
        request::DocumentHighlightRequest::METHOD => {
            let params: DocumentHighlightParams = read(params)?;
            let (path, at) = place(server, &params.text_document_position_params)?;
            say(find(&server.workspace, &path, at).map(|found| highlights(&server.workspace, &found)))
        }
        request::PrepareRenameRequest::METHOD => {
            let params: TextDocumentPositionParams = read(params)?;
            let (path, at) = place(server, &params)?;
            let tongue = server.asked.unwrap_or_else(|| server.workspace.tongue(&path));
            let found = named(server, &path, at)?;
            let text = text(server, &path)?;
            let range = super::names::newest(&server.workspace, &found.place).map(|place| Lines::new(&text).range(place.span));
            match range {
                Some(range) => say(PrepareRenameResponse::Range(range)),
                None => Err((ErrorCode::RequestFailed, no_name().get(tongue).to_owned())),
            }
        }
        request::Rename::METHOD => {
            let params: RenameParams = read(params)?;
            everything(server)?;
            let (path, at) = place(server, &params.text_document_position)?;
            let tongue = server.asked.unwrap_or_else(|| server.workspace.tongue(&path));
            let found = named(server, &path, at)?;
            let edit = rename::rename(&server.workspace, &found, &params.new_name).map_err(|why| (ErrorCode::RequestFailed, why.get(tongue).to_owned()))?;
            say(edit)
        }
        request::Completion::METHOD => {
            let params: CompletionParams = read(params)?;
            let (path, at) = place(server, &params.text_document_position)?;
            say(CompletionResponse::Array(completion::complete(&server.workspace, &path, at)))
        }
        request::DocumentSymbolRequest::METHOD => {
            let params: DocumentSymbolParams = read(params)?;
            let path = known(server, &params.text_document.uri)?;
            say(DocumentSymbolResponse::Nested(outline::symbols(&server.workspace, &path)))
        }
        request::WorkspaceSymbolRequest::METHOD => {
            let params: WorkspaceSymbolParams = read(params)?;
            everything(server)?;
            say(WorkspaceSymbolResponse::Flat(outline::anywhere(&server.workspace, &params.query)))
        }
        request::FoldingRangeRequest::METHOD => {
            let params: FoldingRangeParams = read(params)?;
            let path = known(server, &params.text_document.uri)?;
            say(outline::folds(&text(server, &path)?))
        }
        request::Formatting::METHOD => {
            let params: DocumentFormattingParams = read(params)?;
            let path = known(server, &params.text_document.uri)?;
            let tongue = server.asked.unwrap_or_else(|| server.workspace.tongue(&path));
            let old = text(server, &path)?;
            let new = formatted(&path, &old, None).map_err(|why| (ErrorCode::RequestFailed, why.get(tongue).to_owned()))?;
            say(difference(&old, &new))
        }
        request::CodeActionRequest::METHOD => {
            let params: CodeActionParams = read(params)?;
            let path = known(server, &params.text_document.uri)?;
            let only = params.context.only.as_deref();
            let wanted = |kind: &CodeActionKind| only.is_none_or(|only| only.iter().any(|asked| kind.as_str() == asked.as_str() || kind.as_str().starts_with(&format!("{}.", asked.as_str()))));
            let mut actions = if wanted(&CodeActionKind::QUICKFIX) { fixes::fixes(&server.workspace, &path, params.range, server.asked) } else { Vec::new() };
            // The other tongue costs as much as formatting: only when somebody asks for such a thing.
            if only.is_some() && wanted(&CodeActionKind::REFACTOR_REWRITE) {
                actions.extend(turned(server, &path, &params.text_document.uri));
            }
            say(actions)
        }
        request::CodeLensRequest::METHOD => {
            let params: CodeLensParams = read(params)?;
            let path = known(server, &params.text_document.uri)?;
            say(lenses::lenses(&server.workspace, &path, server.asked))
        }
        _ => Err((ErrorCode::MethodNotFound, format!("`{method}` is not answered here"))),
    }
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, (ErrorCode, String)> {
    serde_json::from_value(params).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
}

fn say(answer: impl Serialize) -> Answer {
    serde_json::to_value(answer).map_err(|error| (ErrorCode::InternalError, error.to_string()))
}

/// The text at an address: one that is open, or a policy text that an institution reads.
fn known(server: &Server, uri: &Uri) -> Result<String, (ErrorCode, String)> {
    let path = path(uri).filter(|path| server.workspace.files.get(path).is_some() || server.workspace.of(path).next().is_some());
    path.ok_or_else(|| (ErrorCode::InvalidParams, format!("`{}` is not open", uri.as_str())))
}

fn text(server: &Server, path: &str) -> Result<String, (ErrorCode, String)> {
    server.workspace.files.text(path).ok_or_else(|| (ErrorCode::InvalidParams, format!("`{path}` cannot be read")))
}

fn place(server: &Server, params: &TextDocumentPositionParams) -> Result<(String, usize), (ErrorCode, String)> {
    let path = known(server, &params.text_document.uri)?;
    let at = Lines::new(&text(server, &path)?).byte(params.position);
    Ok((path, at))
}

/// Compiles all institutions of the folders: a name may be used in any of them.
fn everything(server: &mut Server) -> Result<(), (ErrorCode, String)> {
    server.workspace.load_all();
    server.refresh().map_err(|error| (ErrorCode::InternalError, error.to_string()))
}

fn no_name() -> Say {
    Say::new("nothing here has a name that could be changed: keywords, labels, citations and data are not names", "此处没有可改的名称：关键词、标签、出处和数据都不是名称")
}

fn named<'s>(server: &'s Server, path: &str, at: usize) -> Result<Found<'s>, (ErrorCode, String)> {
    let tongue = server.asked.unwrap_or_else(|| server.workspace.tongue(path));
    find(&server.workspace, path, at).ok_or_else(|| (ErrorCode::RequestFailed, no_name().get(tongue).to_owned()))
}

/// The text in its form, or in the other tongue.
fn formatted(path: &str, text: &str, to: Option<Tongue>) -> Result<String, Say> {
    let source = Arc::new(Source { name: path.to_owned(), text: text.to_owned() });
    match format(&source, FormatOptions { to }) {
        Ok(formatted) => Ok(formatted.text),
        Err(Unformatted::Broken(_)) => Err(Say::new("a text with errors is not formatted: mend them first", "有错误的文本不能排版：请先改正")),
        Err(Unformatted::Unlike(_)) => Err(Say::new("formatted, it would not say the same: this is a bug in bylaw", "排版后含义会变：这是 bylaw 的缺陷")),
    }
}

/// The lines that differ, as one change.
fn difference(old: &str, new: &str) -> Vec<TextEdit> {
    if old == new {
        return Vec::new();
    }
    let whole = |text: &str, bytes: usize| text.get(..bytes).and_then(|text| text.rfind('\n')).map_or(0, |at| at + 1);
    let same = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    let mut start = same;
    while !old.is_char_boundary(start) {
        start -= 1;
    }
    let start = whole(old, start);
    let behind = old.bytes().rev().zip(new.bytes().rev()).take_while(|(a, b)| a == b).count().min(old.len().min(new.len()) - start);
    let mut behind = behind;
    while !old.is_char_boundary(old.len() - behind) {
        behind -= 1;
    }
    let span = crate::diagnostics::Span::new(start, old.len() - behind);
    let text = new.get(start..new.len() - behind).unwrap_or_default();
    vec![TextEdit::new(Lines::new(old).range(span), text.to_owned())]
}

/// The whole text with keywords of the other tongue, as an action.
#[allow(clippy::mutable_key_type)] // the address of a file never changes
fn turned(server: &Server, path: &str, uri: &Uri) -> Option<CodeActionOrCommand> {
    let old = server.workspace.files.text(path)?;
    let (to, title) = match server.workspace.tongue(path) {
        Tongue::En => (Tongue::Zh, "turn keywords into Chinese (译为中文关键词)"),
        Tongue::Zh => (Tongue::En, "译为英文关键词 (turn keywords into English)"),
    };
    let new = formatted(path, &old, Some(to)).ok()?;
    let edit = WorkspaceEdit { changes: Some(HashMap::from([(uri.clone(), difference(&old, &new))])), ..WorkspaceEdit::default() };
    Some(CodeActionOrCommand::CodeAction(CodeAction { title: title.to_owned(), kind: Some(CodeActionKind::REFACTOR_REWRITE), edit: Some(edit), ..CodeAction::default() }))
}
