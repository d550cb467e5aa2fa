//! An editor: starts the server and speaks to it as editors do.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// So long the server may take; a debug build on a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(300);

pub struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    next: i64,
    root: PathBuf,
    texts: BTreeMap<String, (i64, String)>,
    /// What was told last of each text: version and messages.
    told: BTreeMap<String, (Option<i64>, Vec<Value>)>,
    /// Refreshes of lenses that were asked for.
    pub refreshes: usize,
}

impl Editor {
    /// Starts a server in a folder and greets it.
    pub fn start(binary: &Path, root: &Path, args: &[&str]) -> Self {
        let mut child = Command::new(binary).arg("lsp").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let (input, output) = (child.stdin.take(), child.stdout.take().unwrap());
        let (sender, messages) = channel();
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut editor = Self { child, input, messages, next: 0, root: root.to_owned(), texts: BTreeMap::new(), told: BTreeMap::new(), refreshes: 0 };
        let folder = json!({ "uri": editor.uri(""), "name": "policies" });
        let capabilities = json!({ "workspace": { "codeLens": { "refreshSupport": true }, "didChangeWatchedFiles": { "dynamicRegistration": true } } });
        editor.ask("initialize", json!({ "processId": null, "rootUri": null, "capabilities": capabilities, "workspaceFolders": [folder] }));
        editor.say("initialized", json!({}));
        editor
    }

