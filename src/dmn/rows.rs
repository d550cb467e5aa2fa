//! One decision → a table's header and rows; or why it cannot be taken.

use super::feel::{Named, Ty, expr, tests};
use super::fields::Fields;
use super::file::{Decision, DecisionTable, File, Rule};
use super::names::Names;
use crate::diagnostics::Say;

/// A hit policy, as DMN and as a policy have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hit {
    /// Unique, any.
    One,
    First,
    /// Priority: the first of the rules in the order of their outcomes.
    Priority,
    Sum,
    Max,
    Min,
    Count,
    List,
}

impl Hit {
    fn of(table: &DecisionTable) -> Result<Self, Say> {
        match (table.hit.as_str(), table.aggregation.as_deref()) {
            ("UNIQUE" | "ANY", _) => Ok(Self::One),
            ("FIRST", _) => Ok(Self::First),
            ("PRIORITY", _) => Ok(Self::Priority),
            ("RULE ORDER", _) | ("COLLECT", None) => Ok(Self::List),
            ("COLLECT", Some("SUM")) => Ok(Self::Sum),
            ("COLLECT", Some("MAX")) => Ok(Self::Max),
            ("COLLECT", Some("MIN")) => Ok(Self::Min),
            ("COLLECT", Some("COUNT")) => Ok(Self::Count),
            (other, _) => Err(Say::new(format!("the hit policy `{other}` has no counterpart"), format!("取法 `{other}` 没有对应"))),
        }
    }

    pub(super) fn said(self) -> &'static str {
        match self {
            Self::One => "exactly one",
            Self::First | Self::Priority => "first match",
            Self::Sum => "all sum",
            Self::Max => "all max",
            Self::Min => "all min",
            Self::Count => "all count",
            Self::List => "all list",
        }
    }

    /// May a rule stand in several rows? Not where rows are counted or added up.
    fn splits(self) -> bool {
        matches!(self, Self::One | Self::First | Self::Priority | Self::Max | Self::Min)
    }

    /// Only one outcome: where no rule applies, there is none.
    pub(super) fn is_single(self) -> bool {
        matches!(self, Self::One | Self::First | Self::Priority)
    }
}

/// A table that was made.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) hit: Hit,
    pub(super) headings: Vec<String>,
    /// Cells and comment of each row.
    pub(super) rows: Vec<(Vec<String>, String)>,
    /// What other decisions may read of it.
    pub(super) slots: Vec<Named>,
    /// Numbers of the fields that it reads.
    pub(super) fields: Vec<usize>,
    /// What was left out of it.
    pub(super) notes: Vec<Say>,
    /// Whatever the case, some row applies.
    pub(super) complete: bool,
}

/// Rows that a decision may come to.
const MOST_ROWS: usize = 5_000;

