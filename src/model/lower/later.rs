//! `the later of A and B`, `the earlier of A and B`.

use super::env::Env;
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::model::expr::Expr;
use crate::syntax::tree::{self, Node};

impl<'t> Lower<'t> {
    /// Two by two, from the left.
    pub(super) fn later(&mut self, env: &Env, later: bool, of: &'t [Node<tree::Expr>], at: At) -> Typed {
        let all: Vec<Typed> = of.iter().map(|one| self.date_or_moment(env, one)).collect();
        if all.iter().any(Typed::is_poison) {
            return Typed::poison(at);
        }
        let pair = |a: Typed, b: Typed| {
            let ty = if a.ty == b.ty { a.ty } else { Ty::When };
            Typed::new(Expr::Later(later, Box::new(a.expr), Box::new(b.expr)), ty, at)
        };
        all.into_iter().reduce(pair).unwrap_or_else(|| Typed::poison(at))
    }
}
