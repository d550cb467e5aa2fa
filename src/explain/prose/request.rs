//! Requests for more time and what came of them.

use super::Prose;
use crate::diagnostics::Tongue;
use crate::model::norm::OnRequest;
use crate::records::At;
use crate::reference::derivation::{Became, Required, Requested};

/// Was more time granted?
pub(super) fn is_granted(required: &Required) -> bool {
    required.requests.iter().flat_map(|requests| &requests.steps).any(|step| matches!(step.became, Became::Granted(_)))
}

impl Prose<'_> {
    /// The deadline without an extension, then each request and answer with what came of it.
    pub(super) fn requests(&mut self, required: &Required, request: &OnRequest) {
        let Some(requests) = &required.requests else { return };
        let cites = self.words.cites(&requests.cites);
        let can = self.words.pick("can be extended on request", "可申请延期").to_owned();
        let without = requests.due.map(|due| self.words.at(due)).map(|due| match self.words.tongue {
            Tongue::En => format!("; without an extension due by {due}"),
            Tongue::Zh => format!("；未延期则最迟{due}"),
        });
        self.page.line(1, &format!("{can}{cites}{}", without.unwrap_or_default()));
        if requests.steps.is_empty() {
            self.page.line(2, self.words.pick("nothing was asked for", "没有申请"));
        }
        for step in &requests.steps {
            let line = self.request_step(step, request);
            self.page.line(2, &line);
        }
    }

    fn request_step(&self, step: &Requested, request: &OnRequest) -> String {
        let words = &self.words;
        let day = |at: &Option<At>| at.map(|at| words.at(at));
        let (en, zh) = match &step.became {
            Became::Asked => ("asked for in time".to_owned(), "按时申请".to_owned()),
            Became::TooLate => ("asked for after the deadline: it does not count".to_owned(), "期限届满后才申请：不计".to_owned()),
            Became::Again => ("asked for again before an answer: it changes nothing".to_owned(), "答复前再次申请：不影响".to_owned()),
            Became::Granted(due) => match day(due) {
                Some(due) => (format!("granted: the deadline is now {due}"), format!("获准：期限改为{due}")),
                None => ("granted".to_owned(), "获准".to_owned()),
            },
            Became::Refused => ("refused: the deadline stays".to_owned(), "未获准：期限不变".to_owned()),
            Became::NotAsked => ("an answer to no request that waits: it does not count".to_owned(), "没有待答复的申请：该答复不计".to_owned()),
            Became::Lapsed(by) => {
                let by = day(by).unwrap_or_default();
                (format!("not answered by {by}: as if refused"), format!("至{by}未获答复：视为未获准"))
            }
            Became::Waits(by) => match day(by) {
                Some(by) => (format!("not answered yet; it may be until {by}, and so long the time does not run out"), format!("尚未答复；{by}前仍可答复，其间期限不届满")),
                None => ("not answered yet: so long the time does not run out".to_owned(), "尚未答复：其间期限不届满".to_owned()),
            },
            Became::Unfit(why) => {
                let events: Vec<String> = request.patterns().flat_map(|pattern| pattern.events.clone()).collect();
                let why = self.reason(why, &events);
                (format!("does not count: {why}"), format!("不计：{why}"))
            }
        };
        let told = if words.zh() { zh } else { en };
        format!("{}{}{}{told}", words.at(step.at), words.aside(&step.record), words.pick(": ", "："))
    }
}
