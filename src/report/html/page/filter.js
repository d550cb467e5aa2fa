// Which verdicts are shown. The state is what stands in the address.

const state = { rulings: new Set(), person: "", norm: "", from: "", to: "", q: "", page: 0, open: "" };

/** The state as the address has it; defaults are left out. */
function toAddress() {
  const parts = new URLSearchParams();
  if (state.rulings.size) parts.set("ruling", [...state.rulings].join(","));
  for (const name of ["person", "norm", "from", "to", "q", "open"]) if (state[name]) parts.set(name, state[name]);
  if (state.page) parts.set("page", String(state.page + 1));
  return parts.toString();
}

/** Takes the state from an address; what means nothing is passed over. */
function fromAddress(address) {
  const parts = new URLSearchParams(address);
  const codes = rulings.map(([code]) => code);
  state.rulings = new Set((parts.get("ruling") ?? "").split(",").filter((code) => codes.includes(code)));
  for (const name of ["person", "norm", "from", "to", "q", "open"]) state[name] = parts.get(name) ?? "";
  state.page = Math.max(0, (Number.parseInt(parts.get("page"), 10) || 1) - 1);
}

/** Subjects by code and by what is said of them. */
const subjectBy = new Map();
subjects.said.forEach((said, subject) => subjectBy.set(text(said), subject));
subjects.code.forEach((code, subject) => subjectBy.set(text(code), subject));
const normBy = new Map(norms.name.map((name, norm) => [text(name), norm]));

let lowered = null;
let known = new Map();

/** For each text that is searched: does the word stand in it? The answers to the last words are kept. */
function hits(word) {
  lowered ??= texts.slice(0, data.searched).map((one) => one.toLowerCase());
  if (!known.has(word)) {
    if (known.size >= 8) known = new Map();
    const hit = new Uint8Array(lowered.length);
    for (let place = 0; place < hit.length; place++) hit[place] = lowered[place].includes(word) ? 1 : 0;
    known.set(word, hit);
  }
  return known.get(word);
}

/** Which subjects fit what was typed: the one of that name, or all in whose name it stands; null for all. */
function wantedSubjects() {
  if (!state.person) return null;
  const exact = subjectBy.get(state.person);
  if (exact !== undefined) return Uint8Array.from(subjects.code, (_, subject) => (subject === exact ? 1 : 0));
  const part = state.person.toLowerCase();
  return Uint8Array.from(subjects.code, (_, subject) => (subjectCode(subject).toLowerCase().includes(part) || subjectSaid(subject).toLowerCase().includes(part) ? 1 : 0));
}

/** The places of the first and last month that are wanted. */
function wantedMonths() {
  const last = state.to ? months.filter((month) => month <= state.to).length - 1 : months.length - 1;
  return [state.from ? months.filter((month) => month < state.from).length : 0, last];
}

/** `(verdict) => boolean` for the words of the search. */
function searcher() {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const tests = words.map((word) => {
    const hit = hits(word);
    const ofNorm = norms.name.map((name, norm) => hit[name] || hit[norms.label[norm]] || hit[norms.source[norm]]);
    const ofSubject = subjects.code.map((code, subject) => hit[code] || hit[subjects.said[subject]]);
    const isId = word.includes("@");
    return (verdict) => {
      const subject = verdicts.subject[verdict];
      return Boolean(
        ofNorm[verdicts.norm[verdict]] ||
          (subject >= 0 && ofSubject[subject]) ||
          hit[verdicts.reason[verdict]] ||
          hit[verdicts.key[verdict]] ||
          hit[verdicts.at[verdict]] ||
          (verdicts.period[verdict] >= 0 && hit[verdicts.period[verdict]]) ||
          verdicts.events[verdict].some((event) => hit[event]) ||
          (isId && idOf(verdict).toLowerCase().includes(word)),
      );
    };
  });
  return (verdict) => tests.every((test) => test(verdict));
}

/** The filters in words, for paper. */
function chosenSaid() {
  const subject = subjectBy.get(state.person);
  const norm = normBy.get(state.norm);
  const said = [
    ...rulings.filter(([code]) => state.rulings.has(code)).map(([, word]) => word),
    subject === undefined ? state.person : subjectSaid(subject),
    norm === undefined ? state.norm : normSaid(norm),
    state.from && `${say.from} ${state.from}`,
    state.to && `${say.to} ${state.to}`,
    state.q && `“${state.q}”`,
  ].filter(Boolean);
  return said.length ? `${say.filters}: ${said.join(" · ")}` : "";
}

/** What the filters leave: verdicts in order, how many of each ruling there would be, and the same for each month. */
function filter() {
  const who = wantedSubjects();
  const norm = state.norm ? (normBy.get(state.norm) ?? -2) : -1;
  const [from, to] = wantedMonths();
  const fits = state.q.trim() ? searcher() : null;
  const wanted = rulings.map(([code]) => !state.rulings.size || state.rulings.has(code));
  const found = [];
  const counts = rulings.map(() => 0);
  for (let verdict = 0; verdict < total; verdict++) {
    const month = monthOf[verdict];
    if (month < from || month > to) continue;
    if (norm !== -1 && verdicts.norm[verdict] !== norm) continue;
    if (who && (verdicts.subject[verdict] < 0 || !who[verdicts.subject[verdict]])) continue;
    if (fits && !fits(verdict)) continue;
    const ruling = verdicts.ruling[verdict];
    counts[ruling]++;
    if (wanted[ruling]) found.push(verdict);
  }
  return { found, counts, who, norm, from, to };
}
