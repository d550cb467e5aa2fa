//! What a process takes, as the system counts it.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// One run.
#[derive(Clone, Copy)]
pub struct Cost {
    /// Seconds that passed.
    pub wall: f64,
    /// User and system time of the whole process, in seconds.
    pub processor: f64,
    /// Peak memory.
    pub mib: f64,
}

/// Runs a program under `/usr/bin/time`, which tells hundredths of a second of processors, with what it says in a file. The wall's time has the start of both.
pub fn cost<A: AsRef<OsStr>>(program: &Path, args: impl IntoIterator<Item = A>, output: Option<&str>) -> Cost {
    let mut command = Command::new("/usr/bin/time");
    command.args(["-f", "%U %S %M"]).arg(program).args(args);
    if let Some(output) = output {
        command.stdout(File::create(output).unwrap());
    }
    let began = Instant::now();
    let output = command.output().expect("/usr/bin/time");
    let wall = began.elapsed().as_secs_f64();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}");
    let numbers: Vec<f64> = text.lines().last().unwrap().split_whitespace().map(|number| number.parse().unwrap()).collect();
    Cost { wall, processor: numbers[0] + numbers[1], mib: numbers[2] / 1024.0 }
}

/// Runs a part of this program so.
pub fn part<'a>(args: impl IntoIterator<Item = &'a str>) -> Cost {
    cost(&std::env::current_exe().unwrap(), args, None)
}

/// Takes what an earlier run wrote away: to do that is not what a run is for.
pub fn clear(files: &[String]) {
    files.iter().filter(|file| Path::new(file).exists()).for_each(|file| std::fs::remove_file(file).unwrap());
}

/// The one in the middle.
pub fn median(all: impl IntoIterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = all.into_iter().collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// Are two files the same?
pub fn same(one: &str, other: &str) -> bool {
    std::fs::read(one).unwrap() == std::fs::read(other).unwrap()
}

/// How many processes wanted a processor in the last minute, where the system tells.
pub fn load() -> String {
    let all = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    all.split_whitespace().next().unwrap_or("unknown").to_owned()
}
