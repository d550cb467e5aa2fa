//! Numbers with units, periods and rhythms.

use super::{Pair, Rule, Turn, first, say, tongue_of};
use crate::diagnostics::Tongue;
use crate::syntax::currency;
use crate::syntax::token::{Kind, Token};

impl Turn<'_> {
    pub(super) fn quantity_form(self, pair: &Pair<'_>, out: &mut Vec<Token>) -> bool {
        match pair.as_rule() {
            Rule::quantity | Rule::so_often => self.quantity(pair, out),
            Rule::t_unit => out.extend(first_inner(pair).map(|unit| self.unit(&unit, None))),
            Rule::t_money => out.push(self.money(pair)),
            Rule::w_now | Rule::w_whole => out.push(self.window(pair)),
            Rule::per => self.per(pair, out),
            Rule::every => self.every(pair, out),
            Rule::judged_every => pair.clone().into_inner().for_each(|rhythm| self.every(&rhythm, out)),
            Rule::run_over => return self.run_over(pair, out),
            Rule::moment_text => pair.clone().into_inner().for_each(|part| out.extend(self.part(&part))),
            _ => return false,
        }
        true
    }

    /// `5 days`, `5 天`, `10%`.
    fn quantity(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let mut number = None;
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::number => {
                    out.extend(self.part(&part));
                    number = Some(part.as_str().trim().to_owned());
                }
                Rule::unit => out.extend(first_inner(&part).map(|unit| self.unit(&unit, number.as_deref()))),
                _ => out.push(self.unit(&part, number.as_deref())),
            }
        }
    }

    /// A unit after `number`; after none, of a type or of what is paid for each.
    fn unit(self, pair: &Pair<'_>, number: Option<&str>) -> Token {
        if pair.as_rule() == Rule::u_money {
            return self.money(pair);
        }
        let (start, end) = self.place(pair);
        let plain = pair.as_str().trim();
        let (english, chinese) = match pair.as_rule() {
            Rule::u_working_days => ("working days", if number.is_some() { "个工作日" } else { "工作日" }),
            Rule::u_days => ("days", "天"),
            Rule::u_weeks => ("weeks", "周"),
            Rule::u_months => ("months", if number.is_some() { "个月" } else { "月" }),
            Rule::u_years => ("years", "年"),
            Rule::u_hours => ("hours", "小时"),
            Rule::u_minutes => ("minutes", "分钟"),
            Rule::u_points => ("points", "分"),
            Rule::u_times => ("times", "次"),
            _ => ("percent", "百分比"),
        };
        let text = match (tongue_of(plain), self.to) {
            (None, _) => "%".to_owned(),
            (Some(Tongue::En), Some(Tongue::Zh)) => chinese.to_owned(),
            (Some(Tongue::Zh), None | Some(Tongue::Zh)) => plain.split_whitespace().collect(),
            _ if number == Some("1") && english != "percent" => english.trim_end_matches('s').to_owned(),
            _ => english.to_owned(),
        };
        let glued = text == "%";
        let mut token = self.token(start, end, text, Kind::Word);
        token.glued = glued;
        token
    }

    /// `CNY`, `元`; `money`.
    fn money(self, pair: &Pair<'_>) -> Token {
        let (start, end) = self.place(pair);
        let plain = pair.as_str().trim();
        let text = match (plain, self.to) {
            (_, None) => plain,
            ("money" | "金额", Some(Tongue::En)) => "money",
            ("money" | "金额", Some(Tongue::Zh)) => "金额",
            (code, Some(Tongue::En)) => currency::code(code),
            (code, Some(Tongue::Zh)) => currency::in_chinese(currency::code(code)),
        };
        self.token(start, end, text.to_owned(), Kind::Word)
    }

    /// `in the month`, `当月`; `in the whole month`, `整月`.
    fn window(self, pair: &Pair<'_>) -> Token {
        let (start, end) = self.place(pair);
        let spoken = tongue_of(pair.as_str());
        let text = match (self.to, first_inner(pair)) {
            (Some(to), Some(period)) if spoken != Some(to) => {
                let whole = pair.as_rule() == Rule::w_whole;
                match to {
                    Tongue::En => format!("in the {}{}", if whole { "whole " } else { "" }, period_word(&period, to)),
                    Tongue::Zh => format!("{}{}", if whole { "整" } else { "当" }, period_word(&period, to)),
                }
            }
            _ => plain_words(pair.as_str()),
        };
        self.token(start, end, text, Kind::Word)
    }

    /// `per day of leave`, `每天 leave`, `每次 late`.
    fn per(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let (unit, pattern) = (first(pair, Rule::unit).as_ref().and_then(first_inner), first(pair, Rule::pattern));
        match self.tongue(pair) {
            Tongue::En => {
                out.push(say("per"));
                if let Some(unit) = unit.filter(|unit| unit.as_rule() != Rule::u_times) {
                    let mut unit = if unit.as_rule() == Rule::u_money { self.money(&unit) } else { self.unit(&unit, Some("1")) };
                    unit.glued = false;
                    out.extend([unit, say("of")]);
                }
            }
            Tongue::Zh => {
                out.push(say("每"));
                match (unit, self.turns(pair)) {
                    (Some(unit), _) => out.push(self.unit(&unit, Some("1")).glued()),
                    (None, true) => out.push(say("次").glued()),
                    (None, false) => {}
                }
            }
        }
        out.extend(pattern.iter().flat_map(|pattern| self.part(pattern)));
    }

    /// `every 3 years from 2004`, `每 3 年 自 2004 年 起`; `every week on tuesday`, `每周 周二`.
    fn every(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let tongue = self.tongue(pair);
        let turns = self.turns(pair);
        let number = first(pair, Rule::number);
        out.push(say(if tongue == Tongue::Zh { "每" } else { "every" }));
        out.extend(number.iter().flat_map(|number| self.part(number)));
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::number | Rule::k_every | Rule::k_mei | Rule::k_ge => {}
                Rule::date | Rule::year_month | Rule::month_day | Rule::year if turns && tongue == Tongue::Zh => {
                    out.push(say("自"));
                    out.extend(self.part(&part));
                    out.extend((part.as_rule() == Rule::year).then(|| say("年")));
                    out.push(say("起"));
                }
                Rule::date | Rule::year_month | Rule::month_day | Rule::year if turns => {
                    out.push(say("from"));
                    out.extend(self.part(&part));
                }
                Rule::weekday if turns && tongue == Tongue::En => {
                    out.push(say("on"));
                    out.extend(self.part(&part));
                }
                Rule::k_from | Rule::k_self | Rule::k_nian | Rule::k_onwards | Rule::k_on if turns => {}
                rule if is_period(rule) => out.push(self.after_every(&part, tongue, number.as_ref().map(|number| number.as_str().trim()))),
                _ => out.extend(self.part(&part)),
            }
        }
    }

    /// The period after `every` or `每`, with the `个` that it may need.
    fn after_every(self, period: &Pair<'_>, tongue: Tongue, number: Option<&str>) -> Token {
        let (start, end) = self.place(period);
        let spoken = tongue_of(period.as_str());
        let word = if spoken == Some(tongue) { plain_words(period.as_str()) } else { period_word(period, tongue).to_owned() };
        let many = number.is_some_and(|number| number != "1");
        let text = match (tongue, period.as_rule()) {
            (Tongue::En, _) => format!("{}{}", word.trim_end_matches('s'), if many { "s" } else { "" }),
            (Tongue::Zh, Rule::p_working_day) => format!("个{word}"),
            (Tongue::Zh, Rule::p_month | Rule::p_quarter | Rule::p_half_year) if number.is_some() => format!("个{word}"),
            (Tongue::Zh, Rule::p_day) if number.is_some() => "天".to_owned(),
            _ => word,
        };
        let mut token = self.token(start, end, text, Kind::Word);
        token.glued = tongue == Tongue::Zh && number.is_none();
        token
    }

    /// `over working days`, `按工作日`.
    fn run_over(self, pair: &Pair<'_>, out: &mut Vec<Token>) -> bool {
        let Some(period) = pair.clone().into_inner().find(|part| is_period(part.as_rule())) else { return false };
        match self.tongue(pair) {
            Tongue::En => out.extend([say("over"), say(if period.as_rule() == Rule::p_day { "days" } else { "working days" })]),
            Tongue::Zh => out.push(say(if period.as_rule() == Rule::p_day { "按日" } else { "按工作日" })),
        }
        true
    }

    /// `the year before`, `上一年`: the words before or after a path.
    pub(super) fn period_before(self, period: &Pair<'_>, tongue: Tongue) -> Vec<Token> {
        let word = period_word(period, tongue);
        match tongue {
            Tongue::En => vec![say("of"), say("the"), say(word), say("before")],
            Tongue::Zh => {
                let each = matches!(period.as_rule(), Rule::p_month | Rule::p_quarter | Rule::p_half_year | Rule::p_working_day);
                vec![say(&["上一", if each { "个" } else { "" }, word].concat())]
            }
        }
    }
}

pub(super) fn is_period(rule: Rule) -> bool {
    matches!(rule, Rule::p_day | Rule::p_working_day | Rule::p_week | Rule::p_month | Rule::p_quarter | Rule::p_half_year | Rule::p_year)
}

/// A period in a tongue: one of it.
pub(super) fn period_word(pair: &Pair<'_>, tongue: Tongue) -> &'static str {
    let (english, chinese) = match pair.as_rule() {
        Rule::p_working_day => ("working day", "工作日"),
        Rule::p_week => ("week", "周"),
        Rule::p_month => ("month", "月"),
        Rule::p_quarter => ("quarter", "季度"),
        Rule::p_half_year => ("half-year", "半年"),
        Rule::p_year => ("year", "年"),
        _ => ("day", "日"),
    };
    if tongue == Tongue::En { english } else { chinese }
}

/// Words with one blank between them; Chinese ones with none.
fn plain_words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(if tongue_of(text) == Some(Tongue::Zh) { "" } else { " " })
}

fn first_inner<'i>(pair: &Pair<'i>) -> Option<Pair<'i>> {
    pair.clone().into_inner().next()
}
