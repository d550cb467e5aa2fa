//! The language server: an editor on standard input and output (`docs/lsp.md`).
//!
//! | file | does |
//! |---|---|
//! | this | the loop: messages come in, one after the other; the editor's texts are compiled when nothing more is waiting |
//! | `answers` | requests → answers |
//! | `files`, `workspace` | open texts over the disk; institutions, compiled when their texts change |
//! | `background` | examples, analyser, coverage, on a thread of their own |
//! | `told`, `fixes` | diagnostics; quick fixes |
//! | `names`, `rename` | where names are declared and used, as the lowering resolved them |
//! | `hover`, `completion`, `outline`, `lenses` | what each is called after |
//! | `text` | bytes and UTF-16 units, paths and addresses |
//!
//! Data goes one way: texts → workspace → answers. Nothing here prints: standard output is the editor's.

mod answers;
mod background;
mod completion;
mod files;
mod fixes;
mod hover;
mod lenses;
mod names;
mod outline;
mod rename;
#[cfg(test)]
mod tests;
mod text;
mod told;
mod workspace;

use crate::diagnostics::Tongue;
use background::{Job, News};
use crossbeam_channel::{Receiver, Sender, select};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{self, Notification as _};
use lsp_types::request::{self, Request as _};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CodeLensOptions, CompletionOptions, Diagnostic, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidChangeWatchedFilesRegistrationOptions, DidCloseTextDocumentParams, DidOpenTextDocumentParams, FileChangeType, FileSystemWatcher, FoldingRangeProviderCapability, GlobPattern, HoverProviderCapability,
    InitializeParams, OneOf, PublishDiagnosticsParams, Registration, RegistrationParams, RenameOptions, ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind,
};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use workspace::Workspace;

/// What goes wrong between the editor and us.
type Broken = Box<dyn Error + Send + Sync>;

/// Serves an editor on standard input and output until it is done; `asked`: the tongue of all messages, otherwise that of each text. True when the
/// editor said that it would end.
///
/// # Errors
/// When what comes in is not the protocol.
pub(crate) fn serve(asked: Option<Tongue>) -> Result<bool, Broken> {
    let (connection, threads) = Connection::stdio();
    let orderly = run(&connection, asked)?;
    drop(connection);
    // Not waited for when the editor did not say that it would end: it may keep our standard input open.
    if orderly {
        threads.join()?;
    }
    Ok(orderly)
}

fn run(connection: &Connection, asked: Option<Tongue>) -> Result<bool, Broken> {
    let (id, params) = connection.initialize_start()?;
    let params: InitializeParams = serde_json::from_value(params)?;
    let answer = serde_json::json!({ "capabilities": capabilities(), "serverInfo": { "name": "bylaw", "version": env!("CARGO_PKG_VERSION") } });
    connection.initialize_finish(id, answer)?;
    let (jobs, todo) = crossbeam_channel::unbounded();
    let (news, found) = crossbeam_channel::unbounded();
    background::start(todo, news)?;
    let mut server = Server::new(connection.sender.clone(), jobs, &params, asked);
    server.watch(&params)?;
    server.work(&connection.receiver, &found)
}

fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::INCREMENTAL)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions { prepare_provider: Some(true), work_done_progress_options: Default::default() })),
        completion_provider: Some(CompletionOptions { trigger_characters: Some(vec![".".to_owned()]), ..CompletionOptions::default() }),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions { code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::REFACTOR_REWRITE]), ..CodeActionOptions::default() })),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        ..ServerCapabilities::default()
    }
}

/// The server, between messages.
pub(crate) struct Server {
    /// To the editor.
    editor: Sender<Message>,
    /// To the background.
    jobs: Sender<Job>,
    /// All texts and institutions.
    pub(crate) workspace: Workspace,
    /// The tongue of all messages, when one was asked for.
    pub(crate) asked: Option<Tongue>,
    /// What there is to say of each institution, by text.
    told: BTreeMap<Vec<String>, BTreeMap<String, Vec<Diagnostic>>>,
    /// What the editor was told last of each text.
    published: BTreeMap<String, Vec<Diagnostic>>,
    /// Texts that changed since the editor was told about them: it is told even if all is as before.
    changed: BTreeSet<String>,
    /// The editor shows lenses anew when asked.
    refreshes_lenses: bool,
    /// Number of our next request.
    next: i32,
    /// The editor said that it will end.
    ending: bool,
}

