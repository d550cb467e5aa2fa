//! Words → what verdicts say, as the reference evaluator says it.

use super::batch::Stamp;
use super::code::Traced;
use super::norm::Deciding;
use super::sink::{Judged, Late};
use super::track::{Subject, Tracking};
use super::typed::Typed;
use super::word::{MISSING, Names, Word, day_of};
use crate::model::Model;
use crate::model::norm::{Decision, Hit, Norm, Posting};
use crate::model::number::Number;
use crate::model::value::Scalar;
use crate::records::At;
use crate::reference::verdict::{Effect, Item, Part, Ruling, Verdict};
use chrono::{NaiveDate, NaiveTime};
use std::borrow::Cow;
use std::sync::Arc;

impl Late {
    /// When the occasion happened.
    pub(super) fn time(&self) -> Option<At> {
        self.at.at()
    }
}

impl Judged<'_> {
    /// The day after which only what comes late could change it; none: any record may.
    pub fn settled(&self) -> Option<NaiveDate> {
        match self.late {
            None => Some(self.day),
            Some(late) if late.said.iter().any(|said| said.ruling == Ruling::Pending) => None,
            Some(late) => day_of(late.horizon?),
        }
    }

    /// What it decides and posts, as values.
    pub fn effects(&self) -> Vec<Effect> {
        let Some(norm) = self.plan.model.norms.get(self.norm) else { return Vec::new() };
        let decisions = norm.decisions.iter().chain(&norm.if_breached).zip(self.judging.decisions.iter().chain(&self.judging.if_breached));
        let to = self.subject().map(Cow::into_owned);
        let effect = |decision, deciding, word| Some(Effect { to: to.clone(), ..self.effect(decision, deciding, word, &[])? });
        decisions.zip(self.outcomes).filter_map(|((decision, deciding), outcome)| effect(decision, deciding, outcome.value?)).collect()
    }

    /// The verdict of a run that keeps track, without what is its own: id, subject, time, records, and to whom it posts. None when some value cannot be said, or
    /// the run does not keep track.
    pub fn alike(&self) -> Option<Verdict> {
        let norm = self.plan.model.norms.get(self.norm)?;
        let (parts, effects) = if self.ruling == Ruling::NotApplicable { (Vec::new(), Vec::new()) } else { self.parts(norm)? };
        Some(Verdict {
            id: String::new(),
            rule: norm.name.clone(),
            source: norm.cites.clone(),
            subject: None,
            at: At::Date(NaiveDate::default()),
            period: None,
            events: Vec::new(),
            ruling: self.ruling,
            parts,
            effects,
            causes: Vec::new(),
            immaterial: Vec::new(),
            is_final: false,
            revision: String::new(),
            supersedes: None,
        })
    }

    /// What [`Judged::alike`] is made from: verdicts of which it is the same are alike.
    pub(super) fn alike_by(&self, into: &mut Vec<Word>) {
        let word = |at: usize| Word::try_from(at).unwrap_or(Word::MAX);
        into.clear();
        into.extend([word(self.norm), self.ruling as Word, word(self.outcomes.len())]);
        if self.ruling == Ruling::NotApplicable {
            return;
        }
        into.extend(self.outcomes.iter().map(|outcome| outcome.value.unwrap_or(MISSING)));
        for said in self.late.iter().flat_map(|late| &late.said) {
            into.push(said.ruling as Word);
            for at in [said.due, said.met] {
                into.extend(at.map_or([MISSING; 3], |at| [at.day, at.nanos, Word::from(at.offset)]));
            }
        }
        for traced in self.told.iter().flat_map(|told| &told.trace) {
            into.extend(match traced {
                Traced::Decision => [0, 0, 0],
                Traced::Met(met) => [1, Word::from(*met), 0],
                Traced::Clause(clause, value) => [2, word(*clause), *value],
                Traced::Forfeited(condition, before) => [3, word(*condition), *before],
                Traced::Cap(before) => [4, 0, *before],
                Traced::Floor(before) => [5, 0, *before],
                Traced::Rounded(before) => [6, 0, *before],
            });
        }
    }

    /// Whose it is, the bearer's or else the subject's: entity, id.
    pub(super) fn subject(&self) -> Option<Cow<'_, Subject>> {
        if let Some((bearer, entity)) = self.bearer {
            let named = self.plan.model.entities.get(entity)?;
            return Some(Cow::Owned((Arc::from(named.name.as_str()), Arc::from(self.names.name(entity, bearer)))));
        }
        if let Some((entity, subject)) = self.told.and_then(Tracking::subject)
            && self.judging.entity == Some(entity)
        {
            return Some(Cow::Borrowed(subject));
        }
        let entity = self.judging.entity.and_then(|entity| self.plan.model.entities.get(entity))?;
        Some(Cow::Owned((Arc::from(entity.name.as_str()), Arc::from(self.name()))))
    }

    fn parts(&self, norm: &Norm) -> Option<(Vec<Part>, Vec<Effect>)> {
        let part = |name: String, ruling: Ruling| Part { name, ruling, due: None, met: None, causes: Vec::new() };
        let (mut parts, mut effects) = (Vec::new(), Vec::new());
        if norm.violation {
            parts.push(part("violation".to_owned(), Ruling::Violation));
        }
        let (own, sanctions) = self.outcomes.split_at(norm.decisions.len().min(self.outcomes.len()));
        let mut traces = self.told?.trace.split(|traced| *traced == Traced::Decision).skip(1);
        for ((decision, deciding), outcome) in norm.decisions.iter().zip(&self.judging.decisions).zip(own) {
            let trace = traces.next()?;
            let is_fine = decision.posting == Some(Posting::Fine) && outcome.value.is_some();
            parts.push(part(decision.slot.clone(), if is_fine { Ruling::Violation } else { Ruling::Compliant }));
            if let Some(value) = outcome.value {
                effects.push(self.effect(decision, deciding, value, trace)?);
            }
        }
        let mut met = self.told?.trace.iter().filter_map(|traced| if let Traced::Met(met) = traced { Some(*met) } else { None });
        for at in 0..norm.requirements.len() {
            let name = format!("requirement {}", at + 1);
            let duty = self.judging.duties.iter().position(|duty| duty.position == at);
            parts.push(match duty.and_then(|duty| self.late?.said.get(duty)) {
                Some(said) => Part { name, ruling: said.ruling, due: said.due.and_then(Stamp::at), met: said.met.and_then(Stamp::at), causes: Vec::new() },
                None => part(name, if met.next()? { Ruling::Compliant } else { Ruling::Violation }),
            });
        }
        for ((decision, deciding), outcome) in norm.if_breached.iter().zip(&self.judging.if_breached).zip(sanctions) {
            let trace = traces.next()?;
            parts.push(part(format!("if breached {}", decision.slot), Ruling::Violation));
            if let Some(value) = outcome.value {
                effects.push(self.effect(decision, deciding, value, trace)?);
            }
        }
        Some((parts, effects))
    }

    fn effect(&self, decision: &Decision, deciding: &Deciding, word: Word, trace: &[Traced]) -> Option<Effect> {
        let of = |typed: &Typed, word: Word| value(self.plan.model, self.names, typed, word);
        let (amount, unit, value) = match of(&deciding.typed, word)? {
            Scalar::Quantity(number, unit) => (Some(number), Some(unit), None),
            other => (None, None, Some(other)),
        };
        let number = |typed: &Typed, word: Word| if let Some(Scalar::Quantity(number, _)) = of(typed, word) { Some(number) } else { None };
        let mut cites: Vec<String> = Vec::new();
        let (mut summed, mut after) = (Vec::new(), Vec::new());
        // What comes next in the trace is what a step led to.
        for (at, traced) in trace.iter().enumerate() {
            let next = trace.get(at + 1..).and_then(|rest| rest.iter().find_map(before));
            let became = next.map_or_else(|| number(&deciding.typed, word), |word| number(&deciding.unrounded, word));
            let mut step = |before: Word, name: &str, cited: &[String]| {
                if let (Some(before), Some(after_it)) = (number(&deciding.unrounded, before), became)
                    && let Some(amount) = after_it.minus(before).filter(|amount| !amount.is_zero())
                {
                    after.push(Item { name: name.to_owned(), cites: cited.to_vec(), amount });
                }
                cites.extend(cited.iter().cloned());
            };
            match traced {
                Traced::Decision | Traced::Met(_) => {}
                Traced::Clause(clause, word) => {
                    let clause = decision.clauses.get(*clause)?;
                    let is_first = at == 0 || decision.hit != Hit::First;
                    if is_first {
                        cites.extend(clause.cites.iter().cloned());
                    }
                    if let Some(amount) = number(&deciding.unrounded, *word).filter(|amount| decision.hit == Hit::Sum && !amount.is_zero()) {
                        summed.push(Item { name: clause.name.clone(), cites: clause.cites.clone(), amount });
                    }
                }
                Traced::Forfeited(condition, before) => step(*before, "forfeited", &decision.forfeits.get(*condition)?.1),
                Traced::Cap(before) => step(*before, "at most", &decision.cap.as_ref()?.1),
                Traced::Floor(before) => step(*before, "at least", &decision.floor.as_ref()?.1),
                Traced::Rounded(before) => {
                    let same = number(&deciding.unrounded, *before) == became;
                    step(*before, "rounded", if same { &[] } else { &decision.rounding.as_ref()?.2 });
                }
            }
        }
        let items = if summed.is_empty() || summed.len() + after.len() < 2 { Vec::new() } else { summed.into_iter().chain(after).collect() };
        Some(Effect { kind: decision.slot.clone(), posting: decision.posting, amount, unit, value, to: None, cites, items })
    }
}

