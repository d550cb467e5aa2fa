//! Periods that come to the same are judged once.
//!
//! Many norms on periods ask only what was counted, and what a register says of the subject. Where all of that is the same for two subjects of one period, so is what is
//! said of them, but for who they are and the records that were counted. Compared is only what is known for certain: where anything else is asked, or something that is
//! asked is open, a subject is judged by itself.

use super::judge::Judge;
use super::known::{Given, Id, Known};
use super::measure::CountedBefore;
use super::merge;
use super::occasion::Occasion;
use super::rules::Rules;
use super::value::Val;
use super::verdict::{Effect, Verdict};
use super::yields::Judged;
use crate::model::Model;
use crate::model::expr::Expr;
use crate::model::norm::{Decision, Norm, Occasion as Sort};
use crate::model::order::BREACH;
use crate::model::value::Scalar;
use crate::model::walk;
use chrono::NaiveDate;
use std::collections::{BTreeSet, HashMap};

/// Most judgements that are kept of one norm.
const MOST: usize = 10_000;

/// The answers to what is asked of one subject in a period.
pub(super) struct Answers {
    same: Same,
    /// Of each, the records that were counted.
    used: Vec<BTreeSet<Id>>,
}

/// What must be the same: the first and last day of the period; of each answer its value, if it is not blank, and the last day on which a record could change it.
type Same = (NaiveDate, NaiveDate, Vec<(Option<Scalar>, Option<NaiveDate>)>);

/// What was said of the first subject with the same answers.
struct Said {
    /// None: there is no such occasion.
    verdict: Option<Verdict>,
    given: Vec<Given>,
    /// Places of the questions whose records were looked at.
    looked_at: BTreeSet<usize>,
}

/// The judgements on periods of one norm.
pub(super) struct Alike<'n> {
    norm: &'n Norm,
    /// Everything that it asks; none when it asks anything that is not compared.
    asked: Option<&'n [&'n Expr]>,
    said: HashMap<Same, Said>,
}

impl<'n> Alike<'n> {
    /// `asked`: see [`asked`].
    pub(super) fn new(norm: &'n Norm, asked: Option<&'n [&'n Expr]>) -> Self {
        Self { norm, asked, said: HashMap::new() }
    }

    /// The answers for an occasion; none when it is to be judged by itself. `judge` begins a judgement of it.
    pub(super) fn answers<'k>(&self, known: &Known, rules: &Rules, occasion: &Occasion, judge: impl Fn(Vec<usize>) -> Judge<'k, 'k>) -> Option<Answers> {
        let span = occasion.period.as_ref().filter(|_| occasion.doubt.is_none())?;
        let (mut same, mut used) = (Vec::new(), Vec::new());
        for asked in self.asked? {
            let (value, horizon, records) = judge(Vec::new()).answer(asked)?;
            let last = records.iter().map(|id| rules.day(known.record(*id).at)).max();
            same.push((value, horizon.map(|horizon| last.map_or(horizon, |last| last.max(horizon)))));
            used.push(records);
        }
        Some(Answers { same: (span.first, span.last, same), used })
    }

    /// The measures among what is asked, which have a known answer, worked out once for all worlds.
    pub(super) fn counted_before<'k>(&self, judge: impl Fn(Vec<usize>) -> Judge<'k, 'k>) -> Vec<Option<CountedBefore<'n>>> {
        let counted = |asked: &&'n Expr| if let Expr::Measure(measure) = *asked { Some(judge(Vec::new()).counted_before(measure)) } else { None };
        self.asked.into_iter().flatten().map(counted).collect()
    }

    /// The verdict, and what other norms read, if the same was answered of another subject.
    pub(super) fn of(&self, known: &Known, occasion: &Occasion, answers: &Answers) -> Option<(Option<Verdict>, Vec<Given>)> {
        let Said { verdict, given, looked_at } = self.said.get(&answers.same)?;
        let verdict = verdict.as_ref().map(|verdict| {
            let used = looked_at.iter().filter_map(|at| answers.used.get(*at)).flatten().copied().collect();
            let to_subject = |effect: &Effect| Effect { to: occasion.subject.clone(), ..effect.clone() };
            merge::revised(Verdict {
                id: merge::id(self.norm, occasion),
                subject: occasion.subject.clone(),
                events: merge::events(known, occasion, &used),
                effects: verdict.effects.iter().map(to_subject).collect(),
                ..verdict.clone()
            })
        });
        Some((verdict, given.clone()))
    }

