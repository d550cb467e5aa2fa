//! One part as its records pass by: each batch is judged at once, and nothing of it is kept but what the state of its subjects needs.

use super::{Shard, shard_of};
use crate::Policy;
use crate::engine::{Columns, Left, Passing, Plan, Take, Told, lateness};
use crate::model::norm::Occasion;
use crate::records::{At, Facts};
use crate::reference::verdict::Ruling;
use crate::report::rows::{Alike, Rows};
use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

impl Shard {
    /// The verdicts of this part, as rows by [`crate::report::arrow::verdict_schema`]. `facts`: of the registers. `places`: of all rows, one after the other, in the whole;
    /// a row without one (below 0) is no record. They are judged in the order of their places. None: something came that only a reader of all records can settle,
    /// or that the reference evaluator must judge; then nothing was said.
    ///
    /// # Errors
    /// When the texts of a batch take more than an array holds.
    pub fn pass(&self, policy: &Policy, facts: &Facts, (batches, places): (&[RecordBatch], &[i64]), (until, all): (At, bool)) -> Result<Option<Vec<RecordBatch>>, ArrowError> {
        let model = policy.model();
        let plan = Plan::new(model, facts);
        let left = Left::outside(&plan);
        if !left.is_empty() || plan.entity() != Some(&*self.entity) {
            return Ok(None);
        }
        let wanted = model.norms.iter().map(|norm| self.norms.contains(&norm.name).then_some(matches!(norm.occasion, Occasion::Period { .. }))).collect();
        let lateness = lateness(model);
        let taker = Taker { wanted, part: (self.at, self.of), all, rows: Rows::new(), failed: None };
        let mut passing = Passing::new(&plan, Some(until), &lateness, &left.norms, vec![taker]);
        let mut columns = Columns::new(&plan, policy.reader(), "<data>", Some(until));
        let which = in_order(batches, places);
        let Some(opened) = columns.open(batches).filter(|_| batches.iter().map(RecordBatch::num_rows).sum::<usize>() == places.len()) else { return Ok(None) };
        for some in which.chunks(SOME) {
            let batch = columns.rows(&opened, some);
            if columns.needs_all() {
                return Ok(None);
            }
            passing.eval_batch(batch);
        }
        // Once for each subject, not for each record.
        if !passing.subjects().all(|id| shard_of(id, self.of) == self.at) {
            return Ok(None);
        }
        if let Some(first) = self.first {
            if passing.first_day().is_some_and(|own| own < first) {
                return Ok(None);
            }
            passing.begin(first);
        }
        let Some((mut takers, finished)) = passing.finish(until) else { return Ok(None) };
        let Some(taker) = takers.pop().filter(|_| finished.again.is_empty() && !finished.unfinished) else { return Ok(None) };
        match taker.failed {
            Some(error) => Err(error),
            None => taker.rows.finish().map(Some),
        }
    }
}

/// Rows that are judged together.
const SOME: usize = 1 << 12;

/// Batch and row of each record, in the order of the places. Those that have the same place stay as they are.
fn in_order(batches: &[RecordBatch], places: &[i64]) -> Vec<(u32, u32)> {
    let numbers = |count: usize| 0..u32::try_from(count).unwrap_or(u32::MAX);
    let rows = numbers(batches.len()).zip(batches).flat_map(|(batch, records)| numbers(records.num_rows()).map(move |row| (batch, row)));
    let mut placed: Vec<(i64, (u32, u32))> = Vec::with_capacity(places.len());
    placed.extend(places.iter().copied().zip(rows).filter(|(place, _)| *place >= 0));
    placed.sort_by_key(|(place, _)| *place);
    placed.iter().map(|(_, row)| *row).collect()
}

/// Makes rows of the verdicts that are wanted.
struct Taker {
    /// Of each norm: is it one on periods? None: its verdicts are not wanted.
    wanted: Vec<Option<bool>>,
    part: (u32, u32),
    all: bool,
    rows: Rows,
    failed: Option<ArrowError>,
}

impl Taker {
    fn wants(&self, norm: usize, subject: &str) -> bool {
        let (at, of) = self.part;
        match self.wanted.get(norm) {
            Some(Some(is_period)) => !is_period || shard_of(subject, of) == at,
            _ => false,
        }
    }
}

impl Take for Taker {
    type Form = Option<Alike>;

    fn take(&mut self, norm: usize, told: &Told<'_>, form: &mut Option<Alike>) {
        if (self.all || told.alike.ruling != Ruling::NotApplicable) && self.wants(norm, told.of) {
            let alike = form.get_or_insert_with(|| Alike::new(told.alike));
            if let Err(error) = self.rows.push(told, alike) {
                self.failed.get_or_insert(error);
            }
        }
    }

    fn wants_not_applicable(&self) -> bool {
        self.all
    }

    fn passes_over(&mut self, norm: usize, subject: &str) -> bool {
        !self.wants(norm, subject)
    }
}
