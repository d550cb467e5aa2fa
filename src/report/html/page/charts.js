// Small drawings, each with its table. Lengths of bars are rounded; figures are not.

const HEIGHT = 150;
const LEFT = 24;
const TOP = 18;

/** How wide drawings are: as wide as there is room, so that their letters have the size of those around them. */
let onPaper = false;

function room(part) {
  const all = onPaper ? 760 : byId("drawn").clientWidth || 720;
  return Math.round(part && all > 740 ? (all - 32) / 2 : all);
}

/** Months from the first to the last that is drawn, without gaps where there are not too many. */
function monthRange(used) {
  if (!used.length) return [];
  const [first, last] = [months[Math.min(...used)], months[Math.max(...used)]];
  const all = [];
  for (let [year, month] = first.split("-").map(Number); all.length <= 240; month === 12 ? ((year += 1), (month = 1)) : (month += 1)) {
    const name = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}`;
    if (name > last) return all;
    all.push(name);
  }
  return used.map((place) => months[place]);
}

/** Stacked bars. `bars` is for each month a list of `[class, height in parts of the highest, what it says]`. */
function barChart(title, labels, bars, highest, part) {
  const WIDTH = room(part);
  const step = (WIDTH - 2 * LEFT) / Math.max(labels.length, 1);
  const wide = Math.min(step * 0.75, 40);
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + TOP + 22}`, role: "img", "aria-label": `${title}: ${highest}` });
  const base = TOP + HEIGHT;
  svg.append(draw("line", { x1: LEFT, x2: WIDTH - LEFT, y1: base, y2: base, class: "axis" }));
  svg.append(draw("line", { x1: LEFT, x2: WIDTH - LEFT, y1: TOP, y2: TOP, class: "grid" }));
  svg.append(draw("text", { x: WIDTH - LEFT, y: TOP - 5, class: "tick end" }, highest));
  const every = Math.ceil((labels.length * 62) / WIDTH);
  labels.forEach((label, n) => {
    const x = LEFT + step * n + (step - wide) / 2;
    let y = base;
    for (const [kind, part, said] of bars[n]) {
      const height = part > 0 ? Math.max(part * HEIGHT, 1) : 0;
      y -= height;
      svg.append(draw("rect", { x, y, width: wide, height, class: `bar ${kind}` }, draw("title", {}, said)));
    }
    if (n % every === 0) svg.append(draw("text", { x: x + wide / 2, y: base + 16, class: "tick" }, label));
  });
  return svg;
}

function figure(title, drawing, tabled, legend) {
  const details = make("details", {}, make("summary", {}, say.as_table), make("div", { class: "wide" }, tabled));
  return make("figure", {}, make("figcaption", {}, title), legend ?? "", drawing, details);
}

function showCharts(sums) {
  // Amounts have one axis of months, so that they can be compared.
  const used = new Set(sums.flatMap((sum) => [...sum.months.keys()]));
  const labels = monthRange([...used].sort((a, b) => a - b));
  const figures = [verdictChart(), ...sums.map((sum) => amountChart(sum, labels))].filter(Boolean);
  byId("drawn").replaceChildren(...(figures.length ? figures : [make("p", { class: "hint" }, say.no_chart)]));
}

function verdictChart() {
  const byMonth = new Map();
  for (const verdict of shown.found) {
    const month = monthOf[verdict];
    if (!byMonth.has(month)) byMonth.set(month, rulings.map(() => 0));
    byMonth.get(month)[verdicts.ruling[verdict]]++;
  }
  const labels = monthRange([...byMonth.keys()].sort((a, b) => a - b));
  if (!labels.length) return null;
  const present = rulings.map((_, ruling) => ruling).filter((ruling) => [...byMonth.values()].some((counts) => counts[ruling]));
  const of = (label) => byMonth.get(monthPlace.get(label)) ?? rulings.map(() => 0);
  const highest = Math.max(...labels.map((label) => of(label).reduce((a, b) => a + b, 0)));
  const bars = labels.map((label) => present.map((ruling) => [rulings[ruling][0], of(label)[ruling] / highest, `${label} ${rulings[ruling][1]} ${number.format(of(label)[ruling])}`]));
  const legend = make("ul", { class: "legend" }, ...present.map((ruling) => make("li", {}, badge(ruling))));
  const heads = [[say.month], ...present.map((ruling) => [rulings[ruling][1], true])];
  const tabled = table(say.per_month, heads, labels.map((label) => [label, ...present.map((ruling) => number.format(of(label)[ruling]))]));
  return figure(say.per_month, barChart(say.per_month, labels, bars, number.format(highest)), tabled, legend);
}

