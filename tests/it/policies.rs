//! The policies of this repository: they compile without a remark, and so does the core on paper.

use crate::run::{Ended, Place, repository};

fn policy(name: &str) -> String {
    repository().join("policies").join(name).to_string_lossy().into_owned()
}

#[test]
fn each_folder_and_all_together_compile_without_a_remark() {
    for name in ["03-statistics-bureau", "04-canteen", "05-leave", "logs", ""] {
        let Ended { out, err, .. } = Place::new().bylaw(&["check", &policy(name)]).exits(0);
        assert!(!format!("{out}{err}").contains('⚠'), "{name}: {out}{err}");
    }
}

#[test]
fn the_core_on_paper_compiles() {
    let page = std::fs::read_to_string(repository().join("docs/core-on-paper.md")).unwrap();
    let blocks = page.split("```bylaw\n").skip(1).filter_map(|rest| rest.split("```").next());
    let calendars = policy("calendars");
    let text = blocks.collect::<Vec<_>>().join("\n").replace("../policies/calendars", &calendars);
    assert!(text.contains("regulation paper"), "the page has blocks");
    Place::with(&[("paper.bylaw", &text)]).bylaw(&["check", "paper.bylaw"]).exits(0);
}