    /// Keeps what was said of a subject.
    pub(super) fn keep(&mut self, answers: Answers, worlds: &[Judged], verdict: &Option<Verdict>, given: &[Given]) {
        if self.said.len() < MOST {
            let looked_at = worlds.iter().flat_map(|(_, outcome)| outcome.looked_at.iter().copied()).collect();
            self.said.insert(answers.same, Said { verdict: verdict.clone(), given: given.to_vec(), looked_at });
        }
    }
}

impl Judge<'_, '_> {
    /// What is asked, by itself: its value, the last day on which a record could change it, and the records that were counted. None when it is open or faulty.
    fn answer(mut self, asked: &Expr) -> Option<(Option<Scalar>, Option<NaiveDate>, BTreeSet<Id>)> {
        let value = match asked {
            Expr::Measure(measure) => self.counted_so_far(measure)?,
            other => self.eval(other),
        };
        let value = match value {
            Val::Known(scalar) => Some(scalar),
            Val::Blank => None,
            _ => return None,
        };
        // What was chosen on the way is open.
        self.world.choices().is_empty().then_some((value, self.horizon, self.used))
    }
}

/// Everything that a norm on periods asks of a subject, when that is nothing but measures and what a register says of it, and nothing comes of it but what it decides.
pub(super) fn asked<'n>(model: &Model, norm: &'n Norm) -> Option<Vec<&'n Expr>> {
    let Sort::Period { filter, .. } = &norm.occasion else { return None };
    let is_plain = norm.dated_by.is_none()
        && norm.judged_on.is_none()
        && norm.bearer.is_none()
        && norm.requirements.is_empty()
        && norm.terms.is_empty()
        && norm.yields.is_empty()
        && norm.exceptions.is_empty()
        && norm.decisions.iter().all(|decision| decision.to.is_none())
        && model.event_index(&format!("{BREACH}{}", norm.name)).is_none();
    let mut all = Vec::new();
    let mut exprs = filter.iter().chain(&norm.when).chain(norm.decisions.iter().flat_map(exprs));
    (is_plain && exprs.all(|expr| asks(expr, &mut all))).then_some(all)
}

fn exprs(decision: &Decision) -> impl Iterator<Item = &Expr> {
    let of_clauses = decision.clauses.iter().flat_map(|clause| clause.when.iter().chain([&clause.value]).chain(clause.item.iter().map(|item| &item.points)));
    of_clauses.chain(decision.forfeits.iter().chain(&decision.floor).chain(&decision.cap).map(|(expr, _)| expr))
}

/// Adds what an expression asks of a subject; false when it asks what is not compared.
fn asks<'n>(expr: &'n Expr, all: &mut Vec<&'n Expr>) -> bool {
    let is_asked = matches!(expr, Expr::Measure(_)) || matches!(expr, Expr::Fact(of, ..) if **of == Expr::Subject);
    if is_asked {
        if !all.contains(&expr) {
            all.push(expr);
        }
        return true;
    }
    // The same for everybody, or made of parts.
    let is_plain = matches!(
        expr,
        Expr::Value(_) | Expr::Parameter(_) | Expr::PeriodStart | Expr::MonthDay(..)
            | Expr::Not(_) | Expr::And(_) | Expr::Or(_) | Expr::Compare(..) | Expr::OneOf(..) | Expr::OrElse(..)
            | Expr::Add(..) | Expr::Sub(..) | Expr::Mul(..) | Expr::Div(..) | Expr::Neg(_) | Expr::Round(..)
    );
    is_plain && walk::operands(expr).into_iter().all(|part| asks(part, all))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;
    use crate::records::{Cut, Format};
    use crate::reference::audit::judge;
    use crate::reference::{occasion, yields};

    const POLICY: &str = "
regulation r
  time zone Asia/Shanghai
  currency CNY
register staff
  quota: count
event late by staff
  minutes: minutes in 1, 0 ..
rule month [1]
  each staff, every month
  when count of late in the month >= 1
  fine 5 CNY when count of (late where minutes > 5 minutes) in the month > staff.quota
  decides lates = count of late in the month
