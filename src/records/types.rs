//! Types that no policy declares, where they seem to be misspelt.

use super::layout::Layout;
use super::problem::Problem;
use super::record::Rejection;
use super::store::Store;
use crate::diagnostics::Say;

/// How many letters may be otherwise, at most.
const OTHERWISE: usize = 2;

/// A log may hold much that no rule looks at; what is spelt nearly like a declared type is told, once each.
pub(crate) fn nearly_declared(store: &Store, layout: &Layout<'_>) -> Vec<Rejection> {
    let declared: Vec<&str> = layout.type_names().collect();
    let mut all = Vec::new();
    for (name, origin) in &store.ignored_first {
        let allowed = OTHERWISE.min(name.chars().count() / 3);
        let near = declared.iter().map(|known| (strsim::damerau_levenshtein(name, known), *known)).filter(|(distance, _)| *distance <= allowed).min();
        let Some((_, near)) = near else { continue };
        let count = store.counts.ignored.get(name).copied().unwrap_or_default();
        let problem = Problem::new(
            "nearly-declared",
            Say::new(
                format!("no policy declares the record type `{name}`, so that nothing looks at it (records: {count}); there is a `{near}`"),
                format!("没有规章声明记录类型 `{name}`，因此不会被审查（{count} 条记录）；已声明的有 `{near}`"),
            ),
            Say::new(
                format!("if `{near}` is meant, correct the records; if it is another type that matters, declare it"),
                format!("如果是指 `{near}`，请改正记录；如果确为另一种要紧的类型，请加以声明"),
            ),
        );
        all.push(problem.at(origin.clone(), None));
    }
    all
}
