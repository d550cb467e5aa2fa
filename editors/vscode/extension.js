// Starts `bylaw lsp` and lets the editor speak to it.

const { commands, window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

async function start() {
  const settings = workspace.getConfiguration("bylaw");
  const lang = settings.get("lang", "text");
  const args = lang === "text" ? ["lsp"] : ["lsp", "--lang", lang];
  const server = { command: settings.get("path", "bylaw"), args };
  client = new LanguageClient("bylaw", "Bylaw", server, { documentSelector: [{ scheme: "file", language: "bylaw" }] });
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    window.showErrorMessage(`Bylaw: \`${server.command} lsp\` could not be started (setting bylaw.path): ${error.message ?? error}`);
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running) {
    await running.stop();
  }
}

async function activate(context) {
  const restart = async () => {
    await stop();
    await start();
  };
  context.subscriptions.push(
    commands.registerCommand("bylaw.restart", restart),
    workspace.onDidChangeConfiguration((change) => (change.affectsConfiguration("bylaw") ? restart() : undefined)),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
