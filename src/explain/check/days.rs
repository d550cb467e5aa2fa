//! Counted days: every day between start and end is counted, skipped for its class, or suspended.

use super::Checker;
use crate::model::calendar::DayClass;
use crate::reference::derivation::DayCount;

impl Checker<'_> {
    /// Walks from the start to the end and compares day by day. A time moved back passes the days before its start, the end among them.
    pub(super) fn day_count(&mut self, told: &DayCount, moved: bool) {
        let (start, end) = (told.start.day(self.case.zone), told.end.day(self.case.zone));
        let (first, last) = if end < start { (end, start) } else { (start, end) };
        let (first, last) = if moved && end < start { (first.pred_opt().unwrap_or(first), last.pred_opt().unwrap_or(last)) } else { (first, last) };
        let last = told.moved.first().map_or(last, |(day, _)| *day);
        self.moved(told);
        let skips = !told.skipped.is_empty() || self.counts_working_days(told);
        let (mut counted, mut skipped, mut suspended) = (0_i64, 0_usize, 0_usize);
        let mut day = if told.same_day && first == start { Some(first) } else { first.succ_opt() };
        while let Some(today) = day.filter(|today| *today <= last) {
            day = today.succ_opt();
            let class = self.case.calendar.map_or(DayClass::Working(None), |calendar| calendar.class(today));
            if told.suspended.contains(&today) {
                suspended += 1;
            } else if skips && !matches!(class, DayClass::Working(_)) {
                skipped += 1;
                if !told.skipped.contains(&(today, class)) {
                    let text = today.to_string();
                    self.fault(&format!("{text} should be skipped, with its reason"), &format!("{text} 应列为不计之日并注明原因"));
                }
            } else {
                counted += 1;
            }
        }
        if told.counted.unsigned_abs() != counted.unsigned_abs() || told.skipped.len() != skipped || told.suspended.len() != suspended {
            self.fault("the days from start to end do not add up", "起止之间的天数不符");
        }
    }

    /// The days off over which the end was moved: all from the last counted day up to the end, and the end is worked.
    fn moved(&mut self, told: &DayCount) {
        let Some((first, _)) = told.moved.first() else { return };
        let end = told.end.day(self.case.zone);
        let class = |day| self.case.calendar.map_or(DayClass::Unknown, |calendar| calendar.class(day));
        let expected: Vec<_> = first.iter_days().take_while(|day| *day < end).map(|day| (day, class(day))).collect();
        let off = expected.iter().all(|(_, class)| !matches!(class, DayClass::Working(_) | DayClass::Unknown));
        if expected != told.moved || !off || !matches!(class(end), DayClass::Working(_)) || !self.case.regulation.moves_on {
            self.fault("the last day is not moved to the next working day as it should be", "末日未按规定顺延至下一工作日");
        }
    }

    /// Would the days come out only if free days were left out?
    fn counts_working_days(&self, told: &DayCount) -> bool {
        let end = told.moved.first().map_or_else(|| told.end.day(self.case.zone), |(day, _)| *day);
        let start = told.start.day(self.case.zone);
        let all = (end - start).num_days().abs() + i64::from(told.same_day) - i64::try_from(told.suspended.len()).unwrap_or(0);
        all != told.counted.abs()
    }
}
