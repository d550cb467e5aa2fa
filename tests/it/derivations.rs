//! Every verdict of the example institutions can be unfolded, and the independent checker accepts what is unfolded.

use crate::streams;
use bylaw::explain;
use bylaw::reference::{audit, derive};

#[test]
fn every_verdict_unfolds_and_is_derived_again() {
    let mut wrong = Vec::new();
    for institution in streams::all() {
        let (model, records) = (&institution.model, &institution.records);
        let audited = audit(model, records, &mut |_, _| {});
        assert!(!audited.verdicts.is_empty());
        for verdict in &audited.verdicts {
            let derivation = derive(model, records, &verdict.id).unwrap_or_else(|| panic!("{} cannot be unfolded", verdict.id));
            assert_eq!(&derivation.verdict, verdict, "unfolding judges in another way");
            if let Err(faults) = explain::check(model, records, &derivation) {
                wrong.extend(faults.into_iter().map(|say| say.en));
            }
        }
    }
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}