/// Makes a decision's table. `names` are the fields, then what the decisions that it reads decide.
pub(super) fn made(file: &File, decision: &Decision, norm: &str, fields: &mut Fields, read: &[Named]) -> Result<Made, Vec<Say>> {
    let table = match &decision.table {
        Ok(table) => table,
        Err(form) => return Err(vec![Say::new(format!("it is no table but `{form}`"), format!("它不是表，而是 `{form}`"))]),
    };
    let names = [fields.named(), read.to_vec()].concat();
    let mut wrong = Vec::new();
    let hit = Hit::of(table).unwrap_or_else(|say| {
        wrong.push(say);
        Hit::One
    });
    let mut used = Vec::new();
    let (mut headings, mut columns) = (Vec::new(), Vec::new());
    for input in &table.inputs {
        let heading = expr(&input.expression, &names).and_then(|expr| {
            let ty = expr.ty(&names).ok_or_else(|| Say::new("its type is not known", "类型未知"))?;
            expr.names(&mut used);
            Ok((expr.said(ty, &names, &fields.values)?, ty))
        });
        match heading {
            Ok((heading, ty)) => {
                headings.push(heading);
                columns.push(ty);
            }
            Err(say) => {
                let what = input.label.as_deref().unwrap_or(&input.expression);
                wrong.push(inside(&format!("input `{what}`"), &format!("输入 `{what}`"), &say));
                columns.push(Ty::Text);
            }
        }
    }
    let outputs = outputs(file, decision, table, fields, &mut headings);
    let kinds = fields.values.clone();
    let mut rows: Vec<(Vec<String>, String, usize)> = Vec::new();
    // What is wrong with an input is told once, not again for each of its cells.
    let readable = wrong.is_empty();
    for (number, rule) in table.rules.iter().enumerate().filter(|_| readable) {
        match cells(rule, &columns, &outputs, hit, &names, &kinds, &mut used) {
            Ok(split) => {
                let many = split.len() > 1 || hit == Hit::Priority;
                let note = match (many, rule.note.is_empty()) {
                    (true, true) => format!("# rule {}", number + 1),
                    (true, false) => format!("# rule {}: {}", number + 1, rule.note),
                    (false, true) => String::new(),
                    (false, false) => format!("# {}", rule.note),
                };
                rows.extend(split.into_iter().map(|cells| (cells, note.clone(), number)));
            }
            Err(says) => wrong.extend(says.into_iter().map(|say| inside(&format!("rule {}", number + 1), &format!("规则 {}", number + 1), &say))),
        }
        if rows.len() > MOST_ROWS {
            wrong.push(Say::new(format!("it would have more than {MOST_ROWS} rows"), format!("会多于 {MOST_ROWS} 行")));
            break;
        }
    }
    if hit == Hit::Priority && wrong.is_empty() {
        by_priority(table, &mut rows).unwrap_or_else(|say| wrong.push(say));
    }
    let mut notes = Vec::new();
    let otherwise = default(table, &outputs, hit, &names, &kinds, &mut used, &mut notes);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut rows: Vec<(Vec<String>, String)> = rows.into_iter().map(|(cells, note, _)| (cells, note)).collect();
    rows.extend(otherwise.map(|cells| ([vec!["any".to_owned(); columns.len()], cells].concat(), "# otherwise".to_owned())));
    if rows.is_empty() {
        return Err(vec![Say::new("it has no rules", "没有规则")]);
    }
    let is_empty = |(cells, _): &(Vec<String>, String)| cells.iter().skip(columns.len()).any(|cell| cell == "-");
    let complete = !rows.iter().any(is_empty) && rows.iter().any(|(cells, _)| cells.iter().take(columns.len()).all(|cell| cell == "any"));
    let slots = outputs.iter().filter(|_| hit != Hit::List).map(|(slot, feel, ty)| Named { feel: feel.clone(), text: format!("{norm}.{slot}"), ty: if hit == Hit::Count { Ty::Number } else { *ty } });
    let slots = slots.collect();
    used.retain(|at| *at < fields.fields.len());
    Ok(Made { hit, headings, rows, slots, fields: used, notes, complete })
}

/// The rule with that place in the file comes first whose outcomes stand first among the allowed values.
fn by_priority(table: &DecisionTable, rows: &mut [(Vec<String>, String, usize)]) -> Result<(), Say> {
    let missing = || Say::new("the hit policy `PRIORITY` needs all outcomes among the allowed output values", "取法 `PRIORITY` 要求所有结果都在允许的输出值之中");
    let allowed: Vec<_> = table.outputs.iter().map(|output| output.values.as_deref().and_then(super::feel::literals)).collect();
    let mut ranks = Vec::new();
    for rule in &table.rules {
        let places = rule.outputs.iter().zip(&allowed).filter_map(|(cell, allowed)| {
            // An output without allowed values has no say in the order.
            let allowed = allowed.as_ref()?;
            let literal = super::feel::literals(cell).and_then(|mut all| all.pop());
            Some(literal.and_then(|literal| allowed.iter().position(|known| *known == literal)).ok_or_else(missing))
        });
        ranks.push(places.collect::<Result<Vec<usize>, Say>>()?);
    }
    if allowed.iter().all(Option::is_none) {
        return Err(missing());
    }
    rows.sort_by(|(_, _, a), (_, _, b)| (ranks.get(*a), a).cmp(&(ranks.get(*b), b)));
    Ok(())
}

/// Slot, name in FEEL and type of each output; adds their headings.
fn outputs(file: &File, decision: &Decision, table: &DecisionTable, fields: &mut Fields, headings: &mut Vec<String>) -> Vec<(String, String, Ty)> {
    let mut names = Names::default();
    let single = table.outputs.len() == 1;
    let mut outputs = Vec::new();
    for (at, output) in table.outputs.iter().enumerate() {
        let said = output.name.as_deref().or(output.label.as_deref()).filter(|_| !single).or(output.name.as_deref()).unwrap_or(&decision.variable);
        let slot = names.give(said, "value");
        let feel = if single { decision.variable.clone() } else { format!("{}.{said}", decision.variable) };
        let cells: Vec<&str> = table.rules.iter().filter_map(|rule| rule.outputs.get(at)).map(String::as_str).collect();
        let of = output.type_ref.as_deref().or(decision.type_ref.as_deref().filter(|_| single));
        let ty = fields.output(file, of, output.values.as_deref(), &cells, &slot).unwrap_or(Ty::Number);
        headings.push(format!("decides {slot}"));
        outputs.push((slot, feel, ty));
    }
    outputs
}

