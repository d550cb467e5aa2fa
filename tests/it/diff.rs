//! What a revision changes, over random regulations: the same policy has no difference, nor has one in which only the text is otherwise; the way back is the
//! inverse; what is judged otherwise is always told, with the place at which it is; and every difference that is told is one. `RANDOM_POLICIES=100000 cargo
//! test --release --test it diff` for a long run.

use crate::linear::how_many;
use crate::lint_policies::{HEAD, On, holds, judged, norm, place_of, places};
use bylaw::analysis::finding::{Extent, sentence};
use bylaw::diff::{Difference, Proof, compare, recorded};
use bylaw::{Audit, Policy};
use fastrand::Rng;

fn policy(norms: &[String]) -> Policy {
    Policy::parse(&format!("{HEAD}{}", norms.join("\n"))).unwrap_or_else(|broken| panic!("{}\n{}", norms.join("\n"), broken.render(bylaw::Tongue::En, false)))
}

/// The same in another order, with other blanks, remarks and titles.
fn otherwise_written(rng: &mut Rng, norms: &[String]) -> Vec<String> {
    let mut blocks: Vec<String> = norms.iter().flat_map(|norm| norm.split("\n\n").map(str::to_owned).collect::<Vec<_>>()).filter(|block| !block.trim().is_empty()).collect();
    for block in &mut blocks {
        let by_turn = block.contains("first match");
        let mut lines: Vec<String> = block.lines().map(str::to_owned).collect();
        let rows: Vec<usize> = lines.iter().enumerate().filter(|(_, line)| line.trim_start().starts_with('|')).map(|(at, _)| at).skip(1).collect();
        if let (Some(first), false) = (rows.first(), by_turn) {
            let last = first + rows.len();
            rng.shuffle(&mut lines[*first..last]);
        }
        if rng.bool() {
            lines[0] += " \"Another title\"";
        }
        if rng.bool() {
            lines[0] += " [9.9]";
        }
        *block = lines.join("\n").replace(" | ", "   |  ") + "\n# said otherwise\n";
    }
    rng.shuffle(&mut blocks);
    blocks
}

/// With one word otherwise: a number, a comparison, a post, an answer.
fn edited(rng: &mut Rng, text: &str) -> String {
    const WORDS: [&[&str]; 4] = [&["1", "2", "3"], &[">=", "<", "=", ">"], &["clerk", "deputy", "director"], &["yes", "no"]];
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let of = |word: &str| WORDS.into_iter().find(|group| group.contains(&word.trim()));
    let places: Vec<usize> = (0..words.len()).filter(|at| of(&words[*at]).is_some()).collect();
    if let Some(at) = rng.choice(places) {
        let (word, group) = (words[at].trim().to_owned(), of(&words[at]).unwrap());
        let others: Vec<&str> = group.iter().copied().filter(|other| *other != word).collect();
        words[at] = words[at].replace(&word, rng.choice(others).unwrap());
    }
    words.join(" ")
}

/// Everything that is told, cases included.
fn in_full(difference: &Difference) -> String {
    format!("{:#?} {:#?}", difference.changes, difference.through)
}

fn shown(difference: &Difference) -> String {
    let mut text = String::new();
    for row in difference.changes.iter().flat_map(|change| &change.rows) {
        let say = |say: &Option<bylaw::Say>| say.as_ref().map_or("-", |say| say.en.as_str()).to_owned();
        let places: Vec<String> = row.regions.iter().map(|region| sentence(region, bylaw::Tongue::En)).collect();
        let proof = if matches!(row.proof, Proof::Open) { " (open)" } else { "" };
        text += &format!("{}: {} → {} when {}{proof}\n", row.what.en, say(&row.old), say(&row.new), places.join("; or "));
    }
    text
}

#[test]
fn random_policies_said_otherwise_have_no_difference() {
    for seed in 0..how_many(100) {
        let rng = &mut Rng::with_seed(seed);
        let norms: Vec<String> = (0..rng.usize(2..=4)).map(|n| norm(rng, n).text).collect();
        let one = policy(&norms);
        let difference = compare(one.model(), one.model());
        assert!(difference.is_empty() && difference.through.is_empty(), "seed {seed}\n{}", shown(&difference));
        let other = policy(&otherwise_written(rng, &norms));
        let difference = compare(one.model(), other.model());
        assert!(difference.is_empty() && difference.renamed.is_empty(), "seed {seed}\n{}", shown(&difference));
    }
}

