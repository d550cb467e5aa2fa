// The data as the program wrote it: columns, in which a number is a place in `texts`. Nothing of it ever becomes markup: see dom.js.

const data = JSON.parse(document.getElementById("data").textContent);
const { say, texts, norms, subjects, verdicts, records, statements, explanations, rulings, postings, units } = data;
const total = verdicts.key.length;

const text = (place) => (place < 0 ? "" : texts[place]);
const subjectCode = (subject) => (subject < 0 ? "" : text(subjects.code[subject]));
const subjectSaid = (subject) => (subject < 0 ? "" : text(subjects.said[subject]));
const normName = (norm) => text(norms.name[norm]);
const normSaid = (norm) => text(norms.label[norm]);

/** The id of a verdict: `regulation.norm@key`. */
function idOf(verdict) {
  const key = text(verdicts.key[verdict]);
  return key.startsWith("@") ? normName(verdicts.norm[verdict]) + key : key;
}

/** Months that occur, in order, and for each verdict the place of its month. */
const months = [...new Set([...verdicts.at.map((at) => text(at).slice(0, 7)), ...statements.month.map(text)])].sort();
const monthPlace = new Map(months.map((month, place) => [month, place]));
const monthOf = Int32Array.from(verdicts.at, (at) => monthPlace.get(text(at).slice(0, 7)));
const statementMonth = statements.month.map((month) => monthPlace.get(text(month)));

const notFinal = new Set(verdicts.open);
const supersedes = new Map(verdicts.supersedes);
const explained = new Map(explanations.verdict.map((verdict, row) => [verdict, row]));

const number = new Intl.NumberFormat(document.documentElement.lang);

/** A text of the page with its number `#` and its other text `%`. */
function filled(name, count, other) {
  return say[name].replace(/[#%]/g, (slot) => String(slot === "#" ? number.format(count) : typeof other === "number" ? number.format(other) : other));
}

/** A decimal text for people: a real minus, then the unit. Digits stay as they are. */
function amountSaid(amount, unit) {
  return amount === null ? say.open : amount.replace("-", "−") + units[unit][1];
}

/** An id as one word of a shell. */
const quoted = (id) => (/^[\w@%+=:,.\/-]+$/.test(id) ? id : "'" + id.replaceAll("'", "'\\''") + "'");

/** The command that unfolds a verdict. */
const commandFor = (verdict) => `${data.command} --verdict ${quoted(idOf(verdict))}`;
