//! `void unless …`: what makes the records of an event valid.

use super::Lower;
use super::env::{Env, This};
use super::data::cites;
use crate::diagnostics::Say;
use crate::model::{Valid, walk};
use crate::syntax::tree::Item;

impl Lower<'_> {
    pub(super) fn all_valid(&mut self) {
        for (file, item) in self.items() {
            let Item::Event(event) = item else { continue };
            let Some((when, sources)) = &event.void_unless else { continue };
            let names: Vec<String> = event.heads.iter().map(|head| head.name.value.clone()).collect();
            let Some(first) = names.first() else { continue };
            let env = Env::new(file, self.regulation_of(file).map(str::to_owned), first.clone());
            let inside = Env { own: true, this: This::Records(names.clone()), ..env.inside(&names) };
            let condition = self.condition(&inside, when);
            if walk::counts(&condition) {
                self.error(
                    "type-mismatch",
                    (file, when.span),
                    Say::new("whether a record is void cannot hang on other records", "记录是否无效不能取决于其他记录"),
                    Say::new("say it with the record's own fields, or as a rule that makes it a violation", "请用记录自身的字段说明，或写成违规的规则"),
                );
                continue;
            }
            let valid = Valid { when: condition, cites: cites(sources) };
            for event in self.model.events.iter_mut().filter(|event| names.contains(&event.name)) {
                event.valid = Some(valid.clone());
            }
        }
    }
}
