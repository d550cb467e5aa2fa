// Statements by person and month, and the timeline of one person.

const STATEMENTS = 25;
const EVENTS = 100;
let statementPage = 0;
let eventPage = 0;

/** Statements of the chosen persons and months; of each the lines of the chosen norm. */
function chosenStatements() {
  const { who, norm, from, to } = shown;
  const chosen = [];
  statements.subject.forEach((subject, at) => {
    const month = statementMonth[at];
    if (month < from || month > to || (who && !who[subject])) return;
    const lines = norm === -1 ? statements.lines[at] : statements.lines[at].filter((line) => line[1] === norm);
    if (lines.length) chosen.push({ at, lines, whole: norm === -1 });
  });
  return chosen;
}

/** Totals `[amount or null, unit]`: as the audit made them, or of the lines that are left. */
function totalsOf({ at, lines, whole }) {
  if (whole) return statements.totals[at].map(([amount, unit]) => [amount < 0 ? null : text(amount), unit]);
  const sums = new Map();
  for (const line of lines) {
    if (!sums.has(line[5])) sums.set(line[5], new Sum());
    sums.get(line[5]).add(signedAmount(line), 1);
  }
  return [...sums].map(([unit, sum]) => [sum.open ? null : sum.known(), unit]);
}

function showStatements(chosen, everything) {
  const pages = Math.max(1, Math.ceil(chosen.length / STATEMENTS));
  statementPage = Math.min(statementPage, pages - 1);
  const rows = everything ? chosen.slice(0, PRINTED) : chosen.slice(statementPage * STATEMENTS, (statementPage + 1) * STATEMENTS);
  const cut = everything && chosen.length > PRINTED ? [make("li", { class: "notice" }, filled("print_cut", PRINTED, chosen.length))] : [];
  byId("statement-list").replaceChildren(...cut, ...rows.map((one) => statementRow(one, everything && Boolean(shown.who))));
  byId("statement-count").textContent = chosen.length ? filled("statements_shown", chosen.length, statements.subject.length) : say.no_statements;
  pager(byId("statement-pager"), statementPage, pages, (page) => {
    statementPage = page;
    showStatements(chosen);
    byId("statements").scrollIntoView();
  });
}

function statementRow(one, unfolded) {
  const totals = totalsOf(one).map(([amount, unit]) => make("span", { class: "amount" }, amountSaid(amount, unit)));
  const detail = make("div", { class: "detail wide", id: `s${one.at}`, hidden: true });
  const show = () => {
    if (!detail.childElementCount) detail.append(statementLines(one));
    detail.hidden = !detail.hidden;
    row.setAttribute("aria-expanded", String(!detail.hidden));
  };
  const row = button(
    { class: "row statement", "aria-expanded": "false", "aria-controls": detail.id, click: show },
    make("span", { class: "when" }, text(statements.month[one.at])),
    " ",
    make("span", { class: "who" }, subjectSaid(statements.subject[one.at])),
    " ",
    make("span", { class: "amounts" }, ...totals.flatMap((total, n) => (n ? [" ", total] : [total]))),
  );
  if (unfolded) show();
  return make("li", {}, row, detail);
}

function statementLines({ at, lines }) {
  const caption = `${subjectSaid(statements.subject[at])} · ${text(statements.month[at])}`;
  const heads = [[say.norm], [say.article], [say.kind], [say.amount, true], [""]];
  const rows = lines.map((line) => {
    const [verdict, norm, source, posting, , unit] = line;
    const link = verdict < 0 ? "" : button({ class: "link", click: () => goTo(verdict) }, say.see_verdict);
    return [normSaid(norm), text(source), postings[posting][1], amountSaid(signedAmount(line), unit), link];
  });
  return table(caption, heads, rows);
}

