//! `bylaw audit --plan`: which norms are judged as the records pass by, and why the others are not.

use super::statements::norm_label;
use super::table::{Cell, Style, table};
use super::words::pick;
use crate::diagnostics::Tongue;
use crate::engine::Plans;
use crate::explain::words::Words;
use crate::model::Model;
use crate::records::Records;
use std::io::{self, Write};

/// Writes the plan.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn write(model: &Model, records: &Records, (tongue, colour): (Tongue, bool), out: &mut dyn Write) -> io::Result<()> {
    let plans = Plans::new(model, &records.facts);
    let words = Words::new(model, records, "", tongue);
    let needed = plans.rests_outside();
    let all = model.norms.len();
    for (at, (plan, elsewhere)) in plans.iter().zip(plans.elsewhere(&needed)).enumerate() {
        let here = (0..all).filter(|norm| plan.judges(*norm) && !elsewhere.contains(norm)).count();
        let (entity, bytes) = (plan.entity().unwrap_or("-"), plan.state_size());
        writeln!(out, "{}", match (tongue, at) {
            (Tongue::En, 0) => format!("{here} of {all} norms are judged as the records pass by, for each `{entity}` on its own ({bytes} bytes of state each); threads share out the records by `{entity}`"),
            (Tongue::En, _) => format!("{here} more beside them, for each `{entity}` on its own ({bytes} bytes of state each)"),
            (Tongue::Zh, 0) => format!("{all} 条中有 {here} 条随记录逐条判定，各 `{entity}` 分别进行（每个状态 {bytes} 字节）；多线程按 `{entity}` 分派记录"),
            (Tongue::Zh, _) => format!("另有 {here} 条同时进行，各 `{entity}` 分别判定（每个状态 {bytes} 字节）"),
        })?;
    }
    if needed.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", pick(tongue, "by the reference evaluator, whose threads share out the occasions of each norm, and why:", "由参考求值器判定者（多线程按各条款的事项分派）及其原因："))?;
    let outside = plans.outside().into_iter().map(|(norm, why)| (norm, why.0.get(tongue).to_owned()));
    let below = needed.iter().filter(|norm| plans.judges(**norm)).filter_map(|norm| model.norms.get(*norm));
    let below = below.map(|norm| (norm, pick(tongue, "a norm that is judged so rests on it", "由参考求值器判定的条款以其为据").to_owned()));
    let row = |(norm, why): (&crate::model::norm::Norm, String)| {
        vec![Cell::left(&norm.name), Cell::left(norm_label(&words, &norm.name).unwrap_or_default()).style(Style::Faint), Cell::left(why)]
    };
    let rows: Vec<_> = outside.chain(below).map(row).collect();
    out.write_all(table(&rows, 2, colour).as_bytes())
}
