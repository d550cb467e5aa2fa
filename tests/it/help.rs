//! What `--help` says. Flags are a contract: a change here is seen.

use crate::run::Place;

fn help(name: &str, args: &[&str]) {
    let shown = Place::new().bylaw(args).exits(0).out;
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "snapshots/help" }, {
        insta::assert_snapshot!(name, shown);
    });
}

#[test]
fn the_help_of_the_program() {
    help("bylaw", &["--help"]);
}

#[test]
fn the_help_of_each_verb() {
    for verb in ["check", "compile", "lint", "audit", "explain", "test", "fmt", "diff", "coverage", "simulate", "init", "completions", "man", "lsp"] {
        help(verb, &[verb, "--help"]);
    }
    help("table", &["table", "--help"]);
    help("table-export", &["table", "export", "--help"]);
    help("table-import", &["table", "import", "--help"]);
}
