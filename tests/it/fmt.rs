//! `bylaw fmt`: what it writes, what it leaves alone, how it ends.

use crate::run::{Place, repository};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

const CROOKED: &str = "regulation office   [1]\n    time zone  Asia/Shanghai\nregister staff\nevent late by staff\n    minutes : minutes , 0..\n\n\nrule late_fine[1a]\n  on   late\n  fine 2 CNY when minutes>5 minutes# why\n";
const STRAIGHT: &str = "regulation office [1]\n  time zone Asia/Shanghai\n\nregister staff\nevent late by staff\n  minutes: minutes, 0 ..\n\nrule late_fine [1a]\n  on late\n  fine 2 CNY when minutes > 5 minutes  # why\n";

fn snapshot(name: &str, shown: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "snapshots/fmt" }, {
        insta::assert_snapshot!(name, shown);
    });
}

#[test]
fn files_are_written_once() {
    let place = Place::with(&[("p/a.bylaw", CROOKED), ("p/b/c.bylaw", STRAIGHT), ("p/staff.csv", "id , post\n"), ("p/notes.md", "a  b\n")]);
    let ended = place.bylaw(&["fmt", "p"]).exits(0);
    assert_eq!((ended.out.as_str(), ended.err.as_str()), ("p/a.bylaw\n", "formatted: 1, in order: 1\n"));
    assert_eq!(place.read("p/a.bylaw"), STRAIGHT);
    assert_eq!((place.read("p/staff.csv").as_str(), place.read("p/notes.md").as_str()), ("id , post\n", "a  b\n"));
    let inode = |name: &str| fs::metadata(place.path().join(name)).unwrap().ino();
    let before = inode("p/a.bylaw");
    let again = place.bylaw(&["fmt", "p/a.bylaw", "p", "--lang", "zh"]).exits(0);
    assert_eq!((again.out.as_str(), again.err.as_str()), ("", "已整理 0 件，本来整齐 2 件\n"));
    assert_eq!(inode("p/a.bylaw"), before, "a file in order is not written");
}

#[test]
fn permissions_and_links_stay_and_nothing_else_is_left() {
    let place = Place::with(&[("real/a.bylaw", CROOKED)]);
    let real = place.path().join("real/a.bylaw");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    place.link("a.bylaw", &real);
    place.bylaw(&["fmt", "a.bylaw"]).exits(0);
    assert_eq!(fs::read_to_string(&real).unwrap(), STRAIGHT);
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(place.path().join("a.bylaw")).unwrap().is_symlink());
    assert_eq!(fs::read_dir(place.path().join("real")).unwrap().count(), 1);
}

#[test]
fn a_check_writes_nothing_and_shows_the_first_difference() {
    let place = Place::with(&[("a.bylaw", CROOKED), ("b.bylaw", STRAIGHT)]);
    let ended = place.bylaw(&["fmt", "--check", "a.bylaw", "b.bylaw"]).exits(1);
    assert_eq!(place.read("a.bylaw"), CROOKED);
    snapshot("check", &format!("{}{}", ended.out, ended.err));
    place.bylaw(&["fmt", "--check", "b.bylaw"]).exits(0);
    place.bylaw(&["fmt", "--check", "--to", "zh", "b.bylaw"]).exits(1);
    let piped = place.bylaw_reading(&["fmt", "--check", "-"], CROOKED).exits(1);
    assert!(piped.out.starts_with("-:1\n- regulation office   [1]\n"), "{}", piped.out);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let place = Place::new();
    let ended = place.bylaw_reading(&["fmt", "-"], CROOKED).exits(0);
    assert_eq!((ended.out.as_str(), ended.err.as_str()), (STRAIGHT, ""));
    let broken = place.bylaw_reading(&["fmt", "-"], "rule late\n  fine when\n").exits(3);
    assert!(broken.out.is_empty() && broken.err.contains("-:2:"), "{broken:?}");
    place.bylaw_reading(&["fmt", "-", "a.bylaw"], CROOKED).exits(2);
    assert_eq!(place.bylaw_reading(&["fmt", "-"], "").exits(0).out, "");
}

#[test]
fn what_cannot_be_read_is_left_alone_and_the_rest_is_written() {
    let broken = "rule late\n  fine   when\n";
    let place = Place::with(&[("a.bylaw", CROOKED), ("b.bylaw", broken), ("c.json", "{}")]);
    place.write("d.bylaw", b"rule \xff\n");
    let ended = place.bylaw(&["fmt", "."]).exits(3);
    assert_eq!(place.read("a.bylaw"), STRAIGHT);
    assert_eq!(place.read("b.bylaw"), broken);
    assert!(ended.err.contains("b.bylaw:2:") && ended.err.contains("UTF-8"), "{}", ended.err);
    assert!(ended.err.ends_with("formatted: 1, in order: 0; what cannot be read is left alone\n"), "{}", ended.err);
    for (args, code) in [(["fmt", "nowhere.bylaw"], 3), (["fmt", "c.json"], 2)] {
        let ended = place.bylaw(&args).exits(code);
        assert!(ended.err.contains("help: "), "{}", ended.err);
    }
}

/// What every kind of line looks like, in both tongues.
#[test]
fn the_form_in_both_tongues() {
    let place = Place::with(&[("a.bylaw", include_str!("fmt/example.bylaw"))]);
    let english = place.bylaw_reading(&["fmt", "-"], include_str!("fmt/example.bylaw")).exits(0).out;
    let chinese = place.bylaw_reading(&["fmt", "-", "--to", "zh"], &english).exits(0).out;
    snapshot("example.en", &english);
    snapshot("example.zh", &chinese);
    assert_eq!(place.bylaw_reading(&["fmt", "-", "--to", "en"], &chinese).exits(0).out, english);
}

/// What has a meaning of its own in the other tongue is not turned, and said.
#[test]
fn what_would_say_something_else_stays() {
    let place = Place::with(&[("a.bylaw", "register staff\n  head: yes/no\n\nmeasure m = the later of a and b + (the later of c and d)\nmeasure n = count of late\n")]);
    let ended = place.bylaw(&["fmt", "--to", "zh", "a.bylaw"]).exits(0);
    assert_eq!(place.read("a.bylaw"), "名册 staff\n  head: 是否\n\n计量 m = a 与 b + (c 与 d 中较晚者) 中较晚者\n计量 n = 计数 late\n", "{}", ended.err);
    let kept = Place::with(&[("a.bylaw", "measure m = 1 + the later of a and b\nmeasure n = count of late\n")]);
    let ended = kept.bylaw(&["fmt", "--to", "zh", "a.bylaw"]).exits(0);
    assert_eq!(kept.read("a.bylaw"), "measure m = 1 + the later of a and b\n计量 n = 计数 late\n");
    assert!(ended.err.starts_with("a.bylaw:1: stays as it is"), "{}", ended.err);
}

#[test]
fn the_policies_are_in_their_form() {
    let place = Place::new();
    place.link("policies", &repository().join("policies"));
    place.link("init", &repository().join("src/tools/init"));
    let ended = place.bylaw(&["fmt", "--check", "policies", "init"]);
    assert_eq!(ended.code, 0, "run `bylaw fmt policies src/tools/init`:\n{}{}", ended.out, ended.err);
}