#[test]
fn random_revisions_at_every_place() {
    let (mut by_case, mut open, mut changed) = (0, 0, 0);
    for seed in 0..how_many(60) {
        let rng = &mut Rng::with_seed(seed);
        let norms: Vec<_> = (0..rng.usize(2..=3)).map(|n| norm(rng, n)).collect();
        let at = rng.usize(0..norms.len());
        let mut later = norm(rng, at);
        if rng.bool() {
            (later.text, later.on) = (edited(rng, &norms[at].text), norms[at].on);
        }
        let mut texts: Vec<String> = norms.iter().map(|norm| norm.text.clone()).collect();
        let before = policy(&texts);
        texts[at] = later.text.clone();
        let Ok(after) = Policy::parse(&format!("{HEAD}{}", texts.join("\n"))) else { continue };
        let text = format!("seed {seed}\n{}\n---\n{}", norms[at].text, later.text);

        let difference = compare(before.model(), after.model());
        let back = compare(after.model(), before.model());
        assert_eq!(in_full(&difference.clone().inverse()), in_full(&back), "{text}");
        assert!(difference.changes.iter().all(|change| change.not_compared.is_empty()), "{text}");

        let places = places();
        let audit = |policy: &Policy| Audit { verdicts: judged(policy.model(), &places), ..Audit::default() };
        let (old, new) = (audit(&before), audit(&after));
        let recorded = recorded::compare(&old, &new, &difference);
        assert!(recorded.verdicts.is_empty() || !difference.is_empty(), "{text}");
        for one in &recorded.verdicts {
            assert!(!one.because.is_empty(), "{}: {text}", one.id);
        }
        let rule = format!("office.n{at}");
        let Some(change) = difference.changes.iter().find(|change| change.name == rule) else { continue };
        changed += 1;
        by_case += change.rows.iter().filter(|row| matches!(row.proof, Proof::Case(_))).count();
        open += change.rows.iter().filter(|row| matches!(row.proof, Proof::Open)).count();
        let other_occasion = norms[at].on != later.on || later.on == On::Crossing;
        for (n, place) in places.iter().enumerate() {
            let is_here = |id: &str, events: &[String]| place_of(id, events, norms[at].on == On::Crossing || later.on == On::Crossing) == Some(n);
            let differs = recorded.verdicts.iter().filter(|one| one.rule == rule).any(|one| one.old.as_ref().or(one.new.as_ref()).is_some_and(|verdict| is_here(&one.id, &verdict.events)));
            let within = |regions: &[Vec<Extent>]| regions.is_empty() || regions.iter().any(|region| region.iter().all(|extent| holds(extent, *place)));
            let told = change.rows.iter().any(|row| within(&row.regions));
            assert!(!differs || told, "at {place:?} it is judged otherwise, and nothing is told\n{text}\n{}", shown(&difference));
            let judged = |audit: &Audit| audit.verdicts.iter().any(|verdict| verdict.rule == rule && verdict.ruling != bylaw::Ruling::NotApplicable && is_here(&verdict.id, &verdict.events));
            if !other_occasion && (judged(&old) || judged(&new)) {
                assert!(differs || !told, "at {place:?} it is told, and judged the same\n{text}\n{}", shown(&difference));
            }
        }
    }
    assert!(by_case > 50 && changed > 30, "{changed} changed, {by_case} by a case");
    assert!(open * 10 < by_case, "{open} not decided, {by_case} by a case");
}

const LEAVE: &str = "regulation office\n  in force from 2024-01-01\n  time zone Asia/Shanghai\n  currency CNY\nkind post clerk < deputy < director\nregister staff\n  post: post\nevent leave by staff\n  days: days in halves, 0.5 .. 30\nevent report by staff\nevent note by staff\n";

/// What is told of the change from one text to the other, without the cases; each must be found the other way round.
fn told(old: &str, new: &str) -> Vec<String> {
    let [old, new] = [old, new].map(|text| Policy::parse(&format!("{LEAVE}{text}")).unwrap_or_else(|broken| panic!("{}", broken.render(bylaw::Tongue::En, false))));
    let difference = compare(old.model(), new.model());
    assert_eq!(in_full(&compare(new.model(), old.model())), in_full(&difference.clone().inverse()));
    let mut lines: Vec<String> = difference.renamed.iter().map(|(old, new)| format!("{old} is called {new}")).collect();
    for change in &difference.changes {
        let rows = shown(&Difference { changes: vec![change.clone()], ..Difference::default() });
        lines.push(format!("{:?} {}", change.sort, change.title.en));
        lines.extend(rows.lines().map(|line| format!("  {line}")));
    }
    lines.extend(difference.through.iter().map(|(norm, of)| format!("{norm} through {}", of.join(", "))));
    lines
}

