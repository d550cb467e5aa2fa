//! `bylaw explain`: one verdict unfolded, or the page of a code.

use super::args::{self, ExplainFormat};
use super::audit::{judge, no_events};
use super::data;
use super::failure::{Exit, Failure};
use super::index;
use super::policies;
use super::screen::{Screen, write_result};
use super::usage;
use crate::diagnostics::{Say, Tongue, codes};
use crate::{Explanation, Threads, Unsound};
use crate::report::html;

/// Unfolds the verdict that is asked for; without one, shows a page.
pub(crate) fn explain(args: &args::Explain, screen: Screen) -> Result<Exit, Failure> {
    match (&args.verdict, args.subjects.as_slice()) {
        (Some(id), _) => verdict(args, id, screen),
        (None, [code]) if args.data.is_empty() => page(code),
        (None, _) => Err(Failure::Usage(
            Say::new("no verdict is given", "没有给出判定编号"),
            Say::new("add `--verdict ID`, an id as `bylaw audit` shows it", "请加上 `--verdict 编号`，编号见 `bylaw audit` 的结果"),
        )),
    }
}

fn verdict(args: &args::Explain, id: &str, screen: Screen) -> Result<Exit, Failure> {
    if args.data.is_empty() {
        return Err(no_events());
    }
    let policy = policies::load(&args.subjects, screen)?;
    // One subject's records are enough for most verdicts; where they give none, all have the word.
    if let Some(path) = &args.index
        && let Some(records) = index::of_verdict(&policy, &args.data, path, id, screen)?
        && let Some(explanation) = policy.explain(&records, id)
    {
        return show(args, id, explanation, screen);
    }
    if let Some(records) = data::of_verdict(&policy, &args.data, id, screen)?
        && let Some(explanation) = policy.explain(&records, id)
    {
        return show(args, id, explanation, screen);
    }
    let records = data::read(&policy, &args.data, &[], Threads::available(), screen)?;
    let Some(explanation) = policy.explain(&records, id) else {
        let audit = judge(&policy, &records, Threads::available(), screen);
        return Err(unknown(id, audit.verdicts.iter().map(|verdict| verdict.id.as_str())));
    };
    show(args, id, explanation, screen)
}

fn show(args: &args::Explain, id: &str, explanation: Result<Explanation<'_>, Unsound>, screen: Screen) -> Result<Exit, Failure> {
    let explanation = explanation.map_err(|wrong| unsound(&wrong.0, screen.tongue))?;
    write_result(None, |out| match args.format {
        ExplainFormat::Human => out.write_all(explanation.prose(screen.tongue).as_bytes()),
        ExplainFormat::Json => writeln!(out, "{:#}", explanation.json()),
        ExplainFormat::Html => html::write_one(id, &explanation.prose(screen.tongue), screen.tongue, out),
    })?;
    Ok(Exit::Well)
}

/// The verdicts of the norm that an id names, the nearest first: those whose key holds the other's (what is made of another verdict has that verdict's id
/// within its own), then the most alike.
fn of_the_norm<'a>(id: &str, ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let Some((norm, key)) = id.split_once('@') else { return Vec::new() };
    let of_norm = ids.filter_map(|one| Some((one.split_once('@').filter(|(of, _)| *of == norm)?.1, one)));
    let mut all: Vec<(bool, f64, &str)> = of_norm.map(|(of, one)| (of.contains(key) || key.contains(of), usage::alike(key, of), one)).collect();
    all.sort_by(|one, other| other.0.cmp(&one.0).then(other.1.total_cmp(&one.1)).then(one.2.cmp(other.2)));
    all.into_iter().map(|(.., one)| one).collect()
}

/// There is no verdict `id`: which ones there are.
pub(crate) fn unknown<'a>(id: &str, ids: impl Iterator<Item = &'a str> + Clone) -> Failure {
    const SHOWN: usize = 4;
    let (of_norm, near) = (of_the_norm(id, ids.clone()), usage::nearest(id, ids));
    let help = match near {
        _ if !of_norm.is_empty() => {
            let listed: Vec<String> = of_norm.iter().take(SHOWN).map(|id| format!("`{id}`")).collect();
            let (en, zh) = match of_norm.len().saturating_sub(SHOWN) {
                0 => (String::new(), String::new()),
                more => (format!(" and {more} more"), format!("等，另有 {more} 项")),
            };
            Say::new(format!("those of this norm are {}{en}", listed.join(", ")), format!("该条款的判定有 {}{zh}", listed.join("、")))
        }
        Some(near) => Say::new(format!("did you mean `{near}`?"), format!("是否指 `{near}`？")),
        None => Say::new("`bylaw audit --all` lists all ids", "`bylaw audit --all` 列出全部编号"),
    };
    Failure::Usage(Say::new(format!("there is no verdict `{id}`"), format!("没有判定 `{id}`")), help)
}

/// A derivation that the checker does not accept is never shown.
pub(crate) fn unsound(wrong: &[Say], tongue: Tongue) -> Failure {
    const SHOWN: usize = 8;
    let all: Vec<&str> = wrong.iter().take(SHOWN).map(|say| say.get(tongue)).collect();
    let all = all.join("\n  ");
    Failure::Internal(
        Say::new(format!("the explanation does not follow from the records:\n  {all}"), format!("说明与记录不符：\n  {all}")),
        Say::new("this is a bug in bylaw: please report it with the policy and the records", "这是 bylaw 的缺陷：请连同规章和记录一并报告"),
    )
}

/// Shows the page of a code.
fn page(code: &str) -> Result<Exit, Failure> {
    if code == "forms" {
        write_result(None, |out| out.write_all(crate::syntax::FORMS.as_bytes()))?;
        return Ok(Exit::Well);
    }
    let Some(page) = codes::page(code) else {
        let near = usage::nearest(code, codes::ALL.iter().map(|code| code.name));
        return Err(match near {
            Some(near) => Failure::Usage(
                Say::new(format!("there is no code `{code}`"), format!("没有代码 `{code}`")),
                Say::new(format!("did you mean `{near}`?"), format!("是否指 `{near}`？")),
            ),
            None => Failure::Usage(
                Say::new(format!("`{code}` is not a code"), format!("`{code}` 不是代码")),
                Say::new(
                    "codes stand at the head of messages, such as `unexpected-text`; to unfold a verdict, add `--verdict ID`",
                    "代码写在提示的开头，例如 `unexpected-text`；要展开判定，请加上 `--verdict 编号`",
                ),
            ),
        });
    };
    write_result(None, |out| out.write_all(page.as_bytes()))?;
    Ok(Exit::Well)
}

#[cfg(test)]
mod tests {
    use super::of_the_norm;

    #[test]
    fn the_nearest_verdicts_of_the_norm_come_first() {
        let ids = ["a.fee@e1000", "a.fee@e1001", "a.fee@e4712", "a.other@e4711", "a.fee@a.back@e9"];
        assert_eq!(of_the_norm("a.fee@e4711", ids.into_iter()), ["a.fee@e4712", "a.fee@e1001", "a.fee@e1000", "a.fee@a.back@e9"]);
        assert_eq!(of_the_norm("a.fee@e9", ids.into_iter()).first(), Some(&"a.fee@a.back@e9"));
        assert!(of_the_norm("a.none@e1", ids.into_iter()).is_empty() && of_the_norm("none", ids.into_iter()).is_empty());
    }
}
