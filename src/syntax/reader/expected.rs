//! What the grammar says about a broken statement → a message in words of the language.

use super::{Rule, forms, words};
use crate::diagnostics::{Say, Span};
use crate::syntax::reader::File;
use crate::syntax::trouble::Trouble;
use pest::error::{Error, ErrorVariant, InputLocation};

/// The trouble with a statement that `rule` could not read.
pub(super) fn trouble(file: &File<'_>, rule: Rule, span: Span, error: &Error<Rule>) -> Trouble {
    let offset = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let text = file.plain.get(span.start..span.end).unwrap_or_default();
    let at = span.start + offset;
    let wanted: Vec<Rule> = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.clone(),
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    let word = word_at(text.get(offset..).unwrap_or_default());
    let here = Span::new(at, at + word.len()).within(file.source);
    let written = file.source.get(here.start..here.end).unwrap_or_default();
    if offset == 0 && !word.is_empty() && FIRSTS.contains(&rule) {
        return unknown_start(rule, here, written, word, &wanted);
    }
    let before = text.get(..offset).unwrap_or_default().trim_end_matches([' ', '\t']);
    if before.ends_with('\n') && !word.is_empty() {
        return label(Trouble::new("unexpected-text", here, Say::new(format!("`{written}` cannot stand here"), format!("这里不能写 `{written}`"))), &wanted).help(
            "this line is indented deeper, so it continues the one above; give it the same indentation if it is a line of its own",
            "这一行缩进更深，是上一行的继续；若自成一行，请与上一行缩进相同",
        );
    }
    if let Some((keyword, rest)) = run_on(word, &known(&wanted)).filter(|(keyword, _)| !keyword.is_ascii()) {
        return glued(here, written, keyword, rest);
    }
    let trouble = if word.is_empty() {
        Trouble::new("unexpected-text", here, Say::new("the line ends too early", "这一行没有写完"))
    } else {
        Trouble::new("unexpected-text", here, Say::new(format!("`{written}` cannot stand here"), format!("这里不能写 `{written}`")))
    };
    let trouble = label(trouble, &wanted);
    if let Some(near) = suggestion(word, &known(&wanted)) {
        return trouble.help(format!("did you mean `{near}`?"), format!("是不是想写 `{near}`？"));
    }
    if let Some(operator) = turned(text.get(..offset).unwrap_or_default(), word) {
        return trouble.help(format!("did you mean `{operator}`?"), format!("是不是想写 `{operator}`？"));
    }
    if let Some((en, zh)) = super::habits::way_out(text.get(..offset).unwrap_or_default(), word) {
        return trouble.help(en, zh);
    }
    let names_field = offset == 0 && NAMED.contains(&rule);
    if (names_field || wanted.iter().any(|rule| NAMES.contains(rule))) && super::is_reserved(word) {
        return trouble.help(
            format!("`{written}` is a word of the language; a name has to be another word"),
            format!("`{written}` 是本语言的词，名称请用别的词"),
        );
    }
    shown(trouble, rule, text)
}

/// Shows a form like the line.
fn shown(trouble: Trouble, rule: Rule, text: &str) -> Trouble {
    if let Some((en, zh)) = forms::cell(rule) {
        return trouble.help(en, zh);
    }
    match forms::like(rule, text) {
        Some((en, zh)) => trouble.help(format!("such a line reads `{en}`"), format!("这种行写作 `{zh}`")),
        None => trouble.help("`bylaw explain forms` lists all forms of lines", "`bylaw explain forms` 列出各种写法"),
    }
}

/// `=>` and `=<` are `>=` and `<=`.
fn turned(before: &str, word: &str) -> Option<&'static str> {
    match (before.trim_end().ends_with('='), word) {
        (true, ">") => Some(">="),
        (true, "<") => Some("<="),
        _ => None,
    }
}

/// Where a name can stand.
const NAMES: [Rule; 8] = [Rule::name, Rule::norm_name, Rule::head, Rule::role, Rule::counted, Rule::pattern, Rule::kind_value, Rule::kind_values];

