//! `bylaw table`: sheets out and in, policies made of DMN.

use crate::run::{Place, repository};
use std::fs;

const POLICY: &str = "regulation office [1]\n  time zone Asia/Shanghai\n  currency CNY\n\nregister staff\nevent late by staff\n  minutes: minutes, 0 .. 600\n\ntable late_fine \"迟到扣款\" [1]\n  on late\n  first match\n  | minutes      | fine  | source |\n  | > 30 minutes | 9 CNY | 1.20   |  # half an hour\n  | any          | 2 CNY | 1.1    |\n\ntable other [2]\n  on late\n  exactly one\n  | minutes | pay   |\n  | any     | 1 CNY |\n\nexample \"half an hour\"\n  given late \"e\" by \"li\" on 2024-03-05 with minutes = 31 minutes\n  expect late_fine of \"e\" is 9 CNY\n";

#[test]
fn what_goes_out_comes_back() {
    let place = Place::with(&[("p.bylaw", POLICY)]);
    place.bylaw(&["table", "export", "p.bylaw", "--table", "late_fine", "-o", "t.csv"]).exits(0);
    let sheet = place.read("t.csv");
    assert!(sheet.contains("row,> 30 minutes,9 CNY,1.20,# half an hour"), "{sheet}");
    assert_eq!(place.bylaw(&["table", "export", "p.bylaw", "--table", "office.late_fine"]).exits(0).out, sheet);
    let ended = place.bylaw(&["table", "import", "p.bylaw", "t.csv"]).exits(0);
    assert_eq!((ended.out.as_str(), ended.err.as_str()), ("", "tables that change: 0, as they were: 1\n"));
    place.write("t.csv", sheet.replace("9 CNY", "19 CNY"));
    let told = place.bylaw(&["table", "import", ".", "t.csv", "--check"]).exits(1).out;
    assert!(told.ends_with("office.late_fine\n- | > 30 minutes | 9 CNY | 1.20   |  # half an hour\n+ | > 30 minutes | 19 CNY | 1.20   |  # half an hour\n"), "{told}");
    assert_eq!(place.read("p.bylaw"), POLICY);
    place.bylaw(&["table", "import", "p.bylaw", "t.csv"]).exits(0);
    assert_eq!(place.read("p.bylaw"), POLICY.replace("| fine  |", "| fine   |").replace("| 9 CNY |", "| 19 CNY |").replace("| 2 CNY |", "|  2 CNY |"));
    place.bylaw(&["fmt", "--check", "p.bylaw"]).exits(0);
    place.bylaw(&["test", "p.bylaw"]).exits(1);
}

#[cfg(feature = "xlsx")]
#[test]
fn a_workbook_holds_all_tables() {
    let place = Place::with(&[("p.bylaw", POLICY)]);
    place.bylaw(&["table", "export", "p.bylaw", "-o", "t.xlsx"]).exits(0);
    assert_eq!(place.bylaw(&["table", "import", "p.bylaw", "t.xlsx", "--check"]).exits(0).err, "tables that change: 0, as they were: 2\n");
    // Both tables of one file change; the second has moved by then.
    let longer = POLICY.replace("  | any          | 2 CNY", "  | > 10 minutes | 4 CNY | 1.10   |\n  | any          | 2 CNY").replace("| any     | 1 CNY |", "| any     | 3 CNY |");
    place.write("q/p.bylaw", &longer);
    place.bylaw(&["table", "export", "q/p.bylaw", "-o", "t.xlsx"]).exits(0);
    place.bylaw(&["table", "import", "p.bylaw", "t.xlsx"]).exits(0);
    assert_eq!(place.read("p.bylaw"), longer);
    place.write("p.bylaw", POLICY);
    place.bylaw(&["table", "import", "p.bylaw", "t.xlsx", "--table", "other"]).exits(0);
    assert_eq!(place.read("p.bylaw"), POLICY.replace("| any     | 1 CNY |", "| any     | 3 CNY |"));
    place.write("t.xlsx", "no workbook");
    assert!(place.bylaw(&["table", "import", "p.bylaw", "t.xlsx"]).exits(3).err.contains("bad-sheet"));
}

