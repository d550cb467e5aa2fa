//! Effects and amounts, where the tongues order their words differently.

use super::{Pair, Rule, Turn, first, say};
use crate::diagnostics::Tongue;
use crate::syntax::token::{Kind, Token};

impl Turn<'_> {
    /// `pay 3 times`, `发 3 倍`; `fine 5 CNY more`, `加罚 5 元`; `decides days 2 days more`, `确定 days 加 2 天`.
    pub(super) fn effect(self, pair: &Pair<'_>, out: &mut Vec<Token>) -> bool {
        const MORE: [(Rule, Rule, &str, &str); 4] = [
            (Rule::post_fine, Rule::x_fine, "fine", "加罚"),
            (Rule::post_deduct, Rule::x_deduct, "deduct", "加扣"),
            (Rule::post_pay, Rule::x_pay, "pay", "加发"),
            (Rule::post_score, Rule::x_score, "score", "加记"),
        ];
        let Some(to) = self.to else { return false };
        let inner: Vec<_> = pair.clone().into_inner().collect();
        let posting = first(pair, Rule::posting).and_then(|posting| posting.into_inner().next());
        let value = first(pair, Rule::value);
        if let (Tongue::Zh, Rule::e_post, Some(posting), Some(_), Some(value)) = (to, pair.as_rule(), &posting, first(pair, Rule::more), &value)
            && let Some((.., word)) = MORE.iter().find(|(post, ..)| *post == posting.as_rule())
        {
            out.push(say(word));
            out.extend(self.part(value));
            return true;
        }
        if let (Tongue::En, Rule::e_more, Some(word), Some(value)) = (to, pair.as_rule(), inner.first(), &value)
            && let Some((_, _, word, _)) = MORE.iter().find(|(_, more, ..)| *more == word.as_rule())
        {
            out.push(say(word));
            out.extend(self.part(value));
            out.push(say("more"));
            return true;
        }
        if pair.as_rule() == Rule::e_decides && first(pair, Rule::k_equals).is_none() && value.is_some() {
            out.extend(self.parts(inner.iter().take(2)));
            let by = self.parts(value.as_slice());
            self.wrapped(["", "more"], ["加", ""], by, out);
            return true;
        }
        self.as_written(pair, out);
        let counts = posting.is_some_and(|posting| posting.as_rule() == Rule::post_count);
        if let (false, Some(last)) = (counts, out.last_mut()) {
            match (to, last.text.as_str()) {
                (Tongue::Zh, "次") if last_unit(pair) => "倍".clone_into(&mut last.text),
                (Tongue::En, "倍") => "times".clone_into(&mut last.text),
                _ => {}
            }
        }
        true
    }

    /// `less 3 points per late from diligence`, `从 diligence 扣 3 分 每次 late`.
    pub(super) fn amount(self, pair: &Pair<'_>, out: &mut Vec<Token>) {
        let to = self.to.unwrap_or_default();
        if !self.turns(pair) {
            self.as_written(pair, out);
            return;
        }
        let amount = pair.clone().into_inner().find(|part| matches!(part.as_rule(), Rule::amount | Rule::counted_amount));
        let Some(amount) = amount else { return self.as_written(pair, out) };
        let item = first(pair, Rule::of_item).or_else(|| first(&amount, Rule::item_part).and_then(|part| first(&part, Rule::of_item)));
        let less = pair.as_rule() == Rule::less;
        let item = item.map(|item| self.part(&item));
        if to == Tongue::Zh {
            let takes_off = item.is_some() || counted(&amount);
            if let Some(item) = &item {
                out.push(say(if less { "从" } else { "给" }));
                out.extend(item.iter().cloned());
            }
            out.push(say(match (less, takes_off) {
                (true, true) => "扣",
                (true, false) => "减",
                (false, _) => "加",
            }));
        } else {
            out.push(say(if less { "less" } else { "add" }));
        }
        let mut told = item.is_none() || to == Tongue::Zh;
        let tell = |told: &mut bool, out: &mut Vec<Token>| {
            if !*told {
                out.push(say(if less { "from" } else { "to" }));
                out.extend(item.iter().flatten().cloned());
                *told = true;
            }
        };
        for part in amount.clone().into_inner() {
            let rule = part.as_rule();
            if rule == Rule::item_part {
                continue;
            }
            if !matches!(rule, Rule::value | Rule::per) {
                tell(&mut told, out);
            }
            if self.wants_comma(Rule::amount, &part, out) {
                out.push(Token::new(",", Kind::Comma { list: false }));
            }
            out.extend(self.part(&part));
        }
        tell(&mut told, out);
    }
}

/// What an effect changes to ends with a number of times.
fn last_unit(pair: &Pair<'_>) -> bool {
    pair.as_str().trim_end().ends_with("times") || pair.as_str().trim_end().ends_with("time")
}

/// `less 5 CNY per late …`: what can be said with `扣`.
fn counted(amount: &Pair<'_>) -> bool {
    let parts: Vec<Rule> = amount.clone().into_inner().map(|part| part.as_rule()).collect();
    parts.get(1) == Some(&Rule::per) && parts.iter().skip(2).all(|rule| matches!(rule, Rule::when_part | Rule::bounded | Rule::cites))
}

