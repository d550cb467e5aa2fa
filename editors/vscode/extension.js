// Starts `bylaw lsp` and lets the editor speak to it.

const { execFile } = require("node:child_process");
const { homedir } = require("node:os");
const { commands, env, window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;
// Ends when all starts and stops asked for so far have been done, one after the other.
let last = Promise.resolve();

function inTurn(work) {
  last = last.then(work).catch((error) => window.showErrorMessage(`Bylaw: ${error.message ?? error}`));
  return last;
}

// Why the program cannot be used, or nothing.
function fault(program) {
  const cwd = workspace.workspaceFolders?.[0]?.uri.fsPath;
  return new Promise((resolve) => {
    execFile(program, ["--version"], { cwd, timeout: 10000 }, (error, stdout) => {
      if (error) {
        resolve(error.code === "ENOENT" ? "there is no such program" : error.message);
      } else {
        resolve(stdout.startsWith("bylaw ") ? undefined : "it is another program");
      }
    });
  });
}

async function wayOut(program, reason) {
  const [find, open] = ["Find the Program…", "Open the Setting"];
  const message = `Bylaw: \`${program}\` cannot be started: ${reason}. Colours do not need it; mistakes, hover, and all else do. Put the bylaw program on the PATH, or its place in the setting bylaw.path.`;
  const answer = await window.showErrorMessage(message, find, open);
  if (answer === open) {
    // Of a machine elsewhere: its settings are on a page of their own.
    const page = env.remoteName ? "workbench.action.openRemoteSettings" : "workbench.action.openSettings";
    await commands.executeCommand(page, { query: "bylaw.path" });
  } else if (answer === find) {
    const [file] = (await window.showOpenDialog({ title: "The bylaw program", openLabel: "Use" })) ?? [];
    if (file) {
      await workspace.getConfiguration("bylaw").update("path", file.fsPath, true); // restarts
    }
  }
}

async function start() {
  if (!workspace.isTrusted) {
    return;
  }
  const settings = workspace.getConfiguration("bylaw");
  const lang = settings.get("lang", "text");
  const args = lang === "text" ? ["lsp"] : ["lsp", "--lang", lang];
  const command = settings.get("path", "bylaw").replace(/^~(?=[/\\])/, homedir());
  const reason = await fault(command);
  if (reason) {
    wayOut(command, reason); // not waited for: it ends when somebody answers
    return;
  }
  client = new LanguageClient("bylaw", "Bylaw", { command, args }, { documentSelector: [{ scheme: "file", language: "bylaw" }] });
  await client.start();
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.dispose().catch(() => undefined); // it may have ended by itself
}

function activate(context) {
  const restart = () => inTurn(stop).then(() => inTurn(start));
  context.subscriptions.push(
    commands.registerCommand("bylaw.restart", restart),
    workspace.onDidChangeConfiguration((change) => (change.affectsConfiguration("bylaw") ? restart() : undefined)),
    workspace.onDidChangeWorkspaceFolders(restart),
    workspace.onDidGrantWorkspaceTrust(restart),
  );
  return inTurn(start);
}

module.exports = { activate, deactivate: () => inTurn(stop) };