rule bound [2]
  each staff, every month
  must satisfy count of late in the month <= 3
rule longest [3]
  each staff, every month
  decides longest = most minutes of late in the month
";

    #[test]
    fn who_comes_to_the_same_is_judged_once() {
        let policy = crate::Policy::parse(POLICY).unwrap_or_else(|broken| panic!("{broken}"));
        let model = policy.model();
        let quotas = [("li", 1), ("wang", 1), ("zhao", 2), ("sun", 1), ("qian", 1)].map(|(id, quota)| format!("{{\"id\":\"{id}\",\"quota\":{quota}}}\n")).concat();
        // Each is late three times; one of sun's has no minutes, and qian's are not many.
        let lates = (0..15).map(|at| {
            let (who, minutes) = (["li", "wang", "zhao", "sun", "qian"][at % 5], [",\"minutes\":3", ",\"minutes\":9", ",\"minutes\":9"][at / 5]);
            let minutes = if (who, at / 5) == ("sun", 1) { "" } else if who == "qian" { ",\"minutes\":1" } else { minutes };
            format!("{{\"type\":\"late\",\"id\":{at},\"at\":\"2024-03-{:02}\",\"staff\":\"{who}\"{minutes}}}\n", 4 + at)
        });
        for until in ["2024-03-20", "2024-04-30"] {
            let mut reader = policy.reader();
            reader.register("staff", "s.jsonl", Format::Jsonl, &mut quotas.as_bytes()).unwrap();
            reader.events("e.jsonl", None, Format::Jsonl, &mut lates.clone().collect::<String>().as_bytes()).unwrap();
            let records = reader.finish(Cut { until: Some(crate::records::At::Date(until.parse().unwrap())), ..Cut::default() });
            let known = Known::new(model, &records, records.until.unwrap(), &BTreeSet::new());
            let norm = model.norm("r.month").unwrap();
            let (rules, none) = (Rules::of(model, &norm.regulation), BTreeSet::new());
            let asked = asked(model, norm).unwrap();
            assert_eq!(asked.len(), 3, "{asked:?}");
            let mut alike = Alike::new(norm, Some(&asked));
            let mut told = Vec::new();
            let occasions = occasion::all(&known, &rules, norm, None);
            for occasion in occasions.iter().filter(|occasion| occasion.key.ends_with("/2024-03")) {
                let judge = |forced| judge(&known, &rules, norm, occasion, &none, forced);
                let worlds = merge::worlds(judge).unwrap();
                let verdict = merge::verdict(&known, &rules, norm, occasion, Some(&worlds));
                let given = yields::given(&known, &rules, &worlds);
                let Some(answers) = alike.answers(&known, &rules, occasion, judge) else {
                    told.push((occasion.key.as_str(), "by itself"));
                    continue;
                };
                // What was worked out before changes nothing.
                let before = alike.counted_before(judge);
                let again = merge::worlds(|forced| Judge { counted_before: &before, ..judge(forced) }).unwrap();
                assert_eq!(merge::verdict(&known, &rules, norm, occasion, Some(&again)), verdict);
                match alike.of(&known, occasion, &answers) {
                    Some((same, read)) => {
                        assert_eq!(same, verdict);
                        assert_eq!(format!("{read:?}"), format!("{given:?}"));
                        told.push((occasion.key.as_str(), "like another"));
                    }
                    None => {
                        alike.keep(answers, &again, &verdict, &given);
                        told.push((occasion.key.as_str(), "the first"));
                    }
                }
            }
            told.sort_unstable();
            let expected = [("li/2024-03", "the first"), ("qian/2024-03", "the first"), ("sun/2024-03", "by itself"), ("wang/2024-03", "like another"), ("zhao/2024-03", "the first")];
            assert_eq!(told, expected, "{until}");
        }
    }

    #[test]
    fn what_else_is_asked_is_not_compared() {
        let policy = crate::Policy::parse(POLICY).unwrap_or_else(|broken| panic!("{broken}"));
        let model = policy.model();
        let is_compared = |name: &str| asked(model, model.norm(name).unwrap()).is_some();
        assert!(is_compared("r.month") && is_compared("r.longest") && !is_compared("r.bound"));
    }
}
