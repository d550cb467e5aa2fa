//! The HTML report and the page of one explanation: what they hold, and, in a headless Chromium where there is one, what they do.

use crate::browser::Browser;
use crate::run::{Place, repository};
use serde_json::{Value, json};

const POLICY: &str = "\
regulation office “办公室制度” [1]
  time zone Asia/Shanghai
  currency CNY

register staff “职工”
event late “迟到” by staff
  minutes: minutes, 0 ..

rule late_fine “迟到罚款” [1]
  on late
  fine 2.50 CNY when minutes > 5 minutes [1a]
";

/// A name that would be markup, script, a formula, where it is not taken for a text.
const HOSTILE: &str = r#"</script><img src=x onerror="document.title='owned'">"#;

fn events() -> String {
    let mut events = String::new();
    for (n, (who, minutes)) in [("li", 7), ("li", 3), ("wang", 30), ("li", 9), (HOSTILE, 8), ("=1+1", 60)].into_iter().enumerate() {
        let month = n % 2 + 3;
        events.push_str(&format!("{}\n", json!({ "type": "late", "id": format!("e{n}"), "at": format!("2024-{month:02}-{:02}T08:37", n + 4), "staff": who, "minutes": minutes })));
    }
    events.push_str(&format!("{}\n", json!({ "type": "late", "id": HOSTILE, "at": "2024-04-20T09:00", "staff": "li" })));
    events
}

fn place() -> Place {
    Place::with(&[("office.bylaw", POLICY), ("events.jsonl", &events())])
}

/// The data in a report.
fn data(html: &str) -> Value {
    let (_, after) = html.split_once(r#"<script type="application/json" id="data">"#).unwrap();
    serde_json::from_str(after.split_once("</script>").unwrap().0).unwrap()
}

fn audit<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["audit", "office.bylaw", "--events", "events.jsonl", "--format", "html"], more].concat()
}