function amountChart({ posting, unit, months: byMonth }, labels) {
  const unitSaid = units[unit][1].trim();
  if ([...byMonth.values()].every((sum) => sum.known() === "0")) return null;
  const title = filled("amounts", 0, postings[posting][1] + (unitSaid ? ` (${unitSaid})` : ""));
  const rows = labels.map((label) => {
    const sum = byMonth.get(monthPlace.get(label));
    return { label, said: sum ? sum.known() : "0", open: sum?.open ?? 0 };
  });
  const length = (said) => said.split("/").map(Number).reduce((above, below) => above / below);
  const most = rows.reduce((best, row) => (Math.abs(length(row.said)) > Math.abs(length(best.said)) ? row : best), rows[0]);
  const highest = Math.abs(length(most.said)) || 1;
  const bars = rows.map(({ label, said }) => [["amount", Math.abs(length(said)) / highest, `${label} ${amountSaid(said, unit)}`]]);
  const tabled = table(title, [[say.month], [say.amount, true], [say.open_ones, true]], rows.map(({ label, said, open }) => [label, amountSaid(said, unit), open ? number.format(open) : ""]));
  return figure(title, barChart(title, labels, bars, amountSaid(most.said, unit), true), tabled);
}

/** One line for records and one for each ruling, from the first day to the last. */
function strip(all) {
  if (all.length < 2) return "";
  const day = (at) => Date.parse(at.slice(0, 10) + "T00:00:00Z") + (at.length > 10 ? Date.parse("1970-01-01T" + at.slice(11, 16) + ":00Z") : 0);
  const [first, last] = [day(all[0].at), day(all[all.length - 1].at)];
  const lanes = [-1, ...rulings.map((_, ruling) => ruling).filter((ruling) => all.some(({ verdict }) => verdict !== undefined && verdicts.ruling[verdict] === ruling))];
  const WIDTH = room(false);
  const high = 22;
  const from = 100;
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${lanes.length * high + 22}`, "aria-hidden": "true", class: "strip" });
  lanes.forEach((lane, n) => {
    const y = n * high + high / 2;
    svg.append(draw("text", { x: from - 12, y: y + 4, class: "tick end" }, lane < 0 ? say.record : rulings[lane][1]));
    svg.append(draw("line", { x1: from, x2: WIDTH - 8, y1: y, y2: y, class: "grid" }));
  });
  // Marks that fall on the same spot are drawn once.
  const drawn = new Set();
  for (const { at, verdict } of all) {
    const lane = verdict === undefined ? -1 : verdicts.ruling[verdict];
    const x = Math.round(from + 4 + ((day(at) - first) / Math.max(last - first, 1)) * (WIDTH - from - 16));
    if (drawn.has(`${lane} ${x}`)) continue;
    drawn.add(`${lane} ${x}`);
    svg.append(draw("circle", { cx: x, cy: lanes.indexOf(lane) * high + high / 2, r: 3.5, class: `mark ${lane < 0 ? "plain" : rulings[lane][0]}` }));
  }
  const y = lanes.length * high + 14;
  svg.append(draw("text", { x: from, y, class: "tick start" }, all[0].at.slice(0, 10)), draw("text", { x: WIDTH - 8, y, class: "tick end" }, all[all.length - 1].at.slice(0, 10)));
  return svg;
}
