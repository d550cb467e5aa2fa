//! States: their records, checked where they are declared, and the questions about them.

use super::env::{Env, This};
use super::names::{Scoped, short};
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{Expr, Window};
use crate::model::state::{Ask, Stay, Turn};
use crate::model::value::{Type, Unit};
use crate::model::walk::{self, Look};
use crate::syntax::tree::{self, Link, Name, Node, StayAsk};

impl<'t> Lower<'t> {
    /// Every state is checked once, whether something asks about it or not.
    pub(super) fn all_states(&mut self) {
        let all: Vec<(String, usize, &'t tree::State)> = self
            .names
            .scoped
            .iter()
            .filter_map(|(full, (file, item))| if let Scoped::State(state) = item { Some((full.clone(), *file, *state)) } else { None })
            .collect();
        for (full, file, state) in all {
            self.state(&full, file, state);
        }
    }

    /// The state with all its subjects; nothing is asked yet.
    fn state(&mut self, full: &str, file: usize, state: &'t tree::State) -> Option<Stay> {
        let of = self.entity_name(file, &state.of)?;
        let env = Env::new(file, self.regulation_of(file).map(str::to_owned), full.to_owned());
        let begins = self.turn(&env, &of, &state.from);
        let ends = state.to.as_ref().map(|to| self.turn(&env, &of, to));
        let ends = match ends {
            Some(turn) => Some(turn?),
            None => None,
        };
        let label = super::declare::text(state.head.label.as_ref());
        self.asked(full, |reads| begins.iter().chain(&ends).for_each(|turn| walk::pattern(&turn.pattern, reads)));
        Some(Stay { state: full.to_owned(), label, of, begins: begins?, ends, ask: Ask::Now })
    }

    fn turn(&mut self, env: &Env, of: &str, pattern: &'t tree::Pattern) -> Option<Turn> {
        let at = env.at(pattern.span);
        if pattern.link != Link::Implicit {
            self.error(
                "link-missing",
                at,
                Say::new("a state is everybody's: there is no occasion yet to which its records could be linked", "状态对所有主体而言，此处尚无可关联的情形"),
                Say::new("leave `by the same …` and `by anyone` out here", "请删去 `同一 …` 与 `任何人`"),
            );
            return None;
        }
        let lowered = self.own_pattern(env, pattern)?;
        let Some(role) = self.shared_role(&lowered.events, of, of) else {
            let list = super::tell::list(&lowered.events);
            self.error(
                "link-missing",
                at,
                Say::new(format!("{list} names no `{of}` whose state it could begin or end"), format!("{list} 未指明其状态开始或结束的 `{of}`")),
                Say::new(format!("declare the event with `by {of}` or `of {of}`"), format!("声明事件时请写 `由 {of}` 或 `关于 {of}`")),
            );
            return None;
        };
        if lowered.filter.as_ref().is_some_and(asks_more) {
            self.error(
                "type-mismatch",
                at,
                Say::new("a record that begins or ends a state is judged by itself, not by a measure or another state", "使状态开始或结束的记录只看其本身，不能依据计量或另一状态"),
                Say::new("ask about its own fields here", "此处请只用该记录自身的字段"),
            );
            return None;
        }
        Some(Turn { pattern: lowered, role })
    }

    /// The state called so; an unknown one is told.
    fn named_state(&mut self, env: &Env, name: &Name) -> Option<Stay> {
        let regulation = env.regulation.as_deref();
        if let Some((full, file, Scoped::State(state))) = self.scoped(regulation, &name.value) {
            self.uses_item(env.file, name, &full);
            return self.state(&full, file, state);
        }
        let states = self.names.scoped.iter().filter(|(_, (_, item))| matches!(item, Scoped::State(_)));
        let known: Vec<String> = states.map(|(full, _)| short(regulation, full).to_owned()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        self.unknown(env.at(name.span), ("state", "状态"), &name.value, &known);
        None
    }

    /// `staff in STATE`.
    pub(super) fn in_state(&mut self, env: &Env, subject: &'t Node<tree::Expr>, name: &Name, at: At) -> Typed {
        let Some(state) = self.named_state(env, name) else { return Typed::poison(at) };
        let subject = self.expect(env, subject, &Ty::Is(Type::Ref(state.of.clone())));
        if subject.is_poison() {
            return Typed::poison(at);
        }
        Typed::known(Expr::Stay(Box::new(about(state, &subject.expr))), Type::Bool, at)
    }

    /// `days in STATE in the month`, `least at once in STATE in the day`.
    pub(super) fn stay(&mut self, env: &Env, stay: &'t tree::Stay, at: At) -> Typed {
        // In a filter it is the occasion's, as a measure is.
        let env = &Env { counted: None, ..env.clone() };
        let state = self.named_state(env, &stay.state);
        let window = self.window_of_state(env, stay, at);
        let (Some(state), Some(window)) = (state, window) else { return Typed::poison(at) };
        let (ask, ty) = match &stay.ask.value {
            StayAsk::LeastAtOnce => (Ask::LeastAtOnce(window), Ty::ONE),
            StayAsk::MostAtOnce => (Ask::MostAtOnce(window), Ty::ONE),
            StayAsk::Time(unit) => {
                let Some(unit) = self.unit_of_time(unit, env.at(stay.ask.span)) else { return Typed::poison(at) };
                (Ask::Time(unit.clone(), window), Ty::quantity(unit))
            }
        };
        let state = Stay { ask, ..state };
        if !matches!(state.ask, Ask::Time(..)) {
            if let Link::Same(names) = &stay.link {
                self.of_all(env.at(names.first().map_or(stay.state.span, |name| name.span)));
                return Typed::poison(at);
            }
            if let (Link::Implicit, This::Period(Some(entity), _) | This::Case(entity)) = (&stay.link, &env.this) {
                self.not_of_one(&state, entity, at);
                return Typed::poison(at);
            }
            return Typed::new(Expr::Stay(Box::new(state)), ty, at);
        }
        match self.whose(env, stay, &state.of, at) {
            Some(subject) => Typed::new(Expr::Stay(Box::new(about(state, &subject))), ty, at),
            None => Typed::poison(at),
        }
    }

    fn of_all(&mut self, at: At) {
        self.error(
            "link-missing",
            at,
            Say::new("how many are in a state at once is asked of all, not of one subject", "同时处于某状态的数量是对全体而言，不针对某一主体"),
            Say::new("leave `by the same …` out here; a state of its own says which records count", "请删去 `同一 …`；可另设一个状态限定记录"),
        );
    }

    /// Asked for each section, it would still count everybody's state.
    fn not_of_one(&mut self, state: &Stay, entity: &str, at: At) {
        let (of, name) = (&state.of, short(None, &state.state).rsplit('.').next().unwrap_or_default().to_owned());
        self.error(
            "ambiguous-link",
            at,
            Say::new(
                format!("how many are in `{name}` at once is counted over every `{of}`, not over those of one `{entity}`"),
                format!("同时处于 `{name}` 的数量是对所有 `{of}` 而言，不限于某一 `{entity}`"),
            ),
            Say::new(
                format!("if all are meant, add `by anyone`; those of this `{entity}`, at the end of the day, are `number of {of} where ATTRIBUTE = this.{entity} and {of} in {name}`"),
                format!("如指全体，请加 `任何人`；只数本 `{entity}` 的（以当日终了为准），请写 `个数 {of} 其中 属性 = 本次.{entity} 且 {of} 处于 {name}`"),
            ),
        );
    }

    fn window_of_state(&mut self, env: &Env, stay: &'t tree::Stay, at: At) -> Option<Window> {
        match self.window(env, stay.window.as_ref(), None, at)? {
            Window::Since(_) | Window::Next(_) => {
                self.error(
                    "window-missing",
                    stay.window.as_ref().map_or(at, |window| env.at(window.span)),
                    Say::new("time in a state is measured between days or moments, not since a record", "状态的时长按日期或时刻计算，不能自某条记录起算"),
                    Say::new("write a window such as `in the month`, `in the last 30 days` or `so far`", "请写 `当月`、`最近 30 天` 或 `至今` 等期间"),
                );
                None
            }
            window => Some(window),
        }
    }

    /// Days, hours or minutes; anything else is told.
    fn unit_of_time(&mut self, unit: &tree::Unit, at: At) -> Option<Unit> {
        match unit {
            tree::Unit::Days => Some(Unit::Days),
            tree::Unit::Hours => Some(Unit::Hours),
            tree::Unit::Minutes => Some(Unit::Minutes),
            _ => {
                self.error(
                    "unit-mismatch",
                    at,
                    Say::new("time in a state is counted in days, hours or minutes", "状态的时长以天、小时或分钟计"),
                    Say::new("write `days in …`, `hours in …` or `minutes in …`", "请写 `天数 处于 …`、`小时数 处于 …` 或 `分钟数 处于 …`"),
                );
                None
            }
        }
    }

    /// Whose time: the occasion's subject of that register or case, or the one that is named.
    fn whose(&mut self, env: &Env, stay: &tree::Stay, of: &str, at: At) -> Option<Expr> {
        let mut subjects = self.subjects(env).into_iter().filter(|(entity, ..)| entity == of);
        let found = match &stay.link {
            Link::Same(names) => match names.as_slice() {
                [name] => subjects.find(|(_, role, _)| *role == name.value || of == name.value),
                _ => None,
            },
            Link::Implicit => subjects.next(),
            Link::Anyone => None,
        };
        if found.is_none() && env.this != This::Unknown {
            self.error(
                "link-missing",
                at,
                Say::new(format!("nothing says whose time is meant: the occasion has no such `{of}`"), format!("未写明是谁的时长：本情形没有这样的 `{of}`")),
                Say::new(format!("judge each `{of}`, or name a role of the occasion with `by the same …`"), format!("请以每个 `{of}` 为情形，或用 `同一 …` 指明角色")),
            );
        }
        found.map(|(.., subject)| subject)
    }
}

/// The state of one subject.
fn about(mut state: Stay, subject: &Expr) -> Stay {
    for turn in std::iter::once(&mut state.begins).chain(&mut state.ends) {
        turn.pattern.links = vec![(turn.role.clone(), subject.clone())];
    }
    state
}

/// Does a filter look at other records?
fn asks_more(filter: &Expr) -> bool {
    struct Asks(bool);
    impl Look for Asks {
        fn expr(&mut self, expr: &Expr) {
            self.0 |= matches!(expr, Expr::Measure(_) | Expr::Stay(_));
        }
    }
    let mut asks = Asks(false);
    walk::expr(filter, &mut asks);
    asks.0
}
