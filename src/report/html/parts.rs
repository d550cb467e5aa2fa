//! The parts of the page that are plain HTML: what was audited, totals, what became of the records.

use super::Html;
use super::safe::text;
use crate::diagnostics::Tongue;
use crate::explain::words::Words;
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::records::Rejection;
use crate::report::summary::{by_rule, codes, present};
use crate::report::words::{at_short, cites, pick, posting_code, ruling_code};
use std::collections::BTreeMap;

/// Messages, and ids of withdrawn verdicts: no more of each than this.
const SHOWN: usize = 200;
/// A table of more norms than this is folded at first.
const FOLDED: usize = 12;

/// What they are made from.
pub(super) struct Parts<'a> {
    html: &'a Html<'a>,
    words: Words<'a>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(html: &'a Html<'a>) -> Self {
        Self { html, words: Words::new(html.report.model, html.report.records, "", html.tongue) }
    }

    /// The part of that name; empty when there is nothing to say.
    pub(super) fn named(&self, name: &str) -> String {
        match name {
            "subtitle" => self.subtitle(),
            "rulings" => self.rulings(),
            "norms" => self.norms(),
            "money" => self.money(),
            "explained" => self.explained(),
            "counts" => self.counts(),
            "messages" => self.messages(),
            "digests" => self.digests(),
            _ => String::new(),
        }
    }

    fn pick(&self, en: &'static str, zh: &'static str) -> &'static str {
        pick(self.html.tongue, en, zh)
    }

    /// Which regulations, known up to when.
    fn subtitle(&self) -> String {
        let regulations: Vec<String> = self.html.report.model.regulations.iter().map(|regulation| self.words.regulation(&regulation.name)).collect();
        let until = self.html.report.records.until.map(|until| format!("<br>{} {}", self.pick("Known up to", "数据截至"), text(&at_short(until))));
        format!("<p class=\"subtitle\">{}{}</p>", text(&regulations.join(self.pick(", ", "、"))), until.unwrap_or_default())
    }

    /// How many of each ruling; each a button that shows them.
    fn rulings(&self) -> String {
        let rules = by_rule(&self.html.report);
        let mut items = String::new();
        for ruling in present(&rules) {
            let number: u64 = rules.values().map(|counted| counted.get(ruling)).sum();
            let (code, said) = (ruling_code(ruling), self.words.ruling(ruling));
            // Without `--all` they are counted and not listed.
            let listed = self.html.report.shown().any(|verdict| verdict.ruling == ruling);
            let inner = format!("<b>{}</b> <span class=\"ruling {code}\">{said}</span>", grouped(number));
            items.push_str(&if listed { format!("<li><button type=\"button\" data-ruling=\"{code}\">{inner}</button></li>") } else { format!("<li><span>{inner}</span></li>") });
        }
        format!("<ul class=\"figures\">{items}</ul>")
    }

    /// Rulings by norm.
    fn norms(&self) -> String {
        let rules = by_rule(&self.html.report);
        let rulings = present(&rules);
        let mut head = format!("<th scope=\"col\">{}</th><th scope=\"col\">{}</th>", self.pick("Norm", "规则"), self.pick("Article", "条款"));
        for ruling in &rulings {
            head.push_str(&format!("<th scope=\"col\" class=\"number\">{}</th>", self.words.ruling(*ruling)));
        }
        let mut body = String::new();
        for (rule, counted) in &rules {
            let label = text(&self.words.norm_name(rule));
            let source = self.html.report.model.norm(rule).map(|norm| cites(&norm.cites)).unwrap_or_default();
            let numbers: String = rulings.iter().map(|ruling| format!("<td class=\"number\">{}</td>", nonzero(counted.get(*ruling)))).collect();
            let rule = text(rule);
            body.push_str(&format!(
                "<tr><th scope=\"row\"><button type=\"button\" class=\"link\" data-norm=\"{rule}\">{label}</button> <code class=\"faint\">{rule}</code></th><td>{}</td>{numbers}</tr>",
                text(&source)
            ));
        }
        let caption = self.pick("Verdicts by norm", "各规则判定数");
        let open = if rules.len() > FOLDED { "" } else { " open" };
        format!("<details{open}><summary>{caption} ({})</summary><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></details>", rules.len())
    }

    /// What was posted to everybody in all months, exactly.
    fn money(&self) -> String {
        let mut sums: BTreeMap<(&str, &Unit), (Option<Number>, u64, u64)> = BTreeMap::new();
        for line in self.html.report.audit.statements.iter().flat_map(|statement| &statement.lines) {
            let (sum, times, open) = sums.entry((posting_code(line.posting), &line.unit)).or_insert((Some(Number::whole(0)), 0, 0));
            *times += 1;
            match line.amount {
                Some(amount) => *sum = sum.and_then(|sum| sum.plus(amount)),
                None => *open += 1,
            }
        }
        if sums.is_empty() {
            return String::new();
        }
        let mut body = String::new();
        for ((posting, unit), (sum, times, open)) in &sums {
            let sum = sum.map_or_else(|| self.pick("too large", "超出范围").to_owned(), |sum| self.words.quantity(sum, unit));
            body.push_str(&format!(
                "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td></tr>",
                text(&self.words.slot(posting)),
                text(&sum),
                grouped(*times),
                nonzero(*open)
            ));
        }
        let heads = [("Kind", "类别", ""), ("Known amounts, together", "已定金额合计", " class=\"number\""), ("Postings", "笔数", " class=\"number\""), ("of them open", "其中未定", " class=\"number\"")];
        let head: String = heads.iter().map(|(en, zh, class)| format!("<th scope=\"col\"{class}>{}</th>", self.pick(en, zh))).collect();
        let caption = self.pick("Amounts of all persons and months", "全部人员、各月合计");
        format!("<table class=\"narrow\"><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    }

    /// How many explanations the file holds.
    fn explained(&self) -> String {
        let (held, all) = (self.html.explained.len(), self.html.report.shown().count());
        let every = held == all;
        let (held, all) = (grouped(held), grouped(all));
        let said = match (every, self.html.tongue) {
            (true, Tongue::En) => "Every verdict unfolds its explanation.".to_owned(),
            (true, Tongue::Zh) => "每项判定均可展开说明。".to_owned(),
            (false, Tongue::En) => format!(
                "This file holds the explanations of {held} of {all} verdicts: violations, conflicts, what is undetermined and what is pending come first. Each other verdict names the command that explains it; --explain N takes in more."
            ),
            (false, Tongue::Zh) => format!(
                "本文件收录 {all} 项判定中 {held} 项的说明，依次优先收录违规、冲突、无法判定和待定。其余各项列有查看说明的命令；用 --explain N 可多收录。"
            ),
        };
        format!("<p class=\"hint\">{}</p>", text(&said))
    }

    /// What became of the records.
    fn counts(&self) -> String {
        let counts = &self.html.report.records.counts;
        let mut rows: Vec<(String, u64)> = [
            ("read", "读入", counts.read),
            ("used", "采用", counts.used),
            ("rejected", "拒收", counts.rejected),
            ("repeated", "重复", counts.repeated),
            ("superseded", "被替换", counts.superseded),
            ("retracted", "被撤销", counts.retracted),
            ("retracting", "仅用于撤销", counts.retracting),
            ("after the cut", "截止之后", counts.after_cut),
            ("rows of registers", "名册行数", counts.register_rows),
            ("rejected rows", "拒收的名册行", counts.register_rejected),
        ]
        .into_iter()
        .filter(|(name, _, number)| *number > 0 || *name == "read")
        .map(|(en, zh, number)| (self.pick(en, zh).to_owned(), number))
        .collect();
        for (name, number) in &counts.ignored {
            rows.push((format!("{} `{name}`", self.pick("no policy declares", "规章未声明的类型")), *number));
        }
        let body: String = rows.iter().map(|(name, number)| format!("<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td></tr>", text(name), grouped(*number))).collect();
        format!("<table class=\"narrow\"><caption>{}</caption><tbody>{body}</tbody></table>", self.pick("Records", "记录"))
    }

    /// Notes, what was rejected, what deserves a look, what was withdrawn.
    fn messages(&self) -> String {
        let records = self.html.report.records;
        let mut out = String::new();
        let notes: Vec<String> = records.notes.iter().chain(&self.html.report.audit.notes).map(|note| text(note.get(self.html.tongue))).collect();
        out.push_str(&self.list(self.pick("Notes", "说明"), &notes));
        for (title, all) in [
            (self.pick("Rejected records", "拒收的记录"), &records.rejections),
            (self.pick("Rejected rows of registers", "拒收的名册行"), &records.rows_rejected),
            (self.pick("Warnings", "提醒"), &records.warnings),
        ] {
            let counted: Vec<String> = codes(all).iter().map(|(code, number)| format!("<code>{code}</code> {number}")).collect();
            let said: Vec<String> = all.iter().map(|one| self.message(one)).collect();
            if !said.is_empty() {
                out.push_str(&self.list(title, &said).replacen("<ul>", &format!("<p>{}</p><ul>", counted.join(", ")), 1));
            }
        }
        let withdrawn: Vec<String> = self.html.report.withdrawn.iter().map(|id| format!("<code>{}</code>", text(id))).collect();
        out + &self.list(self.pick("Withdrawn since the earlier audit", "与上次相比已撤回的判定"), &withdrawn)
    }

    fn message(&self, one: &Rejection) -> String {
        let place = if one.origin.line == 0 { one.origin.file.to_string() } else { format!("{}:{}", one.origin.file, one.origin.line) };
        format!("{} <code>{}</code> {} <span class=\"faint\">{}</span>", text(&place), one.code, text(one.message.get(self.html.tongue)), text(one.help.get(self.html.tongue)))
    }

    /// A heading and items that are already safe; nothing when there are none.
    fn list(&self, title: &str, items: &[String]) -> String {
        if items.is_empty() {
            return String::new();
        }
        let shown: String = items.iter().take(SHOWN).map(|item| format!("<li>{item}</li>")).collect();
        let more = match (items.len().saturating_sub(SHOWN), self.html.tongue) {
            (0, _) => String::new(),
            (more, Tongue::En) => format!("<li>… and {more} more: --format jsonl has them all</li>"),
            (more, Tongue::Zh) => format!("<li>……另有 {more} 项：全部见 --format jsonl</li>"),
        };
        format!("<details><summary>{title} ({})</summary><ul>{shown}{more}</ul></details>", items.len())
    }

    fn digests(&self) -> String {
        let records = self.html.report.records;
        let all = [
            (self.pick("policy", "规章"), self.html.report.policy_digest()),
            (self.pick("registers", "名册"), records.registers_digest.clone()),
            (self.pick("events", "记录"), records.events_digest.clone()),
        ];
        let rows: String = all.iter().map(|(name, digest)| format!("<dt>{name}</dt><dd><code>{}</code></dd>", text(digest))).collect();
        format!("<h3>{}</h3><dl class=\"digests\">{rows}</dl>", self.pick("SHA-256 digests: the same digests give the same report", "SHA-256 摘要：摘要相同则报告相同"))
    }
}

/// A blank cell for nothing.
fn nonzero(number: u64) -> String {
    if number == 0 { String::new() } else { grouped(number) }
}

/// `12,345`, as the scripts write it.
fn grouped(number: impl ToString) -> String {
    let digits = number.to_string();
    let mut said = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}
