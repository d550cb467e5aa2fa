//! Who is who in a story: the subjects that expressions give, the members of a set.

use super::scene::Scene;
use crate::model::expr::{Expr, Scope};
use crate::model::norm::Occasion;
use crate::model::value::{Scalar, Type};

impl Scene<'_> {
    /// A set with one member, who is nobody else; none where the set is not a field of the record.
    pub(super) fn assemble(&mut self, set: &Expr) -> Option<()> {
        let Expr::Field(Scope::This, name) = set else { return None };
        let field = self.model.event(self.event?)?.fields.iter().find(|field| field.name == *name)?;
        let Type::Set(entity) = &field.ty else { return None };
        let first = format!("{entity}_1");
        let id = if self.subjects.contains_key(&(entity.clone(), first.clone())) { format!("{entity}_2") } else { first };
        self.subjects.entry((entity.clone(), id.clone())).or_default();
        self.belongs(name, entity, &id);
        self.member = Some((entity.clone(), id));
        Some(())
    }

    pub(super) fn belongs(&mut self, set: &str, entity: &str, id: &str) {
        self.fields.insert(set.to_owned(), Some(Scalar::Set(entity.into(), vec![id.into()])));
    }

    /// Lets the member be somebody.
    pub(super) fn is_member(&mut self, who: &Expr) -> Option<()> {
        let Occasion::Member(_, Expr::Field(Scope::This, set)) = &self.norm.occasion else { return None };
        let (set, (entity, stranger)) = (set.clone(), self.member.clone()?);
        let id = self.who(who, &entity)?;
        self.belongs(&set, &entity, &id);
        self.subjects.remove(&(entity.clone(), stranger));
        self.member = Some((entity, id));
        Some(())
    }

    /// The id of the subject that an expression gives.
    pub(super) fn who(&mut self, who: &Expr, entity: &str) -> Option<String> {
        match who {
            Expr::Subject => match &self.norm.occasion {
                Occasion::Period { entity: Some(own), .. } | Occasion::Case { entity: own, .. } | Occasion::Throughout { entity: own, .. } => Some(self.subject(&own.clone())),
                _ => self.fields.values().find_map(|value| if let Some(Scalar::Ref(of, id)) = value { (&**of == entity).then(|| id.to_string()) } else { None }),
            },
            Expr::Member => self.member.as_ref().filter(|(of, _)| of == entity).map(|(_, id)| id.clone()),
            Expr::Field(Scope::This, role) => match (self.fields.get(role), &self.norm.occasion) {
                (Some(Some(Scalar::Ref(_, id))), _) => Some(id.to_string()),
                // A breach of what is judged period by period has its subject as a field.
                (None, Occasion::Period { entity: Some(own), .. } | Occasion::Case { entity: own, .. } | Occasion::Throughout { entity: own, .. }) if own == role => Some(self.subject(&own.clone())),
                _ => None,
            },
            Expr::Field(Scope::Counted, role) => match self.answering.get(role) {
                Some(Some(Scalar::Ref(_, id))) => Some(id.to_string()),
                Some(_) => None,
                None => {
                    let id = format!("{entity}_2");
                    self.subjects.entry((entity.to_owned(), id.clone())).or_default();
                    self.answering.insert(role.clone(), Some(Scalar::Ref(entity.into(), id.as_str().into())));
                    Some(id)
                }
            },
            Expr::Fact(inner, of, attribute) => {
                let owner = self.who(inner, of)?;
                let key = (of.clone(), owner);
                match self.subjects.get(&key).and_then(|row| row.get(attribute)) {
                    Some(Some(Scalar::Ref(_, id))) => Some(id.to_string()),
                    Some(_) => None,
                    None => {
                        let id = format!("{entity}_2");
                        self.subjects.entry((entity.to_owned(), id.clone())).or_default();
                        self.subjects.entry(key).or_default().insert(attribute.clone(), Some(Scalar::Ref(entity.into(), id.as_str().into())));
                        Some(id)
                    }
                }
            }
            _ => None,
        }
    }

    pub(super) fn any_who(&mut self, who: &Expr) -> Option<String> {
        let entities: Vec<String> = self.model.entities.iter().map(|entity| entity.name.clone()).collect();
        entities.iter().find_map(|entity| {
            let id = self.who(who, entity)?;
            self.subjects.contains_key(&(entity.clone(), id.clone())).then_some(id)
        })
    }
}
