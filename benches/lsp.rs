//! What a keystroke costs: `cargo bench --bench lsp`. All twenty regulations are open, as in an editor; after each change of a text it is measured how
//! long the server takes to tell what is wrong with it, over standard input and output. Beside it: compiling the same folder from nothing, in this process.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::panic)]

#[path = "../tests/it/lsp/editor.rs"]
#[allow(dead_code)]
mod editor;

use bylaw::Disk;
use bylaw::model::{compile, institutions};
use editor::Editor;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Keystrokes in each text.
const STROKES: usize = 50;

/// Texts in which is typed, each with a line to type behind: a large English one, and one in Chinese.
const TYPED: [(&str, &str); 4] = [
    ("01-township-office/3-meetings.bylaw", "\nmeasure "),
    ("14-计生局/7-车辆-派车.bylaw", "\n计量 "),
    ("20-goal-assessment/3-scorecards.bylaw", "\nmeasure "),
    ("05-leave/请假.bylaw", "\n计量 "),
];

fn middle(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn policies(root: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for folder in std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()) {
        if !folder.file_name().unwrap().to_str().unwrap().starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|ending| ending == "bylaw"));
        names.extend(files.map(|path| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned()));
    }
    names.sort();
    names
}

fn main() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("policies");
    if cfg!(debug_assertions) {
        println!("a debug build: these figures say nothing of a release");
    }
    let whole = Instant::now();
    for set in institutions(&[root.to_str().unwrap().to_owned()], &Disk) {
        assert!(compile(&set, &Disk).model.is_some());
    }
    let whole = whole.elapsed();
    println!("compiling the whole folder from nothing: {whole:.1?}");
    let names = policies(&root);
    let mut editor = Editor::start(Path::new(env!("CARGO_BIN_EXE_bylaw")), &root, &[]);
    let opening = Instant::now();
    names.iter().for_each(|name| editor.open(name));
    names.iter().for_each(|name| drop(editor.told(name)));
    println!("opening {} texts until all is told: {:.1?}", names.len(), opening.elapsed());
    for (name, line) in TYPED {
        let alone = Instant::now();
        let folder = root.join(name).parent().unwrap().to_str().unwrap().to_owned();
        assert!(compile(&[folder], &Disk).model.is_some());
        let alone = alone.elapsed();
        let mut times = Vec::new();
        for stroke in 0..STROKES {
            // A comment, letter by letter, and every fifth time a mistake.
            let new = if stroke % 5 == 4 { format!("\nx{}", line.trim_start()) } else { format!("\n# {stroke}{line}") };
            editor.type_over(name, line, &new);
            let begun = Instant::now();
            editor.told(name);
            times.push(begun.elapsed());
            editor.type_over(name, &new, line);
            let begun = Instant::now();
            editor.told(name);
            times.push(begun.elapsed());
        }
        let worst = times.iter().max().copied().unwrap();
        let middle = middle(&mut times);
        println!(
            "{name}: {} keystrokes, median {middle:.1?}, worst {worst:.1?}; its institution from nothing {alone:.1?}; median to whole folder 1:{:.0}",
            2 * STROKES,
            whole.as_secs_f64() / middle.as_secs_f64().max(f64::EPSILON)
        );
    }
    assert!(editor.end().success());
}
