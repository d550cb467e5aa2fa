//! Duties of norms that apply: they begin, records come, and what became of them is told when nothing can change it any more, or at the end.

use super::batch::Stamp;
use super::bearer::post_to;
use super::code::{Code, Now};
use super::due::{Due, Until};
use super::instant::is_kept;
use super::duty::{Asked, Later};
use super::judge::{Looked, Outcome};
use super::norm::Judging;
use super::plan::Plan;
use super::room;
use super::sink::{Judged, Late, Made, Occasion, Sink};
use super::timer::{Came, Progress, Timer, Told};
use super::track::Tracking;
use super::word::{Names, Word, day_of};
use super::work::{Work, post};
use crate::reference::verdict::Ruling;

/// Which duty records of a type may meet: norm, duty, which of its alternatives, and which of the conditions on records.
#[derive(Debug, Clone, Copy)]
pub(super) struct Feed {
    judging: usize,
    duty: usize,
    asked: usize,
    condition: usize,
}

/// By record type: which duties its records may meet. Empty when there are none at all.
pub(super) fn feeds(judgings: &[Judging], events: usize) -> Vec<Vec<Feed>> {
    let mut all = vec![Vec::new(); events];
    let mut some = false;
    for (judging, norm) in judgings.iter().enumerate() {
        for (duty, of) in norm.duties.iter().enumerate() {
            for (asked, of) in of.asked.iter().enumerate() {
                let Asked::Records(later) = of else { continue };
                for (condition, (event, _)) in later.events.iter().enumerate() {
                    some = true;
                    all.get_mut(*event).into_iter().for_each(|feeds: &mut Vec<Feed>| feeds.push(Feed { judging, duty, asked, condition }));
                }
            }
        }
    }
    if some { all } else { Vec::new() }
}

impl Feed {
    fn of<'p>(&self, plan: &'p Plan<'_>) -> Option<(&'p Later, Option<&'p Code>)> {
        match plan.judgings.get(self.judging)?.duties.get(self.duty)?.asked.get(self.asked)? {
            Asked::Records(later) => Some((later, later.events.get(self.condition)?.1.as_ref())),
            Asked::Now(_) => None,
        }
    }
}