/// The value before a step that changes it.
fn before(traced: &Traced) -> Option<Word> {
    match traced {
        Traced::Forfeited(_, before) | Traced::Cap(before) | Traced::Floor(before) | Traced::Rounded(before) => Some(*before),
        Traced::Decision | Traced::Clause(..) | Traced::Met(_) => None,
    }
}

/// The value of a word.
pub(super) fn value(model: &Model, names: &Names, typed: &Typed, word: Word) -> Option<Scalar> {
    Some(match typed {
        Typed::Bool(_) => Scalar::Bool(word != 0),
        Typed::Quantity(_, step, unit) => Scalar::Quantity(step.times(Number::whole(word))?, unit.clone()),
        Typed::Date(_) => Scalar::Date(day_of(word)?),
        Typed::Time(_) => Scalar::Time(NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(word).ok()?, 0)?),
        Typed::Kind(_, kind) => {
            let (value, _) = model.kind(kind)?.values.get(usize::try_from(word).ok()?)?;
            Scalar::Kind(Arc::from(kind.as_str()), Arc::from(value.as_str()))
        }
        Typed::Ref(_, entity) => Scalar::Ref(Arc::from(model.entities.get(*entity)?.name.as_str()), Arc::from(names.name(*entity, word))),
        // Texts and sets are compared, never decided.
        Typed::Text(_) | Typed::Set(..) => return None,
    })
}
