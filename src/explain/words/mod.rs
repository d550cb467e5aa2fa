//! Names, values and expressions of a model in words, in one tongue.

pub(crate) mod cause;
pub(crate) mod compare;
pub(crate) mod due;
pub(crate) mod forbid;
pub(crate) mod group;
pub(crate) mod measure;
mod office;
pub(crate) mod phrase;
pub(crate) mod sides;
mod stay;
pub(crate) mod time;
pub(crate) mod value;

use crate::diagnostics::Tongue;
use crate::model::Model;
use crate::model::norm::{Exception, Norm, Occasion};
use crate::records::Record;
use crate::explain::Filed;
use chrono_tz::Tz;

/// What is needed to speak about one verdict: the tongue, the model for labels, the zone for times, the records by reference.
pub(crate) struct Words<'m> {
    /// For labels.
    pub(crate) model: &'m Model,
    /// English or Chinese.
    pub(crate) tongue: Tongue,
    /// In which times are shown.
    pub(crate) zone: Tz,
    /// The norm that is judged.
    pub(crate) norm: Option<&'m Norm>,
    /// Show fractions of seconds: two times differ by no more.
    pub(crate) fractions: bool,
    records: Filed<'m>,
}

impl<'m> Words<'m> {
    /// For a verdict of the norm called `rule`.
    pub(crate) fn new(model: &'m Model, records: impl Into<Filed<'m>>, rule: &str, tongue: Tongue) -> Self {
        Self { model, tongue, zone: Tz::UTC, norm: None, fractions: false, records: records.into() }.about(rule)
    }

    /// For a verdict of another norm, with the same model and records.
    pub(crate) fn about(&self, rule: &str) -> Self {
        let norm = self.model.norm(rule);
        let regulation = norm.and_then(|norm| self.model.regulation(&norm.regulation));
        let zone = regulation.and_then(|r| r.time_zone.parse().ok()).unwrap_or(Tz::UTC);
        Self { model: self.model, tongue: self.tongue, zone, norm, fractions: self.fractions, records: self.records.clone() }
    }