    /// The address of a file of the folder.
    pub fn uri(&self, name: &str) -> String {
        let path = self.root.join(name);
        let mut out = String::from("file://");
        for byte in path.to_str().unwrap().trim_end_matches('/').bytes() {
            if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) { out.push(char::from(byte)) } else { out.push_str(&format!("%{byte:02X}")) }
        }
        out
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let input = self.input.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        input.flush().unwrap();
    }

    pub fn say(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// The answer to a request.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The answer, or the error.
    pub fn answer(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.hear(PATIENCE).unwrap_or_else(|| panic!("no answer to {method}"));
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
        }
    }

    /// The next message; what it tells is noted.
    fn hear(&mut self, patience: Duration) -> Option<Value> {
        let message = self.messages.recv_timeout(patience).ok()?;
        match (message["method"].as_str(), message.get("id")) {
            (Some("textDocument/publishDiagnostics"), _) => {
                let params = &message["params"];
                self.told.insert(params["uri"].as_str().unwrap().to_owned(), (params["version"].as_i64(), params["diagnostics"].as_array().unwrap().clone()));
            }
            (Some(method), Some(id)) => {
                self.refreshes += usize::from(method == "workspace/codeLens/refresh");
                let answer = json!({ "jsonrpc": "2.0", "id": id, "result": null });
                self.send(&answer);
            }
            _ => {}
        }
        Some(message)
    }

    pub fn open(&mut self, name: &str) {
        let text = std::fs::read_to_string(self.root.join(name)).unwrap();
        let uri = self.uri(name);
        self.texts.insert(name.to_owned(), (1, text.clone()));
        self.say("textDocument/didOpen", json!({ "textDocument": { "uri": uri, "languageId": "bylaw", "version": 1, "text": text } }));
    }

    /// Puts `new` in the place of the first `old`.
    pub fn type_over(&mut self, name: &str, old: &str, new: &str) {
        let at = self.text(name).find(old).unwrap_or_else(|| panic!("no {old} in {name}"));
        let (start, end) = (self.position(name, at), self.position(name, at + old.len()));
        let uri = self.uri(name);
        let (version, text) = self.texts.get_mut(name).unwrap();
        *version += 1;
        text.replace_range(at..at + old.len(), new);
        let version = *version;
        self.say("textDocument/didChange", json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": [{ "range": { "start": start, "end": end }, "text": new }] }));
    }

    pub fn text(&self, name: &str) -> &str {
        &self.texts[name].1
    }

    /// A byte of a text, as editors count.
    pub fn position(&self, name: &str, at: usize) -> Value {
        let before = &self.text(name)[..at];
        let line = before.matches('\n').count();
        let column = before.rsplit('\n').next().unwrap().encode_utf16().count();
        json!({ "line": line, "character": column })
    }

    /// The place of the `nth` (from 0) `needle`, a byte inside it.
    pub fn place(&self, name: &str, needle: &str, nth: usize) -> Value {
        let at = self.text(name).match_indices(needle).nth(nth).unwrap_or_else(|| panic!("no {needle} in {name}")).0;
        json!({ "textDocument": { "uri": self.uri(name) }, "position": self.position(name, at) })
    }

    /// What is told of a text in its newest version.
    pub fn told(&mut self, name: &str) -> Vec<Value> {
        let (uri, version) = (self.uri(name), self.texts[name].0);
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some((told, list)) = self.told.get(&uri)
                && *told == Some(version)
            {
                return list.clone();
            }
            assert!(Instant::now() < until, "nothing is told of {name}");
            self.hear(PATIENCE);
        }
    }

    /// Waits until what is told of a text satisfies `is`.
    pub fn told_when(&mut self, name: &str, is: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let uri = self.uri(name);
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some((_, list)) = self.told.get(&uri).filter(|(_, list)| is(list)) {
                return list.clone();
            }
            assert!(Instant::now() < until, "{name}: {:?}", self.told.get(&uri));
            self.hear(PATIENCE);
        }
    }

    /// Asks again after each refresh until the answer satisfies `is`.
    pub fn lenses_when(&mut self, name: &str, is: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let params = json!({ "textDocument": { "uri": self.uri(name) } });
        loop {
            let lenses = self.ask("textDocument/codeLens", params.clone());
            let lenses = lenses.as_array().unwrap().clone();
            if is(&lenses) {
                return lenses;
            }
            let seen = self.refreshes;
            while self.refreshes == seen {
                self.hear(PATIENCE).unwrap();
            }
        }
    }

    /// The texts after the changes of an answer.
    pub fn changed(&self, edit: &Value) -> BTreeMap<String, String> {
        let by_uri: BTreeMap<String, &String> = self.texts.keys().map(|name| (self.uri(name), name)).collect();
        let all = edit["changes"].as_object().unwrap().iter();
        all.filter_map(|(uri, edits)| {
            let name = by_uri.get(uri)?;
            Some(((*name).clone(), self.edited(name, edits.as_array().unwrap())))
        })
        .collect()
    }

    /// A text after some changes.
    pub fn edited(&self, name: &str, edits: &[Value]) -> String {
        let text = self.text(name);
        let byte = |position: &Value| {
            let (line, column) = (position["line"].as_u64().unwrap() as usize, position["character"].as_u64().unwrap() as usize);
            let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
            let mut units = 0;
            start + text[start..].chars().take_while(|c| { units += c.len_utf16(); units <= column }).map(char::len_utf8).sum::<usize>()
        };
        let mut spans: Vec<(usize, usize, &str)> = edits.iter().map(|edit| (byte(&edit["range"]["start"]), byte(&edit["range"]["end"]), edit["newText"].as_str().unwrap())).collect();
        spans.sort_unstable();
        let mut text = text.to_owned();
        spans.iter().rev().for_each(|(start, end, new)| text.replace_range(*start..*end, new));
        text
    }

    /// Ends the server as the protocol says.
    pub fn end(mut self) -> ExitStatus {
        self.ask("shutdown", Value::Null);
        self.say("exit", Value::Null);
        drop(self.input.take());
        self.child.wait().unwrap()
    }

    /// Goes away without a word.
    pub fn vanish(mut self) -> ExitStatus {
        drop(self.input.take());
        self.child.wait().unwrap()
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => {
                if let Some(number) = line.strip_prefix("Content-Length: ") {
                    length = number.parse().ok()?;
                }
            }
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
