//! What would have changed it, in the reader's words.

use super::Prose;
use super::condition::is_constant;
use super::duty::is_limit;
use crate::diagnostics::Tongue;
use crate::explain::words::due::is_too_late;
use crate::explain::words::phrase::{asked_if_worked, wanted, wants_worked};
use crate::explain::words::sides::Sides;
use crate::model::ParameterSort;
use crate::model::expr::{Aggregate, Expr, Op};
use crate::model::norm::{Requirement, What};
use crate::model::state::Ask;
use crate::model::value::Scalar;
use crate::reference::derivation::{Required, Step, Value, WouldChange};
use crate::reference::verdict::Ruling;

impl Prose<'_> {
    pub(super) fn would_change(&mut self) {
        let lines = self.changes();
        if !lines.is_empty() {
            let pending = self.derivation.verdict.ruling == Ruling::Pending;
            let en = if pending { "What would change it" } else { "What would have changed it" };
            self.page.heading(self.words.pick(en, "何种情况下结果会不同"));
            self.page.lines(1, &lines);
        }
    }

    fn changes(&self) -> Vec<String> {
        let mut met: Vec<&Required> = Vec::new();
        let said = |change: &WouldChange| {
            let supposed = self.answered_otherwise(&change.step).or_else(|| self.met_in_time(&change.step, &mut met))?;
            Some(format!("{supposed}{}{}", self.words.pick(": ", "："), self.then(change)))
        };
        self.derivation.would_change.iter().filter_map(said).collect()
    }

    /// Ruling and amounts.
    fn then(&self, change: &WouldChange) -> String {
        let words = &self.words;
        let subject = self.derivation.verdict.subject.as_ref();
        let effects: Vec<String> = change.effects.iter().map(|effect| words.effect(effect, subject)).collect();
        let ruling = words.ruling(change.ruling);
        if !effects.is_empty() {
            format!("{ruling}{}{}", words.pick(", ", "，"), words.list(&effects, ("and", "、")))
        } else if change.ruling != Ruling::NotApplicable && !self.derivation.verdict.effects.is_empty() {
            let amounts = self.derivation.verdict.effects.iter().all(|effect| effect.posting.is_some());
            let (en, zh) = if amounts { (", without any amount", "，无相应金额") } else { (", without any result", "，无相应结果") };
            format!("{ruling}{}", words.pick(en, zh))
        } else {
            ruling.to_owned()
        }
    }

    /// `if the days had been at most 90 days (not 94 days)`.
    fn answered_otherwise(&self, step: &Step) -> Option<String> {
        let words = &self.words;
        let Value::Known(Scalar::Bool(now)) = step.value else { return None };
        Some(match (&step.expr, step.parts.as_slice()) {
            (Expr::Compare(op, _, with), [of, _]) if wanted(*op, with).is_some() && matches!(of.value, Value::Known(_)) => return self.answered_otherwise(of),
            (Expr::Compare(Op::Eq | Op::Ne, a, b), _) if wants_worked(a, b).is_some() => {
                let day = asked_if_worked(a)?;
                // The other answer is told: an answer of no to the opposite is one of yes.
                let worked = (wants_worked(a, b) == Some(true)) != (now == matches!(step.expr, Expr::Compare(Op::Eq, ..)));
                let day = words.phrase(day, &[]);
                match words.tongue {
                    Tongue::En => format!("if {day} had been {}", if worked { "a working day" } else { "a day off" }),
                    Tongue::Zh => format!("{}{}", words.after("若", &day), if worked { "是工作日" } else { "是休息日" }),
                }
            }
            (Expr::Holds(_), [who, office]) => words.had_held((who, office), now),
            (Expr::Stay(stay), _) if stay.ask == Ask::Now => words.had_stayed(stay, now),
            (Expr::Compare(op, a, b), [left, right]) => {
                let sides = words.sides(a, b);
                let op = if now { op.inverse() } else { *op };
                let other = if is_constant(&right.expr) { words.known_in(right) } else { words.figure(right, Sides::Names, &[]) };
                self.had_been(left, &words.had_been(op, sides), &other)
            }
            (Expr::OneOf(..), [of, Step { expr: Expr::Value(Scalar::Bool(_)), .. }]) if matches!(of.value, Value::Known(_)) => return self.answered_otherwise(of),
            (Expr::OneOf(..), [of, among @ ..]) if !now && among.iter().all(|one| is_constant(&one.expr)) => {
                let reading = self.is_reading(&of.expr);
                let quoted = |value: String| if reading && !words.zh() { format!("“{value}”") } else { value };
                let among: Vec<String> = among.iter().map(|one| quoted(words.phrase(&one.expr, &[]))).collect();
                let among = words.list(&among, ("or", "或"));
                if reading { self.read_as(of, &among) } else { self.had_been(of, &words.had_been(Op::Eq, Sides::Names), &among) }
            }
            (Expr::Measure(measure), _) if measure.aggregate == Aggregate::Any => {
                let window = words.window(&measure.window);
                let records = if words.zh() { words.pattern(&measure.pattern) } else { words.records_in(measure) };
                match (words.tongue, now) {
                    (Tongue::En, true) => format!("if there had been no {records}"),
                    (Tongue::En, false) => format!("if there had been a record of {records}"),
                    (Tongue::Zh, true) => format!("若{window}{}", words.after("没有", &records)),
                    (Tongue::Zh, false) => format!("若{window}{}", words.after("有", &records)),
                }
            }
            (Expr::Stated(of), _) => {
                let of = words.phrase(of, &[]);
                match (words.tongue, now) {
                    (Tongue::En, true) => format!("if {of} had been blank"),
                    (Tongue::En, false) => format!("if {of} had been stated"),
                    (Tongue::Zh, true) => format!("若“{of}”为空"),
                    (Tongue::Zh, false) => format!("若已填写“{of}”"),
                }
            }
            (Expr::And(_) | Expr::Or(_), _) if !now && self.is_required(step) => {
                words.pick("if all of the requirement had been met", "若该项要求全部符合").to_owned()
            }
            _ => {
                let asked = words.asked(step, &[]);
                match words.tongue {
                    Tongue::En => format!("if the answer to “{asked}” had been {} (it is {})", words.yes(!now), words.yes(now)),
                    Tongue::Zh => format!("若“{asked}”为{}（实为{}）", words.yes(!now), words.yes(now)),
                }
            }
        })
    }

    /// `if lates had been at most 9 (not 10)`.
    fn had_been(&self, of: &Step, been: &str, other: &str) -> String {
        let words = &self.words;
        let (what, is) = (words.phrase(&of.expr, &[]), words.known_in(of));
        let text = words.around(&what, been, other);
        if words.zh() { format!("{}（{}）", words.after("若", &text), words.after("实为", &is)) } else { format!("if {text} (it is {is})") }
    }

    fn read_as(&self, of: &Step, other: &str) -> String {
        let words = &self.words;
        let (what, is) = (words.phrase(&of.expr, &[]), words.value(&of.value));
        match words.tongue {
            Tongue::En => format!("if “{what}” were read as {other} (it is read as “{is}”)"),
            Tongue::Zh => format!("若“{what}”解读为{other}（现解读为“{is}”）"),
        }
    }

    /// Is it the whole condition of a requirement?
    fn is_required(&self, step: &Step) -> bool {
        self.derivation.worlds.iter().flat_map(|world| &world.requirements).flat_map(Required::each).any(|required| required.what.as_ref() == Some(step))
    }

    fn is_reading(&self, expr: &Expr) -> bool {
        let Expr::Parameter(name) = expr else { return false };
        self.words.model.parameter(name).is_some_and(|parameter| matches!(parameter.sort, ParameterSort::Reading { .. }))
    }

    /// `if it had been done by 2024-03-14`, of the requirement that has this deadline or asks for this.
    fn met_in_time<'d>(&'d self, step: &Step, met: &mut Vec<&'d Required>) -> Option<String> {
        let words = &self.words;
        let told = self.derivation.worlds.iter().flat_map(|world| world.requirements.iter().enumerate());
        let told = told.flat_map(|(at, whole)| {
            let requirement = words.norm.and_then(|norm| norm.requirements.get(at));
            let asked = requirement.map(Requirement::each).unwrap_or_default();
            let alone = whole.alternatives.is_empty();
            whole.each().into_iter().enumerate().map(move |(n, required)| ((asked.get(n).copied(), (!alone).then_some(n + 1)), required))
        });
        let mut unmet = told.filter(|(_, required)| matches!(required.ruling, Ruling::Violation | Ruling::Pending));
        let ((requirement, alternative), required) = unmet.find(|(_, r)| r.deadline.as_ref().or(r.what.as_ref()) == Some(step) && !met.contains(r))?;
        met.push(required);
        let pending = required.ruling == Ruling::Pending;
        let condition = match requirement.map(|requirement| &requirement.what) {
            Some(What::Records { pattern, .. }) if is_limit(requirement) => {
                let many = self.how_many(required);
                let most = required.what.as_ref().map(|step| words.value(&step.value)).unwrap_or_default();
                let records = words.pattern(pattern);
                match (words.tongue, pending) {
                    (Tongue::En, true) => format!("if it stays at no more than {many} of {records}"),
                    (Tongue::En, false) => format!("if there had been no more than {many} of {records}"),
                    (Tongue::Zh, _) => format!("{} {most} 次", words.around(&words.after("若", &records), "不超过", "")),
                }
            }
            _ => {
                let due = required.due.map(|due| match (words.tongue, is_too_late(requirement, due)) {
                    (Tongue::En, true) => format!("before {}", words.at(due)),
                    (Tongue::En, false) => format!("by {}", words.at(due)),
                    (Tongue::Zh, true) => format!("于{}之前", words.at(due)),
                    (Tongue::Zh, false) => format!("最迟于{}", words.at(due)),
                });
                let it = match (alternative, words.tongue) {
                    (Some(n), Tongue::En) => format!("alternative {n}"),
                    (Some(n), Tongue::Zh) => format!("选项 {n} "),
                    (None, Tongue::En) => "it".to_owned(),
                    (None, Tongue::Zh) => String::new(),
                };
                match (words.tongue, pending, due) {
                    (Tongue::En, true, Some(due)) => format!("if {it} is done {due}"),
                    (Tongue::En, true, None) => format!("if {it} is done"),
                    (Tongue::En, false, Some(due)) => format!("if {it} had been done {due}"),
                    (Tongue::En, false, None) => format!("if {it} had been done"),
                    (Tongue::Zh, true, Some(due)) => format!("若{it}{due}完成"),
                    (Tongue::Zh, true, None) => format!("若{it}予以完成"),
                    (Tongue::Zh, false, Some(due)) => format!("若{it}当时{due}完成"),
                    (Tongue::Zh, false, None) => format!("若{it}当时已完成"),
                }
            }
        };
        Some(condition)
    }
}