type Output = (String, String, Ty);

/// The rows of a rule.
fn cells(rule: &Rule, columns: &[Ty], outputs: &[Output], hit: Hit, names: &[Named], kinds: &[Vec<(String, String)>], used: &mut Vec<usize>) -> Result<Vec<Vec<String>>, Vec<Say>> {
    let mut wrong = Vec::new();
    if rule.inputs.len() != columns.len() || rule.outputs.len() != outputs.len() {
        return Err(vec![Say::new("it has not as many entries as there are columns", "条目数与栏数不符")]);
    }
    let mut rows: Vec<Vec<String>> = vec![Vec::new()];
    for (cell, ty) in rule.inputs.iter().zip(columns) {
        let said = tests(cell, names).and_then(|test| {
            test.exprs().into_iter().for_each(|expr| expr.names(used));
            test.said(*ty, names, kinds)
        });
        match said {
            Ok(ways) if ways.len() > 1 && !hit.splits() => {
                wrong.push(inside(&format!("`{cell}`"), &format!("`{cell}`"), &Say::new("it would stand in several rows, and each would be counted", "它要分成几行，而每行都会计入")));
            }
            Ok(ways) if rows.len() * ways.len() <= MOST_ROWS => rows = rows.iter().flat_map(|row| ways.iter().map(|way| [row.clone(), vec![way.clone()]].concat())).collect(),
            Ok(_) => wrong.push(Say::new("it would stand in too many rows", "它要分成的行太多")),
            Err(say) => wrong.push(in_cell(cell, say)),
        }
    }
    match outcome(&rule.outputs, outputs, hit, names, kinds, used) {
        Ok(said) => rows.iter_mut().for_each(|row| row.extend(said.iter().cloned())),
        Err(says) => wrong.extend(says),
    }
    if wrong.is_empty() { Ok(rows) } else { Err(wrong) }
}

/// What follows. Nothing may follow only where one rule applies and no other is looked for in its stead.
fn outcome(cells: &[String], outputs: &[Output], hit: Hit, names: &[Named], kinds: &[Vec<(String, String)>], used: &mut Vec<usize>) -> Result<Vec<String>, Vec<Say>> {
    let (mut said, mut wrong) = (Vec::new(), Vec::new());
    for (cell, (_, _, ty)) in cells.iter().zip(outputs) {
        let one = match cell.as_str() {
            "" | "-" if hit == Hit::One => Ok("-".to_owned()),
            "" | "-" => Err(Say::new("an outcome that is empty", "结果为空")),
            cell => expr(cell, names).and_then(|expr| {
                expr.names(used);
                expr.said(*ty, names, kinds)
            }),
        };
        match one {
            Ok(one) => said.push(one),
            Err(say) => wrong.push(in_cell(cell, say)),
        }
    }
    if wrong.is_empty() { Ok(said) } else { Err(wrong) }
}

/// The outcome where no rule applies, as a last row; it has a place where the first row that applies counts.
fn default(table: &DecisionTable, outputs: &[Output], hit: Hit, names: &[Named], kinds: &[Vec<(String, String)>], used: &mut Vec<usize>, notes: &mut Vec<Say>) -> Option<Vec<String>> {
    let defaults: Vec<Option<&String>> = table.outputs.iter().map(|output| output.default.as_ref()).collect();
    if defaults.iter().all(Option::is_none) {
        return None;
    }
    let whole: Option<Vec<String>> = defaults.iter().map(|default| default.cloned()).collect();
    let said = whole.filter(|_| matches!(hit, Hit::First | Hit::Priority)).and_then(|cells| outcome(&cells, outputs, hit, names, kinds, used).ok());
    if said.is_none() {
        let shown = defaults.into_iter().flatten().map(|default| format!("`{default}`")).collect::<Vec<_>>().join(", ");
        notes.push(Say::new(format!("the default output {shown}: only a table of the first match has a last row for the rest"), format!("默认输出 {shown}：只有“取首”的表才能用末行表示其余情形")));
    }
    said
}

/// A complaint about a cell, which it may have named already.
fn in_cell(cell: &str, say: Say) -> Say {
    let cell = format!("`{cell}`");
    if say.en.starts_with(&cell) { say } else { inside(&cell, &cell, &say) }
}

/// A complaint about a part.
fn inside(en: &str, zh: &str, say: &Say) -> Say {
    Say::new(format!("{en}: {}", say.en), format!("{zh}：{}", say.zh))
}
