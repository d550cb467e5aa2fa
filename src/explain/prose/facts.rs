//! What was looked up: attributes of subjects, judgements, readings, other verdicts, days between two days.

use super::{Prose, records};
use crate::diagnostics::Tongue;
use crate::model::ParameterSort;
use crate::model::expr::Expr;
use crate::explain::words::phrase::asked_if_worked;
use crate::records::At;
use crate::reference::derivation::{DayCount, Detail, Looked, Step, Value, World};

impl Prose<'_> {
    /// Each fact once, in the order of use.
    pub(super) fn facts(&mut self, world: &World) {
        let mut lines: Vec<String> = Vec::new();
        for step in records::steps(world) {
            self.looked_up(step, self.derivation.verdict.period.is_some(), &mut lines);
        }
        if !lines.is_empty() {
            self.page.heading(self.words.pick("Facts", "认定的事实"));
            self.page.lines(1, &lines);
        }
    }

    /// `of_period`: attributes are those at the end of the period, or of the time in the register.
    fn looked_up(&self, step: &Step, of_period: bool, lines: &mut Vec<String>) {
        if let Some(line) = self.fact_line(step, of_period)
            && !lines.contains(&line)
        {
            lines.push(line);
        }
        step.parts.iter().for_each(|part| self.looked_up(part, of_period, lines));
        if let Detail::Held { asked, .. } = &step.detail {
            self.looked_up(asked, false, lines);
        }
    }

    fn fact_line(&self, step: &Step, of_period: bool) -> Option<String> {
        let words = &self.words;
        let value = words.value(&step.value);
        let colon = words.pick(": ", "：");
        match &step.detail {
            Detail::Fact { subject, day } => {
                let Expr::Fact(_, _, attribute) = &step.expr else { return None };
                let (who, what) = words.fact(subject, attribute);
                let left = of_period && matches!(self.derivation.verdict.at, At::Date(last) if *day < last);
                let left = if left { words.pick(", the last day in the register", "（在册末日）") } else { "" };
                Some(match words.tongue {
                    Tongue::En => format!("{what} of {who} on {}{left}: {value}", words.day(*day)),
                    Tongue::Zh => format!("{}：{value}", words.around(&format!("{}{}{left}", words.around(&who, "在", ""), words.day(*day)), "的", &what)),
                })
            }
            Detail::Judged { attested, presumed, ignored } => {
                let what = words.phrase(&step.expr, &[]);
                let how = self.judged(attested.as_deref(), *presumed, &step.value);
                let ignored: String = ignored
                    .iter()
                    .map(|(record, why)| {
                        let why = self.reason(why, &["attestation".to_owned()]);
                        if words.zh() { format!("；{record} 不计：{why}") } else { format!("; {record} does not count: {why}") }
                    })
                    .collect();
                Some(format!("{what}{colon}{value}{how}{ignored}"))
            }
            Detail::Parameter { decided } => {
                let decided = decided.as_ref()?;
                Some(format!("{}{colon}{value}{}", words.phrase(&step.expr, &[]), words.aside(&self.decided_by(&step.expr, decided))))
            }
            // What this clause decides itself is told where it decides it.
            Detail::Decided { verdict } if *verdict == self.derivation.verdict.id => None,
            Detail::Decided { verdict } => {
                let text = match (&step.value, words.tongue) {
                    (Value::Blank, Tongue::En) => format!("nothing is decided as {verdict}"),
                    (Value::Blank, Tongue::Zh) => format!("{verdict} 未确定此值"),
                    _ => format!("{} {verdict}", words.pick("verdict", "结论")),
                };
                let text = words.aside(&text);
                Some(format!("{}{colon}{value}{}", words.phrase(&step.expr, &[]), text))
            }
            Detail::Days(days) if asked_if_worked(&step.expr).is_some() => Some(self.day_asked(days)),
            Detail::Days(days) => Some(format!("{} = {value}{colon}{}", words.phrase(&step.expr, &[]), self.day_count(days))),
            Detail::Members(looked) => Some(format!("{} = {value}{colon}{}", words.phrase(&step.expr, &[]), self.members(looked))),
            Detail::None | Detail::Record { .. } | Detail::Held { .. } | Detail::Counted(_) | Detail::Stay(_) => None,
        }
    }

    /// What the calendar says of one day: `2024-02-13: day off (Spring Festival)`.
    fn day_asked(&self, days: &DayCount) -> String {
        let words = &self.words;
        let word = if days.counted == 0 { words.pick("a day off", "休息日") } else { words.pick("a working day", "工作日") };
        let why: Vec<String> = days.skipped.iter().map(|(_, class)| words.aside(&words.day_class(class))).collect();
        format!("{}{}{word}{}", words.at(days.end), words.pick(": ", "："), why.concat())
    }

    /// The members that count, each with its value; and how many do not.
    fn members(&self, looked: &[Looked]) -> String {
        const SHOWN: usize = 12;
        let words = &self.words;
        let counts: Vec<&Looked> = looked.iter().filter(|one| one.counts).collect();
        let one = |one: &&Looked| match &one.value {
            Some(step) => format!("{} {}", one.member, words.value(&step.value)),
            None => one.member.clone(),
        };
        let mut said = counts.iter().take(SHOWN).map(one).collect::<Vec<_>>().join(words.pick(", ", "、"));
        if said.is_empty() {
            said.push_str(words.pick("none", "无"));
        }
        if let Some(more) = counts.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            said.push_str(&if words.zh() { format!("等，另有 {more} 个") } else { format!(" and {more} more") });
        }
        match looked.len() - counts.len() {
            0 => said,
            left if words.zh() => format!("{said}；另有 {left} 个不计"),
            left => format!("{said}; {left} left out"),
        }
    }

    /// Who decided a reading and since when; `decided` is how the derivation says it.
    fn decided_by(&self, expr: &Expr, decided: &str) -> String {
        let Expr::Parameter(name) = expr else { return decided.to_owned() };
        match self.words.model.parameter(name).map(|parameter| &parameter.sort) {
            Some(ParameterSort::Reading { decided: Some(decision) }) => {
                let (by, since) = (&decision.by, self.words.day(decision.since));
                match self.words.tongue {
                    Tongue::En => format!("so decided by {by}, since {since}"),
                    Tongue::Zh => format!("{by}自{since}起如此解释"),
                }
            }
            _ => decided.to_owned(),
        }
    }

    fn judged(&self, attested: Option<&str>, presumed: bool, value: &Value) -> String {
        match (attested, presumed, self.words.tongue) {
            (Some(record), _, Tongue::En) => format!(" (attested in record {record})"),
            (Some(record), _, Tongue::Zh) => format!("（见认定记录 {record}）"),
            (None, true, Tongue::En) => " (presumed: nobody has said otherwise)".to_owned(),
            (None, true, Tongue::Zh) => "（无人另作认定，依推定）".to_owned(),
            (None, false, Tongue::En) if matches!(value, Value::Known(_)) => " (supposed: nobody has judged it)".to_owned(),
            (None, false, Tongue::Zh) if matches!(value, Value::Known(_)) => "（尚无认定，此处为假设）".to_owned(),
            (None, false, _) => String::new(),
        }
    }
}
