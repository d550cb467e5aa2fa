//! What is open: what is missing, who can supply it, what each choice would give, what did not matter.

use super::{Prose, table};
use crate::diagnostics::Tongue;
use crate::model::expr::Op;
use crate::model::number::Number;
use crate::model::value::Type;
use crate::reference::derivation::World;
use crate::reference::verdict::Cause;

/// How many cases are shown.
const SHOWN: usize = 16;

impl Prose<'_> {
    pub(super) fn open(&mut self) {
        self.missing();
        self.cases();
        self.immaterial();
    }

    fn missing(&mut self) {
        let causes = &self.derivation.verdict.causes;
        if causes.is_empty() {
            return;
        }
        self.page.heading(self.words.pick("What is open", "尚未确定的情况"));
        for cause in causes {
            let mut line = self.words.cause(cause);
            if let Some(remedy) = self.words.remedy(cause) {
                line.push_str(self.words.pick("; ", "；"));
                line.push_str(&remedy);
            }
            self.page.line(1, &line);
        }
    }

    /// Which choice gives what.
    fn cases(&mut self) {
        let worlds = &self.derivation.worlds;
        if worlds.len() < 2 {
            return;
        }
        self.page.heading(self.words.pick("What each case would give", "各种可能的结果"));
        let rows: Vec<Vec<String>> = worlds.iter().take(SHOWN).map(|world| self.case(world)).collect();
        self.page.lines(1, &table::lines(&rows));
        if let Some(more) = worlds.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            let line = match self.words.tongue {
                Tongue::En => format!("and {more} more case{}", if more == 1 { "" } else { "s" }),
                Tongue::Zh => format!("另有 {more} 种可能"),
            };
            self.page.line(1, &line);
        }
    }

    fn case(&self, world: &World) -> Vec<String> {
        let norm = self.words.norm;
        // A line with a bound of its own is told where its sum is.
        let decided = world.decisions.iter().filter(|decided| !decided.slot.contains(' ')).filter_map(|decided| {
            self.outcome(decided, norm.and_then(|norm| norm.decisions.iter().find(|d| d.slot == decided.slot)))
        });
        let breached = world.if_breached.iter().filter_map(|decided| {
            self.outcome(decided, norm.and_then(|norm| norm.if_breached.iter().find(|d| d.slot == decided.slot)))
        });
        let outcomes: Vec<String> = decided.chain(breached).collect();
        let mut ruling = self.words.ruling(world.ruling).to_owned();
        if !outcomes.is_empty() {
            ruling = format!("{ruling}{}{}", self.words.pick(", ", "，"), self.words.list(&outcomes, ("and", "、")));
        }
        vec![self.choices(world), format!("→ {ruling}")]
    }

    /// The choices of a world: `complex: yes; days < 3`.
    pub(super) fn choices(&self, world: &World) -> String {
        if world.choices.is_empty() {
            return self.words.pick("nothing is open", "无未定事项").to_owned();
        }
        let all = &world.choices;
        // Of one value that is tried several times, a later bound is the closer one.
        let outdone = |n: usize, cause: &Cause, choice: &str| {
            let side = bound(choice).filter(|_| matches!(cause, Cause::Hole { .. }));
            side.is_some() && all.iter().skip(n + 1).any(|(other, later)| other == cause && bound(later) == side)
        };
        let kept = all.iter().enumerate().filter(|(n, (cause, choice))| !outdone(*n, cause, choice));
        let said: Vec<String> = kept.map(|(_, (cause, choice))| self.choice(cause, choice)).collect();
        said.join(self.words.pick("; ", "；"))
    }

    fn choice(&self, cause: &Cause, choice: &str) -> String {
        let what = match cause {
            Cause::Hole { parameter } | Cause::Reading { parameter } | Cause::NotJudged { parameter, .. } => self.words.parameter(parameter),
            Cause::MissingFact { subject, attribute, .. } => {
                let (who, what) = self.words.fact(subject, attribute);
                if self.words.zh() { self.words.around(&who, "的", &what) } else { format!("{what} of {who}") }
            }
            Cause::MissingField { record, field } => {
                let event = self.words.record(record).and_then(|r| self.words.model.events.get(r.event));
                let name = self.words.field(event.map(|event| std::slice::from_ref(&event.name)).unwrap_or_default(), field);
                if self.words.zh() { format!("记录 {record} 的{name}") } else { format!("{name} of record {record}") }
            }
            Cause::NotYet { until } if self.words.zh() => format!("{}之后方知的数值", self.words.day(*until)),
            Cause::NotYet { until } => format!("what is known only after {}", self.words.day(*until)),
            Cause::NotDone => self.words.pick("how late it will be", "逾期多久").to_owned(),
            Cause::JudgedOn { day } if self.words.zh() => format!("{}方可判定的数值", self.words.day(*day)),
            Cause::JudgedOn { day } => format!("what is judged only on {}", self.words.day(*day)),
            other => self.words.cause(other),
        };
        let choice = self.choice_word(cause, choice);
        let compared = choice.starts_with(['<', '>', '≤', '≥', '=', '≠']);
        let link = match (compared, self.words.tongue) {
            (true, _) => " ",
            (false, Tongue::En) => ": ",
            (false, Tongue::Zh) => "：",
        };
        format!("{what}{link}{choice}")
    }

    /// A choice in words of the tongue: the evaluator's `yes`, `county`, `< 3`.
    fn choice_word(&self, cause: &Cause, choice: &str) -> String {
        match choice {
            "yes" => return self.words.yes(true).to_owned(),
            "no" => return self.words.yes(false).to_owned(),
            // A value of an enumeration may be called so, too.
            "in" | "out" if !matches!(self.type_of(cause), Some(Type::Kind(_))) => {
                let (en, zh) = if choice == "in" { ("in the state", "处于该状态") } else { ("not in the state", "不处于该状态") };
                return self.words.pick(en, zh).to_owned();
            }
            _ => {}
        }
        for (sign, op) in [("<=", Op::Le), (">=", Op::Ge), ("!=", Op::Ne), ("<", Op::Lt), (">", Op::Gt), ("=", Op::Eq)] {
            if let Some(rest) = choice.strip_prefix(sign) {
                let unit = match self.type_of(cause) {
                    Some(Type::Quantity(unit)) => Number::parse(rest.trim()).map(|number| self.words.quantity(number, unit)),
                    _ => None,
                };
                let rest = unit.unwrap_or_else(|| rest.trim().to_owned());
                return format!("{} {}", self.words.op(op, crate::explain::words::sides::Sides::Numbers), rest);
            }
        }
        match self.type_of(cause) {
            Some(Type::Kind(kind)) => self.words.kind_value(kind, choice),
            _ => choice.to_owned(),
        }
    }

    /// The type of an open value.
    fn type_of(&self, cause: &Cause) -> Option<&Type> {
        let model = self.words.model;
        Some(match cause {
            Cause::Hole { parameter } | Cause::Reading { parameter } | Cause::NotJudged { parameter, .. } => &model.parameter(parameter)?.ty,
            Cause::MissingFact { subject, attribute, .. } => &model.entity(subject.split(':').next()?)?.attribute(attribute)?.ty,
            Cause::MissingField { record, field } => {
                let event = model.events.get(self.words.record(record)?.event)?;
                &event.fields.get(event.field(field)?)?.ty
            }
            _ => return None,
        })
    }

    fn immaterial(&mut self) {
        let causes = &self.derivation.verdict.immaterial;
        if causes.is_empty() {
            return;
        }
        self.page.heading(self.words.pick("Open, but without influence on the result", "未定但不影响结论的情况"));
        for cause in causes {
            let line = self.words.cause(cause);
            self.page.line(1, &line);
        }
    }
}

/// Is it a bound from below, or from above?
fn bound(choice: &str) -> Option<char> {
    choice.chars().next().filter(|sign| matches!(sign, '<' | '>'))
}
