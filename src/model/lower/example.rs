//! Examples: given records and expected verdicts, typed like everything else.

use super::names::short;
use super::ty::Ty;
use super::Lower;
use crate::diagnostics::Say;
use super::when::is_period;
use crate::model::links::Sort;
use crate::model::number::Number;
use crate::model::value::{Range, Scalar, Type};
use crate::model::{ParameterSort, EventType, Example, Expected, ExpectedResult, GivenRecord, GivenSubject};
use crate::syntax::tree::{self, BLANK, Expect, Expr as Tree, Given, GivenOn, Item, Name, Node};
use chrono::NaiveDate;

impl<'t> Lower<'t> {
    pub(super) fn all_examples(&mut self) {
        for (file, item) in self.items() {
            if let Item::Example(example) = item {
                self.example(file, example);
            }
        }
    }

    fn example(&mut self, file: usize, example: &'t tree::Example) {
        let regulation = self.regulation_of(file).unwrap_or_default().to_owned();
        let mut made = Example {
            regulation,
            title: example.title.value.clone(),
            settled: Vec::new(),
            subjects: Vec::new(),
            records: Vec::new(),
            until: example.until.as_ref().and_then(|until| self.given_days(file, until).pop()),
            expect: Vec::new(),
        };
        let written = example.given.iter().filter_map(|given| if let Given::Record { id: Some(id), .. } = &given.value { Some(id.value.clone()) } else { None });
        let mut ids = Ids { written: written.collect(), next: 1 };
        let title = format!("{}: {}", made.regulation, made.title);
        self.claim("example", &title, (file, example.title.span));
        for given in &example.given {
            self.given(file, given, &mut made, &mut ids);
        }
        for expect in &example.expect {
            made.expect.extend(self.expected(file, &expect.value));
        }
        self.model.examples.push(made);
    }

    fn given(&mut self, file: usize, given: &'t Node<Given>, made: &mut Example, ids: &mut Ids) {
        match &given.value {
            Given::Subject(entity, id, days, attributes) => {
                let Some(entity) = self.entity_name(file, entity) else { return };
                let fields = self.model.entity(&entity).map(|e| e.attributes.clone()).unwrap_or_default();
                let attributes = self.given_fields(file, &entity, &fields, attributes);
                let days = self.validity(file, days);
                made.subjects.push(GivenSubject { entity, id: id.value.clone(), days, attributes });
            }
            Given::Settled(name, value) => self.settled(file, name, value, made),
            Given::Record { event, id, roles, on, fields } => {
                let Some(declared) = self.model.event(&event.value).filter(|event| !event.derived).cloned() else {
                    let env = super::env::Env::new(file, None, String::new());
                    self.unknown_event(&env, event);
                    return;
                };
                self.uses((file, event.span), Sort::Event, "", &event.value);
                let mut values = self.given_roles(file, &declared, roles);
                values.extend(self.given_fields(file, &declared.name, &declared.fields, fields));
                let days = self.given_days(file, on);
                let many = days.len() > 1;
                for (n, at) in days.into_iter().enumerate() {
                    let id = match id {
                        Some(id) if many => format!("{}_{}", id.value, n + 1),
                        Some(id) => id.value.clone(),
                        None => ids.next(),
                    };
                    made.records.push(GivenRecord { event: declared.name.clone(), id, at, fields: values.clone() });
                }
            }
            Given::Attested { fact, of, period, value, by, on } => {
                let Some((full, ..)) = self.scoped(self.regulation_of(file), &fact.value) else {
                    self.unknown_fact(file, fact);
                    return;
                };
                self.uses_item(file, fact, &full);
                let Some(ty) = self.parameter_type(&full) else {
                    self.unknown_fact(file, fact);
                    return;
                };
                let (Some(known), Some(at)) = (self.constant(file, value, &ty), self.written_at(file, on, None)) else { return };
                if let (Scalar::Quantity(number, _), Some(parameter)) = (&known, self.parameters.get(&full).cloned()) {
                    self.outside(file, value, *number, &parameter.range);
                }
                let text = |text: &str| Scalar::Text(text.into());
                let Some(about) = self.attested_of(file, &full, of, period.as_ref()) else { return };
                let id = ids.next();
                let fields = vec![
                    ("fact".to_owned(), Some(text(&full))),
                    ("about".to_owned(), Some(text(&about))),
                    ("value".to_owned(), Some(text(&said(&known)))),
                    ("by".to_owned(), Some(text(&by.value))),
                ];
                made.records.push(GivenRecord { event: super::event::ATTESTATION.to_owned(), id, at, fields });
            }
        }
    }