#[test]
fn another_name_is_no_difference() {
    let duty = |name: &str, more: &str| format!("duty {name} [1]\n  on leave\n  must report by the same staff within {more}\n\nrule fined [2]\n  on breach of {name}\n  fine 10 CNY\n");
    assert_eq!(told(&duty("back", "3 days"), &duty("reporting", "3 days")), ["office.back is called office.reporting"]);
    assert_eq!(
        told(&duty("back", "3 days"), &duty("reporting", "5 days")),
        [
            "office.back is called office.reporting",
            "Changed “reporting”",
            "  what is required: report for the same staff within 3 days → report for the same staff within 5 days when always",
            "office.fined through office.reporting"
        ]
    );
}

#[test]
fn deadlines_exceptions_and_derived_records() {
    let duty = "duty back\n  on leave\n  must report by the same staff within 3 days\n";
    assert_eq!(
        told(duty, &format!("{duty}  instead within 9 days when days > 10 days\n")),
        ["Changed “back”", "  what is required: report for the same staff within 3 days → report for the same staff within 9 days when days is more than 10 days"]
    );
    let fine = "rule fined\n  on leave\n  fine 10 CNY\n";
    assert_eq!(
        told(fine, &format!("{fine}\nexception mild to fined\n  when staff.post is clerk\n  fine 5 CNY\n\nexception none to fined\n  when staff.post is director\n  does not apply\n")),
        ["Changed “fined”", "  fine: 10 CNY → 5 CNY when post of staff is clerk", "  fine: 10 CNY → does not apply when post of staff is director"]
    );
    let counted = |what: &str| format!("rule counted\n  on leave\n  when days {what} 10 days\n  count as note\n\nrule fined\n  on note\n  fine 1 CNY\n");
    assert_eq!(
        told(&counted(">"), &counted(">=")),
        ["Changed “counted”", "  whether it applies: does not apply → applies when days is 10 days", "office.fined through office.counted"]
    );
}

#[test]
fn declarations_and_what_hangs_on_them() {
    let reading = |decided: &str| format!("reading how \"how it is read\" [1]\n  mild \"mild\"\n  strict \"strict\"\n{decided}\nrule fined\n  on leave\n  fine 5 CNY when how is mild\n  fine 10 CNY when how is strict\n");
    assert_eq!(
        told(&reading(""), &reading("  read as mild by \"office\" since 2024-01-01\n")),
        ["Changed what is left open: how it is read", "  decided: nobody has decided → mild by office from 2024-01-01 on when ", "office.fined through office.how"]
    );
    let kind = |values: &str, row: &str| format!("kind grade {values}\nevent judged by staff\n  grade: grade\n\ntable points\n  on judged\n  exactly one\n  | grade | decides worth |\n  | good  | 2 |\n  | bad   | 1 |\n{row}");
    assert_eq!(
        told(&kind("good, bad", ""), &kind("good, bad, fair", "  | fair  | 3 |\n")),
        ["Changed kind grade", "  value: - → fair when ", "Changed “points”", "  worth: does not apply → 3 when grade is fair"]
    );
    assert_eq!(told(&kind("good \"A\", bad", ""), &kind("bad, good \"B\"", "")), [""; 0]);
}

/// A revision as the guide teaches it: the old clause ends, another one continues it.
#[test]
fn what_continues_another_is_compared_with_it() {
    let fine = |until: &str, more: &str| format!("rule fined [1]\n  in force from 2024-01-01{until}\n  on leave\n  fine 5 CNY\n{more}");
    assert_eq!(
        told(&fine("", ""), &fine(" until 2026-06-30", "\nrule fined_anew [1]\n  in force from 2026-07-01\n  continues fined\n  on leave\n  fine 6 CNY\n")),
        [
            "Changed “fined”",
            "  in force: from 2024-01-01 on → from 2024-01-01 until 2026-06-30 when ",
            "Added “fined anew”",
            "  continues: - → “fined” when ",
            "  in force: - → from 2026-07-01 on when ",
            "  fine: 5 CNY → 6 CNY when always"
        ]
    );
}