impl Work<'_, '_, '_> {
    /// A norm with duties applies: what it decides is posted at once, what it requires is waited for.
    #[inline(never)]
    pub(super) fn begin(&mut self, judging: &Judging, (one, place): (usize, Option<usize>), (ruling, looked): (Ruling, Looked), now: &mut Now<'_>) {
        let at = self.row.at;
        let mut told = None;
        if let (Some(tracking), Ok(subject)) = (self.tracking.as_mut(), usize::try_from(self.subject)) {
            tracking.gather(judging, subject, place, looked);
            told = Some(Box::new(Told { trace: tracking.trace.clone(), events: tracking.events.clone(), ..Told::default() }));
        }
        let bearer = judging.bound(now);
        // To somebody else it is posted together with what follows a breach.
        *self.again |= bearer.is_none() && !post(self.plan, judging, self.outcomes, now.state);
        let outcomes = self.outcomes.clone();
        let sanctions = (!looked.2 && !judging.if_breached.is_empty()).then(|| self.sanctions(judging, place, told.as_deref_mut(), now));
        let duties = judging.duties.iter().map(|duty| duty.asked.iter().map(|asked| self.asked(asked, at, now)).collect()).collect();
        now.odd |= !is_kept(at);
        if !judging.makes.is_empty() {
            self.make(judging, one, now);
        }
        if now.odd {
            return;
        }
        let mut name: Box<str> = self.batch.text(self.row.name).into();
        if one > 0 {
            room::with_makers(self.plan, self.made_by, one, &mut |made_by| name = made_by.of(self.batch.text(self.row.name)).into());
        }
        let (sanctions, is_odd) = sanctions.map_or((None, false), |(outcomes, is_odd)| (Some(outcomes), is_odd));
        let timer = Timer { judging: judging.place, root: self.number, name, at, bearer, ruling, outcomes, sanctions, is_odd, duties, told };
        match self.open.as_mut() {
            Some(open) => open.timers.push(timer),
            None => *self.again = true,
        }
    }

    /// What follows if a duty is breached; true: nobody can tell.
    fn sanctions(&mut self, judging: &Judging, place: Option<usize>, told: Option<&mut Told>, now: &mut Now<'_>) -> (Vec<Outcome>, bool) {
        let before = std::mem::take(&mut now.odd);
        now.trace = told.as_ref().map(|_| Vec::new());
        let outcomes = judging.if_breached.iter().map(|deciding| deciding.decide(now)).collect();
        let trace = now.trace.take().unwrap_or_default();
        if let (Some(told), Some(tracking), Ok(subject)) = (told, self.tracking.as_mut(), usize::try_from(self.subject)) {
            tracking.trace.extend(trace);
            tracking.gather(judging, subject, place, (true, true, true));
            told.breached = (tracking.trace.clone(), tracking.events.clone());
        }
        (outcomes, std::mem::replace(&mut now.odd, before))
    }

    fn asked(&mut self, asked: &Asked, at: Stamp, now: &mut Now<'_>) -> Progress {
        match asked {
            Asked::Now(condition) => Progress::Now(condition.holds(now)),
            Asked::Records(later) => {
                let due = later.until.as_ref().map_or(Due::Never, |until: &Until| until.due(now, self.plan.model, at));
                Progress::Records(Came::new(due, later.kept.iter().map(|code| code.eval(now)).collect()))
            }
        }
    }

    /// A record may meet duties of its subject.
    #[inline(never)]
    pub(super) fn meet<S: Sink + ?Sized>(&mut self, event: usize, place: Option<usize>, now: &mut Now<'_>, sink: &mut S) {
        let (plan, at) = (self.plan, self.row.at);
        let Some(open) = self.open.as_mut().filter(|open| !open.timers.is_empty() || !open.told.is_empty()) else { return };
        for feed in plan.feeds.get(event).into_iter().flatten() {
            let Some((later, condition)) = feed.of(plan) else { continue };
            for timer in open.timers.iter_mut().filter(|timer| timer.judging == feed.judging && timer.root != self.number) {
                let Some(Progress::Records(came)) = timer.duties.get_mut(feed.duty).and_then(|duty| duty.get_mut(feed.asked)) else { continue };
                std::mem::swap(&mut now.kept, &mut came.kept);
                let counts = condition.is_none_or(|condition| condition.holds(now));
                std::mem::swap(&mut now.kept, &mut came.kept);
                if !counts {
                    continue;
                }
                let in_time = came.due.in_time(at);
                now.odd |= in_time.is_none();
                came.count(later, at, in_time == Some(true));
                if let (Some(true), Some(told), Some(tracking)) = (in_time, timer.told.as_mut(), self.tracking.as_ref()) {
                    told.timely.extend(place.and_then(|place| tracking.place(place)));
                }
            }
            // What is blank is asked of records that come after all is settled, too.
            if let Some(condition) = condition.filter(|_| open.told.contains(&feed.judging)) {
                now.kept = later.kept.iter().map(|_| 0).collect();
                condition.holds(now);
                now.kept = Box::default();
            }
        }
        let mut at = 0;
        while let Some(timer) = open.timers.get(at) {
            let judging = timer.judging;
            if !plan.judgings.get(judging).is_some_and(|judging| timer.is_settled(judging, now.day)) {
                at += 1;
                continue;
            }
            let timer = open.timers.swap_remove(at);
            if !open.told.contains(&judging) {
                open.told.push(judging);
            }
            *self.again |= !tell(plan, (self.subject, now.names), timer, |_| Some(true), self.tracking, sink);
        }
    }
}

/// Tells what became of duties. False: nobody can tell here.
pub(super) fn tell<S: Sink + ?Sized>(
    plan: &Plan<'_>,
    (subject, names): (Word, &Names),
    timer: Timer,
    over: impl Fn(Stamp) -> Option<bool>,
    tracking: &mut Option<Tracking>,
    sink: &mut S,
) -> bool {
    let Some(judging) = plan.judgings.get(timer.judging) else { return false };
    let (Some(said), Some(day)) = (timer.said(judging, over), day_of(timer.at.day)) else { return false };
    let is_breached = said.iter().any(|said| said.ruling == Ruling::Violation);
    if is_breached && timer.is_odd {
        return false;
    }
    let late = Late { at: timer.at, horizon: timer.horizon(&said), said };
    let ruling = late.said.iter().map(|said| said.ruling).min().map_or(timer.ruling, |ruling| ruling.min(timer.ruling));
    let Timer { name, root, bearer, mut outcomes, sanctions, told, .. } = timer;
    let sanctions = sanctions.filter(|_| is_breached);
    if let (Some(told), Some(tracking), Ok(at)) = (told, tracking.as_mut(), usize::try_from(subject)) {
        tracking.late(*told, sanctions.is_some());
        tracking.about(at, names.name(plan.entity, subject));
    }
    if let Some(sanctions) = sanctions {
        // What follows a breach belongs to the month of the occasion, which may have been told.
        if bearer.is_none() && !post_to(plan, judging.if_breached.iter(), (subject, (subject, plan.entity), names, day), &sanctions, sink) {
            return false;
        }
        outcomes.extend(sanctions);
    }
    if let Some(bearer) = bearer
        && !post_to(plan, judging.deciding(), (subject, bearer, names, day), &outcomes, sink)
    {
        return false;
    }
    let occasion = Occasion::Record { name: &name, made_by: Made { chain: None } };
    sink.verdict(&Judged { norm: judging.norm, occasion, subject, day, ruling, outcomes: &outcomes, row: Some(root), bearer, late: Some(&late), told: tracking.as_ref(), judging, plan, names });
    true
}
