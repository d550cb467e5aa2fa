//! Bundles: written and read back, refused when touched.

use crate::model::{Interval, Model, Regulation, bundle};

fn model() -> Model {
    let regulation = Regulation {
        name: "office".into(),
        label: Some("机关".into()),
        cites: vec!["03".into()],
        validity: Interval::default(),
        time_zone: "Asia/Shanghai".into(),
        currency: Some("CNY".into()),
        calendar: None,
        same_day: false,
        moves_on: false,
        lateness: 3,
        not_adopted: Vec::new(),
    };
    Model { regulations: vec![regulation], ..Model::default() }
}

fn refused(text: &str) -> String {
    let told = bundle::read(text).unwrap_err();
    assert!(told.help.is_some(), "always a way out");
    format!("{}: {}", told.code, told.message.en)
}

#[test]
fn written_and_read_back() {
    let text = bundle::write(&model());
    assert_eq!(bundle::read(&text).unwrap(), model());
    assert_eq!(bundle::write(&bundle::read(&text).unwrap()), text);
    assert!(text.contains(&bundle::digest(&model())));
}

#[test]
fn touched_bundles_are_refused() {
    let text = bundle::write(&model());
    assert!(refused(&text.replace("\"lateness\": 3", "\"lateness\": 4")).starts_with("bundle-digest: the bundle was changed after it was made"));
    assert_eq!(refused(&text.replace("\"bylaw\": 1", "\"bylaw\": 2")), "bundle-version: the bundle has version 2, this program reads version 1");
    assert_eq!(refused("{}"), "bundle-version: this JSON is not a bundle: it has no version number `bylaw`");
    assert!(refused(&text[..40]).starts_with("bundle-broken: this is not a whole bundle"));
}

#[test]
fn names_that_lead_nowhere_are_refused() {
    let mut model = model();
    model.regulations[0].calendar = Some("china".into());
    let told = refused(&bundle::write(&model));
    assert_eq!(told, "bundle-broken: `office` names the calendar `china`, which the bundle does not hold");
}

#[test]
fn the_published_schema_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/bundle.schema.json");
    if std::env::var_os("BYLAW_UPDATE_SCHEMA").is_some() {
        std::fs::write(path, bundle::schema()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), bundle::schema(), "renew it: BYLAW_UPDATE_SCHEMA=1 cargo test --lib schema");
}
