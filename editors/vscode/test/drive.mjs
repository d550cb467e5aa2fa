// Drives the packaged extension in a real editor, without a screen: code-server (VS Code in a browser) and Chromium.
// How to run it is in ../README.md. What is missing is said, and the drive passed over.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const vsix = resolve(here, "../bylaw.vsix");
const bylaw = resolve(process.env.BYLAW ?? join(here, "../../../target/debug/bylaw"));
const codeServer = process.env.CODE_SERVER ?? "code-server";
const chromium = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
const shots = process.env.SHOTS; // a folder for screenshots

function passOver(why) {
  console.log(`passed over: ${why}`);
  process.exit(0);
}

const puppeteer = await import("puppeteer-core").then((module) => module.default, () => passOver("no puppeteer-core (npm install --no-save --prefix test puppeteer-core@24)"));
if (spawnSync(codeServer, ["--version"]).status !== 0) passOver("no code-server (CODE_SERVER)");
if (!chromium || !existsSync(chromium)) passOver("no Chromium (CHROMIUM)");
if (!existsSync(bylaw)) passOver(`no bylaw program at ${bylaw} (BYLAW)`);
if (!existsSync(vsix)) passOver("no bylaw.vsix (npm run package)");

const text = `regulation office "Office rules"
  time zone Asia/Shanghai
  currency CNY

register staff
event late by staff
  minutes: minutes, 0 ..

rule late_fine "Late arrival" [office 3]
  on late
  fine 2 CNY when minutes > 5 minutes

example "five minutes are free"
  given late by "li" on 2024-03-05 with minutes = 5 minutes
  expect late_fine of "li" on 2024-03-05 is compliant
`;
const chinese = '规章 office "Office rules"\n  时区 Asia/Shanghai\n';

const home = mkdtempSync(join(tmpdir(), "bylaw-drive-"));
const folder = join(home, "texts");
for (const made of [join(folder, "en"), join(folder, "zh"), join(home, "data/User"), join(home, "data/Machine")]) mkdirSync(made, { recursive: true });
writeFileSync(join(folder, "en/office.bylaw"), text);
writeFileSync(join(folder, "zh/zh.bylaw"), chinese);
writeFileSync(join(home, "data/User/settings.json"), JSON.stringify({ "security.workspace.trust.enabled": false, "workbench.startupEditor": "none", "files.autoSave": "off" }));
writeFileSync(join(home, "data/Machine/settings.json"), JSON.stringify({ "bylaw.path": bylaw }));
const places = ["--user-data-dir", join(home, "data"), "--extensions-dir", join(home, "extensions"), "--config", join(home, "config.yaml")];
writeFileSync(join(home, "config.yaml"), "auth: none\n");

const port = await new Promise((found) => {
  const probe = createServer().listen(0, "127.0.0.1", () => {
    const { port } = probe.address();
    probe.close(() => found(port));
  });
});

let server;
let browser;
try {
  execFileSync(codeServer, [...places, "--install-extension", vsix], { stdio: "ignore" });
  server = spawn(codeServer, [...places, "--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"], { stdio: "ignore" });
  browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"], defaultViewport: { width: 1400, height: 900 } });
  const page = await browser.newPage();
  await drive(page);
} finally {
  await browser?.close();
  if (server) {
    const ended = new Promise((end) => server.once("exit", end));
    server.kill();
    await ended;
  }
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

async function drive(page) {
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const texts = (selector) => page.$$eval(selector, (all) => all.map((one) => one.innerText.replaceAll("\u00a0", " ")));
  const shown = async (selector, wanted) => (await texts(selector)).some((one) => wanted.test(one));
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.down(key);
    for (const key of keys.reverse()) await page.keyboard.up(key);
    await pause(400);
  };
  const type = (what) => page.keyboard.type(what, { delay: 30 });
  // The box at the top of the editor: it is waited for, and what it offers, and that it goes.
  const box = ".quick-input-widget";
  const ask = async (keys, what) => {
    await press(...keys);
    await page.waitForSelector(`${box} input`, { visible: true });
    await type(what);
    await page.waitForSelector(`${box} .monaco-list-row`, { visible: true });
    await pause(1500);
    await press("Enter");
    await page.waitForSelector(box, { hidden: true });
    await pause(500);
  };
  const open = async (name) => {
    await ask(["Control", "p"], name);
    await page.waitForFunction((name) => document.querySelector(".tab.active")?.innerText.includes(name), {}, name);
  };
  const go = (line, column) => ask(["Control", "g"], `${line}:${column}`);
  const command = (name) => ask(["F1"], name);
  const check = async (what, holds) => {
    let held = false;
    for (let tries = 0; tries < 60 && !held; tries += 1) {
      held = await holds();
      if (!held) await pause(500);
    }
    console.log(`${held ? "ok" : "FAILED"}: ${what}`);
    if (shots) await page.screenshot({ path: join(shots, `${what}.png`) });
    // What follows types into what should be there now.
    if (!held) throw new Error(`not seen: ${what}`);
  };
  const coloured = (word) =>
    page.evaluate((word) => {
      // mtk1 is text without a colour of its own.
      const one = [...document.querySelectorAll(".view-line span span")].find((span) => span.innerText.trim() === word);
      return Boolean(one) && !one.classList.contains("mtk1");
    }, word);

  for (let tries = 0; ; tries += 1) {
    try {
      await page.goto(`http://127.0.0.1:${port}/?folder=${folder}`);
      break;
    } catch (error) {
      if (tries === 60) throw error;
      await pause(500);
    }
  }
  await page.waitForSelector(".monaco-workbench .explorer-folders-view", { timeout: 120000 });
  await pause(3000);

  await open("zh.bylaw");
  await check("colours, Chinese", () => coloured("规章"));
  await open("office.bylaw");
  await check("colours, English", () => coloured("regulation"));
  await check("lens", () => shown(".codelens-decoration", /as expected/));

  await go(9, 8);
  await press("Control", "k");
  await press("Control", "i");
  await check("hover", () => shown(".monaco-hover-content", /rule.*late_fine/s));
  await press("Escape");

  await go(10, 7);
  await press("F12");
  await check("definition", () => shown("[id='status.editor.selection']", /Ln 6,/));

  await go(10, 10);
  await type("t");
  await check("mistake", async () => (await page.$$(".squiggly-error")).length > 0);
  await press("Control", ".");
  await check("quick fix", () => shown(".action-widget", /late/));
  await press("Enter");
  await check("mistake gone", async () => (await page.$$(".squiggly-error")).length === 0);

  await go(10, 10);
  await press("Control", "Enter");
  await type("when min");
  await check("completion as one types", () => shown(".suggest-widget.visible .monaco-list-row", /^minutes/));
  await press("Escape");
  await command("File: Revert File");

  await go(10, 7);
  await press("F2");
  await pause(2000);
  await press("Control", "a");
  await type("tardy");
  await press("Enter");
  await check("rename", () => shown(".view-line", /event tardy by staff/));

  await go(10, 5);
  await type("    ");
  await press("Escape");
  await command("Format Document");
  await check("format", () => shown(".view-line", /^ {2}on tardy$/));

  await command("Explorer: Focus on Outline View");
  await check("outline", () => shown(".outline-pane .monaco-list-row", /late_fine/));
}
