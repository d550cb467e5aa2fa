//! Why something is open, and who can close it.

use super::Words;
use crate::model::value::Type;
use crate::reference::verdict::Cause;

/// How many names are shown of a long list.
const SHOWN: usize = 5;

impl Words<'_> {
    /// What is missing or contradictory, as a clause of a sentence.
    pub(crate) fn cause(&self, cause: &Cause) -> String {
        if self.zh() { self.cause_zh(cause) } else { self.cause_en(cause) }
    }

    fn cause_en(&self, cause: &Cause) -> String {
        match cause {
            Cause::MissingField { record, field } => format!("record {record} does not say its {}", self.field_of(record, field)),
            Cause::MissingFact { subject, attribute, day } => {
                let (who, what) = self.fact(subject, attribute);
                let day = day.map(|day| format!(" on {}", self.day(day))).unwrap_or_default();
                format!("the {what} of {who} is not known{day}")
            }
            Cause::Hole { parameter } => format!("the text does not state {}", self.parameter(parameter)),
            Cause::Reading { parameter } => format!("it is not decided how to read “{}”", self.parameter(parameter)),
            Cause::NotJudged { parameter, about, by } => {
                let from = by.as_ref().map(|by| format!(" who stands in {} and may judge it", self.entity(by))).unwrap_or_default();
                format!("nobody{from} has said whether “{}” holds for {about}", self.parameter(parameter))
            }
            Cause::Tie { records } => format!("the order of the records {} is not known: same time, different files", self.some(records)),
            Cause::PossibleRecords { records } => format!("it is not certain whether {} count", self.some(records)),
            Cause::Gap { slot } => format!("no clause answers what {} is", self.the_slot(slot)),
            Cause::NoMark { kind, item } => format!("there is no mark for {}", self.kind_value(kind, item)),
            Cause::MarkTooHigh { kind, item } => format!("the mark for {} is above its points", self.kind_value(kind, item)),
            Cause::Contradiction { slot, clauses } => {
                let clauses: Vec<String> = clauses.iter().map(|clause| self.clause(clause)).collect();
                format!("{} give different values for {}, and nothing says which prevails", self.some(&clauses), self.the_slot(slot))
            }
            Cause::CalendarUnknown { day } => format!("the calendar has no data for {}", self.day(*day)),
            Cause::Fault { fault } => match fault.as_str() {
                "overflow" => "a number is too large".to_owned(),
                "division_by_zero" => "a division by zero".to_owned(),
                "no_such_day" => "a day that does not exist".to_owned(),
                "ends_before_it_begins" => "a record ends before it begins".to_owned(),
                "part_of_a_day" => "a date cannot be moved by a part of a day, month or year: the length is not rounded".to_owned(),
                other => other.replace('_', " "),
            },
            Cause::Blank { what } => format!("{} is blank where a value is needed", self.blank(what)),
            Cause::NotYet { until } => format!("records up to {} count, and that time has not come", self.day(*until)),
            Cause::JudgedOn { day } => format!("it is judged on {}, and that day has not come", self.day(*day)),
            Cause::NotDone => "it has not been done yet, so that it is not known how late it will be".to_owned(),
            Cause::TooManyOpen => "too much is open to try every combination".to_owned(),
        }
    }

    fn cause_zh(&self, cause: &Cause) -> String {
        match cause {
            Cause::MissingField { record, field } => format!("记录 {record} 未载明“{}”", self.field_of(record, field)),
            Cause::MissingFact { subject, attribute, day } => {
                let (who, what) = self.fact(subject, attribute);
                let day = day.map(|day| format!("在{}", self.day(day))).unwrap_or_default();
                let who = self.around(&who, if day.is_empty() { "的" } else { "在" }, "");
                let day = day.strip_prefix('在').map(|day| format!("{day}的")).unwrap_or_default();
                format!("{who}{day}“{what}”不明")
            }
            Cause::Hole { parameter } => format!("规章未写明{}", self.parameter(parameter)),
            Cause::Reading { parameter } => format!("“{}”如何解读尚未决定", self.parameter(parameter)),
            Cause::NotJudged { parameter, about, by } => {
                let who = by.as_ref().map_or_else(|| "无人".to_owned(), |by| format!("在册且有权认定的{}尚无人", self.entity(by)));
                format!("{who}就 {about} 作出“{}”的认定", self.parameter(parameter))
            }
            Cause::Tie { records } => format!("记录 {} 时间相同而来源不同，先后不明", self.some(records)),
            Cause::PossibleRecords { records } => format!("记录 {} 是否计入尚不确定", self.some(records)),
            Cause::Gap { slot } => format!("没有任何条款规定“{}”", self.slot(slot)),
            Cause::NoMark { kind, item } => format!("“{}”没有得分", self.kind_value(kind, item)),
            Cause::MarkTooHigh { kind, item } => format!("“{}”的得分高于其分值", self.kind_value(kind, item)),
            Cause::Contradiction { slot, clauses } => {
                let clauses: Vec<String> = clauses.iter().map(|clause| self.clause(clause)).collect();
                format!("{}对“{}”给出不同结果，且未规定何者优先", self.some(&clauses), self.slot(slot))
            }
            Cause::CalendarUnknown { day } => format!("日历数据未涵盖{}", self.day(*day)),
            Cause::Fault { fault } => match fault.as_str() {
                "overflow" => "数值过大".to_owned(),
                "division_by_zero" => "除数为零".to_owned(),
                "no_such_day" => "日期不存在".to_owned(),
                "ends_before_it_begins" => "记录的结束早于开始".to_owned(),
                "part_of_a_day" => "日期不能移动不足一天、一月或一年的时长：时长未取整".to_owned(),
                other => other.to_owned(),
            },
            Cause::Blank { what } => format!("“{}”为空白，而此处需要数值", self.blank(what)),
            Cause::NotYet { until } => format!("截至{}的记录均须计入，而该日尚未过去", self.day(*until)),
            Cause::JudgedOn { day } => format!("须到{}方可判定，而该日尚未到来", self.day(*day)),
            Cause::NotDone => "尚未办结，逾期多久还不知道".to_owned(),
            Cause::TooManyOpen => "未定事项过多，无法逐一推演".to_owned(),
        }
    }

    /// Is it a record that a norm makes? It is called as the verdict that does.
    fn is_made(&self, record: &str) -> bool {
        record.split_once('@').is_some_and(|(norm, _)| self.model.norm(norm).is_some())
    }

    /// Who can close it and how; none when nobody but the drafter or the calculation can.
    pub(crate) fn remedy(&self, cause: &Cause) -> Option<String> {
        let (en, zh) = match cause {
            // What a rule makes, nobody can supply: what the rule lacks is told by its own verdict.
            Cause::MissingField { record, .. } if self.is_made(record) => {
                (format!("it is made by a rule: `--verdict {record}` tells what that lacks"), format!("该记录由条款产生：缺什么见 `--verdict {record}`"))
            }
            Cause::MissingField { .. } => ("whoever keeps the records can supply it with a corrected record".into(), "可由记录保管人补报更正记录".into()),
            Cause::MissingFact { subject, .. } => {
                let entity = self.entity(subject.split(':').next().unwrap_or(subject));
                (format!("the register of {entity} can supply it"), format!("可在“{entity}”名册中补全"))
            }
            Cause::Hole { parameter } => {
                let cites = self.model.parameter(parameter).map(|p| self.cites(&p.cites)).unwrap_or_default();
                (format!("whoever issues the regulation can state it{cites}"), format!("应由规章制定机关明确{cites}"))
            }
            Cause::Reading { parameter } => {
                let among = self.alternatives(parameter);
                (format!("whoever interprets the regulation can decide for {among}"), format!("应由规章解释机关在{among}中择定"))
            }
            Cause::NotJudged { by: None, .. } => (
                "the text does not state who judges it: an attestation by anybody can be recorded".to_owned(),
                "规章未写明由谁认定：可由任何人作出认定并记录".to_owned(),
            ),
            Cause::NotJudged { by: Some(by), .. } => {
                let by = self.entity(by);
                (format!("somebody from {by} who may judge it can record an attestation"), format!("可由有权认定的{by}作出认定并记录"))
            }
            Cause::Tie { .. } | Cause::PossibleRecords { .. } => {
                ("whoever keeps the records can make them exact".to_owned(), "可由记录保管人补充准确时间或情况".to_owned())
            }
            Cause::Gap { .. } | Cause::Contradiction { .. } => {
                ("whoever issues the regulation can close it with a clause or an exception".to_owned(), "应由规章制定机关以条款或例外补正".to_owned())
            }
            Cause::NoMark { .. } => ("whoever gives the marks can record it".to_owned(), "可由评分人补记得分".to_owned()),
            Cause::MarkTooHigh { .. } => ("whoever gives the marks can correct the record".to_owned(), "可由评分人更正记录".to_owned()),
            Cause::CalendarUnknown { .. } => ("the calendar's data file can be extended".to_owned(), "可补充日历数据".to_owned()),
            Cause::Blank { .. } => ("whoever keeps the records can fill it in".to_owned(), "可由记录保管人补填".to_owned()),
            Cause::NotDone => ("it will be known once it is done".to_owned(), "办结之日即可确定".to_owned()),
            Cause::NotYet { .. } | Cause::JudgedOn { .. } => ("it will be known once that time has passed".to_owned(), "届时即可确定".to_owned()),
            Cause::Fault { .. } | Cause::TooManyOpen => return None,
        };
        Some(if self.zh() { zh } else { en })
    }

    /// The alternatives of a reading, or the values of any open parameter.
    fn alternatives(&self, parameter: &str) -> String {
        let found = self.model.parameter(parameter);
        if let Some(Type::Kind(kind)) = found.map(|p| &p.ty) {
            let values = self.model.kind(kind).map(|kind| kind.values.as_slice()).unwrap_or_default();
            let said: Vec<String> = values.iter().map(|(value, _)| format!("“{}”", self.kind_value(kind, value))).collect();
            return self.list(&said, ("or", "或"));
        }
        found.map(|p| self.domain(&p.ty, &p.range)).filter(|said| !said.is_empty()).unwrap_or_else(|| self.parameter(parameter))
    }

    /// `the pay`, `“approved by”`.
    fn the_slot(&self, slot: &str) -> String {
        let name = self.slot(slot);
        if matches!(slot, "fine" | "deduct" | "pay" | "score" | "count" | "grade") { format!("the {name}") } else { format!("“{name}”") }
    }

    /// What is blank: a field of the record, or what a measure without records gives.
    fn blank(&self, what: &str) -> String {
        if what.is_empty() {
            return self.pick("a value", "某一取值").to_owned();
        }
        let events: Vec<&str> = what.split(", ").collect();
        if events.iter().all(|event| self.model.event(event).is_some()) {
            let events: Vec<String> = events.into_iter().map(|event| self.event(event)).collect();
            return self.list(&events, ("or", "或"));
        }
        if what == "condition" {
            return self.pick("what a condition asks about", "条件所问的内容").to_owned();
        }
        self.field(self.occasion_events(), what.rsplit('.').next().unwrap_or(what))
    }

    fn field_of(&self, record: &str, field: &str) -> String {
        let event = self.record(record).and_then(|record| self.model.events.get(record.event));
        match event {
            Some(event) => self.field(std::slice::from_ref(&event.name), field),
            None => self.field(self.occasion_events(), field),
        }
    }

    /// Subject (`staff:li`) and attribute in words.
    pub(crate) fn fact(&self, subject: &str, attribute: &str) -> (String, String) {
        match subject.split_once(':') {
            Some((entity, id)) => (self.subject(entity, id), self.attribute(entity, attribute)),
            None => (subject.to_owned(), self.label_or(None, attribute)),
        }
    }

    /// The first few names and how many more.
    fn some(&self, names: &[String]) -> String {
        let Some(more) = names.len().checked_sub(SHOWN).filter(|more| *more > 0) else {
            return self.list(names, ("and", "和"));
        };
        let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(self.pick(", ", "、"));
        if self.zh() { format!("{shown}等共 {} 项", names.len()) } else { format!("{shown} and {more} more") }
    }
}
