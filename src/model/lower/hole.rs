//! Holes in place: `(not stated)` becomes a parameter of its own.

use super::env::Env;
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::Expr;
use crate::model::number::Number;
use crate::model::value::{Range, Type};
use crate::model::{Parameter, ParameterSort};

impl Lower<'_> {
    /// A hole of the type that the place asks for; where that is unknown, it is told.
    pub(super) fn hole_in_place(&mut self, env: &Env, at: At, want: Option<&Ty>) -> Typed {
        let ty = match want {
            Some(Ty::Is(ty)) => ty.clone(),
            Some(Ty::Bare) => Type::Quantity(crate::model::value::Unit::One),
            Some(Ty::When) => Type::Date,
            Some(Ty::Poison) => return Typed::poison(at),
            None => {
                self.error(
                    "hole-of-what",
                    at,
                    Say::new("nothing here says what kind of value the text leaves out", "此处看不出原文缺的是何种值"),
                    Say::new("declare it: `hole NAME: days`, and write NAME here", "请先声明 `未定 名称 : 天`，再在此写该名称"),
                );
                return Typed::poison(at);
            }
        };
        let low = matches!(ty, Type::Quantity(_)).then(|| Number::whole(0));
        let name = self.hole(env, at, ty.clone(), Range { grain: None, low, high: None });
        Typed::known(Expr::Parameter(name), ty, at)
    }

    /// The parameter of the hole at this place: one for each place, `norm.not_stated_1`, `norm.not_stated_2`, …
    fn hole(&mut self, env: &Env, at: At, ty: Type, range: Range) -> String {
        if let Some(name) = self.holes.get(&at) {
            return name.clone();
        }
        let count = self.hole_counts.entry(env.item.clone()).or_default();
        *count += 1;
        let name = format!("{}.not_stated_{count}", env.item);
        self.holes.insert(at, name.clone());
        let parameter = Parameter { name: name.clone(), label: None, cites: Vec::new(), ty, range, sort: ParameterSort::Hole, settled: None };
        self.parameters.insert(name.clone(), parameter);
        name
    }
}
