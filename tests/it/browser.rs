//! A headless Chromium, spoken to over its debugging pipe: JSON messages with a zero byte after each. No driver and no network is needed.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use tempfile::TempDir;

/// Names under which it is installed; `BYLAW_BROWSER` names another.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

pub struct Browser {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    next: u64,
    session: Option<String>,
    /// What it told without being asked, since the last page was opened.
    events: Vec<Value>,
    _profile: TempDir,
}

impl Browser {
    /// Starts one with one empty tab; none where there is no browser.
    pub fn start() -> Option<Self> {
        let named = std::env::var("BYLAW_BROWSER").ok();
        let there = |name: &&str| Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        let name = named.as_deref().into_iter().chain(NAMES).find(there)?;
        let profile = tempfile::tempdir().unwrap();
        // The pipe is file 3 inwards and file 4 outwards. Without a sandbox, as it may run as root; it sees nothing but our own page.
        let mut child = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#, name])
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut browser = Self { child, to, from, next: 0, session: None, events: Vec::new(), _profile: profile };
        let tab = browser.call("Target.createTarget", json!({ "url": "about:blank" }))["targetId"].clone();
        let session = browser.call("Target.attachToTarget", json!({ "targetId": tab, "flatten": true }))["sessionId"].as_str().unwrap().to_owned();
        browser.session = Some(session);
        for part in ["Runtime", "Log", "Network", "Page"] {
            browser.call(&format!("{part}.enable"), json!({}));
        }
        Some(browser)
    }

    /// Asks for something and waits for the answer.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let mut message = json!({ "id": self.next, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.to.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let heard = self.hear();
            if heard["id"] == json!(self.next) {
                assert!(heard.get("error").is_none(), "{method}: {heard}");
                return heard["result"].clone();
            }
            self.events.push(heard);
        }
    }

    fn hear(&mut self) -> Value {
        let mut bytes = Vec::new();
        self.from.read_until(0, &mut bytes).unwrap();
        assert_eq!(bytes.pop(), Some(0), "the browser went away");
        serde_json::from_slice(&bytes).unwrap()
    }

    /// Opens a file and waits until it is there.
    pub fn open(&mut self, file: &Path, hash: &str) {
        self.call("Page.navigate", json!({ "url": "about:blank" }));
        self.events.clear();
        self.call("Page.navigate", json!({ "url": format!("file://{}{hash}", file.display()) }));
        while !self.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            let heard = self.hear();
            self.events.push(heard);
        }
        // What is below the list follows a moment later.
        self.js("new Promise((done) => setTimeout(done, 300))");
    }

    /// The value of an expression, awaited.
    #[track_caller]
    pub fn js(&mut self, expression: &str) -> Value {
        let result = self.call("Runtime.evaluate", json!({ "expression": expression, "awaitPromise": true, "returnByValue": true }));
        assert!(result.get("exceptionDetails").is_none(), "{expression}: {result}");
        result["result"]["value"].clone()
    }

    /// Presses a key.
    pub fn press(&mut self, key: &str) {
        let text = if key == "Enter" { "\r" } else { "" };
        let code = match key {
            "Enter" => 13,
            "Escape" => 27,
            "Tab" => 9,
            "ArrowUp" => 38,
            "ArrowDown" => 40,
            _ => 0,
        };
        for kind in ["keyDown", "keyUp"] {
            self.call("Input.dispatchKeyEvent", json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": if kind == "keyDown" { text } else { "" } }));
        }
    }

    /// Width and height of the window, dark or light.
    pub fn window(&mut self, width: u32, height: u32, scheme: &str) {
        self.call("Emulation.setDeviceMetricsOverride", json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 }));
        self.call("Emulation.setEmulatedMedia", json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }));
    }

    /// What went to the console or was thrown since the page was opened.
    pub fn complaints(&self) -> Vec<&Value> {
        let wrong = ["Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"];
        self.events.iter().filter(|event| wrong.iter().any(|method| event["method"] == *method)).collect()
    }

    /// Everything that was asked for since the page was opened.
    pub fn fetched(&self) -> Vec<String> {
        let asked = self.events.iter().filter(|event| event["method"] == "Network.requestWillBeSent");
        asked.map(|event| event["params"]["request"]["url"].as_str().unwrap().to_owned()).collect()
    }

    /// Keeps a picture of the window, where `BYLAW_PICTURES` names a folder.
    pub fn picture(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("BYLAW_PICTURES") else { return };
        let shot = self.call("Page.captureScreenshot", json!({ "format": "png", "captureBeyondViewport": true }));
        let decoded = Command::new("base64").arg("-d").stdin(Stdio::piped()).stdout(std::fs::File::create(Path::new(&folder).join(name)).unwrap()).spawn();
        let mut decoded = decoded.unwrap();
        decoded.stdin.take().unwrap().write_all(shot["data"].as_str().unwrap().as_bytes()).unwrap();
        decoded.wait().unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _gone_already = self.to.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        let _gone_already = self.child.kill();
        let _status = self.child.wait();
    }
}