    /// The record called `reference`.
    pub(crate) fn record(&self, reference: &str) -> Option<&'m Record> {
        self.records.record(reference)
    }

    /// One of two texts, by tongue.
    pub(crate) fn pick<'t>(&self, en: &'t str, zh: &'t str) -> &'t str {
        match self.tongue {
            Tongue::En => en,
            Tongue::Zh => zh,
        }
    }

    /// Is it Chinese that we speak?
    pub(crate) fn zh(&self) -> bool {
        self.tongue == Tongue::Zh
    }

    /// A list: `a, b and c`, `a、b 和 c`.
    pub(crate) fn list(&self, items: &[String], last: (&str, &str)) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., end] => match self.tongue {
                Tongue::En => format!("{} {} {end}", first.join(", "), last.0),
                Tongue::Zh => format!("{}{}", first.join("、"), self.after(last.1, end)),
            },
        }
    }

    /// The label where it helps in this tongue (a Chinese label says nothing to an English reader), else the name.
    pub(crate) fn label_or(&self, label: Option<&str>, name: &str) -> String {
        match (self.tongue, label) {
            (Tongue::Zh, Some(label)) => label.to_owned(),
            (Tongue::En, Some(label)) if label.is_ascii() => label.to_owned(),
            (Tongue::En, _) => plain(name),
            (Tongue::Zh, None) => name.to_owned(),
        }
    }

    /// A subject as written in records, with its kind: `staff li`, `干部职工 li`.
    pub(crate) fn subject(&self, entity: &str, id: &str) -> String {
        format!("{} {id}", self.entity(entity))
    }

    /// A regulation, quoted.
    pub(crate) fn regulation(&self, name: &str) -> String {
        let label = self.model.regulation(name).and_then(|regulation| regulation.label.as_deref());
        format!("“{}”", self.label_or(label, name))
    }

    /// A register or case.
    pub(crate) fn entity(&self, name: &str) -> String {
        self.label_or(self.model.entity(name).and_then(|entity| entity.label.as_deref()), name)
    }

    /// An attribute of a register or case.
    pub(crate) fn attribute(&self, entity: &str, name: &str) -> String {
        let field = self.model.entity(entity).and_then(|entity| entity.attribute(name));
        self.label_or(field.and_then(|field| field.label.as_deref()), name)
    }

    /// A record type; breaches and forfeits are named after their norm.
    pub(crate) fn event(&self, name: &str) -> String {
        if let Some(norm) = name.strip_prefix("breach:") {
            return format!("{}{}", self.pick("breach of ", "违反"), self.quoted_norm(norm));
        }
        if let Some(norm) = name.strip_prefix("forfeit:") {
            return format!("{}{}", self.pick("forfeit of ", "取消"), self.quoted_norm(norm));
        }
        if name == "attestation" {
            return self.pick("attestation", "认定").to_owned();
        }
        self.label_or(self.model.event(name).and_then(|event| event.label.as_deref()), name)
    }

    /// A role or field, looked for in these record types.
    pub(crate) fn field(&self, events: &[String], name: &str) -> String {
        if let Some(said) = self.of_breach(name) {
            return said.to_owned();
        }
        let found = events.iter().find_map(|event| self.model.event(event)?.fields.iter().find(|field| field.name == name));
        if let Some(label) = found.and_then(|field| field.label.as_deref()) {
            return self.label_or(Some(label), name);
        }
        match found.map(|field| &field.ty) {
            Some(crate::model::value::Type::Ref(entity)) if entity == name => self.entity(entity),
            _ => self.label_or(None, name),
        }
    }

    /// What a breach says of itself.
    pub(crate) fn of_breach(&self, name: &str) -> Option<&'static str> {
        use crate::model::order::{DONE, DUE, FIRST, LAST};
        Some(match name {
            DUE => self.pick("the last day in time", "应办日"),
            DONE => self.pick("the day on which it was done", "办结日"),
            FIRST => self.pick("the first day of the period", "期初"),
            LAST => self.pick("the last day of the period", "期末"),
            _ => return None,
        })
    }

    /// A norm or exception in quotes: `“late fine”`, `“迟到扣款”`.
    pub(crate) fn quoted_norm(&self, name: &str) -> String {
        format!("“{}”", self.norm_name(name))
    }

    /// A norm or exception without quotes.
    pub(crate) fn norm_name(&self, name: &str) -> String {
        let bare = name.rsplit('.').next().unwrap_or(name);
        let label = match self.model.norm(name) {
            Some(norm) => norm.label.as_deref(),
            None => self.model.norms.iter().find_map(|norm| exception(&norm.exceptions, name)).and_then(|e| e.label.as_deref()),
        };
        self.label_or(label, bare)
    }

    /// A hole, reading or judged fact.
    pub(crate) fn parameter(&self, name: &str) -> String {
        let found = self.model.parameter(name);
        let bare = name.rsplit('.').next().unwrap_or(name);
        if let Some(number) = bare.strip_prefix("not_stated_").filter(|_| found.is_none_or(|parameter| parameter.label.is_none())) {
            return self.needed_for(name.strip_suffix(bare).unwrap_or_default().trim_end_matches('.'), number);
        }
        self.label_or(found.and_then(|parameter| parameter.label.as_deref()), bare)
    }

    /// A value that the text of a norm leaves open where it is needed.
    fn needed_for(&self, norm: &str, number: &str) -> String {
        let norm = self.quoted_norm(norm);
        let number = if number == "1" { String::new() } else { self.aside(number) };
        if self.zh() { format!("{norm}所需的数值{number}") } else { format!("the value needed for {norm}{number}") }
    }

    /// A slot: postings have words of their own.
    pub(crate) fn slot(&self, name: &str) -> String {
        let known = match name {
            "fine" => ("fine", "罚款"),
            "deduct" => ("deduction", "扣款"),
            "pay" => ("pay", "发放"),
            "score" => ("score", "得分"),
            "count" => ("count", "次数"),
            "grade" => ("grade", "等次"),
            "deadline" => ("deadline", "期限"),
            _ => return self.step(name).or_else(|| self.part(name)).unwrap_or_else(|| self.label_or(None, name)),
        };
        self.pick(known.0, known.1).to_owned()
    }

    /// A slot that is a part of another: an item of a score, a line with a bound of its own (`less 1`, `budget less 1`).
    fn part(&self, name: &str) -> Option<String> {
        if let Some(item) = self.item(name) {
            return Some(item);
        }
        let (before, number) = name.rsplit_once(' ')?;
        let (item, word) = before.rsplit_once(' ').map_or((None, before), |(item, word)| (Some(item), word));
        let line = self.clause(&format!("{word} {number}"));
        let item = item.map(|item| self.item(item).unwrap_or_else(|| self.label_or(None, item)));
        Some(item.map_or_else(|| line.clone(), |item| format!("{item}{}{line}", self.pick(": ", "："))))
    }

    /// An item of this score.
    fn item(&self, name: &str) -> Option<String> {
        let clauses = self.norm.iter().flat_map(|norm| &norm.decisions).flat_map(|decision| &decision.clauses);
        let item = clauses.filter(|clause| clause.name == name).find_map(|clause| clause.item.as_ref())?;
        Some(self.kind_value(&item.kind, &item.value))
    }

    /// A clause's name: `row 2`, `base`, `less 1`.
    pub(crate) fn clause(&self, name: &str) -> String {
        let name = name.strip_prefix("if breached ").unwrap_or(name);
        if let Some(item) = self.item(name) {
            return item;
        }
        if self.tongue == Tongue::En {
            return if name == "self_signed" { self.slot(name) } else { name.to_owned() };
        }
        let (word, number) = name.split_once(' ').unwrap_or((name, ""));
        let word = match word {
            "row" => return format!("第 {number} 行"),
            "clause" => return format!("第 {number} 项"),
            "base" => "基数",
            "less" => "扣减",
            "add" => "增加",
            "grade" => "等次",
            "forfeited" => return "取消".to_owned(),
            "at" => return if number == "most" { "上限" } else { "下限" }.to_owned(),
            "rounded" => return "取整".to_owned(),
            "exception" => return "例外".to_owned(),
            "self_signed" => return self.slot(word),
            "fine" | "deduct" | "pay" | "score" | "count" => return format!("{} {number}", self.slot(word)),
            _ => return name.to_owned(),
        };
        if number.is_empty() { word.to_owned() } else { format!("{word} {number}") }
    }

    /// Citations in brackets, with a blank before; nothing when there are none.
    pub(crate) fn cites(&self, cites: &[String]) -> String {
        match (cites, self.tongue) {
            ([], _) => String::new(),
            (_, Tongue::En) => format!(" [{}]", cites.join(", ")),
            (_, Tongue::Zh) => format!("【{}】", cites.join("、")),
        }
    }

    /// The record types whose records are occasions of the norm.
    pub(crate) fn occasion_events(&self) -> &'m [String] {
        match self.norm.map(|norm| &norm.occasion) {
            Some(Occasion::Record(pattern) | Occasion::Member(pattern, _)) => &pattern.events,
            Some(Occasion::Reaches { measure, .. }) => &measure.pattern.events,
            _ => &[],
        }
    }
}

/// `early_leave` → `early leave`.
fn plain(name: &str) -> String {
    name.replace('_', " ")
}

/// The exception called `name`, at any depth.
pub(crate) fn exception<'m>(among: &'m [Exception], name: &str) -> Option<&'m Exception> {
    among.iter().find_map(|e| if e.name == name { Some(e) } else { exception(&e.exceptions, name) })
}
