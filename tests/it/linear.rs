//! Tables whose columns are sums of fields, against ground truth: every combination where the fields are small, Z3 where they are large.

use bylaw::analysis::finding::{Extent, Finding};
use bylaw::analysis::Linted;
use bylaw::model::number::Number;
use fastrand::Rng;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A column: as it is written, as it is said, and its factors of `a`, `b` and `c`.
type Column = (&'static str, &'static str, [i64; 3]);

const COLUMNS: [Column; 8] = [
    ("a", "a", [1, 0, 0]),
    ("b", "b", [0, 1, 0]),
    ("a + b", "a + b", [1, 1, 0]),
    ("a + 2 * b", "a + 2 × b", [1, 2, 0]),
    ("a - c", "a − c", [1, 0, -1]),
    ("b - c", "b − c", [0, 1, -1]),
    ("a + b + c", "a + b + c", [1, 1, 1]),
    ("b + 3 * c", "b + 3 × c", [0, 1, 3]),
];

/// The values that a cell allows, both ends included; none: any.
type Cell = Option<(Option<i64>, Option<i64>)>;

struct Table {
    /// The highest value of each field; the lowest is 0.
    top: i64,
    columns: Vec<Column>,
    rows: Vec<(Vec<Cell>, usize)>,
    first: bool,
}

impl Table {
    fn random(rng: &mut Rng, top: i64) -> Self {
        let mut columns = COLUMNS.to_vec();
        rng.shuffle(&mut columns);
        columns.truncate(rng.usize(2..=4));
        let cell = |rng: &mut Rng, factors: [i64; 3]| {
            let low: i64 = factors.iter().map(|by| by.min(&0) * top).sum();
            let high: i64 = factors.iter().map(|by| by.max(&0) * top).sum();
            let n = rng.i64(low..=high);
            match rng.u32(0..6) {
                0 => None,
                1 => Some((None, Some(n))),
                2 => Some((Some(n), None)),
                3 if top < 10 => Some((Some(n), Some(n))),
                _ => Some((Some(n), Some(n + rng.i64(0..=(high - low) / 3)))),
            }
        };
        let rows = (0..rng.usize(1..=5)).map(|at| (columns.iter().map(|(_, _, factors)| cell(rng, *factors)).collect(), at / 2 + 1)).collect();
        Self { top, columns, rows, first: rng.bool() }
    }

    fn text(&self) -> String {
        let field = |name| format!("  {name}: number in 1, 0 .. {}\n", self.top);
        let fields: String = ["a", "b", "c"].map(field).concat();
        let hit = if self.first { "first match" } else { "exactly one" };
        let mut text = format!("regulation office\n  time zone Asia/Shanghai\n  currency CNY\nregister staff\nevent claim by staff\n{fields}\ntable t\n  on claim\n  {hit}\n  |");
        for (written, ..) in &self.columns {
            text += &format!(" {written} |");
        }
        text += " deduct |\n";
        for (cells, value) in &self.rows {
            text += "  |";
            for cell in cells {
                text += &match cell {
                    None | Some((None, None)) => " any |".to_owned(),
                    Some((Some(low), None)) => format!(" >= {low} |"),
                    Some((None, Some(high))) => format!(" <= {high} |"),
                    Some((Some(low), Some(high))) if low == high => format!(" {low} |"),
                    Some((Some(low), Some(high))) => format!(" {low} .. {high} |"),
                };
            }
            text += &format!(" {value} CNY |\n");
        }
        text
    }

    fn linted(&self) -> Linted {
        crate::lint::compiled(&self.text()).1
    }

    fn applies(&self, row: usize, at: [i64; 3]) -> bool {
        self.rows[row].0.iter().zip(&self.columns).all(|(cell, (_, _, factors))| {
            let sum: i64 = factors.iter().zip(at).map(|(by, value)| by * value).sum();
            cell.is_none_or(|(low, high)| low.is_none_or(|low| low <= sum) && high.is_none_or(|high| sum <= high))
        })
    }

    /// Pairs of rows that give different values.
    fn pairs(&self) -> Vec<[usize; 2]> {
        if self.first {
            return Vec::new();
        }
        let all = (0..self.rows.len()).flat_map(|a| (a + 1..self.rows.len()).map(move |b| [a, b]));
        all.filter(|[a, b]| self.rows[*a].1 != self.rows[*b].1).collect()
    }
}

/// The rows that a finding speaks of, from 0.
fn rows(finding: &Finding) -> Vec<usize> {
    finding.places.iter().filter_map(|(_, say)| say.en.trim().strip_prefix("row ")?.parse::<usize>().ok()).map(|row| row - 1).collect()
}