/// Rules whose statements begin with a name of their own: a field, a column, an alternative.
const NAMED: [Rule; 4] = [Rule::field_line, Rule::event_line, Rule::feed_line, Rule::reading_line];

/// Rules whose statements begin with a keyword.
const FIRSTS: [Rule; 4] = [Rule::item_line, Rule::norm_line, Rule::regulation_line, Rule::example_line];

/// The word at the beginning of `text`: a run of letters and digits, or one other character.
fn word_at(text: &str) -> &str {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    let end = text.find(|c| !is_letter(c)).unwrap_or(text.len());
    if end > 0 { &text[..end] } else { text.get(..text.chars().next().map_or(0, char::len_utf8)).unwrap_or_default() }
}

fn unknown_start(rule: Rule, here: Span, written: &str, word: &str, wanted: &[Rule]) -> Trouble {
    let item = rule == Rule::item_line;
    let firsts = known(wanted);
    if let Some((keyword, rest)) = run_on(word, &firsts) {
        return glued(here, written, keyword, rest);
    }
    let trouble = if item {
        Trouble::new("unknown-item", here, Say::new(format!("`{written}` begins no item"), format!("`{written}` 不是任何条目的开头")))
    } else {
        Trouble::new("unknown-line", here, Say::new(format!("`{written}` begins no line of this item"), format!("`{written}` 不是本条目中任何一行的开头")))
    };
    match suggestion(word, &firsts) {
        Some(near) => trouble.help(format!("did you mean `{near}`?"), format!("是不是想写 `{near}`？")),
        None if item => trouble.help(
            "an item begins with a word such as `rule`, `table`, `duty`, `event`; indent the lines that belong to the item above",
            "条目以 `规则`、`表`、`义务`、`事件` 等词开头；属于上一条目的行请缩进",
        ),
        None if word.starts_with(|c: char| c.is_ascii_digit()) => trouble.help(
            format!("say what the amount does: `pay {written} …`, `fine {written} …`, or `decides NAME = {written} …` where a table decides NAME"),
            format!("请写明金额的作用：`发 {written} …`、`罚 {written} …`；由表确定的取值写 `确定 名称 = {written} …`"),
        ),
        None => match super::habits::way_out("", word) {
            Some((en, zh)) => trouble.help(en, zh),
            None => shown(trouble, rule, word),
        },
    }
}

fn glued(here: Span, written: &str, keyword: &str, rest: usize) -> Trouble {
    let rest: String = written.chars().skip(rest).collect();
    Trouble::new("keyword-run-on", here, Say::new(format!("`{keyword}` runs into `{rest}`"), format!("`{keyword}` 与 `{rest}` 连在一起了")))
        .help(format!("put a blank between: `{keyword} {rest}`"), format!("中间加一个空格：`{keyword} {rest}`"))
}

/// All words that the wanted rules may begin with, both tongues.
fn known(wanted: &[Rule]) -> Vec<&'static str> {
    let mut known: Vec<&'static str> = wanted.iter().flat_map(|rule| begins(*rule)).filter_map(|rule| words::of(rule)).flat_map(|(en, zh)| en.iter().chain(zh)).copied().collect();
    if wanted.contains(&Rule::unit) {
        known.extend(UNITS);
    }
    known.sort_unstable();
    known.dedup();
    known
}

/// Chinese units, which may run into the word after them.
const UNITS: [&str; 12] = ["天", "日", "周", "个月", "月", "年", "小时", "分钟", "分", "次", "元", "工作日"];