    /// `given READING read as NAME`, `given HOLE = VALUE`: holds for this example.
    fn settled(&mut self, file: usize, name: &'t Name, value: &'t Node<Tree>, made: &mut Example) {
        let own = self.regulation_of(file).map(|regulation| format!("{regulation}.{}", name.value));
        let full = match self.scoped(self.regulation_of(file), &name.value) {
            Some((full, ..)) => {
                self.uses_item(file, name, &full);
                full
            }
            // A hole in place is `norm.not_stated_1`.
            None => {
                self.uses_hole(file, name);
                own.unwrap_or_else(|| name.value.clone())
            }
        };
        let Some(parameter) = self.parameters.get(&full).cloned() else {
            let regulation = self.regulation_of(file);
            let open = self.parameters.values().filter(|parameter| !matches!(parameter.sort, ParameterSort::Judged { .. }));
            let known: Vec<String> = open.map(|parameter| short(regulation, &parameter.name).to_owned()).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            return self.unknown((file, name.span), ("hole or reading", "未定值或解读"), &name.value, &known);
        };
        if matches!(parameter.sort, ParameterSort::Judged { .. }) {
            return self.error(
                "incomplete-given",
                (file, name.span),
                Say::new(format!("`{}` is judged of something, by somebody, on a day", name.value), format!("`{}` 须写明对何事、由何人、于何日认定", name.value)),
                Say::new("write `given FACT of \"case\" is yes by \"person\" on 2024-03-05`", "请写 `已知 事实 对 \"案件\" 为 是 由 \"人\" 于 2024-03-05`"),
            );
        }
        let Some(known) = self.constant(file, value, &parameter.ty) else { return };
        if let Scalar::Quantity(number, _) = &known {
            self.outside(file, value, *number, &parameter.range);
        }
        if made.settled.iter().any(|(other, _)| *other == full) {
            return self.error(
                "said-twice",
                (file, name.span),
                Say::new(format!("`{}` is settled twice", name.value), format!("`{}` 选定了两次", name.value)),
                Say::new("keep the one that is meant; show the other in an example of its own", "请只保留一个；另一个请另写示例"),
            );
        }
        made.settled.push((full, known));
    }

