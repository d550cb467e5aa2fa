//! The first sentence, the article, the occasion.

use super::Prose;
use super::duty::is_limit;
use crate::diagnostics::Tongue;
use crate::explain::words::due::is_too_late;
use crate::model::norm::Occasion;
use crate::model::value::Type;
use crate::records::{At, Record, Stored};
use crate::reference::derivation::{Became, Required};
use crate::reference::verdict::{Cause, Ruling};

impl Prose<'_> {
    pub(super) fn headline(&mut self) {
        let sentence = self.sentence();
        self.page.line(0, &sentence);
    }

    /// Who, what, ruling, when, amount.
    pub(super) fn sentence(&self) -> String {
        let verdict = &self.derivation.verdict;
        let norm = self.words.quoted_norm(&verdict.rule);
        let effects = self.effects_text();
        match self.words.tongue {
            Tongue::En => {
                let tail = effects.map(|effects| format!("; {effects}")).unwrap_or_default();
                let text = format!("{}{tail}.", self.english(&norm));
                capital(&format!("{}: {text}", self.words.ruling(verdict.ruling)))
            }
            Tongue::Zh => {
                let tail = effects.map(|effects| format!("，{effects}")).unwrap_or_default();
                format!("{}：{}{tail}。", self.words.ruling(verdict.ruling), self.chinese(&norm))
            }
        }
    }

    fn english(&self, norm: &str) -> String {
        let verdict = &self.derivation.verdict;
        let (who, when) = (self.who(), self.when());
        if let Some(text) = self.of_terms(&who, norm) {
            return text;
        }
        if let Some(day) = self.awaited() {
            return format!("until {day} it is open what {norm} comes to for {who} {when}");
        }
        match verdict.ruling {
            Ruling::Violation => format!("{who} breached {norm} {when}{}", self.due_text()),
            Ruling::Conflict => format!("{norm} gives contradictory results for {who} {when}, and nothing says which prevails"),
            Ruling::Undetermined => format!("whether {who} meets {norm} {when} cannot be told: {}", self.how_many_open()),
            Ruling::Pending if self.only_limits() => format!("{who} has so far kept to {norm} {when}{}", self.due_text()),
            Ruling::Pending if self.waits() => format!("{who} asked for more time for {norm} {when} and has no answer yet{}", self.due_text()),
            Ruling::Pending => format!("{who} still has time for {norm} {when}{}", self.due_text()),
            Ruling::Compliant if verdict.effects.is_empty() => format!("{who} complied with {norm} {when}"),
            Ruling::Compliant => format!("{norm} was applied to {who} {when}"),
            Ruling::NotApplicable => format!("{norm} does not apply to {who} {when}"),
        }
    }

    fn chinese(&self, norm: &str) -> String {
        let verdict = &self.derivation.verdict;
        let when = self.when();
        let gap = if when.starts_with('（') { "" } else { " " };
        let who = format!("{}{gap}", self.who());
        if let Some(text) = self.of_terms(&who, norm) {
            return text;
        }
        if let Some(day) = self.awaited() {
            return format!("{who}{when}适用{norm}，结果须待{day}之后方可确定");
        }
        match verdict.ruling {
            Ruling::Violation => format!("{who}{when}违反{norm}{}", self.due_text()),
            Ruling::Conflict => format!("{who}{when}依{norm}得出相互矛盾的结果，且未规定何者优先"),
            Ruling::Undetermined => format!("{who}{when}是否符合{norm}尚无法判定，{}", self.how_many_open()),
            Ruling::Pending if self.only_limits() => format!("{who}{when}目前符合{norm}的规定{}", self.due_text()),
            Ruling::Pending if self.waits() => format!("{who}{when}适用{norm}，已申请延期，尚未答复{}", self.due_text()),
            Ruling::Pending => format!("{who}{when}适用{norm}，期限尚未届满{}", self.due_text()),
            Ruling::Compliant if verdict.effects.is_empty() => format!("{who}{when}符合{norm}的规定"),
            Ruling::Compliant => format!("{who}{when}适用{norm}"),
            Ruling::NotApplicable => format!("{norm}不适用于{who}{when}的情形"),
        }
    }

    fn who(&self) -> String {
        match &self.derivation.verdict.subject {
            Some((entity, id)) => self.words.subject(entity, id),
            None => self.words.pick("the institution", "本单位").to_owned(),
        }
    }

    fn when(&self) -> String {
        let verdict = &self.derivation.verdict;
        match (&verdict.period, self.words.tongue) {
            (Some(period), Tongue::En) => format!("for {}", self.words.period(period)),
            (Some(period), Tongue::Zh) => self.words.period(period),
            (None, Tongue::En) if self.is_case() => format!("(its last record is of {})", self.words.at(verdict.at)),
            (None, Tongue::Zh) if self.is_case() => format!("（末条记录为{}）", self.words.at(verdict.at)),
            (None, Tongue::En) => match verdict.at {
                At::Date(_) => format!("on {}", self.words.at(verdict.at)),
                At::Moment(_) => format!("at {}", self.words.at(verdict.at)),
            },
            (None, Tongue::Zh) => format!("于{}", self.words.at(verdict.at)),
        }
    }

    /// Does a request for more time wait for its answer?
    fn waits(&self) -> bool {
        let requirements = self.shown_world().into_iter().flat_map(|world| &world.requirements).flat_map(Required::each);
        requirements.flat_map(|required| &required.requests).flat_map(|requests| &requests.steps).any(|step| matches!(step.became, Became::Waits(_)))
    }

    /// The last day up to which something may come on which a norm hangs that asks for nothing itself.
    fn awaited(&self) -> Option<String> {
        let asks = self.words.norm.is_none_or(|norm| !norm.requirements.is_empty());
        let days = self.derivation.verdict.causes.iter().filter_map(|cause| if let Cause::NotYet { until } = cause { Some(*until) } else { None });
        days.max().filter(|_| !asks && self.derivation.verdict.ruling == Ruling::Pending).map(|day| self.words.day(day))
    }

    /// Does the norm ask only that numbers of records are not exceeded?
    fn only_limits(&self) -> bool {
        let requirements = self.words.norm.map(|norm| norm.requirements.as_slice()).unwrap_or_default();
        !requirements.is_empty() && requirements.iter().all(|requirement| is_limit(Some(requirement)))
    }

    /// Is a whole case judged? Its time is that of its last record.
    fn is_case(&self) -> bool {
        self.words.norm.is_some_and(|norm| matches!(norm.occasion, Occasion::Case { .. }))
    }

    fn how_many_open(&self) -> String {
        let n = self.derivation.verdict.causes.len().max(1);
        match self.words.tongue {
            Tongue::En if n == 1 => "one thing is open".to_owned(),
            Tongue::En => format!("{n} things are open"),
            Tongue::Zh => format!("尚有 {n} 项情况未定"),
        }
    }

    /// `; due by 2024-03-08`; for what was breached, also whether it was done too late.
    fn due_text(&self) -> String {
        let verdict = &self.derivation.verdict;
        let part = verdict.parts.iter().find(|part| part.ruling == verdict.ruling && part.due.is_some());
        let Some((part, due)) = part.and_then(|part| Some((part, part.due?))) else { return String::new() };
        let requirement = self.words.norm.and_then(|norm| norm.requirement(&part.name));
        let excluded = is_too_late(requirement, due);
        let met = part.met.or_else(|| self.met_by_alternative(due));
        let (breached, limit) = (verdict.ruling == Ruling::Violation, is_limit(requirement));
        let due = self.words.at(due);
        match self.words.tongue {
            _ if breached && limit => String::new(),
            Tongue::En if limit => format!("; counted until {due}"),
            Tongue::Zh if limit => format!("，计至{due}"),
            Tongue::En => {
                let due = format!("due {} {due}", if excluded { "before" } else { "by" });
                match met {
                    _ if !breached => format!("; {due}"),
                    Some(met) => format!("; what was {due} was done only on {}", self.words.at(met)),
                    None => format!("; what was {due} is not done"),
                }
            }
            Tongue::Zh => {
                let late = met.map_or("而未完成".to_owned(), |met| format!("，迟至{}完成", self.words.at(met)));
                let late = if breached { late } else { String::new() };
                if excluded { format!("，应于{due}之前完成{late}") } else { format!("，最迟应于{due}完成{late}") }
            }
        }
    }

    /// When the first of several alternatives that were due then was done after all.
    fn met_by_alternative(&self, due: At) -> Option<At> {
        let world = self.shown_world()?;
        let whole = world.requirements.iter().find(|required| required.due == Some(due) && !required.alternatives.is_empty())?;
        let earlier = |at: &At| match at {
            At::Moment(moment) => moment.naive_utc(),
            At::Date(day) => day.and_time(chrono::NaiveTime::MIN),
        };
        let due_then = whole.alternatives.iter().filter(|alternative| alternative.due == Some(due));
        due_then.filter_map(|alternative| alternative.met_at).min_by_key(earlier)
    }

    fn effects_text(&self) -> Option<String> {
        let verdict = &self.derivation.verdict;
        let said: Vec<String> = verdict.effects.iter().map(|e| self.words.effect(e, verdict.subject.as_ref())).collect();
        (!said.is_empty()).then(|| self.words.list(&said, ("and", "、")))
    }

    /// The clause, its regulation, the verdict's id.
    pub(super) fn article(&mut self) {
        let verdict = &self.derivation.verdict;
        let regulation = verdict.rule.split('.').next().unwrap_or_default();
        let title = self.words.model.regulation(regulation).and_then(|regulation| regulation.label.clone());
        self.page.heading(self.words.pick("Article", "依据"));
        let cites = self.words.cites(&verdict.source);
        let name = match (title, self.words.tongue) {
            (Some(title), Tongue::En) => format!("“{title}”{cites}"),
            (Some(title), Tongue::Zh) => format!("《{title}》{cites}"),
            (None, _) => format!("{regulation}{cites}"),
        };
        self.page.line(1, &name);
        let norm = self.words.quoted_norm(&verdict.rule);
        let line = match self.words.tongue {
            Tongue::En => format!("clause {norm} ({}), verdict {}, revision {}", verdict.rule, verdict.id, verdict.revision),
            Tongue::Zh => format!("条款{norm}（{}），结论编号 {}，版本 {}", verdict.rule, verdict.id, verdict.revision),
        };
        self.page.line(1, &line);
    }

    /// The record that made the occasion, with all it says.
    pub(super) fn occasion(&mut self) {
        let Some(reference) = self.derivation.trigger.clone() else { return };
        self.page.heading(self.words.pick("Record", "所涉记录"));
        match self.words.record(&reference) {
            Some(record) => {
                let text = self.record_text(record);
                self.page.line(1, &text);
            }
            None => {
                let text = self.verdict_text(&reference);
                self.page.line(1, &text);
            }
        }
        // A ban says itself what it is about.
        let norm = self.words.norm.filter(|norm| !norm.violation);
        if let Some(Occasion::Record(pattern) | Occasion::Member(pattern, _)) = norm.map(|norm| &norm.occasion)
            && pattern.filter.is_some()
        {
            let line = format!("{}{}", self.words.pick("the clause is about: ", "本条所涉："), self.words.pattern(pattern));
            self.page.line(1, &line);
        }
    }

    /// What another verdict gave rise to: `verdict n@r1 of “keeps the shift”`.
    fn verdict_text(&self, id: &str) -> String {
        let norm = id.split('@').next().unwrap_or(id);
        match (self.words.model.norm(norm), self.words.tongue) {
            (None, _) => id.to_owned(),
            (Some(_), Tongue::En) => format!("verdict {id} of {}", self.words.quoted_norm(norm)),
            (Some(_), Tongue::Zh) => format!("{}的结论 {id}", self.words.quoted_norm(norm)),
        }
    }

    /// A record in one line: id, type, time, fields, where it stood.
    fn record_text(&self, record: &Record) -> String {
        let colon = self.words.pick(": ", "：");
        let mut parts = Vec::new();
        if let Some(event) = self.words.model.events.get(record.event) {
            parts.push(self.words.event(&event.name));
            parts.push(self.words.at(record.at));
            let own = std::slice::from_ref(&event.name);
            for (field, stored) in event.fields.iter().zip(&record.fields) {
                if matches!(stored, Stored::Missing) {
                    continue;
                }
                let (name, value) = (self.words.field(own, &field.name), self.words.stored(stored));
                let gap = if matches!(field.ty, Type::Ref(_)) { " " } else { colon };
                parts.push(format!("{name}{gap}{value}"));
            }
        }
        let origin = match (record.origin.line, self.words.tongue) {
            (0, _) => String::new(),
            (line, Tongue::En) => format!(" ({}, line {line})", record.origin.file),
            (line, Tongue::Zh) => format!("（{} 第 {line} 行）", record.origin.file),
        };
        format!("{}{colon}{}{origin}", record.reference(), parts.join(self.words.pick(", ", "，")))
    }
}

/// The first letter large.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