/// The keywords a rule may begin with.
fn begins(rule: Rule) -> Vec<Rule> {
    use Rule as R;
    match rule {
        R::import => vec![R::k_import],
        R::regulation => vec![R::k_regulation],
        R::calendar => vec![R::k_calendar],
        R::schedule => vec![R::k_schedule],
        R::kind => vec![R::k_kind],
        R::register => vec![R::k_register],
        R::case => vec![R::k_case],
        R::feed => vec![R::k_feed],
        R::event => vec![R::k_event],
        R::hole => vec![R::k_hole],
        R::judged => vec![R::k_judged],
        R::reading => vec![R::k_reading],
        R::measure_item => vec![R::k_measure],
        R::state_item => vec![R::k_state],
        R::office => vec![R::k_office],
        R::powers => vec![R::k_powers],
        R::left_out => vec![R::k_not_computable],
        R::exception => vec![R::k_exception],
        R::example => vec![R::k_example],
        R::norm => vec![R::f_rule, R::f_table, R::f_pay, R::f_duty, R::f_ban, R::f_counts_as, R::f_score, R::f_approval, R::f_procedure, R::f_only],
        R::item_line => [R::import, R::regulation, R::calendar, R::schedule, R::kind, R::register, R::case, R::feed, R::event, R::hole, R::judged, R::reading]
            .into_iter()
            .chain([R::measure_item, R::state_item, R::office, R::powers, R::left_out, R::exception, R::example, R::norm])
            .flat_map(begins)
            .collect(),
        R::regulation_line => vec![R::k_in_force, R::k_time_zone, R::k_currency, R::k_calendar, R::k_clock_starts, R::k_lateness, R::k_adopts, R::k_applies_to, R::moves_on, R::k_without],
        R::example_line => vec![R::k_given, R::k_known_up_to, R::k_expect],
        R::given => vec![R::k_given],
        R::known => vec![R::k_known_up_to],
        R::expect => vec![R::k_expect],
        R::validity => vec![R::k_in_force],
        R::time_zone => vec![R::k_time_zone],
        R::currency => vec![R::k_currency],
        R::calendar_name => vec![R::k_calendar],
        R::clock => vec![R::k_clock_starts],
        R::lateness => vec![R::k_lateness],
        R::adopts => vec![R::k_adopts],
        R::applies => vec![R::k_applies_to],
        R::without => vec![R::k_without],
        R::norm_line | R::effect_line | R::effect | R::must | R::each_line | R::every | R::hit | R::amount | R::when_line => NORM_LINES.to_vec(),
        R::when_part => vec![R::k_when],
        R::bounded => vec![R::k_at_most],
        R::item_part => Vec::new(),
        R::of_ahead => vec![R::k_of, R::op_owner],
        R::to_part => vec![R::k_to_whom],
        R::per => vec![R::k_per],
        R::filter | R::filter_only => vec![R::k_where],
        R::link => vec![R::k_same, R::link_anyone],
        R::signed_in | R::step_verb => vec![R::v_signed, R::v_filed],
        R::step_by | R::col_step => vec![R::by_agreed, R::by_reviewed, R::by_approved, R::by_signed, R::with_filed],
        R::step_time => vec![R::k_within],
        R::distinct => vec![R::k_distinct],
        R::run_through => vec![R::k_through],
        R::roles => vec![R::k_by, R::k_of],
        R::feed_name => vec![R::k_in],
        R::called => vec![R::k_called],
        R::column => vec![R::k_from_file],
        R::grain => vec![R::k_in],
        R::presumed => vec![R::k_presumed],
        R::deadline => vec![R::k_within, R::k_no_later, R::k_before],
        R::number_of => vec![R::n_least, R::n_most, R::n_exactly],
        R::reaches => vec![R::k_reaches],
        R::only_for => vec![R::k_for],
        R::given_on => vec![R::k_on_day],
        R::given_with => vec![R::k_with],
        R::given_role => vec![R::k_by, R::k_of, R::k_for],
        R::given_is => vec![R::k_is],
        R::until_date => vec![R::k_until],
        R::from_date => vec![R::k_from],
        R::combine => vec![R::b_sum, R::b_max, R::b_min, R::b_count, R::b_list],
        R::window => vec![R::w_ever, R::w_so_far, R::w_case],
        other => vec![other],
    }
}

