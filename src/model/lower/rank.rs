//! `rank of X among R`: one more than the number of those above.

use super::env::Env;
use super::expr::{all, any};
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::model::expr::{Aggregate, Expr};
use crate::model::group::Group;
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::syntax::tree::{self, CompareOp, Node};

impl<'t> Lower<'t> {
    /// `1 + number of R where X is stated and X > mine`; equals share a place, unless something decides between them.
    pub(super) fn rank(&mut self, env: &Env, rank: &'t tree::Rank, at: At) -> Typed {
        if self.within_members(env, at) {
            return Typed::poison(at);
        }
        let Some((of, there)) = self.members(env, &rank.among, at) else { return Typed::poison(at) };
        let entity = Group { aggregate: Aggregate::Count, of: of.clone(), filter: None, value: None, unit: Unit::One }.entity().to_owned();
        let inside = Env { each: Some(entity), counted: None, ..env.clone() };
        let filter = rank.filter.as_ref().map(|filter| self.condition(&inside, filter));
        let (theirs, mine) = self.both(env, &inside, &rank.of);
        let mut keys = vec![(theirs.clone(), mine, rank.lowest)];
        for (key, lowest) in &rank.ties {
            let (other, own) = self.both(env, &inside, key);
            keys.push((other, own, *lowest));
        }
        if keys.iter().any(|(theirs, mine, _)| theirs.is_poison() || mine.is_poison()) {
            return Typed::poison(at);
        }
        // By the first key, or equal in it and by the next.
        let mut above: Option<Expr> = None;
        for (theirs, mine, lowest) in keys.into_iter().rev() {
            let equal = above.map(|next| all([self.compare(CompareOp::Eq, theirs.clone(), mine.clone(), at).expr, next]).expect("two parts"));
            let first = self.compare(before(lowest), theirs, mine, at).expr;
            above = any([first].into_iter().chain(equal));
        }
        // Who has no value stands below everybody.
        let stated = (!always_there(&theirs.expr)).then(|| Expr::Stated(Box::new(theirs.expr)));
        let filter = all(there.into_iter().chain(filter).chain(stated).chain(above));
        let group = Group { aggregate: Aggregate::Count, of, filter, value: None, unit: Unit::One };
        let one = Expr::Value(Scalar::Quantity(Number::whole(1), Unit::One));
        Typed::new(Expr::Add(Box::new(one), Box::new(Expr::Group(Box::new(group)))), Ty::ONE, at)
    }

    /// The value of a member, and one's own.
    fn both(&mut self, env: &Env, inside: &Env, of: &'t Node<tree::Expr>) -> (Typed, Typed) {
        (self.expr(inside, of, None), self.expr(env, of, None))
    }
}

fn before(lowest: bool) -> CompareOp {
    if lowest { CompareOp::Lt } else { CompareOp::Gt }
}

/// Counts and totals are never blank.
fn always_there(expr: &Expr) -> bool {
    matches!(expr, Expr::Measure(measure) if matches!(measure.aggregate, Aggregate::Count | Aggregate::Total))
}
