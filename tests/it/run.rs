//! Running the program in a folder of its own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The program.
pub fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_bylaw"))
}

/// The repository.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    pub out: String,
    pub err: String,
    pub code: i32,
}

impl Ended {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { out: text(output.stdout), err: text(output.stderr), code: output.status.code().unwrap() }
    }

    /// Asserts the exit status.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "exit status; standard output:\n{}\nstandard error:\n{}", self.out, self.err);
        self
    }
}

/// A folder that goes away.
pub struct Place {
    folder: TempDir,
}

impl Place {
    /// An empty one.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// With files in it.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let place = Self::new();
        for (name, text) in files {
            place.write(name, text);
        }
        place
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A file or folder of elsewhere under this name.
    pub fn link(&self, name: &str, to: &Path) {
        std::os::unix::fs::symlink(to, self.path().join(name)).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// `bylaw` with these arguments, in this folder, in English.
    pub fn bylaw(&self, args: &[&str]) -> Ended {
        Ended::of(self.command(args).output().unwrap())
    }

    /// `bylaw` with text on standard input.
    pub fn bylaw_reading(&self, args: &[&str], input: &str) -> Ended {
        let mut child = self.command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Ended::of(child.wait_with_output().unwrap())
    }

    /// A line of shell with `bylaw` in its path.
    pub fn shell(&self, line: &str) -> Ended {
        let mut path = binary().parent().unwrap().as_os_str().to_owned();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut command = Command::new("sh");
        plain(command.args(["-c", line]).current_dir(self.path()).env("PATH", path));
        Ended::of(command.output().unwrap())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        plain(command.args(args).current_dir(self.path()));
        command
    }
}

/// Nothing of the tester's own settings.
fn plain(command: &mut Command) {
    for name in ["LANG", "LC_ALL", "LC_MESSAGES", "BYLAW_LANG", "NO_COLOR"] {
        command.env_remove(name);
    }
}