    fn unknown_fact(&mut self, file: usize, fact: &Name) {
        let regulation = self.regulation_of(file);
        let judged = self.names.scoped.iter().filter(|(_, (_, item))| matches!(item, super::names::Scoped::Judged(_)));
        let known: Vec<String> = judged.map(|(full, _)| short(regulation, full).to_owned()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        self.unknown((file, fact.span), ("judged fact", "认定事项"), &fact.value, &known);
    }

    fn given_fields(
        &mut self,
        file: usize,
        owner: &str,
        known: &[crate::model::Field],
        given: &'t [(Name, Node<Tree>)],
    ) -> Vec<(String, Option<Scalar>)> {
        let mut values = Vec::new();
        for (name, value) in given {
            self.uses((file, name.span), Sort::Field, owner, &name.value);
            match known.iter().find(|field| field.name == name.value) {
                Some(field) if self.is_blank(value, &field.ty) => self.given_value((file, name.span), &mut values, &name.value, None),
                Some(field) => {
                    let known = self.constant(file, value, &field.ty);
                    if let Some(Scalar::Quantity(number, _)) = &known {
                        self.outside(file, value, *number, &field.range);
                    }
                    if let Some(known) = known {
                        self.given_value((file, name.span), &mut values, &name.value, Some(known));
                    }
                }
                None => {
                    let names: Vec<&str> = known.iter().map(|field| field.name.as_str()).collect();
                    self.unknown((file, name.span), (&format!("field of `{owner}`"), &format!("`{owner}` 的字段")), &name.value, &names);
                }
            }
        }
        values
    }

    /// Adds a value; a set gathers its members, anything else has one value.
    fn given_value(&mut self, at: super::At, values: &mut Vec<(String, Option<Scalar>)>, name: &str, value: Option<Scalar>) {
        match (values.iter_mut().find(|(known, _)| known == name), value) {
            (None, value) => values.push((name.to_owned(), value)),
            (Some((_, Some(Scalar::Set(_, all)))), Some(Scalar::Set(_, more))) => {
                all.extend(more);
                all.sort();
                all.dedup();
            }
            (Some(_), _) => self.error(
                "said-twice",
                at,
                Say::new(format!("`{name}` is given two values"), format!("`{name}` 给出了两个值")),
                Say::new("keep the one that is meant; only a set takes several", "请只保留一个；集合才可有多个"),
            ),
        }
    }

    /// A value that no record of the kind could have.
    fn outside(&mut self, file: usize, value: &Node<Tree>, number: Number, range: &Range) {
        let low = range.low.is_some_and(|low| number < low);
        let high = range.high.is_some_and(|high| number > high);
        let off = range.grain.is_some_and(|grain| number.over(grain).is_none_or(|steps| steps.as_whole().is_none()));
        if low || high || off {
            self.error(
                "bad-range",
                (file, value.span),
                Say::new("the field cannot have this value", "字段不能取此值"),
                Say::new("keep to the step and limits of the field's declaration", "请遵守字段声明中的步长与上下限"),
            );
        }
    }

    /// `= blank`, `＝ 空白`, or a text with nothing in it: the form was left empty. A kind may have a value of that name.
    fn is_blank(&self, value: &Node<Tree>, ty: &Type) -> bool {
        let known = |name: &str| matches!(ty, Type::Kind(kind) if self.model.kind(kind).is_some_and(|kind| kind.rank(name).is_some()));
        match &value.value {
            Tree::Path(path) => matches!(path.as_slice(), [one] if BLANK.contains(&one.value.as_str()) && !known(&one.value)),
            Tree::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// `by "li"` is the first role of those written after `by`; `for petition "p1"` the role of that name or entity.
    fn given_roles(&mut self, file: usize, event: &EventType, given: &'t [(Option<Name>, Node<String>)]) -> Vec<(String, Option<Scalar>)> {
        let roles = event.role_fields();
        let doer = self.doers.get(&event.name).cloned();
        let mut values = Vec::new();
        for (name, id) in given {
            let found = match name {
                None => roles.iter().find(|role| doer.as_ref() == Some(&role.name)).or_else(|| roles.first()),
                Some(name) => roles
                    .iter()
                    .find(|role| role.name == name.value)
                    .or_else(|| roles.iter().find(|role| role.ty == Type::Ref(name.value.clone()))),
            };
            if let (Some(role), Some(name)) = (found, name) {
                let by_role = role.name == name.value;
                self.uses((file, name.span), if by_role { Sort::Field } else { Sort::Type }, if by_role { &event.name } else { "" }, &name.value);
            }
            match (found, name) {
                (Some(role), _) => {
                    if let Type::Ref(entity) = &role.ty {
                        let blank = id.value.trim().is_empty();
                        let subject = (!blank).then(|| Scalar::Ref(entity.as_str().into(), id.value.as_str().into()));
                        self.given_value((file, id.span), &mut values, &role.name, subject);
                    }
                }
                (None, name) => {
                    let names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
                    let at = (file, name.as_ref().map_or(id.span, |name| name.span));
                    let written = name.as_ref().map_or("by", |name| name.value.as_str());
                    let owner = &event.name;
                    self.unknown(at, (&format!("role of `{owner}`"), &format!("`{owner}` 的角色")), written, &names);
                }
            }
        }
        values
    }

    fn given_days(&mut self, file: usize, on: &'t GivenOn) -> Vec<String> {
        match on {
            GivenOn::At(day, time) => self.written_at(file, day, time.as_ref()).into_iter().collect(),
            GivenOn::Each(first, last) => {
                let (Some(from), Some(to)) = (self.given_date(file, first), self.given_date(file, last)) else { return Vec::new() };
                if to < from || (to - from).num_days() > 3660 {
                    self.error(
                        "bad-range",
                        (file, last.span),
                        Say::new("the last day lies before the first, or more than ten years after it", "末日早于首日，或相隔十年以上"),
                        Say::new("write the earlier day first", "请把较早的日期写在前面"),
                    );
                    return Vec::new();
                }
                from.iter_days().take_while(|day| *day <= to).map(|day| day.to_string()).collect()
            }
        }
    }

    fn given_date(&mut self, file: usize, node: &'t Node<Tree>) -> Option<NaiveDate> {
        match self.constant(file, node, &Type::Date)? {
            Scalar::Date(day) => Some(day),
            _ => None,
        }
    }

    /// A date or local moment as records have it: `2024-03-05` or `2024-03-05T08:37`.
    fn written_at(&mut self, file: usize, day: &'t Node<Tree>, time: Option<&'t Node<Tree>>) -> Option<String> {
        if let (Tree::Date(written), None) = (&day.value, time)
            && written.len() > 10
        {
            let env = super::env::Env::new(file, self.regulation_of(file).map(str::to_owned), String::new());
            return (!self.expr(&env, day, None).is_poison()).then(|| written.replace(' ', "T"));
        }
        let date = self.given_date(file, day)?;
        match time {
            None => Some(date.to_string()),
            Some(time) => match self.constant(file, time, &Type::Time)? {
                Scalar::Time(time) => Some(format!("{date}T{}", time.format("%H:%M:%S"))),
                _ => None,
            },
        }
    }

    fn expected(&mut self, file: usize, expect: &'t Expect) -> Option<Expected> {
        let (norm, of, on) = match expect {
            Expect::Verdict { norm, of, on, .. } | Expect::Amount { norm, of, on, .. } => (norm, of, on),
        };
        let named = self.norm_and_slot(file, norm);
        let (full, slot) = match named {
            Some((full, slot)) => (Some(full), slot),
            None => (None, None),
        };
        let on = match on {
            Some(on) => Some(self.period_name(file, on)?),
            None => None,
        };
        let is = match expect {
            Expect::Verdict { is, .. } => {
                if slot.is_some() {
                    self.ruling_of_slot((file, is.span));
                    return None;
                }
                ExpectedResult::Ruling(ruling(is.value).to_owned())
            }
            Expect::Amount { is, .. } if matches!(&is.value, Tree::Path(path) if matches!(path.as_slice(), [one] if matches!(one.value.as_str(), "none" | "blank" | "空白"))) => ExpectedResult::Nothing,
            Expect::Amount { is, .. } => ExpectedResult::Value(self.expected_value(file, full.as_deref()?, slot.as_deref(), is)?),
        };
        Some(Expected { norm: full?, slot, subject: of.as_ref().map(|of| of.value.clone()), on, is })
    }

    /// A norm, or `norm.slot`.
    fn norm_and_slot(&mut self, file: usize, name: &Name) -> Option<(String, Option<String>)> {
        let regulation = self.regulation_of(file);
        if let Some((norm, slot)) = name.value.rsplit_once('.')
            && self.scoped(regulation, &name.value).is_none()
            && let Some((full, _, super::names::Scoped::Norm(_))) = self.scoped(regulation, norm)
        {
            let facets = self.facets.get(&full)?.clone();
            if let Some((slot, _)) = facets.slot(slot) {
                self.uses_slot_of(file, name, &full, slot);
                return Some((full, Some(slot.to_owned())));
            }
            self.unknown_slot(norm, &facets, &Node::new(slot.to_owned(), name.span), (file, name.span));
            return None;
        }
        Some((self.norm_name(file, name, false)?, None))
    }

    fn ruling_of_slot(&mut self, at: super::At) {
        self.error(
            "type-mismatch",
            at,
            Say::new("a verdict is of the whole norm, not of one of its values", "判定针对整条规则，不针对其中一个取值"),
            Say::new("leave out what stands after the last dot, or expect a value", "请删去最后一个点之后的部分，或改为预期取值"),
        );
    }

    /// A value of the type of the slot, or of one of the norm's slots.
    fn expected_value(&mut self, file: usize, norm: &str, slot: Option<&str>, is: &'t Node<Tree>) -> Option<Scalar> {
        let facets = self.facets.get(norm)?.clone();
        let slots: Vec<Ty> = match slot {
            Some(slot) => facets.slot(slot).map(|(_, ty)| ty.clone()).into_iter().collect(),
            None => facets.slots.into_iter().map(|(_, ty)| ty).chain(facets.posted).collect(),
        };
        if slots.is_empty() && self.is_wrong(norm) {
            return None;
        }
        if slots.is_empty() {
            let name = norm.to_owned();
            self.error(
                "no-such-slot",
                (file, is.span),
                Say::new(format!("`{name}` decides no value"), format!("`{name}` 不确定任何取值")),
                Say::new("expect a ruling, such as `violation`", "请改为期望判定，如 `违规`"),
            );
            return None;
        }
        // Several slots: the first whose type the value has. Trying leaves no messages behind.
        for ty in slots.iter().skip(1) {
            let told = self.told.len();
            if let Some(ty) = of_value(ty, is)
                && let Some(value) = self.constant(file, is, &ty)
            {
                return Some(value);
            }
            self.told.truncate(told);
        }
        let ty = of_value(slots.first()?, is)?;
        self.constant(file, is, &ty)
    }

    /// `2024-03-05`, `2024-03`, `2024-Q1`, `2024-H1`, `2024-W10`, `2024`.
    fn period_name(&mut self, file: usize, on: &Node<String>) -> Option<String> {
        if is_period(&on.value) {
            return Some(on.value.clone());
        }
        let written = &on.value;
        self.error(
            "bad-date",
            (file, on.span),
            Say::new(format!("`{written}` is neither a day nor a period"), format!("`{written}` 既不是日期也不是期间")),
            Say::new("write `2024-03-05`, `2024-03`, `2024-Q1`, `2024-H1`, `2024-W10` or `2024`; several as one `2024-04..2025-03` or `2022-2024`", "请写 `2024-03-05`、`2024-03`、`2024-Q1`、`2024-H1`、`2024-W10` 或 `2024`；多期连算的写 `2024-04..2025-03` 或 `2022-2024`"),
        );
        None
    }
}

/// The type in which the value of a slot of this type is written; a date or moment is what is written.
fn of_value(ty: &Ty, written: &Node<Tree>) -> Option<Type> {
    match ty {
        Ty::Is(ty) => Some(ty.clone()),
        Ty::Bare => Some(Type::Quantity(crate::model::value::Unit::One)),
        Ty::When => Some(if matches!(&written.value, Tree::Date(text) if text.contains(':')) { Type::Moment } else { Type::Date }),
        Ty::Poison => None,
    }
}

/// Ids for records that the drafter gave none.
struct Ids {
    written: Vec<String>,
    next: usize,
}

impl Ids {
    /// The next `r1`, `r2`, … that nobody wrote.
    fn next(&mut self) -> String {
        loop {
            let id = format!("r{}", self.next);
            self.next += 1;
            if !self.written.contains(&id) {
                return id;
            }
        }
    }
}

/// A value as it stands in a record.
fn said(value: &Scalar) -> String {
    match value {
        Scalar::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Scalar::Quantity(number, _) => number.to_string(),
        Scalar::Date(day) => day.to_string(),
        Scalar::Moment(moment) => moment.to_rfc3339(),
        Scalar::Time(time) => time.format("%H:%M").to_string(),
        Scalar::Kind(_, text) | Scalar::Text(text) | Scalar::Ref(_, text) => text.to_string(),
        Scalar::Set(_, ids) => ids.join(";"),
    }
}

fn ruling(written: tree::Ruling) -> &'static str {
    match written {
        tree::Ruling::Compliant => "compliant",
        tree::Ruling::Violation => "violation",
        tree::Ruling::Pending => "pending",
        tree::Ruling::Undetermined => "undetermined",
        tree::Ruling::Conflict => "conflict",
        tree::Ruling::NotApplicable => "not_applicable",
    }
}
