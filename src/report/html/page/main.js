// Filters, address, print: what happens when.

let later = 0;

/** Filters once more and shows everything: the list at once, what is below it when nobody types. */
function refilter() {
  shown = filter();
  showControls();
  clearTimeout(later);
  later = setTimeout(showRest, 120);
}

function showRest() {
  clearTimeout(later);
  const chosen = chosenStatements();
  const sums = sumsOf(chosen);
  showStatements(chosen);
  showSums(sums);
  showCharts(sums);
  showTimeline();
}

/** Puts the state into the address, where the browser lets a file do so. */
function remember() {
  const address = toAddress();
  try {
    history.replaceState(null, "", address ? `#${address}` : location.pathname + location.search);
  } catch {
    // The page works without.
  }
}

/** The filters have changed. */
function changed() {
  state.page = 0;
  state.open = "";
  statementPage = 0;
  eventPage = 0;
  refilter();
  showVerdicts();
  remember();
}

/** Chooses filters for somebody who pressed a button elsewhere, and goes where they show. */
function choose(values, section = "verdicts") {
  Object.assign(state, { rulings: new Set(), person: "", norm: "", from: "", to: "", q: "" }, values);
  changed();
  if (section !== "verdicts") showRest();
  byId(section).scrollIntoView();
  byId(section).focus({ preventScroll: true });
}

/** Controls show the state. */
function showControls() {
  const subject = subjectBy.get(state.person);
  const typed = subject === undefined ? state.person : subjectSaid(subject);
  for (const [id, value] of Object.entries({ q: state.q, person: typed, norm: state.norm, from: state.from, to: state.to })) {
    if (byId(id).value !== value && document.activeElement !== byId(id)) byId(id).value = value;
  }
  for (const box of byId("rulings").querySelectorAll("input")) {
    box.checked = state.rulings.has(box.value);
    const count = shown.counts[rulings.findIndex(([code]) => code === box.value)];
    box.parentElement.querySelector(".tally").textContent = number.format(count);
  }
}

function makeControls() {
  const there = new Set(verdicts.ruling);
  rulings.forEach(([code, said], ruling) => {
    if (!there.has(ruling)) return;
    const box = make("input", {
      type: "checkbox",
      value: code,
      change: () => {
        if (box.checked) state.rulings.add(code);
        else state.rulings.delete(code);
        changed();
      },
    });
    byId("rulings").append(make("label", {}, box, make("span", { class: `ruling ${code}` }, said), " ", make("span", { class: "tally" })));
  });
  const named = norms.name.map((_, norm) => norm).sort((a, b) => (normName(a) < normName(b) ? -1 : 1));
  byId("norm").append(...named.map((norm) => make("option", { value: normName(norm) }, [normSaid(norm), text(norms.source[norm])].filter(Boolean).join(" · "))));
  for (const id of ["from", "to"]) byId(id).append(...months.map((month) => make("option", { value: month }, month)));
  const people = new Set([...verdicts.subject.filter((subject) => subject >= 0), ...statements.subject]);
  byId("people").append(...[...people].sort((a, b) => (subjectCode(a) < subjectCode(b) ? -1 : 1)).slice(0, 2000).map((subject) => make("option", { value: subjectSaid(subject) })));

  const take = (name, event) => byId(name).addEventListener(event, () => {
    const typed = byId(name).value;
    const subject = name === "person" ? subjectBy.get(typed) : undefined;
    state[name] = subject === undefined ? typed : subjectCode(subject);
    changed();
  });
  ["q", "person"].forEach((name) => take(name, "input"));
  ["norm", "from", "to"].forEach((name) => take(name, "change"));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").addEventListener("reset", (event) => {
    event.preventDefault();
    Object.assign(state, { rulings: new Set(), person: "", norm: "", from: "", to: "", q: "" });
    ["q", "person", "norm", "from", "to"].forEach((name) => (byId(name).value = ""));
    changed();
  });
  for (const one of document.querySelectorAll("[data-ruling]")) one.addEventListener("click", () => choose({ rulings: new Set([one.dataset.ruling]) }));
  for (const one of document.querySelectorAll("[data-norm]")) one.addEventListener("click", () => choose({ norm: one.dataset.norm }));
  // Links within the page leave the filters in the address alone.
  for (const link of document.querySelectorAll('nav a[href^="#"], a.skip')) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const section = document.querySelector(link.getAttribute("href"));
      section.scrollIntoView();
      section.tabIndex = -1;
      section.focus({ preventScroll: true });
    });
  }
}

/** Takes the state from the address. An address with a verdict and no page goes to the page it is on. */
function arrive() {
  fromAddress(location.hash.includes("=") ? location.hash.slice(1) : "");
  refilter();
  if (state.open) {
    const at = shown.found.findIndex((verdict) => idOf(verdict) === state.open);
    if (at >= 0) state.page = Math.floor(at / PAGE);
  }
  showVerdicts();
  byId("list").querySelector("button.row[aria-expanded=true]")?.scrollIntoView({ block: "center" });
}

addEventListener("hashchange", arrive);
// Drawings have the width of the window.
let drawnAt = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === drawnAt) return;
  drawnAt = innerWidth;
  clearTimeout(later);
  later = setTimeout(showRest, 120);
});
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("#overview details")) folded.open = true;
  onPaper = true;
  showRest();
  printVerdicts();
  showStatements(chosenStatements(), true);
  showTimeline(true);
});
addEventListener("afterprint", () => {
  onPaper = false;
  showVerdicts();
  showRest();
});

makeControls();
arrive();