/** Sums over the chosen statements, by kind of posting and unit. */
function sumsOf(chosen) {
  const sums = new Map();
  for (const { at, lines } of chosen) {
    for (const line of lines) {
      const key = line[3] * 1000 + line[5];
      if (!sums.has(key)) sums.set(key, { posting: line[3], unit: line[5], all: new Sum(), months: new Map() });
      const one = sums.get(key);
      const month = statementMonth[at];
      if (!one.months.has(month)) one.months.set(month, new Sum());
      const amount = line[4] < 0 ? null : text(line[4]);
      one.all.add(amount, 1);
      one.months.get(month).add(amount, 1);
    }
  }
  return [...sums.values()].sort((a, b) => a.posting - b.posting || a.unit - b.unit);
}

function showSums(sums) {
  const rows = sums.map(({ posting, unit, all }) => [postings[posting][1], amountSaid(all.known(), unit), number.format(all.times), all.open ? number.format(all.open) : ""]);
  const heads = [[say.kind], [say.known, true], [say.times, true], [say.open_ones, true]];
  byId("sums").replaceChildren(...(rows.length ? [table(say.totals, heads, rows)] : []));
}

walkable(byId("statement-list"));

/** For each person the records that name them; made when it is first asked for. */
let recordsBy = null;

function recordsNaming(subject) {
  if (!recordsBy) {
    recordsBy = subjects.code.map(() => []);
    records.who.forEach((named, record) => [...new Set(named)].forEach((one) => recordsBy[one].push(record)));
  }
  return recordsBy[subject];
}

/** Records and verdicts of the one chosen person in the order of time. */
function showTimeline(everything) {
  const subject = state.person ? subjectBy.get(state.person) : undefined;
  const place = byId("events");
  if (subject === undefined) {
    byId("event-pager").replaceChildren();
    return place.replaceChildren(make("p", { class: "hint" }, say.timeline_hint));
  }
  const inTime = (at) => {
    const month = at.slice(0, 7);
    return (!state.from || month >= state.from) && (!state.to || month <= state.to);
  };
  const all = [
    ...recordsNaming(subject).map((record) => ({ at: text(records.at[record]), record })),
    ...shown.found.filter((verdict) => verdicts.subject[verdict] === subject).map((verdict) => ({ at: text(verdicts.at[verdict]), verdict })),
  ].filter(({ at }) => inTime(at));
  // Sorting keeps equals in order: records before the verdicts on them.
  all.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const pages = Math.max(1, Math.ceil(all.length / EVENTS));
  eventPage = Math.min(eventPage, pages - 1);
  const page = everything ? all.slice(0, PRINTED) : all.slice(eventPage * EVENTS, (eventPage + 1) * EVENTS);
  const items = page.map((one, n) => timelineItem(one, n > 0 && page[n - 1].at === one.at));
  if (everything && all.length > PRINTED) items.unshift(make("li", { class: "notice" }, filled("print_cut", PRINTED, all.length)));
  place.replaceChildren(make("h3", {}, filled("timeline_of", 0, subjectSaid(subject))), strip(all), make("ol", { class: "events" }, ...items));
  pager(byId("event-pager"), eventPage, pages, (next) => {
    eventPage = next;
    showTimeline();
    byId("timeline").scrollIntoView();
  });
}

/** A time that stands above is not said again. */
function timelineItem({ at, record, verdict }, again) {
  if (record !== undefined) {
    const said = text(records.said[record]);
    return make("li", {}, make("time", {}, again ? "" : at), " ", make("b", {}, text(records.kind[record])), " ", make("code", {}, text(records.id[record])), " ", make("span", { class: "faint" }, said));
  }
  const norm = verdicts.norm[verdict];
  const link = button({ class: "link", click: () => goTo(verdict) }, normSaid(norm));
  return make("li", { class: "judged" }, make("time", {}, text(verdicts.period[verdict]) || (again ? "" : at)), " ", badge(verdicts.ruling[verdict]), " ", link, " ", make("span", { class: "article" }, text(norms.source[norm])), " ", make("span", { class: "faint" }, text(verdicts.reason[verdict])));
}
