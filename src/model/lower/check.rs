//! Checks of the whole, once every part is there: loops, too many readings, nesting.

use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::norm::Norm;
use crate::model::order::{self, Reads};
use crate::model::{Interval, ParameterSort};
use serde::Serialize;
use serde_json::ser::Formatter;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// More choices than this at one norm are an error.
const READINGS: usize = 512;

/// Levels of brackets in a norm's JSON: readers of bundles stop at 128.
const DEPTH: usize = 110;

/// More measures and exceptions than this in one norm are an error: copies of copies multiply.
const COPIES: usize = 1000;

/// Measures within measures.
const INLINED: usize = 32;

impl Lower<'_> {
    /// Counts one more copy of a measure or exception; false, told once, when a norm has too many.
    pub(super) fn may_copy(&mut self, at: At) -> bool {
        self.copies += 1;
        if self.copies == COPIES + 1 || self.copies <= COPIES && self.inlining.len() > INLINED {
            self.copies = COPIES + 1;
            self.error(
                "too-deep",
                at,
                Say::new("this norm is made of too many measures or exceptions within each other", "本规则中层层引用的计量或例外过多"),
                Say::new("let a norm of its own decide a part of it: `decides NAME = …`", "请用另一条规则的 `确定 名称 = …` 分出一部分"),
            );
        }
        self.copies <= COPIES
    }

    pub(super) fn check_whole(&mut self) {
        self.check_cycles();
        if !self.failed() {
            self.check_versions();
            self.check_readings();
            self.check_depth();
        }
    }

    fn norm_at(&self, name: &str) -> At {
        self.declared("item", name).unwrap_or_default()
    }

    fn check_cycles(&mut self) {
        for cycle in order::cycles(&self.model) {
            let mut names: Vec<String> = cycle.iter().filter_map(|at| self.model.norms.get(*at)).map(|norm| norm.name.clone()).collect();
            names.extend(names.first().cloned());
            let Some(first) = names.first() else { continue };
            let at = self.norm_at(first);
            let way = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" → ");
            self.told_cycle(at, &way);
        }
    }

    /// Norms with one line of verdict ids (`continues`) are versions of each other: on no day may two be in force.
    fn check_versions(&mut self) {
        let mut versions: BTreeMap<&str, Vec<&Norm>> = BTreeMap::new();
        for norm in &self.model.norms {
            versions.entry(norm.continues.as_deref().unwrap_or(&norm.name)).or_default().push(norm);
        }
        let pairs = versions.into_values().flat_map(|norms| {
            let pairs = norms.iter().enumerate().flat_map(|(n, one)| norms.iter().skip(n + 1).map(move |other| (*one, *other)));
            pairs.filter(|(one, other)| overlap(one.validity, other.validity)).collect::<Vec<_>>()
        });
        let clashes: Vec<(String, String)> = pairs.map(|(one, other)| (one.name.clone(), other.name.clone())).collect();
        for (one, other) in clashes {
            self.error2(
                "overlapping-versions",
                Say::new(format!("`{one}` and `{other}` share their verdict ids and are in force on the same days"), format!("`{one}` 与 `{other}` 共用判定编号，却在同一时期施行")),
                (self.norm_at(&other), Say::new("one version", "其一")),
                (self.norm_at(&one), Say::new("the other", "其二")),
                Say::new("end the earlier one: `in force until DATE`, and begin the later one: `in force from DATE`", "请写明前者 `至 日期`，后者 `自 日期 起施行`"),
            );
        }
    }

    /// A norm is judged once for each choice of the undecided readings it looks at, through derived records as well.
    fn check_readings(&mut self) {
        let needs = order::needs(&self.model);
        let own: Vec<BTreeSet<String>> = self.model.norms.iter().map(|norm| Reads::of(norm).parameters).collect();
        for at in 0..own.len() {
            let (mut seen, mut queue) = (BTreeSet::from([at]), vec![at]);
            while let Some(next) = queue.pop() {
                queue.extend(needs.get(next).into_iter().flatten().copied().filter(|need| seen.insert(*need)));
            }
            let read: BTreeSet<&String> = seen.iter().filter_map(|at| own.get(*at)).flatten().collect();
            let open: Vec<(&String, usize)> = read.into_iter().filter_map(|name| Some((name, self.alternatives(name)?))).collect();
            let choices = open.iter().try_fold(1_usize, |product, (_, n)| product.checked_mul(*n)).unwrap_or(usize::MAX);
            if choices > READINGS {
                let list = super::tell::list(open.iter().map(|(name, _)| name.as_str()));
                let norm = self.model.norms.get(at).map(|norm| norm.name.clone()).unwrap_or_default();
                self.error(
                    "too-many-readings",
                    self.norm_at(&norm),
                    Say::new(
                        format!("this norm hangs on {choices} combinations of readings, more than {READINGS}: {list}"),
                        format!("本规则取决于 {choices} 种解读组合，超过 {READINGS} 种：{list}"),
                    ),
                    Say::new("let somebody decide one of them (`read as … by … since …`), or split the norm", "请对其中之一作出决定（`解作 … 由 … 自 … 起`），或拆分规则"),
                );
            }
        }
    }

    /// How many ways a reading can be taken; none when it is no reading, or was decided for all times.
    fn alternatives(&self, name: &str) -> Option<usize> {
        match &self.model.parameter(name)?.sort {
            ParameterSort::Reading { decided } if decided.as_ref().is_none_or(|decided| !decided.retroactive) => {
                self.model.kind(name).map(|kind| kind.values.len())
            }
            _ => None,
        }
    }

    fn check_depth(&mut self) {
        let deep: Vec<String> = self.model.norms.iter().filter(|norm| depth(norm) > DEPTH).map(|norm| norm.name.clone()).collect();
        for name in deep {
            self.error(
                "too-deep",
                self.norm_at(&name),
                Say::new("a condition or amount of this norm is nested too deeply", "本规则的条件或金额嵌套过深"),
                Say::new("give a part of it a name with `measure NAME = …` decided by a norm of its own, or use a table", "请用 `确定` 把一部分分到另一条规则，或改用表"),
            );
        }
    }
}

fn overlap(a: Interval, b: Interval) -> bool {
    let before = |a: Interval, b: Interval| a.until.zip(b.from).is_some_and(|(until, from)| until < from);
    !before(a, b) && !before(b, a)
}

/// How deeply the norm is nested, when it is written as data. Nothing is written.
fn depth(norm: &Norm) -> usize {
    let mut nesting = Nesting::default();
    norm.serialize(&mut serde_json::Serializer::with_formatter(io::sink(), &mut nesting)).expect("a norm is plain data");
    nesting.deepest
}

#[derive(Default)]
struct Nesting {
    now: usize,
    deepest: usize,
}

impl Nesting {
    fn open(&mut self) -> io::Result<()> {
        self.now += 1;
        self.deepest = self.deepest.max(self.now);
        Ok(())
    }

    fn close(&mut self) -> io::Result<()> {
        self.now -= 1;
        Ok(())
    }
}

impl Formatter for &mut Nesting {
    fn begin_array<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.open()
    }
    fn end_array<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.close()
    }
    fn begin_object<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.open()
    }
    fn end_object<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.close()
    }
}