#[test]
fn what_does_not_compile_is_not_written() {
    let place = Place::with(&[("p.bylaw", POLICY)]);
    let sheet = place.bylaw(&["table", "export", "p.bylaw", "--table", "late_fine"]).exits(0).out;
    for (from, to, cell) in [("9 CNY", "9 days", "C7"), ("> 30 minutes", "> 30 CNY", "B7"), ("heading,minutes", "heading,minuets", "B6"), ("1.20", "1.2,4", "F7"), ("table,office.late_fine", "table,office.nothing", "B1")] {
        place.write("t.csv", sheet.replace(from, to));
        let ended = place.bylaw(&["table", "import", "p.bylaw", "t.csv"]).exits(3);
        assert!(ended.err.contains(&format!("cell {cell}")), "{to}: {}", ended.err);
        assert_eq!(place.read("p.bylaw"), POLICY);
        let ended = place.bylaw(&["table", "import", "p.bylaw", "t.csv", "--lang", "zh"]).exits(3);
        assert!(ended.err.contains(&format!("单元格 {cell}")), "{to}: {}", ended.err);
    }
}

#[test]
fn wrong_usage() {
    let place = Place::with(&[("p.bylaw", POLICY), ("none.bylaw", "register staff\n"), ("t.txt", ""), ("t.csv", "a,b\n")]);
    let cases: [(&[&str], i32); 9] = [
        (&["table", "export", "p.bylaw"], 2),
        (&["table", "export", "p.bylaw", "-o", "t.ods"], 2),
        (&["table", "export", "p.bylaw", "--table", "lates_fine"], 2),
        (&["table", "export", "none.bylaw"], 2),
        (&["table", "export", "p.bylaw", "--table", "other", "-o", "p.bylaw"], 2),
        (&["table", "import", "p.bylaw"], 2),
        (&["table", "import", "p.bylaw", "t.txt"], 2),
        (&["table", "import", "p.bylaw", "t.csv"], 3),
        (&["table", "import", "nowhere.dmn"], 3),
    ];
    for (args, code) in cases {
        let ended = place.bylaw(args).exits(code);
        assert!(ended.err.contains("help: "), "{args:?}: {}", ended.err);
    }
    assert_eq!(place.read("p.bylaw"), POLICY);
}

/// Each file of decisions becomes a policy, in both tongues, that checks, is in its form, and judges the examples beside the file as the decisions would.
#[test]
fn decisions_become_policies() {
    let place = Place::new();
    place.link("dmn", &repository().join("tests/dmn"));
    for (name, code) in [("loan", 0), ("fees", 0), ("grants", 0), ("mixed", 1)] {
        for tongue in ["en", "zh"] {
            let (dmn, policy) = (format!("dmn/{name}.dmn"), format!("{name}.{tongue}.bylaw"));
            let ended = place.bylaw(&["table", "import", &dmn, "-o", &policy, "--lang", tongue]).exits(code);
            place.bylaw(&["check", &policy]).exits(0);
            place.bylaw(&["fmt", "--check", &policy]).exits(0);
            let made = place.read(&policy);
            let shown = format!("{}\n{made}", ended.err);
            insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "snapshots/dmn" }, {
                insta::assert_snapshot!(format!("{name}.{tongue}"), shown);
            });
            let examples = fs::read_to_string(repository().join(format!("tests/dmn/{name}.examples"))).unwrap();
            place.write(&policy, format!("{made}{examples}"));
            place.bylaw(&["test", &policy]).exits(0);
        }
    }
}

#[test]
fn one_decision_with_what_it_reads() {
    let place = Place::new();
    place.link("dmn", &repository().join("tests/dmn"));
    let made = place.bylaw(&["table", "import", "dmn/loan.dmn", "--table", "Risk Class"]).exits(0).out;
    assert!(made.contains("table risk_class") && !made.contains("table terms"), "{made}");
    let made = place.bylaw(&["table", "import", "dmn/loan.dmn", "--table", "Terms"]).exits(0).out;
    assert!(made.contains("table risk_class") && made.contains("table terms"), "{made}");
    let ended = place.bylaw(&["table", "import", "dmn/mixed.dmn", "--table", "Rounded", "-o", "none.bylaw"]).exits(3);
    assert!(ended.err.contains("decisions taken: 0 of 1") && !place.path().join("none.bylaw").exists(), "{}", ended.err);
    place.bylaw(&["table", "import", "dmn/mixed.dmn", "--table", "Nothing"]).exits(3);
}

#[test]
fn broken_decisions_are_told() {
    let place = Place::new();
    let whole = fs::read_to_string(repository().join("tests/dmn/loan.dmn")).unwrap();
    let cases = [("", "complete"), ("<a/>", "no DMN"), (&whole[..900], "line 13"), ("<definitions>", "complete"), (&whole.replace("20191111", "20180521"), "not DMN 1.3"), (&whole.replace("&gt;", "&more;"), "line 22")];
    for (text, why) in cases {
        place.write("x.dmn", text);
        let ended = place.bylaw(&["table", "import", "x.dmn"]).exits(3);
        assert!(ended.err.contains(why) && ended.err.contains("bad-dmn"), "{why}: {}", ended.err);
    }
}
