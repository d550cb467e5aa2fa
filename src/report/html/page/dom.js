// Elements. Texts go in as text nodes only.

const byId = (id) => document.getElementById(id);

/** An element with properties (`class`, `data-…`, `aria-…` as attributes, functions as listeners) and children. */
function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  set(element, properties);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** The same for drawings. */
function draw(tag, properties, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  set(element, properties);
  element.append(...children);
  return element;
}

function set(element, properties) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
}

const button = (properties, ...children) => make("button", { type: "button", ...properties }, ...children);

/** A table: heads are `[text, is a number]`. */
function table(caption, heads, rows) {
  const head = heads.map(([said, isNumber]) => make("th", { scope: "col", class: isNumber ? "number" : null }, said));
  const body = rows.map((cells) => make("tr", {}, ...cells.map((cell, n) => make("td", { class: heads[n][1] ? "number" : null }, cell))));
  return make("table", {}, make("caption", {}, caption), make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...body));
}

/** Buttons that turn pages; none for a single page. `turn` is told the new page, from 0. */
function pager(place, page, pages, turn) {
  if (pages < 2) return place.replaceChildren();
  const step = (said, to, off) => button({ disabled: off, click: () => turn(to) }, said);
  const where = make("span", {}, filled("page", page + 1, pages));
  const first = page === 0;
  const last = page === pages - 1;
  const had = [...place.querySelectorAll("button")].indexOf(document.activeElement);
  place.replaceChildren(step(say.first, 0, first), step(say.before, page - 1, first), where, step(say.after, page + 1, last), step(say.last, pages - 1, last));
  // Whoever turned the page with the keyboard stays on the button, or on the next that still does something.
  if (had >= 0) [...place.querySelectorAll("button")].slice(had).concat([...place.querySelectorAll("button")]).find((one) => !one.disabled)?.focus();
}

/** What a ruling looks like: its word, never its colour alone. */
const badge = (ruling) => make("span", { class: `ruling ${rulings[ruling][0]}` }, rulings[ruling][1]);

/** Makes a list a thing that is walked with the arrow keys. `over(step)` is asked when it ends. */
function walkable(list, over) {
  list.addEventListener("keydown", (event) => {
    const rows = [...list.querySelectorAll("button.row")];
    const at = rows.indexOf(event.target);
    if (event.key === "Escape") {
      const row = event.target.closest("li")?.querySelector("button.row[aria-expanded=true]");
      if (row) {
        row.click();
        row.focus();
        event.preventDefault();
      }
      return;
    }
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (rows[to]) rows[to].focus();
    else over?.(to - at);
  });
}