/// What was found: a gap, pairs that overlap, rows that never count.
#[derive(Debug, PartialEq)]
struct Truth {
    gap: bool,
    overlaps: BTreeSet<Vec<usize>>,
    idle: BTreeSet<usize>,
}

fn told(linted: &Linted) -> Truth {
    let of = |kinds: &'static [&'static str]| linted.findings.iter().filter(|finding| kinds.contains(&finding.kind));
    Truth { gap: of(&["gap"]).count() > 0, overlaps: of(&["overlap"]).map(rows).collect(), idle: of(&["dead", "shadowed"]).map(|finding| rows(finding)[0]).collect() }
}

fn factors(extent: &Extent) -> [i64; 3] {
    let named = |name: &str| COLUMNS.iter().find(|(_, said, _)| *said == name).map(|(_, _, factors)| *factors);
    named(&extent.what.en).or_else(|| (extent.what.en == "c").then_some([0, 0, 1])).unwrap_or_else(|| panic!("{extent:?}"))
}

fn within(finding: &Finding, at: [i64; 3]) -> bool {
    let holds = |extent: &Extent| {
        let sum = Number::whole(factors(extent).iter().zip(at).map(|(by, value)| by * value).sum());
        extent.stretches.iter().any(|stretch| {
            stretch.from.is_none_or(|(low, open)| if open { low < sum } else { low <= sum }) && stretch.to.is_none_or(|(high, open)| if open { sum < high } else { sum <= high })
        })
    };
    finding.regions.iter().any(|region| region.iter().all(holds))
}

