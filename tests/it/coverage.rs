//! `bylaw coverage`: a small text with a clause of each sort, and the corpus.

use crate::run::{Place, repository};
use serde_json::Value;

const OFFICE: &str = r#"regulation office [1, 1.0]
  time zone Asia/Shanghai
  currency CNY

kind rank clerk, chief
register staff [1.11]
  rank: rank
event late by staff
  minutes: minutes, 0 ..
event lapse by staff
  void unless minutes_known [1.12]
  minutes_known: yes/no
event petition by staff

not computable [1.9] because "an aim"
not computable [1.1a] because "wrongly"

judged serious [1.4]: yes/no of late by staff
judged careless: yes/no of lapse by staff
hole lapse_fine [1.6]: money, 0 .. 100
hole length [1.7]: days, 0 .. 30
reading late_day [1.10]
  calendar_day
  working_day
  not decided
reading unused [1.13]
  one
  other
  not decided

measure grave "serious or very late" [1.5] = serious or minutes > 60 minutes
measure very_late [1.14] = minutes > 90 minutes

rule late_fine [1.1, 1.1b]
  on late
  fine 5 CNY when minutes >= 30 minutes [1.1a]
  fine 50 CNY when grave [1.1c]
  fine 60 CNY when late_day is working_day and very_late
  all max

rule guarded [1.2]
  on late
  when grave
  fine 1 CNY [1.2a]

exception forgiven to guarded [1.2b]
  when minutes < 10 minutes
  does not apply

exception chiefs to late_fine [1.3]
  when staff.rank is chief
  does not apply

rule lapses [1.6a]
  on lapse
  fine lapse_fine

duty answered [1.15, 1.99]
  on petition
  must late within 7 days [1.15]
  extended to 30 days when staff.rank is chief [1.15a]

duty all_judged [1.16]
  on lapse
  must satisfy careless [1.16a]

pay bonus [1.17]
  each staff, every month
  base 90 CNY

rule bonus_lost [1.17a]
  on lapse
  when careless
  forfeits bonus
"#;

const OUTLINE: &str = "\u{feff}id,computable,note,summary_en
1.0,yes,,The header itself
1.1a,yes,,A row
1.1b,yes,,The norm
1.1c,with-attestation,,A row that asks a judged fact through a measure
1.2,yes,,A norm whose guard does
1.2a,yes,,Its row
1.2b,yes,,Its exception
1.3,yes,,An exception
1.4,with-attestation,,A judged fact
1.5,with-attestation,,A measure that asks one
1.6,no,,A hole
1.6a,yes,,A norm that needs it
1.7,no,,A hole that nobody needs
1.9,no,,\"An aim, \"\"lofty\"\"\"
1.10,yes,,A reading that a norm asks for
1.11,yes,,A register
1.12,yes,,What makes a record void
1.13,yes,,A reading that no norm asks for
1.14,yes,,A measure
1.15,yes,,A duty
1.15a,yes,,Its extension
1.16,yes,,A duty all of whose lines are judged
1.16a,yes,,Its line
1.17,yes,,A pay
1.17a,yes,,What takes it away on a judged fact
1.18,yes,,Nothing
1.18b,no,,Nothing either
2.1,yes,,Another text
2.2,no,,More of it
";

fn place() -> Place {
    Place::with(&[("office.bylaw", OFFICE), ("clauses.csv", OUTLINE)])
}

fn json(place: &Place, path: &str, outline: &str) -> Value {
    let out = place.bylaw(&["coverage", path, "--outline", outline, "--format", "json"]).out;
    serde_json::from_str(&out).unwrap()
}

#[test]
fn each_clause_has_its_status() {
    let whole = json(&place(), "office.bylaw", "clauses.csv");
    let statuses: Vec<String> = whole["clauses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {}{}", one["id"].as_str().unwrap(), one["status"].as_str().unwrap(), if one["parameter"] == true { ", parameter" } else { "" }))
        .collect();
    insta::assert_snapshot!(statuses.join("\n"), @"
    1.0 encoded
    1.1a encoded
    1.1b encoded
    1.1c attested
    1.2 attested
    1.2a attested
    1.2b attested
    1.3 encoded
    1.4 attested
    1.5 attested
    1.6 attested
    1.6a encoded, parameter
    1.7 attested
    1.9 not_computable
    1.10 encoded
    1.11 encoded
    1.12 encoded
    1.13 attested
    1.14 encoded
    1.15 encoded
    1.15a encoded
    1.16 attested
    1.16a attested
    1.17 encoded
    1.17a attested
    1.18 missing
    1.18b missing
    ");
}

