//! The text itself: norms without a source, declarations that nothing uses.

use super::Context;
use super::finding::{Finding, plain};
use crate::diagnostics::{Place, Say, Severity};
use crate::model::expr::{Expr, Pattern};
use crate::model::group::Members;
use crate::model::norm::{Norm, Occasion};
use crate::model::value::{Scalar, Type};
use crate::model::walk::{self, Look};
use crate::model::{Model, ParameterSort};
use std::collections::BTreeSet;

/// Looks at all norms and declarations.
pub(super) fn look(context: &Context<'_>, found: &mut Vec<Finding>) {
    for norm in context.model.norms.iter().filter(|norm| is_uncited(context.model, norm)) {
        let speech = context.speech(&norm.name);
        let title = speech.say(|words| words.quoted_norm(&norm.name));
        let message = Say::new(format!("{} cites no clause of the text", title.en), format!("{}没有注明依据的条款", title.zh));
        let help = Say::new("write the clause after its name: `[5.2]`", "在名称后注明条款：`【5.2】`");
        let place = context.written.items.get(&norm.name).cloned();
        found.push(Finding { places: vec![(place, Say::new("", ""))], help, ..plain("uncited", Severity::Note, &norm.name, message) });
    }
    for norm in &context.model.norms {
        found.extend(norm.remarks.iter().map(|remark| remarked(context, norm, remark)));
    }
    let used = Used::of(context.model);
    let speech = context.speech("");
    let events = context.model.events.iter().filter(|event| !used.events.contains(event.name.as_str())).map(|event| (&event.name, speech.say(|words| words.event(&event.name))));
    for (name, said) in events {
        let Some(place) = context.written.declared.get(name).cloned() else { continue };
        let maker = context.model.norms.iter().find(|norm| norm.yields.iter().any(|given| given.event == *name));
        found.push(match maker {
            Some(norm) => no_consequence(context, norm, &said, place),
            None => unused(name, &said, place),
        });
    }
    let types = (context.model.entities.iter().map(|entity| (&entity.name, entity.label.as_ref())))
        .chain(context.model.kinds.iter().map(|kind| (&kind.name, kind.label.as_ref())))
        .filter(|(name, _)| !used.types.contains(name.as_str()))
        .map(|(name, label)| (name, Say::new(name.clone(), label.unwrap_or(name).clone())));
    for (name, said) in types {
        // What is not written by itself, such as the values of a field in place, is not told.
        found.extend(context.written.declared.get(name).cloned().map(|place| unused(name, &said, place)));
    }
}

fn unused(name: &str, said: &Say, place: Place) -> Finding {
    let message = Say::new(format!("nothing uses “{}”", said.en), format!("没有任何规则用到“{}”", said.zh));
    let help = Say::new("remove it, or write the norm that was meant to use it", "请删去，或补写本应用到它的规则");
    Finding { places: vec![(Some(place), Say::new("", ""))], help, ..plain("unused", Severity::Note, name, message) }
}

/// A record that a norm makes, and that nothing counts.
fn no_consequence(context: &Context<'_>, norm: &Norm, said: &Say, declared: Place) -> Finding {
    let speech = context.speech(&norm.name);
    let title = speech.say(|words| words.quoted_norm(&norm.name));
    let message = Say::new(format!("what {} is about counts as “{}”, but no clause says what follows from “{}”", title.en, said.en, said.en), format!("按{}计为“{}”，但没有规定“{}”如何处理", title.zh, said.zh, said.zh));
    let help = Say::new(
        "write the norm that says what follows; if the text is silent, keep it and write `expect finding no-consequence because \"…\"`",
        "补充写明如何处理；原文没有规定的，照原样保留，并写`预期 问题 no-consequence 因为 “…”`",
    );
    let place = context.written.items.get(&norm.name).cloned();
    let places = vec![(place, speech.say(|words| words.cites(&norm.cites))), (Some(declared), Say::new("", ""))];
    Finding { places, help, ..plain("no-consequence", Severity::Note, &norm.name, message) }
}

/// What the drafter noticed, in the drafter's words.
fn remarked(context: &Context<'_>, norm: &Norm, remark: &str) -> Finding {
    let speech = context.speech(&norm.name);
    let title = speech.say(|words| words.quoted_norm(&norm.name));
    let message = Say::new(format!("on {}: {remark}", title.en), format!("关于{}：{remark}", title.zh));
    let help = Say::new("once the text is mended, remove the line `remark`", "原文改好以后，请删去`备注`一行");
    let place = context.written.items.get(&norm.name).cloned();
    Finding { places: vec![(place, speech.say(|words| words.cites(&norm.cites)))], help, ..plain("remark", Severity::Note, &norm.name, message) }
}

/// Does neither the norm nor any line of it say where it comes from?
fn is_uncited(model: &Model, norm: &Norm) -> bool {
    let decisions = norm.decisions.iter().chain(&norm.if_breached).flat_map(|decision| &decision.clauses).flat_map(|clause| &clause.cites);
    let parts = norm.requirements.iter().flat_map(|requirement| requirement.each()).flat_map(|one| &one.cites).chain(norm.yields.iter().flat_map(|given| &given.cites));
    let made = norm.name.contains('/');
    !made && norm.cites.is_empty() && decisions.chain(parts).next().is_none() && model.regulation(&norm.regulation).is_some()
}

/// What norms and the declarations that they use name: record types; enumerations, registers and cases.
#[derive(Default)]
struct Used {
    events: BTreeSet<String>,
    types: BTreeSet<String>,
}

impl Used {
    fn of(model: &Model) -> Self {
        let mut used = Self::default();
        for norm in &model.norms {
            walk::norm(norm, &mut used);
            if let Occasion::Period { entity: Some(entity), .. } | Occasion::Case { entity, .. } | Occasion::Throughout { entity, .. } = &norm.occasion {
                used.types.insert(entity.clone());
            }
        }
        let valid = model.events.iter().filter_map(|event| event.valid.as_ref()).map(|valid| &valid.when);
        let who = model.parameters.iter().filter_map(|parameter| if let ParameterSort::Judged { who, .. } = &parameter.sort { who.as_ref() } else { None });
        valid.chain(who).for_each(|expr| walk::expr(expr, &mut used));
        for parameter in &model.parameters {
            used.ty(&parameter.ty);
            if let ParameterSort::Judged { of, by, .. } = &parameter.sort {
                used.events.insert(of.clone());
                used.types.extend([of.clone()].into_iter().chain(by.clone()));
            }
        }
        let fields = model.events.iter().flat_map(|event| &event.fields).chain(model.entities.iter().flat_map(|entity| &entity.attributes));
        fields.for_each(|field| used.ty(&field.ty));
        used
    }

    fn ty(&mut self, ty: &Type) {
        if let Type::Kind(name) | Type::Ref(name) | Type::Set(name) = ty {
            self.types.insert(name.clone());
        }
    }
}

impl Look for Used {
    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Group(group) => {
                let (Members::Register(entity) | Members::During(entity) | Members::Set(_, entity)) = &group.of;
                self.types.insert(entity.clone());
            }
            Expr::Belonging(_, entity, ..) => {
                self.types.insert(entity.clone());
            }
            Expr::Value(Scalar::Kind(kind, _)) => {
                self.types.insert(kind.to_string());
            }
            _ => {}
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        self.events.extend(pattern.events.iter().cloned());
    }
}
