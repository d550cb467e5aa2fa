//! Both, in turn, as processes of their own: CPU time and peak memory as the system counts them.

use std::process::Command;

/// Pairs of runs of each size; the first of them only warms the disk's cache.
const PAIRS: usize = 6;

/// One run.
#[derive(Clone, Copy)]
struct Cost {
    /// User and system time.
    seconds: f64,
    /// Peak memory.
    mib: f64,
}

/// Makes the data, runs both and tells what they took.
pub fn run(sizes: &[(u64, u64)]) {
    let folder = std::env::temp_dir().join(format!("bylaw-attendance-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    for (events, persons) in sizes {
        let data = path("events.jsonl");
        super::data::make(*events, *persons, &data);
        let mut pairs = Vec::new();
        for pair in 0..PAIRS {
            let bylaw = cost("bylaw", [&data, &path("bylaw.events"), &path("bylaw.totals")]);
            let serde = cost("serde", [&data, &path("serde.events"), &path("serde.totals")]);
            if pair > 0 {
                pairs.push((bylaw, serde));
            }
        }
        for file in ["events", "totals"] {
            let read = |by: &str| std::fs::read(path(&format!("{by}.{file}"))).unwrap();
            assert!(read("bylaw") == read("serde"), "the {file} differ");
        }
        let ratios = pairs.iter().map(|(bylaw, serde)| bylaw.seconds / serde.seconds).collect();
        let of = |cost: fn(&Cost) -> f64, which: fn(&(Cost, Cost)) -> Cost| median(pairs.iter().map(|pair| cost(&which(pair))).collect());
        println!("{events} records of {persons} people, median of {} pairs, output identical", pairs.len());
        for (name, which) in [("bylaw", (|pair| pair.0) as fn(&(Cost, Cost)) -> Cost), ("by hand", |pair| pair.1)] {
            let seconds = of(|cost| cost.seconds, which);
            println!("  {name:8} {seconds:6.2} s CPU  {:6.2} M records/s  {:6.1} MiB", *events as f64 / seconds / 1e6, of(|cost| cost.mib, which));
        }
        println!("  ratio    {:6.2}", median(ratios));
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// Runs a part of this program in a process of its own, under `/usr/bin/time`.
fn cost(part: &str, files: [&str; 3]) -> Cost {
    let this = std::env::current_exe().unwrap();
    let output = Command::new("/usr/bin/time").args(["-f", "%U %S %M"]).arg(this).arg(part).args(files).output().expect("/usr/bin/time");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}");
    let numbers: Vec<f64> = text.lines().last().unwrap().split_whitespace().map(|number| number.parse().unwrap()).collect();
    Cost { seconds: numbers[0] + numbers[1], mib: numbers[2] / 1024.0 }
}