const NORM_LINES: [Rule; 49] = {
    use Rule as R;
    [
        R::k_continues, R::k_in_force, R::k_dated_by, R::k_for_each, R::k_on, R::k_every, R::k_each, R::k_when, R::k_unless, R::h_one, R::h_first, R::k_all, R::k_must,
        R::k_must_not, R::k_may, R::v_signed, R::v_filed, R::not_their_own, R::k_step, R::k_distinct_people, R::k_instead, R::k_extended, R::k_suspended, R::k_if_breached, R::k_count_as, R::k_expect_finding, R::k_remark, R::k_base, R::k_less, R::k_add, R::k_forfeited,
        R::k_rounded, R::k_marked_in, R::k_total, R::k_each_item, R::k_sheet, R::k_grade, R::k_at_least, R::k_at_most, R::k_borne_by, R::e_violation, R::e_off, R::k_decides, R::k_forfeits, R::post_fine, R::post_deduct, R::post_pay,
        R::post_score, R::post_count,
    ]
};

/// The longest known word that `word` begins with, and how many characters it has.
fn run_on(word: &str, known: &[&'static str]) -> Option<(&'static str, usize)> {
    let fits = |keyword: &&&'static str| {
        let rest = word.strip_prefix(**keyword).unwrap_or_default();
        let chinese = !keyword.is_ascii();
        !rest.is_empty() && (chinese || rest.len() > 2 && keyword.len() > 3)
    };
    let keyword = known.iter().filter(fits).max_by_key(|keyword| keyword.len())?;
    Some((keyword, keyword.chars().count()))
}