/// How many random tables: a run by hand may ask for more.
pub(crate) fn how_many(usual: u64) -> u64 {
    std::env::var("RANDOM_POLICIES").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

#[test]
fn sums_of_small_fields_against_every_combination() {
    let (mut gaps, mut overlaps, mut idle) = (0, 0, 0);
    for seed in 0..how_many(300) {
        let table = Table::random(&mut Rng::with_seed(seed), 4);
        let linted = table.linted();
        assert!(linted.undecided.is_empty(), "{}\n{:?}", table.text(), linted.undecided);
        let all: Vec<[i64; 3]> = (0..=4).flat_map(|a| (0..=4).flat_map(move |b| (0..=4).map(move |c| [a, b, c]))).collect();
        let applying = |at: [i64; 3]| -> Vec<usize> { (0..table.rows.len()).filter(|row| table.applies(*row, at)).collect() };
        let counts = |row: usize| all.iter().any(|at| if table.first { applying(*at).first() == Some(&row) } else { table.applies(row, *at) });
        let truth = Truth {
            gap: all.iter().any(|at| applying(*at).is_empty()),
            overlaps: table.pairs().into_iter().filter(|[a, b]| all.iter().any(|at| table.applies(*a, *at) && table.applies(*b, *at))).map(Vec::from).collect(),
            idle: (0..table.rows.len()).filter(|row| !counts(*row)).collect(),
        };
        assert_eq!(told(&linted), truth, "seed {seed}\n{}", table.text());
        (gaps, overlaps, idle) = (gaps + usize::from(truth.gap), overlaps + truth.overlaps.len(), idle + truth.idle.len());
        for finding in linted.findings.iter().filter(|finding| matches!(finding.kind, "gap" | "overlap")) {
            assert!(finding.witness.is_some());
            for at in all.iter().filter(|_| finding.whole) {
                let is = if finding.kind == "gap" { applying(*at).is_empty() } else { rows(finding).iter().all(|row| table.applies(*row, *at)) };
                assert_eq!(within(finding, *at), is, "seed {seed}, {} at {at:?}\n{}\n{finding:?}", finding.kind, table.text());
            }
        }
    }
    assert!(gaps > 100 && overlaps > 50 && idle > 50, "{gaps} gaps, {overlaps} overlaps, {idle} idle rows");
}

/// The program of Z3: in the path, or where `.ci/run` puts it.
fn z3() -> Option<PathBuf> {
    let installed = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin/z3");
    [PathBuf::from("z3"), installed].into_iter().find(|program| Command::new(program).arg("--version").output().is_ok())
}

/// Answers of Z3, in order: is there such a place?
fn asked(program: &PathBuf, top: i64, questions: &[String]) -> Vec<bool> {
    let mut script = String::from("(declare-const a Int)(declare-const b Int)(declare-const c Int)\n");
    script += &["a", "b", "c"].map(|name| format!("(assert (<= 0 {name} {top}))\n")).concat();
    for question in questions {
        script += &format!("(push)(assert {question})(check-sat)(pop)\n");
    }
    let mut child = Command::new(program).arg("-in").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let out = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let answer = |line: &str| match line {
        "sat" => true,
        "unsat" => false,
        other => panic!("{other}"),
    };
    let answers: Vec<bool> = out.lines().map(answer).collect();
    assert_eq!(answers.len(), questions.len());
    answers
}

fn number(n: i64) -> String {
    if n < 0 { format!("(- {})", -n) } else { n.to_string() }
}

fn sum(factors: [i64; 3]) -> String {
    let terms: Vec<String> = factors.iter().zip(["a", "b", "c"]).map(|(by, name)| format!("(* {} {name})", number(*by))).collect();
    format!("(+ {})", terms.join(" "))
}

fn all(parts: Vec<String>) -> String {
    format!("(and true {})", parts.join(" "))
}

impl Table {
    fn formula(&self, row: usize) -> String {
        let mut parts = Vec::new();
        for (cell, (_, _, factors)) in self.rows[row].0.iter().zip(&self.columns) {
            let (low, high) = cell.unwrap_or_default();
            parts.extend(low.map(|low| format!("(<= {} {})", number(low), sum(*factors))));
            parts.extend(high.map(|high| format!("(<= {} {})", sum(*factors), number(high))));
        }
        all(parts)
    }
}

fn region(finding: &Finding) -> String {
    let end = |end: &Number| number(i64::try_from(end.as_whole().unwrap()).unwrap());
    let boxes: Vec<String> = finding.regions.iter().map(|region| {
        all(region.iter().map(|extent| {
            let sum = sum(factors(extent));
            let stretches: Vec<String> = extent.stretches.iter().map(|stretch| {
                let from = stretch.from.map(|(low, open)| format!("({} {} {sum})", if open { "<" } else { "<=" }, end(&low)));
                let to = stretch.to.map(|(high, open)| format!("({} {sum} {})", if open { "<" } else { "<=" }, end(&high)));
                all(from.into_iter().chain(to).collect())
            }).collect();
            format!("(or false {})", stretches.join(" "))
        }).collect())
    }).collect();
    format!("(or false {})", boxes.join(" "))
}

#[test]
fn sums_of_large_fields_against_z3() {
    let Some(program) = z3() else {
        eprintln!("passed over: there is no z3 (pip install --target target/tools z3-solver)");
        return;
    };
    let mut compared = 0;
    for seed in 0..how_many(60) {
        let table = Table::random(&mut Rng::with_seed(10_000 + seed), 1_000);
        let linted = table.linted();
        assert!(linted.undecided.is_empty(), "{}\n{:?}", table.text(), linted.undecided);
        let rows_of = |rows: &[usize]| all(rows.iter().map(|row| table.formula(*row)).collect());
        let none = |rows: std::ops::Range<usize>| all(rows.map(|row| format!("(not {})", table.formula(row))).collect());
        let pairs = table.pairs();
        let mut questions = vec![none(0..table.rows.len())];
        questions.extend(pairs.iter().map(|pair| rows_of(pair)));
        questions.extend((0..table.rows.len()).map(|row| all(vec![table.formula(row), if table.first { none(0..row) } else { "true".to_owned() }])));
        let whole: Vec<&Finding> = linted.findings.iter().filter(|finding| finding.whole && matches!(finding.kind, "gap" | "overlap")).collect();
        questions.extend(whole.iter().map(|finding| {
            let truth = if finding.kind == "gap" { none(0..table.rows.len()) } else { rows_of(&rows(finding)) };
            format!("(not (= {truth} {}))", region(finding))
        }));
        let answers = asked(&program, table.top, &questions);
        let (there, differ) = answers.split_at(answers.len() - whole.len());
        let (gap, rest) = there.split_first().unwrap();
        let (meet, counts) = rest.split_at(pairs.len());
        let truth = Truth {
            gap: *gap,
            overlaps: pairs.iter().zip(meet).filter(|(_, meet)| **meet).map(|(pair, _)| pair.to_vec()).collect(),
            idle: (0..table.rows.len()).zip(counts).filter(|(_, counts)| !**counts).map(|(row, _)| row).collect(),
        };
        assert_eq!(told(&linted), truth, "seed {seed}\n{}", table.text());
        assert!(differ.iter().all(|differ| !differ), "a region differs, seed {seed}\n{}\n{whole:?}", table.text());
        compared += questions.len();
    }
    assert!(compared > 300, "{compared}");
}