impl Server {
    fn new(editor: Sender<Message>, jobs: Sender<Job>, params: &InitializeParams, asked: Option<Tongue>) -> Self {
        let folders = params.workspace_folders.iter().flatten().filter_map(|folder| text::path(&folder.uri));
        let mut roots: Vec<String> = folders.collect();
        #[allow(deprecated)] // older editors give nothing else
        if roots.is_empty() {
            roots.extend(params.root_uri.as_ref().and_then(text::path));
        }
        let roots = roots.into_iter().map(|root| if root.len() > 1 { root.trim_end_matches('/').to_owned() } else { root }).collect();
        let refreshes_lenses = params.capabilities.workspace.as_ref().and_then(|workspace| workspace.code_lens.as_ref()).is_some_and(|lens| lens.refresh_support == Some(true));
        Self { editor, jobs, workspace: Workspace::new(roots), asked, told: BTreeMap::new(), published: BTreeMap::new(), changed: BTreeSet::new(), refreshes_lenses, next: 0, ending: false }
    }

    /// Asks to be told when files change on disk.
    fn watch(&mut self, params: &InitializeParams) -> Result<(), Broken> {
        let can = params.capabilities.workspace.as_ref().and_then(|workspace| workspace.did_change_watched_files.as_ref()).is_some_and(|watch| watch.dynamic_registration == Some(true));
        if !can {
            return Ok(());
        }
        let watchers = ["**/*.bylaw", "**/*.csv", "**/bylaw.toml"].map(|pattern| FileSystemWatcher { glob_pattern: GlobPattern::String(pattern.to_owned()), kind: None });
        let options = serde_json::to_value(DidChangeWatchedFilesRegistrationOptions { watchers: watchers.to_vec() })?;
        let registration = Registration { id: "files".to_owned(), method: notification::DidChangeWatchedFiles::METHOD.to_owned(), register_options: Some(options) };
        self.ask(request::RegisterCapability::METHOD, RegistrationParams { registrations: vec![registration] })
    }

    fn ask(&mut self, method: &str, params: impl serde::Serialize) -> Result<(), Broken> {
        self.next += 1;
        self.editor.send(Message::Request(Request::new(RequestId::from(self.next), method.to_owned(), serde_json::to_value(params)?)))?;
        Ok(())
    }

    /// Until the editor ends. True when it said so before.
    fn work(&mut self, editor: &Receiver<Message>, found: &Receiver<News>) -> Result<bool, Broken> {
        loop {
            if editor.is_empty() {
                self.refresh()?;
            }
            select! {
                recv(editor) -> message => match message {
                    Ok(Message::Request(request)) => self.request(request)?,
                    Ok(Message::Notification(one)) if one.method == notification::Exit::METHOD => return Ok(self.ending),
                    Ok(Message::Notification(one)) => self.hear(one),
                    Ok(Message::Response(_)) => {}
                    Err(_) => return Ok(self.ending),
                },
                recv(found) -> news => if let Ok(news) = news { self.found(news)? },
            }
        }
    }

    fn request(&mut self, request: Request) -> Result<(), Broken> {
        let Request { id, method, params } = request;
        let response = if self.ending {
            Response::new_err(id, ErrorCode::InvalidRequest as i32, "the server was shut down".to_owned())
        } else if method == request::Shutdown::METHOD {
            self.ending = true;
            Response::new_ok(id, ())
        } else {
            self.refresh()?;
            match catch_unwind(AssertUnwindSafe(|| answers::answer(self, &method, params))) {
                Ok(Ok(answer)) => Response::new_ok(id, answer),
                Ok(Err((code, why))) => Response::new_err(id, code as i32, why),
                Err(_) => Response::new_err(id, ErrorCode::InternalError as i32, format!("internal error in {method}: this is a bug in bylaw")),
            }
        };
        self.refresh()?;
        self.editor.send(Message::Response(response))?;
        Ok(())
    }

