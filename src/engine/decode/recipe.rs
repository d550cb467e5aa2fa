//! What stands where in lines with the same keys, by the type of record.

use super::Columned;
use crate::engine::word::same;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Of a line that ends after some keys.
#[derive(Debug, Clone)]
pub(super) struct End {
    /// Of each key: its column.
    columns: Vec<Option<usize>>,
    /// Which of the values is the type of the record.
    pub(super) kind: Option<usize>,
    recipes: Vec<(Box<[u8]>, Recipe)>,
    by_type: HashMap<Box<[u8]>, usize, RandomState>,
    /// That of the last line.
    last: usize,
}

/// Which value is what.
#[derive(Debug, Clone)]
pub(super) struct Recipe {
    pub(super) event: usize,
    /// None: there is no such key.
    pub(super) id: Option<usize>,
    pub(super) at: usize,
    /// Values that must be null.
    pub(super) absent: Vec<usize>,
    /// Of each field, and of each attribute; none: there is no such key.
    pub(super) fields: Vec<Option<usize>>,
    pub(super) attributes: Vec<Option<usize>>,
}

impl End {
    pub(super) fn new(columns: Vec<Option<usize>>, type_column: Option<usize>) -> Self {
        let kind = type_column.and_then(|column| columns.iter().position(|known| *known == Some(column)));
        Self { columns, kind, recipes: Vec::new(), by_type: HashMap::default(), last: 0 }
    }

    /// For a record of a type by its name; `columned` tells what it needs.
    #[inline]
    pub(super) fn recipe<'e>(&mut self, kind: &[u8], columned: impl FnOnce() -> Option<(usize, &'e Columned)>) -> Option<&Recipe> {
        let is_last = self.recipes.get(self.last).is_some_and(|(name, _)| same(name, kind));
        if !is_last {
            self.last = match self.by_type.get(kind) {
                Some(known) => *known,
                None => self.learn(kind, columned()?)?,
            };
        }
        self.recipes.get(self.last).map(|(_, recipe)| recipe)
    }

    fn learn(&mut self, kind: &[u8], (event, columned): (usize, &Columned)) -> Option<usize> {
        let at = |column: usize| self.columns.iter().position(|known| *known == Some(column));
        let all = |fields: &[(usize, super::value::Plain)]| fields.iter().map(|(column, _)| at(*column)).collect();
        let absent = columned.absent.iter().filter_map(|column| at(*column)).collect();
        let recipe = Recipe { event, id: at(columned.id), at: at(columned.at)?, absent, fields: all(&columned.fields), attributes: all(&columned.attributes) };
        self.recipes.push((kind.into(), recipe));
        self.by_type.insert(kind.into(), self.recipes.len() - 1);
        Some(self.recipes.len() - 1)
    }
}
