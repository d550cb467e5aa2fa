//! What a duty's conditions on later records read of the occasion: worked out once, when the duty begins, and kept with it.

use super::code::Code;
use super::compile::Maker;
use super::outside::{Made, outside};
use super::typed::Typed;
use super::word::Means;
use crate::model::expr::{Expr, Scope};
use crate::model::walk::{self, Look};

/// What is kept of the occasion.
#[derive(Debug)]
pub(super) struct Keeping {
    /// The occasion's record type.
    pub(super) event: Option<usize>,
    pub(super) kept: Vec<Code>,
    /// What each of these stands for.
    pub(super) means: Vec<Means>,
}

impl Maker<'_, '_> {
    /// A value of the occasion, kept for later records.
    pub(super) fn keep(&mut self, expr: &Expr) -> Made<Typed> {
        let Some(event) = self.keeping.as_ref().map(|keeping| keeping.event) else { return outside("a filter that looks at the occasion", "筛选条件涉及被判事项") };
        let mut own = Maker { common: &mut *self.common, event, counted: false, own: true, period: None, each: None, keeping: None, norm: self.norm };
        let typed = own.make(expr)?;
        let (code, Some(keeping)) = (typed.clone().code(), self.keeping.as_mut()) else { return Ok(typed) };
        if matches!(code, Code::Const(_)) {
            return Ok(typed);
        }
        let at = keeping.kept.iter().position(|known| *known == code).unwrap_or_else(|| {
            keeping.kept.push(code);
            keeping.means.push(typed.means());
            keeping.kept.len() - 1
        });
        Ok(typed.with(Code::Kept(at)))
    }
}

/// Does it look at nothing of the later record?
pub(super) fn is_of_occasion(expr: &Expr) -> bool {
    struct Counted(bool);
    impl Look for Counted {
        fn expr(&mut self, expr: &Expr) {
            self.0 |= matches!(expr, Expr::Field(Scope::Counted, _) | Expr::At(Scope::Counted) | Expr::Day(Scope::Counted) | Expr::Each | Expr::Judged(..) | Expr::Holds(_));
        }
    }
    // What a measure looks at are records of its own.
    if matches!(expr, Expr::Measure(_)) {
        return true;
    }
    let mut counted = Counted(false);
    walk::expr(expr, &mut counted);
    !counted.0
}
