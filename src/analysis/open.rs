//! What the text leaves open, and what hangs on it: holes and undecided readings.

use super::Context;
use super::region::Speech;
use super::finding::{Finding, plain};
use crate::diagnostics::{Say, Severity};
use crate::explain::words::Words;
use crate::model::expr::Expr;
use crate::model::norm::Norm;
use crate::model::walk::{self, Look};
use crate::model::value::{Scalar, Type};
use crate::model::{Parameter, ParameterSort};

/// Looks at every hole and reading.
pub(super) fn look(context: &Context<'_>, found: &mut Vec<Finding>) {
    for parameter in &context.model.parameters {
        match &parameter.sort {
            ParameterSort::Hole => tell(context, parameter, "unstated", found),
            ParameterSort::Reading { decided: None } => tell(context, parameter, "undecided", found),
            ParameterSort::Reading { decided: Some(_) } => tell(context, parameter, "decided", found),
            ParameterSort::Judged { by: None, .. } => tell(context, parameter, "unstated", found),
            ParameterSort::Judged { .. } => {}
        }
    }
}

fn tell(context: &Context<'_>, parameter: &Parameter, code: &'static str, found: &mut Vec<Finding>) {
    let hanging: Vec<&Norm> = context.model.norms.iter().filter(|norm| asks(norm, &parameter.name)).collect();
    let about = hanging.first().map_or("", |norm| norm.name.as_str());
    let speech = context.speech(about);
    let name = speech.say(|words| titled(words, parameter));
    let on_it = speech.say(|words| {
        let mut all: Vec<String> = hanging.iter().take(3).map(|norm| words.quoted_norm(&norm.name)).collect();
        if hanging.len() > 3 {
            all.push(match words.zh() {
                true => format!("另 {} 条", hanging.len() - 3),
                false => format!("{} more", hanging.len() - 3),
            });
        }
        words.list(&all, ("and", "和"))
    });
    let hangs = if hanging.is_empty() { Say::new("nothing depends on it", "没有规则用到它") } else { Say::new(format!("what depends on it: {}", on_it.en), format!("受此影响的有：{}", on_it.zh)) };
    let (message, help) = match code {
        "unstated" if matches!(parameter.sort, ParameterSort::Judged { .. }) => (
            Say::new(format!("the text does not state who judges {}; {}", name.en, hangs.en), format!("原文没有写明{}由谁认定；{}", name.zh, hangs.zh)),
            Say::new("ask whoever issued the text to state it; until then anybody's judgement counts", "请制定机关明确；在此之前，任何人的认定都算数"),
        ),
        "unstated" => (
            Say::new(format!("the text does not state {}; {}", name.en, hangs.en), format!("原文没有写明{}；{}", name.zh, hangs.zh)),
            Say::new("ask whoever issued the text to state it; until then verdicts that hang on it are undetermined", "请制定机关明确；在此之前，取决于它的结论无法判定"),
        ),
        "decided" => {
            let ParameterSort::Reading { decided: Some(decided) } = &parameter.sort else { return };
            let ways = ways(context, &speech, parameter);
            let chosen = way(&speech, parameter, &decided.alternative);
            (
                Say::new(
                    format!("{} can be read in {}; read as {}, as {} decided from {} on; {}", name.en, ways.en, chosen.en, decided.by, decided.since, hangs.en),
                    format!("{}有{}；{}自{}起按{}解读；{}", name.zh, ways.zh, decided.by, speech.zh.day(decided.since), chosen.zh, hangs.zh),
                ),
                Say::new("let the text say it, so that nobody has to decide", "请在原文中写明，不必再由人决定"),
            )
        }
        _ => {
            let ways = ways(context, &speech, parameter);
            (Say::new(format!("{} can be read in {}, and nobody has decided; {}", name.en, ways.en, hangs.en), format!("{}有{}，尚未决定；{}", name.zh, ways.zh, hangs.zh)),
            Say::new("let whoever may decide it: `read as ALTERNATIVE by WHO since DATE`", "由有权者决定：`解作 某一读法 由 某人 自 某日 起`"))
        }
    };
    let place = context.written.items.get(&parameter.name).or_else(|| hanging.first().and_then(|norm| context.written.items.get(&norm.name))).cloned();
    let places = vec![(place, speech.say(|words| words.cites(&parameter.cites)))];
    let with = hanging.iter().map(|norm| norm.name.clone()).collect();
    found.push(Finding { places, help, with, ..plain(code, Severity::Note, &parameter.name, message) });
}

/// A parameter with the words of the text, where the tongue does not already say it in them.
fn titled(words: &Words<'_>, parameter: &Parameter) -> String {
    let name = words.parameter(&parameter.name);
    match &parameter.label {
        Some(label) if *label != name => format!("{name} (“{label}”)"),
        _ => name,
    }
}

/// The alternatives of a reading: `2 ways: A or B`.
fn ways(context: &Context<'_>, speech: &Speech<'_>, parameter: &Parameter) -> Say {
    let Type::Kind(kind) = &parameter.ty else { return Say::new("", "") };
    let values = context.model.kind(kind).map_or(&[][..], |kind| &kind.values);
    let all: Vec<Say> = values.iter().map(|(value, _)| way(speech, parameter, value)).collect();
    let (en, zh): (Vec<String>, Vec<String>) = all.into_iter().map(|say| (say.en, say.zh)).unzip();
    Say::new(format!("{} ways ({})", en.len(), en.join("; ")), format!("{}种读法（{}）", zh.len(), zh.join("；")))
}

/// One alternative, quoted.
fn way(speech: &Speech<'_>, parameter: &Parameter, value: &str) -> Say {
    let Type::Kind(kind) = &parameter.ty else { return Say::new(value, value) };
    let value = Expr::Value(Scalar::Kind(kind.as_str().into(), value.into()));
    speech.say(|words| format!("“{}”", words.phrase(&value, &[])))
}

/// Does the norm ask for the parameter?
fn asks(norm: &Norm, name: &str) -> bool {
    struct Asks<'n>(&'n str, bool);
    impl Look for Asks<'_> {
        fn expr(&mut self, expr: &Expr) {
            self.1 |= matches!(expr, Expr::Parameter(parameter) | Expr::Judged(parameter, _) if parameter == self.0);
        }
    }
    let mut asks = Asks(name, false);
    walk::norm(norm, &mut asks);
    asks.1
}