/// The known word that `word` is most likely meant to be.
fn suggestion(word: &str, known: &[&'static str]) -> Option<&'static str> {
    let lower = word.to_lowercase();
    let allowed = match lower.chars().count() {
        0..=1 => return None,
        2 => usize::from(!lower.is_ascii()),
        3..=5 => 1,
        _ => 2,
    };
    let begins = known.iter().filter(|keyword| keyword.len() > 3 && keyword.is_ascii() && lower.starts_with(**keyword)).max_by_key(|keyword| keyword.len());
    let near = known.iter().map(|keyword| (strsim::damerau_levenshtein(&lower, keyword), *keyword)).filter(|(distance, _)| *distance <= allowed).min();
    near.map(|(_, keyword)| keyword).or(begins.copied()).filter(|near| *near != word)
}

/// "expected a, b or c".
fn label(trouble: Trouble, wanted: &[Rule]) -> Trouble {
    let after_value = wanted.contains(&Rule::op_add) || wanted.contains(&Rule::op_mul);
    // A number after a value is only the rare `a 3 天 以上`.
    let wanted = wanted.iter().filter(|rule| !(after_value && matches!(rule, Rule::number | Rule::quantity)));
    let (en, zh): (Vec<_>, Vec<_>) = wanted.flat_map(|rule| phrases(*rule)).unzip();
    let (mut en, mut zh): (Vec<String>, Vec<String>) = (en.into_iter().flatten().collect(), zh.into_iter().flatten().collect());
    for list in [&mut en, &mut zh] {
        list.sort_by_key(|phrase| phrase.starts_with('`'));
        let mut seen = std::collections::BTreeSet::new();
        list.retain(|phrase| seen.insert(phrase.clone()));
        list.truncate(6);
    }
    let words = |list: &[String], comma: &str, or: &str| match list.split_last() {
        None => None,
        Some((last, [])) => Some(last.clone()),
        Some((last, more)) => Some(format!("{}{or}{last}", more.join(comma))),
    };
    let en = words(&en, ", ", " or ").map_or_else(|| "this was not expected".to_owned(), |words| format!("expected {words}"));
    let zh = words(&zh, "、", "或").map_or_else(|| "这里不该有这个".to_owned(), |words| format!("这里应为{words}"));
    trouble.label(en, zh)
}

/// How a rule is called in both tongues; nothing for rules that help nobody here.
fn phrases(rule: Rule) -> Vec<(Option<String>, Option<String>)> {
    let both = |en: &str, zh: &str| vec![(Some(en.to_owned()), Some(zh.to_owned()))];
    match rule {
        Rule::EOI => both("the end of the line", "行末"),
        Rule::name | Rule::norm_name | Rule::head | Rule::role | Rule::counted | Rule::pattern | Rule::reach_pattern => both("a name", "名称"),
        Rule::kind_value | Rule::kind_values => both("a name", "名称"),
        Rule::subject_id => both("a person or thing in quotes", "引号内的人或物"),
        Rule::text => both("a text in quotes", "引号内的文字"),
        Rule::number | Rule::signed | Rule::low | Rule::high => both("a number", "数"),
        Rule::range => both("a range such as `0 .. 90`", "范围（如 `0 .. 90`）"),
        Rule::quantity => both("a number with its unit", "带单位的数"),
        Rule::unit | Rule::u_money => both("a unit", "单位"),
        Rule::date => both("a date such as `2024-03-05`", "日期（如 `2024-03-05`）"),
        Rule::time => both("a time such as `08:30`", "时间（如 `08:30`）"),
        Rule::year => both("a year", "年份"),
        Rule::weekday => both("a day of the week", "星期几"),
        Rule::ty => both("a type", "类型"),
        Rule::cites | Rule::cite => both("a citation such as `[03.2e]`", "依据（如 `【03.2e】`）"),
        Rule::expr | Rule::value | Rule::sum | Rule::product | Rule::unary | Rule::and_expr | Rule::not_expr | Rule::comparison | Rule::dotted | Rule::path | Rule::paren
        | Rule::counted_value | Rule::operand_list => both("a condition or value", "条件或数值"),
        Rule::op_add | Rule::op_sub | Rule::op_mul | Rule::op_div | Rule::op_eq | Rule::op_ne | Rule::op_lt | Rule::op_le | Rule::op_gt | Rule::op_ge | Rule::op_after => {
            both("an operator", "运算符")
        }
        Rule::op_below => both("`<`", "`<`"),
        Rule::of_ahead => phrases(Rule::k_of),
        Rule::op_not | Rule::op_in | Rule::op_holds | Rule::op_not_holds | Rule::op_neg | Rule::op_one_of | Rule::op_not_one_of | Rule::op_stated | Rule::op_blank | Rule::op_worked | Rule::op_off | Rule::op_owner | Rule::round_mode | Rule::rounding => Vec::new(),
        Rule::must_records => both("a name", "名称"),
        Rule::window | Rule::w_ever | Rule::w_now | Rule::w_last => both("a window such as `in the month`", "期间（如 `当月`）"),
        Rule::p_day | Rule::p_month | Rule::p_week | Rule::p_year | Rule::p_quarter | Rule::p_half_year | Rule::p_working_day => both("a period such as `month`", "周期（如 `月`）"),
        Rule::posting | Rule::effect => both("an effect such as `fine 2 CNY`", "后果（如 `罚 2 元`）"),
        Rule::ruling => both("a verdict such as `violation`", "判定（如 `违规`）"),
        other => begins(other)
            .into_iter()
            .filter_map(words::of)
            .map(|(en, zh)| (en.first().map(|word| format!("`{word}`")), zh.first().map(|word| format!("`{word}`"))))
            .collect(),
    }
}

/// A row of a table where the item has none.
pub(super) fn row_out_of_place(span: Span) -> Trouble {
    Trouble::new("unexpected-text", span, Say::new("a row of a table cannot stand here", "这里不能写表格的行"))
        .help("rows stand in a `table` or another norm", "表格的行写在 `表` 或其他规范之内")
}

/// A number that has to be whole and above 0.
pub(super) fn whole_number(span: Span, written: &str) -> Trouble {
    Trouble::new("bad-number", span, Say::new(format!("`{written}` is not a whole number above 0"), format!("`{written}` 不是大于 0 的整数")))
        .help("write a whole number such as `3`", "写整数，例如 `3`")
}
