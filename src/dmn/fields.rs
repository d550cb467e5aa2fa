//! Types of DMN → fields of one record, and enumerations.

use super::feel::{Expr, Literal, Named, Test, Ty, literals, tests};
use super::file::{DecisionTable, File, Input};
use super::names::Names;

/// A field of the record.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// As FEEL says it.
    pub(super) feel: String,
    pub(super) name: String,
    pub(super) ty: Ty,
    /// The least value, and the greatest.
    pub(super) range: Option<(String, Option<String>)>,
}

/// An enumeration.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    pub(super) name: String,
}

/// Fields and enumerations of a file.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) fields: Vec<Field>,
    pub(super) kinds: Vec<Kind>,
    /// The values of each enumeration: text of FEEL and name.
    pub(super) values: Vec<Vec<(String, String)>>,
    kind_names: Names,
    value_names: Names,
}

/// What DMN says of a type.
#[derive(Debug, Clone, PartialEq)]
enum Known {
    Plain(Ty),
    /// One of these texts.
    Texts(Vec<String>),
    No,
}

impl Fields {
    /// The fields that the tables of a file read, those that a decision gives aside.
    pub(super) fn of(file: &File) -> Self {
        let mut fields = Self::default();
        let mut names = Names::default();
        let given: Vec<&str> = file.decisions.iter().flat_map(|decision| [decision.variable.as_str(), decision.name.as_str()]).collect();
        let columns: Vec<(&DecisionTable, usize, &Input)> =
            file.decisions.iter().filter_map(|decision| decision.table.as_ref().ok()).flat_map(|table| table.inputs.iter().enumerate().map(move |(at, input)| (table, at, input))).collect();
        let declared = file.inputs.iter().map(|(name, _)| name.as_str());
        for feel in columns.iter().map(|(_, _, input)| input.expression.as_str()).filter(|feel| is_name(feel)).chain(declared) {
            if fields.fields.iter().any(|known| known.feel == feel) || given.iter().any(|name| *name == feel || feel.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))) {
                continue;
            }
            let here: Vec<_> = columns.iter().filter(|(_, _, input)| input.expression == feel).collect();
            let of_data = file.inputs.iter().find(|(name, _)| name == feel).map(|(_, of)| known(file, of.as_deref(), None));
            let of_columns = here.iter().map(|(_, _, input)| known(file, input.type_ref.as_deref(), input.values.as_deref()));
            let all: Vec<Known> = of_columns.chain(of_data).filter(|known| *known != Known::No).collect();
            // What lists its values says more than what is only a text.
            let best = all.iter().find(|known| matches!(known, Known::Texts(_))).or_else(|| all.first()).cloned();
            let best = best.or_else(|| here.iter().find_map(|(table, at, _)| by_cells(table, *at)));
            let Some(best) = best else { continue };
            let name = names.give(feel, "value");
            let ty = fields.ty(&best, &name);
            let mut ranges = here.iter().map(|(_, _, input)| input.values.as_deref().and_then(range));
            let range = ranges.next().flatten().filter(|first| ty == Ty::Number && ranges.all(|other| other.as_ref() == Some(first)));
            fields.fields.push(Field { feel: feel.to_owned(), name, ty, range });
        }
        fields
    }

    /// The type of an output, by what DMN says or by its cells.
    pub(super) fn output(&mut self, file: &File, type_ref: Option<&str>, values: Option<&str>, cells: &[&str], name: &str) -> Option<Ty> {
        let said = known(file, type_ref, values);
        let said = if said == Known::No { by_literals(cells.iter().copied()).unwrap_or(Known::No) } else { said };
        (said != Known::No).then(|| self.ty(&said, name))
    }

    fn ty(&mut self, known: &Known, name: &str) -> Ty {
        match known {
            Known::Plain(ty) => *ty,
            Known::No => Ty::Text,
            Known::Texts(texts) => {
                // One enumeration for the same values: they then compare with each other.
                let same = |values: &Vec<(String, String)>| values.len() == texts.len() && texts.iter().all(|text| values.iter().any(|(known, _)| known == text));
                if let Some(at) = self.values.iter().position(same) {
                    return Ty::Kind(at);
                }
                let name = self.kind_names.give(&format!("{name} kind"), "kind");
                let values = texts.iter().map(|text| (text.clone(), self.value_names.give(text, "value"))).collect();
                self.values.push(values);
                self.kinds.push(Kind { name });
                Ty::Kind(self.kinds.len() - 1)
            }
        }
    }

    /// The fields as names of FEEL.
    pub(super) fn named(&self) -> Vec<Named> {
        self.fields.iter().map(|field| Named { feel: field.feel.clone(), text: field.name.clone(), ty: field.ty }).collect()
    }
}

/// Is it a name, and nothing that is calculated?
pub(super) fn is_name(feel: &str) -> bool {
    feel.starts_with(|c: char| c.is_alphabetic() || c == '_') && feel.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ' '))
}

fn known(file: &File, type_ref: Option<&str>, values: Option<&str>) -> Known {
    let texts = values.and_then(literals).and_then(|all| all.into_iter().map(|literal| if let Literal::Text(text) = literal { Some(text) } else { None }).collect::<Option<Vec<_>>>());
    let plain = type_ref.map(|name| name.rsplit(':').next().unwrap_or(name).trim());
    match plain {
        Some("number" | "integer" | "long" | "double" | "decimal") => Known::Plain(Ty::Number),
        Some("boolean") => Known::Plain(Ty::Bool),
        Some("date") => Known::Plain(Ty::Date),
        Some("time") => Known::Plain(Ty::Time),
        Some("string") => texts.map_or(Known::Plain(Ty::Text), Known::Texts),
        Some(name) => match file.types.iter().find(|(known, ..)| known == name) {
            // A type that rests on itself rests on nothing.
            Some((_, Some(of), allowed)) if of != name => {
                let rest = File { types: file.types.iter().filter(|(known, ..)| known != name).cloned().collect(), ..File::default() };
                known(&rest, Some(of), values.or(allowed.as_deref()))
            }
            _ => Known::No,
        },
        None => texts.map_or(Known::No, Known::Texts),
    }
}

/// The type that the literals of a column show.
fn by_cells(table: &DecisionTable, column: usize) -> Option<Known> {
    by_literals(table.rules.iter().filter_map(|rule| rule.inputs.get(column)).map(String::as_str))
}

fn by_literals<'a>(cells: impl Iterator<Item = &'a str>) -> Option<Known> {
    let mut types = cells.filter_map(|cell| tests(cell, &[]).ok()).flat_map(|test| test.exprs().into_iter().filter_map(|expr| expr.ty(&[])).collect::<Vec<_>>());
    let first = types.next()?;
    types.all(|ty| ty == first).then_some(Known::Plain(first))
}

/// `[18..120]`, `>= 0`: bounds that a field can have.
fn range(values: &str) -> Option<(String, Option<String>)> {
    let number = |expr: &Expr| expr.said(Ty::Number, &[], &[]).ok();
    match tests(values, &[]).ok()? {
        Test::Between(low, from, high, to) if low.with && high.with => Some((number(&from)?, Some(number(&to)?))),
        Test::Bound(bound, from) if bound.above && bound.with => Some((number(&from)?, None)),
        _ => None,
    }
}