#[test]
fn a_report_holds_what_the_other_formats_hold() {
    let place = place();
    let html = place.bylaw(&audit(&[])).exits(0).out;
    let data = data(&html);
    let text = |at: &Value| data["texts"][usize::try_from(at.as_u64().unwrap()).unwrap()].as_str().unwrap().to_owned();
    let keys: Vec<String> = data["verdicts"]["key"].as_array().unwrap().iter().map(text).collect();
    assert_eq!(keys, ["@e0", "@e2", "@e4", "@e1", "@e3", "@e5", &format!("@{HOSTILE}")]);
    assert_eq!(data["explanations"]["verdict"].as_array().unwrap().len(), keys.len(), "all are explained");
    // Fines of 2.50 CNY: five, the hostile record leaves one open.
    assert!(html.contains(r#"<td class="number">12.5 CNY</td><td class="number">6</td><td class="number">1</td>"#), "{html}");
    assert!(!html.contains("<img"), "a name became markup");
    assert!(html.contains(r#"<html lang="en">"#));
    assert!(place.bylaw(&audit(&["--lang", "zh"])).exits(0).out.contains(r#"<html lang="zh-Hans">"#));
    assert_eq!(html, place.bylaw(&audit(&[])).exits(0).out, "the same records give the same bytes");
}

#[test]
fn what_is_left_out_is_said() {
    let place = place();
    let html = place.bylaw(&audit(&["--explain", "2", "--until", "2024-04-30"])).exits(0).out;
    let data = data(&html);
    assert_eq!(data["explanations"]["verdict"].as_array().unwrap().len(), 2);
    assert!(html.contains("This file holds the explanations of 2 of 7 verdicts"));
    let command = data["command"].as_str().unwrap();
    assert_eq!(command, "bylaw explain office.bylaw --events events.jsonl --until 2024-04-30 --lang en");
    let why = place.shell(&format!("{command} --verdict office.late_fine@e0")).exits(0).out;
    assert!(why.starts_with("Violation"), "{why}");
}

#[test]
fn an_explanation_is_a_page_of_its_own() {
    let place = place();
    let id = format!("office.late_fine@{HOSTILE}");
    let html = place.bylaw(&["explain", "office.bylaw", "--events", "events.jsonl", "--verdict", &id, "--format", "html", "--lang", "zh"]).exits(0).out;
    assert!(html.contains("<h2>依据</h2>") && html.contains("&lt;/script&gt;&lt;img"), "{html}");
    assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    assert!(html.contains("default-src 'none'"));
}

#[test]
fn a_report_in_a_browser() {
    let Some(mut browser) = Browser::start() else {
        eprintln!("passed over: the report in a browser; there is no Chromium (BYLAW_BROWSER names one)");
        return;
    };
    let place = place();
    place.bylaw(&audit(&["-o", "en.html"])).exits(0);
    place.bylaw(&audit(&["--lang", "zh", "-o", "zh.html"])).exits(0);
    browser.window(1280, 900, "light");
    for (file, tongue) in [("en.html", ["7 of 7 verdicts", "Violation:", "Article"]), ("zh.html", ["共 7 项判定，符合 7 项", "违规：", "依据"])] {
        browser.open(&place.path().join(file), "");
        filters(&mut browser, tongue[0]);
        unfolds(&mut browser, tongue[1], tongue[2]);
        keyboard(&mut browser);
        named(&mut browser);
        nothing_went_wrong(&mut browser, file);
        addressed(&mut browser, &place, file);
        fits(&mut browser, &place, file);
    }
    refuses_the_network(&mut browser, &place);
    pages(&mut browser);
}

const COUNT: &str = "document.getElementById('count').textContent";
const ROWS: &str = "document.querySelectorAll('#list button.row').length";

fn fill(browser: &mut Browser, id: &str, value: &str) {
    browser.js(&format!("(() => {{ const field = document.getElementById('{id}'); field.value = {}; for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind)); }})()", json!(value)));
}

/// Each filter leaves what it should, and clearing brings all back.
fn filters(browser: &mut Browser, all: &str) {
    assert_eq!(browser.js(COUNT), all);
    let person = browser.js("[...document.querySelectorAll('#people option')].map((option) => option.value).find((value) => value.endsWith('wang'))");
    for (id, value, left) in [("q", "e3", 1), ("q", "OFFICE.late_fine@e3", 1), ("person", person.as_str().unwrap(), 1), ("person", "wan", 1), ("norm", "office.late_fine", 7), ("from", "2024-04", 4), ("to", "2024-03", 3), ("q", "1a", 0)] {
        fill(browser, id, value);
        assert_eq!(browser.js(ROWS), left, "{id} {value}");
        browser.js("document.getElementById('clear').click()");
        assert_eq!(browser.js(COUNT), all, "{id} {value}, cleared");
    }
    browser.js("document.querySelector('#rulings input[value=undetermined]').click()");
    assert_eq!(browser.js(ROWS), 1);
    assert_eq!(browser.js("location.hash"), "#ruling=undetermined");
    browser.js("document.getElementById('clear').click()");
    // Exact sums follow the filters: they are worked out in the page.
    browser.js("new Promise((done) => setTimeout(done, 300))");
    assert_eq!(browser.js("document.querySelector('#sums td.number').textContent.slice(0, 4)"), "12.5");
    fill(browser, "person", "staff:li");
    browser.js("new Promise((done) => setTimeout(done, 300))");
    assert_eq!(browser.js("document.querySelector('#sums td.number').textContent.slice(0, 2)"), "5 ");
    assert_eq!(browser.js("document.querySelectorAll('#events li').length"), 8, "four records with a verdict each");
    assert_eq!(browser.js("document.querySelectorAll('#drawn svg[role=img][aria-label]').length"), 2);
    browser.js("document.getElementById('clear').click()");
}

/// A row unfolds its explanation, with the article, and says so to a screen reader.
fn unfolds(browser: &mut Browser, first: &str, article: &str) {
    browser.js("document.querySelector('#list button.row').click()");
    assert_eq!(browser.js("document.querySelector('#list button.row').getAttribute('aria-expanded')"), "true");
    let said = browser.js("document.querySelector('#list .detail .prose').innerText");
    let said = said.as_str().unwrap();
    assert!(said.starts_with(first) && said.contains(article) && said.contains("1a"), "{said}");
    assert_eq!(browser.js("location.hash"), "#open=office.late_fine%40e0");
    browser.picture(&format!("unfolded-{article}.png"));
    browser.js("document.querySelector('#list button.row').click()");
    assert_eq!(browser.js("document.querySelector('#list .detail').hidden"), true);
    assert_eq!(browser.js("location.hash"), "");
}

/// Arrow keys walk, Enter unfolds, Escape folds.
fn keyboard(browser: &mut Browser) {
    let at = "[...document.querySelectorAll('#list button.row')].indexOf(document.activeElement)";
    browser.js("document.querySelector('#list button.row').focus()");
    browser.press("ArrowDown");
    browser.press("ArrowDown");
    assert_eq!(browser.js(at), 2);
    browser.press("ArrowUp");
    browser.press("Enter");
    assert_eq!(browser.js("document.activeElement.getAttribute('aria-expanded')"), "true");
    browser.press("Escape");
    assert_eq!(browser.js("document.activeElement.getAttribute('aria-expanded')"), "false");
    assert_eq!(browser.js(at), 1);
}

/// All that can be operated has a name, headings go down by one, landmarks are there, ids are unique.
fn named(browser: &mut Browser) {
    let nameless = "[...document.querySelectorAll('button, input, select, summary')].filter((one) => !(one.textContent.trim() || one.labels?.[0]?.textContent.trim() || one.ariaLabel)).length";
    assert_eq!(browser.js(nameless), 0);
    assert_eq!(browser.js("(() => { let last = 0; return [...document.querySelectorAll('h1, h2, h3, h4, h5')].filter((one) => { const level = Number(one.tagName[1]); const jump = level > last + 1; last = level; return jump; }).length; })()"), 0);
    assert_eq!(browser.js("['main', 'header', 'nav[aria-label]', 'form[aria-label]', '[role=status]', 'a.skip'].filter((one) => !document.querySelector(one)).length"), 0);
    assert_eq!(browser.js("(() => { const ids = [...document.querySelectorAll('[id]')].map((one) => one.id); return ids.length - new Set(ids).size; })()"), 0);
}

#[track_caller]
fn nothing_went_wrong(browser: &mut Browser, file: &str) {
    assert_ne!(browser.js("document.title"), "owned", "a name ran as script");
    assert_eq!(browser.js("document.images.length"), 0);
    assert!(browser.complaints().is_empty(), "{file}: {:?}", browser.complaints());
    let fetched = browser.fetched();
    assert!(fetched.len() == 1 && fetched[0].ends_with(file), "{fetched:?}");
}

/// A link to a view shows this view; one that means nothing shows everything or nothing, and complains of nothing.
fn addressed(browser: &mut Browser, place: &Place, file: &str) {
    browser.open(&place.path().join(file), "#ruling=violation&person=staff%3Ali&open=office.late_fine%40e3");
    assert_eq!(browser.js(ROWS), 2);
    assert_eq!(browser.js("document.querySelectorAll('#list button[aria-expanded=true]').length"), 1);
    browser.open(&place.path().join(file), "#ruling=%3Cimg%3E&page=99&norm=none&q=%3Cimg%20src=x%3E");
    assert_eq!(browser.js(ROWS), 0);
    nothing_went_wrong(browser, file);
}

/// A phone's width and the dark: nothing scrolls sideways. On paper the explanations are unfolded.
fn fits(browser: &mut Browser, place: &Place, file: &str) {
    for (width, scheme) in [(390, "light"), (320, "dark"), (1280, "dark")] {
        browser.window(width, 844, scheme);
        browser.open(&place.path().join(file), "#person=staff%3Ali");
        browser.js("document.querySelectorAll('#list button.row, #statement-list button.row').forEach((row) => row.click())");
        assert_eq!(browser.js("document.documentElement.scrollWidth <= innerWidth"), true, "{file} at {width}");
        browser.picture(&format!("{file}-{width}-{scheme}.png"));
    }
    browser.window(1280, 900, "light");
    browser.open(&place.path().join(file), "#ruling=violation");
    browser.js("addEventListener('beforeprint', () => { window.printed = document.querySelectorAll('#list .detail:not([hidden]) .prose').length; })");
    let paper = browser.call("Page.printToPDF", json!({ "preferCSSPageSize": true }));
    assert!(paper["data"].as_str().unwrap().starts_with("JVBERi"), "no PDF");
    assert_eq!(browser.js("window.printed"), 5, "unfolded for print");
    assert_eq!(browser.js("document.querySelectorAll('#list .detail:not([hidden])').length"), 0, "and folded again");
    assert_ne!(browser.js("document.getElementById('chosen').textContent"), "", "paper says what was chosen");
    nothing_went_wrong(browser, file);
}

/// The page itself forbids what it does not do.
fn refuses_the_network(browser: &mut Browser, place: &Place) {
    browser.open(&place.path().join("en.html"), "");
    let refused = browser.js(
        "new Promise((done) => { const all = []; addEventListener('securitypolicyviolation', (event) => { all.push(event.effectiveDirective); if (all.length === 3) done(all.sort().join(' ')); }); \
         new Image().src = 'https://example.org/x.png'; fetch('https://example.org/').catch(() => {}); \
         const script = document.createElement('script'); script.textContent = 'document.title = \"owned\"'; document.body.append(script); setTimeout(() => done(all.join(' ')), 2000); })",
    );
    assert_eq!(refused, "connect-src img-src script-src-elem");
    assert_ne!(browser.js("document.title"), "owned");
}

/// Fifty rows at a time; arrow keys go on over the end of a page; what is not explained names its command.
fn pages(browser: &mut Browser) {
    let event = |n: usize| format!("{}\n", json!({ "type": "late", "id": format!("it's {n}"), "at": format!("2024-03-{:02}T09:{:02}", n / 10 + 1, n % 10), "staff": "li", "minutes": 7 }));
    let place = Place::with(&[("office.bylaw", POLICY), ("events.jsonl", &(0..120).map(event).collect::<String>())]);
    place.bylaw(&audit(&["--explain", "1", "-o", "many.html"])).exits(0);
    browser.open(&place.path().join("many.html"), "");
    assert_eq!(browser.js(ROWS), 50);
    browser.js("[...document.querySelectorAll('#list button.row')].pop().focus()");
    browser.press("ArrowDown");
    assert_eq!(browser.js("location.hash + ' ' + document.activeElement.querySelector('.when').textContent"), "#page=2 2024-03-06 09:00");
    browser.press("ArrowUp");
    assert_eq!(browser.js("document.activeElement.querySelector('.when').textContent"), "2024-03-05 09:09");
    browser.js("[...document.querySelectorAll('#pager button')].pop().click()");
    assert_eq!(browser.js(ROWS), 20);
    browser.js("document.querySelector('#list button.row').click()");
    let command = browser.js("document.querySelector('#list .detail .command').textContent");
    let why = place.shell(command.as_str().unwrap()).exits(0).out;
    assert!(why.starts_with("Violation: Staff li breached") || why.starts_with("Violation: staff li breached"), "{why}");
    nothing_went_wrong(browser, "many.html");
}

/// `docs/report.md` names every column of the data.
#[test]
fn the_page_of_the_report_names_its_data() {
    let page = std::fs::read_to_string(repository().join("docs/report.md")).unwrap();
    let html = place().bylaw(&audit(&[])).exits(0).out;
    let Value::Object(data) = data(&html) else { panic!("the data is no object") };
    for (name, value) in &data {
        assert!(page.contains(&format!("`{name}`")), "{name}");
        if !["say"].contains(&name.as_str()) && let Value::Object(columns) = value {
            columns.keys().for_each(|column| assert!(page.contains(&format!("`{column}`")), "{name}.{column}"));
        }
    }
}
