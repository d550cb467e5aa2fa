// The list of verdicts: one page of rows at a time, each unfolding its explanation.

const PAGE = 50;
/** As many are printed, unfolded. */
const PRINTED = 500;
let shown = { found: [], counts: [] };

function showVerdicts(focus) {
  const pages = Math.max(1, Math.ceil(shown.found.length / PAGE));
  state.page = Math.min(state.page, pages - 1);
  const rows = shown.found.slice(state.page * PAGE, (state.page + 1) * PAGE);
  const list = byId("list");
  list.replaceChildren(...rows.map((verdict) => verdictRow(verdict)));
  list.start = state.page * PAGE + 1;
  byId("count").textContent = shown.found.length ? filled("shown", shown.found.length, total) : say.none;
  byId("chosen").textContent = chosenSaid();
  pager(byId("pager"), state.page, pages, (page) => {
    state.page = page;
    state.open = "";
    showVerdicts();
    remember();
    byId("verdicts").scrollIntoView();
  });
  if (focus === "first") list.querySelector("button.row")?.focus();
  if (focus === "last") [...list.querySelectorAll("button.row")].pop()?.focus();
}

/** A row; `unfolded` for print. */
function verdictRow(verdict, unfolded) {
  const norm = verdicts.norm[verdict];
  const period = text(verdicts.period[verdict]);
  const when = period || text(verdicts.at[verdict]);
  const detail = make("div", { class: "detail", id: `d${verdict}`, hidden: true });
  const row = button(
    { class: "row", "aria-expanded": "false", "aria-controls": `d${verdict}`, click: () => fold(row, detail, verdict) },
    make("span", { class: "when" }, when),
    " ",
    badge(verdicts.ruling[verdict]),
    " ",
    make("span", { class: "who" }, subjectSaid(verdicts.subject[verdict])),
    " ",
    make("span", { class: "what" }, normSaid(norm), " ", make("span", { class: "article" }, text(norms.source[norm]))),
    " ",
    make("span", { class: "reason" }, text(verdicts.reason[verdict])),
  );
  if (unfolded || idOf(verdict) === state.open) unfold(row, detail, verdict);
  return make("li", {}, row, detail);
}

function fold(row, detail, verdict) {
  if (row.getAttribute("aria-expanded") === "true") {
    row.setAttribute("aria-expanded", "false");
    detail.hidden = true;
    if (state.open === idOf(verdict)) state.open = "";
  } else {
    unfold(row, detail, verdict);
    state.open = idOf(verdict);
  }
  remember();
}

function unfold(row, detail, verdict) {
  row.setAttribute("aria-expanded", "true");
  detail.hidden = false;
  if (detail.childElementCount) return;
  const norm = verdicts.norm[verdict];
  const subject = verdicts.subject[verdict];
  const facts = make("dl", { class: "facts" });
  const fact = (name, ...said) => facts.append(make("dt", {}, name), make("dd", {}, ...said));
  fact(say.id, make("code", {}, idOf(verdict)), notFinal.has(verdict) ? ` (${say.not_final})` : "");
  if (supersedes.has(verdict)) fact(say.replaces, make("code", {}, text(supersedes.get(verdict))));
  if (verdicts.events[verdict].length) fact(say.rests, recordsOf(verdict));
  const actions = make("p", { class: "actions" });
  if (subject >= 0) {
    actions.append(button({ click: () => choose({ person: subjectCode(subject) }) }, say.of_person));
    actions.append(button({ click: () => choose({ person: subjectCode(subject) }, "timeline") }, say.see_timeline));
  }
  actions.append(button({ click: () => choose({ norm: normName(norm) }) }, say.of_norm));
  const held = explained.get(verdict);
  const why = held === undefined ? notHeld(verdict) : make("div", { class: "prose" }, ...prose(explanations.lines[held].map(text)));
  detail.append(why, facts, actions);
}

function notHeld(verdict) {
  return make("p", { class: "notice" }, say.unexplained, make("br", {}), make("code", { class: "command" }, commandFor(verdict)));
}

/** No more records than this are named one by one. */
const NAMED = 40;

function recordsOf(verdict) {
  const all = verdicts.events[verdict];
  const named = all.slice(0, NAMED).map(text).join(", ");
  return named + (all.length > NAMED ? ` … ${filled("more", all.length - NAMED)}` : "");
}

/** An explanation as elements: the first sentence, headings, lines by their indentation. */
function prose(lines) {
  const depth = (line) => (line.length - line.trimStart().length) >> 1;
  return lines.flatMap((line, n) => {
    const said = line.trimStart();
    if (!said) return [];
    if (n === 0) return [make("p", { class: "sentence" }, said)];
    if (depth(line)) return [make("p", { class: `in d${Math.min(depth(line), 6)}` }, said)];
    const above = n + 1 < lines.length && depth(lines[n + 1]) > 0;
    return [make(above ? "h3" : "p", {}, said)];
  });
}

/** Goes to a verdict: the page it is on, unfolded. Filters that hide it are given up. */
function goTo(verdict) {
  state.open = idOf(verdict);
  if (!shown.found.includes(verdict)) {
    Object.assign(state, { rulings: new Set(), norm: "", from: "", to: "", q: "" });
    const other = wantedSubjects();
    if (other && !other[verdicts.subject[verdict]]) state.person = "";
    refilter();
  }
  state.page = Math.floor(Math.max(0, shown.found.indexOf(verdict)) / PAGE);
  showVerdicts();
  remember();
  const row = byId("list").querySelector("button.row[aria-expanded=true]");
  row?.scrollIntoView({ block: "center" });
  row?.focus({ preventScroll: true });
}

walkable(byId("list"), (step) => {
  const page = state.page + step;
  if (page < 0 || page * PAGE >= shown.found.length) return;
  state.page = page;
  showVerdicts(step > 0 ? "first" : "last");
  remember();
});

/** For print all that the filters leave, unfolded; when that is too much, the first of them, and it is said. */
function printVerdicts() {
  const cut = shown.found.length > PRINTED ? [make("li", { class: "notice" }, filled("print_cut", PRINTED, shown.found.length))] : [];
  byId("list").start = 1;
  byId("list").replaceChildren(...cut, ...shown.found.slice(0, PRINTED).map((verdict) => verdictRow(verdict, true)));
}
