//! Worlds: together they hold every value that an open thing may have, each is judged right.

use super::case::Scene;
use super::Checker;
use crate::model::value::Type;
use crate::reference::derivation::World;
use crate::reference::verdict::Cause;
use std::collections::BTreeMap;

impl<'c> Checker<'c> {
    /// The worlds and what they say.
    pub(super) fn worlds(&mut self) {
        let worlds = &self.case.derivation.worlds;
        if worlds.is_empty() {
            return self.fault("nothing was judged", "没有任何推演");
        }
        if !self.too_many() {
            self.cover(&worlds.iter().collect::<Vec<_>>(), 0);
        }
        for (n, world) in worlds.iter().enumerate() {
            let scene = Scene { case: self.case, choices: &world.choices, counted: None };
            self.within(&format!("case {}", n + 1), |checker| checker.world(scene, world));
        }
    }

    /// More was open than could be tried: the worlds are not complete, and the verdict says so.
    fn too_many(&self) -> bool {
        self.case.derivation.verdict.causes.contains(&Cause::TooManyOpen)
    }

    /// Worlds that made the same choices up to `depth` choose about the same thing next, and every possibility is there once.
    fn cover(&mut self, worlds: &[&World], depth: usize) {
        let next: Vec<Option<&(Cause, String)>> = worlds.iter().map(|world| world.choices.get(depth)).collect();
        if next.iter().all(Option::is_none) {
            if worlds.len() != 1 {
                self.fault("the same case is judged twice", "同一情形重复推演");
            }
            return;
        }
        let Some(Some((cause, _))) = next.first() else {
            return self.fault("the cases do not fit together", "各情形不能构成整体");
        };
        let mut groups: BTreeMap<&str, Vec<&World>> = BTreeMap::new();
        for (world, choice) in worlds.iter().zip(&next) {
            match choice {
                Some((same, word)) if same == cause => groups.entry(word.as_str()).or_default().push(world),
                _ => return self.fault("the cases do not fit together", "各情形不能构成整体"),
            }
        }
        let words: Vec<&str> = groups.keys().copied().collect();
        if !self.complete(cause, &words) {
            self.fault("a possible case is missing", "缺少一种可能的情形");
        }
        for group in groups.values() {
            self.cover(group, depth + 1);
        }
    }

    /// Do these choices hold everything that the open thing may be?
    fn complete(&self, cause: &Cause, words: &[&str]) -> bool {
        let kind = match self.type_of(cause) {
            Some(Type::Kind(kind)) => self.case.model.kind(&kind),
            _ => None,
        };
        if let Some(kind) = kind
            && kind.values.iter().all(|(name, _)| words.contains(&name.as_str()))
        {
            return words.len() == kind.values.len();
        }
        match words {
            ["no", "yes"] => true,
            [a, b] => complementary(a, b) || complementary(b, a),
            _ => false,
        }
    }

    /// The type of an open thing, when it has one.
    pub(super) fn type_of(&self, cause: &Cause) -> Option<Type> {
        let model = self.case.model;
        match cause {
            Cause::Hole { parameter } | Cause::Reading { parameter } | Cause::NotJudged { parameter, .. } => {
                model.parameter(parameter).map(|p| p.ty.clone())
            }
            Cause::MissingFact { subject, attribute, .. } => {
                Some(model.entity(subject.split(':').next()?)?.attribute(attribute)?.ty.clone())
            }
            Cause::MissingField { record, field } => {
                let event = self.case.record(record)?.event(model)?;
                Some(event.fields.get(event.field(field)?)?.ty.clone())
            }
            _ => None,
        }
    }
}

/// `< 3` and `>= 3`, `= x` and `!= x`.
fn complementary(a: &str, b: &str) -> bool {
    [("<", ">="), ("<=", ">"), ("=", "!=")].iter().any(|(first, second)| {
        match (a.strip_prefix(first), b.strip_prefix(second)) {
            (Some(x), Some(y)) => x.trim() == y.trim() && !x.starts_with('='),
            _ => false,
        }
    })
}