#[test]
fn people_see_the_table_and_what_is_wrong() {
    let place = place();
    for tongue in ["en", "zh"] {
        let shown = place.bylaw(&["coverage", "office.bylaw", "--outline", "clauses.csv", "--verbose", "--lang", tongue]).exits(1).out;
        insta::assert_snapshot!(format!("coverage_{tongue}"), shown);
    }
}

#[test]
fn a_bundle_has_all_but_the_places() {
    let place = place();
    place.bylaw(&["compile", "office.bylaw", "-o", "office.json"]).exits(0);
    let (mut source, mut bundle) = (json(&place, "office.bylaw", "clauses.csv"), json(&place, "office.json", "clauses.csv"));
    let places = |whole: &mut Value| whole["dangling"][0]["places"].take();
    assert_eq!(places(&mut source)[0]["line"], 58);
    assert_eq!(places(&mut bundle), Value::Array(Vec::new()));
    assert_eq!(source, bundle);
}

#[test]
fn the_longest_part_owns_a_clause() {
    let text = |name: &str, part: &str| format!("regulation {name} [{part}]\n  time zone Asia/Shanghai\nregister of_{name} [{part}1]\n");
    let place = Place::with(&[("a/a.bylaw", &text("a", "3.")), ("b/b.bylaw", &text("b", "3.2."))]);
    place.write("clauses.csv", "id,computable\n3.1,yes\n3.2.1,yes\n3.21,yes\n");
    let whole = json(&place, ".", "clauses.csv");
    let owners: Vec<&str> = whole["clauses"].as_array().unwrap().iter().map(|one| one["regulation"].as_str().unwrap()).collect();
    assert_eq!(owners, ["a", "b", "a"]);
}

#[test]
fn a_regulation_of_another_text_is_passed_over() {
    let place = place();
    place.write("other.bylaw", "regulation other\n  time zone Asia/Shanghai\nregister thing [article 7]\n");
    let whole = json(&place, "other.bylaw", "clauses.csv");
    assert_eq!(whole["dangling"], Value::Array(Vec::new()));
    assert_eq!(whole["total"]["clauses"], 0);
    let out = place.bylaw(&["coverage", "other.bylaw", "--outline", "clauses.csv"]).exits(1).out;
    assert!(out.contains("no clause belongs to a regulation here"), "{out}");
}

#[test]
fn what_is_whole_ends_well() {
    let place = Place::with(&[("a.bylaw", "regulation a [3]\n  time zone Asia/Shanghai\nregister staff [3.1]\n"), ("clauses.csv", "computable,id\nyes,3.1\n")]);
    let out = place.bylaw(&["coverage", "a.bylaw", "--outline", "clauses.csv"]).exits(0).out;
    assert!(out.ends_with("encoded without an attestation: 1 of 1 clauses marked `yes`, 100.0 %\n"), "{out}");
}

#[test]
fn a_bad_outline_is_unusable_input() {
    let place = place();
    let rows = [
        ("id,summary\n1,x\n", "no column `computable`"),
        ("id,computable\n1,yes,more\n", "clauses.csv:2:1"),
        ("id,computable\r\n1,yes\r\n\r\n,no\r\n", "clauses.csv:4:1"),
        ("id,computable\n1,yes\n2,no\n1,no\n", "first in line 2"),
        ("id,computable\n1,\n", "clauses.csv:2:1"),
        ("id,computable\n1,Yes\n", "`Yes` does not say whether the clause is computable"),
        ("", "no column `id`"),
    ];
    for (text, said) in rows {
        place.write("clauses.csv", text);
        let err = place.bylaw(&["coverage", "office.bylaw", "--outline", "clauses.csv"]).exits(3).err;
        assert!(err.contains("bad-outline") && err.contains(said), "{text:?}: {err}");
    }
    place.write("clauses.csv", b"id,computable\n\xff,yes\n");
    assert!(place.bylaw(&["coverage", "office.bylaw", "--outline", "clauses.csv"]).exits(3).err.contains("not UTF-8"));
    assert!(place.bylaw(&["coverage", "office.bylaw", "--outline", "nowhere.csv"]).exits(3).err.contains("there is no such file"));
    place.bylaw(&["coverage", "office.bylaw"]).exits(2);
}

/// The outline of the corpus lies beside the repository, when at all.
#[test]
fn the_policies_cite_clauses_that_there_are() {
    let beside = ["../shared/clauses.csv", "../../shared/clauses.csv"];
    let Some(outline) = beside.iter().map(|path| repository().join(path)).find(|path| path.exists()) else {
        eprintln!("passed over: no outline of the corpus at {}", beside.join(" or "));
        return;
    };
    let whole = json(&Place::new(), &repository().join("policies").to_string_lossy(), &outline.to_string_lossy());
    assert_eq!(whole["dangling"], Value::Array(Vec::new()));
    assert_eq!(whole["contradictions"], Value::Array(Vec::new()));
}