    /// A notification. What cannot be read is passed over: there is nobody to answer to.
    fn hear(&mut self, one: Notification) {
        match one.method.as_str() {
            notification::DidOpenTextDocument::METHOD => {
                let Some(DidOpenTextDocumentParams { text_document: document }) = params(one) else { return };
                let Some(path) = text::path(&document.uri) else { return };
                self.workspace.files.open(path.clone(), document.text, document.version);
                self.touch(path);
            }
            notification::DidChangeTextDocument::METHOD => {
                let Some(DidChangeTextDocumentParams { text_document: document, content_changes }) = params(one) else { return };
                let Some(path) = text::path(&document.uri) else { return };
                if self.workspace.files.change(&path, document.version, content_changes) {
                    self.touch(path);
                }
            }
            notification::DidCloseTextDocument::METHOD => {
                let Some(DidCloseTextDocumentParams { text_document: document }) = params(one) else { return };
                let Some(path) = text::path(&document.uri) else { return };
                self.workspace.close(&path);
                self.changed.insert(path);
            }
            notification::DidChangeWatchedFiles::METHOD => {
                let Some(DidChangeWatchedFilesParams { changes }) = params(one) else { return };
                if changes.iter().any(|change| change.typ != FileChangeType::CHANGED) {
                    self.workspace.look_around();
                }
                for path in changes.iter().filter_map(|change| text::path(&change.uri)) {
                    // A file that is open counts as it is in the editor.
                    if self.workspace.files.get(&path).is_none() {
                        self.workspace.touch_compiled(&path);
                    }
                }
            }
            _ => {}
        }
    }

    fn touch(&mut self, path: String) {
        self.workspace.touch(&path);
        self.changed.insert(path);
    }

    /// Compiles what changed and tells the editor what is wrong.
    pub(crate) fn refresh(&mut self) -> Result<(), Broken> {
        if !self.workspace.is_stale() {
            return if self.changed.is_empty() { Ok(()) } else { self.publish(&[]) };
        }
        let Ok(compiled) = catch_unwind(AssertUnwindSafe(|| self.workspace.refresh())) else { return Ok(()) };
        let mut paths = Vec::new();
        for one in compiled.iter().filter_map(|at| self.workspace.institutions.get(*at)) {
            paths.push(one.paths.clone());
            let version = if one.now.is_sound() { one.version } else { 0 };
            self.jobs.send(Job { paths: one.paths.clone(), version, snapshot: std::sync::Arc::clone(&one.now) })?;
        }
        self.publish(&paths)?;
        self.workspace.retired.clear();
        Ok(())
    }

    /// Something was found in the background.
    fn found(&mut self, news: News) -> Result<(), Broken> {
        let Some(one) = self.workspace.institutions.iter_mut().find(|one| one.paths == news.paths) else { return Ok(()) };
        if one.version != news.looked.version {
            return Ok(());
        }
        // What was found earlier stands until it is found again.
        let mut looked = news.looked;
        if let Some(before) = one.looked.take() {
            looked.examples = looked.examples.or(before.examples);
            looked.findings = looked.findings.or(before.findings);
            looked.clauses = looked.clauses.or(before.clauses);
        }
        one.looked = Some(looked);
        self.publish(&[news.paths])?;
        if self.refreshes_lenses { self.ask(request::CodeLensRefresh::METHOD, ()) } else { Ok(()) }
    }

    /// Tells of every text of these institutions what is wrong with it, where that is not what was told last.
    fn publish(&mut self, institutions: &[Vec<String>]) -> Result<(), Broken> {
        let gone: Vec<Vec<String>> = self.told.keys().filter(|paths| self.workspace.institutions.iter().all(|one| one.paths != **paths)).cloned().collect();
        let mut changed = std::mem::take(&mut self.changed);
        let mut touched: BTreeSet<String> = changed.clone();
        for paths in institutions.iter().chain(&gone) {
            let one = self.workspace.institutions.iter().find(|one| one.paths == *paths);
            let told = one.map(|one| told::of(&self.workspace, one, self.asked)).unwrap_or_default();
            touched.extend(told.keys().cloned());
            touched.extend(self.told.insert(paths.clone(), told).into_iter().flat_map(BTreeMap::into_keys));
        }
        gone.iter().for_each(|paths| drop(self.told.remove(paths)));
        for path in touched {
            let mut told: Vec<Diagnostic> = Vec::new();
            for one in self.told.values().filter_map(|told| told.get(&path)).flatten() {
                if !told.contains(one) {
                    told.push(one.clone());
                }
            }
            let known = self.published.get(&path);
            if !changed.remove(&path) && known.map_or(told.is_empty(), |known| *known == told) {
                continue;
            }
            let Some(uri) = text::uri(&path) else { continue };
            let version = self.workspace.files.get(&path).map(|open| open.version);
            let params = PublishDiagnosticsParams { uri, diagnostics: told.clone(), version };
            self.editor.send(Message::Notification(Notification::new(notification::PublishDiagnostics::METHOD.to_owned(), params)))?;
            self.published.insert(path, told);
        }
        Ok(())
    }
}

fn params<P: DeserializeOwned>(one: Notification) -> Option<P> {
    serde_json::from_value(one.params).ok()
}
