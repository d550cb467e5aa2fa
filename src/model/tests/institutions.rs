//! Where the institutions of a path are.

use super::disk::Disk;
use crate::model::institutions;

#[test]
fn a_folder_of_folders_holds_several_institutions() {
    let header = "regulation a\n";
    let files = Disk::of(&[
        ("all/calendars/cn.bylaw", "calendar cn from \"cn.csv\"\n"),
        ("all/north/a.bylaw", header),
        ("all/north/deep/b.bylaw", "kind k a, b\n"),
        ("all/south/deep/c.bylaw", header),
    ]);
    let found = |paths: &[&str]| institutions(&paths.iter().map(|&path| path.to_owned()).collect::<Vec<_>>(), &files);
    assert_eq!(found(&["all"]), [["all/north"], ["all/south/deep"]]);
    assert_eq!(found(&["all/north"]), [["all/north"]]);
    assert_eq!(found(&["all/north", "all/south"]), [["all/north", "all/south"]], "several paths are one set");
    assert_eq!(found(&["all/calendars"]), [["all/calendars"]]);
    assert_eq!(found(&["nowhere"]), [["nowhere"]]);
}
