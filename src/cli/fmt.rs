//! `bylaw fmt`.

use super::args::{self, Lang};
use super::disk::Disk;
use super::failure::{Exit, Failure};
use super::screen::{Screen, write_result};
use super::{policies, replace, why};
use crate::diagnostics::{Diagnostic, Place, Say, Source, Tongue};
use crate::model::Files;
use crate::{FormatOptions, Formatted, Unformatted, format};
use std::io::{self, Read};
use std::sync::Arc;

/// What became of the files.
#[derive(Default)]
struct Done {
    /// What is written to standard output, a line each.
    lines: Vec<String>,
    changed: usize,
    same: usize,
    broken: Vec<Diagnostic>,
    unreadable: Vec<(Say, Say)>,
    /// Files that the formatter gave up, which it never should.
    unlike: Vec<String>,
}

/// Writes the files below the paths in their one form, or tells which are not in it.
pub(crate) fn fmt(args: &args::Fmt, screen: Screen) -> Result<Exit, Failure> {
    let mut done = Done::default();
    if args.paths.iter().any(|path| path == "-") {
        let [_] = args.paths.as_slice() else { return Err(alone()) };
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text).map_err(|error| unreadable("-", &error))?;
        let source = Arc::new(Source { name: "-".to_owned(), text });
        if let Some(formatted) = done.formatted(&source, args, screen) {
            if args.check {
                done.compare(&source, &formatted.text);
            } else {
                write_result(None, |out| out.write_all(formatted.text.as_bytes()))?;
            }
        }
    } else {
        for path in files(&args.paths)? {
            done.file(&path, args, screen)?;
        }
    }
    done.told(args, screen)
}

/// The policy files of the paths, each once.
pub(super) fn files(paths: &[String]) -> Result<Vec<String>, Failure> {
    let mut files: Vec<String> = Vec::new();
    for path in paths {
        let found = match Disk.folder(path) {
            Ok(Some(found)) => found.into_iter().filter(|file| is_policy(file)).collect(),
            Ok(None) if is_policy(path) => vec![path.clone()],
            Ok(None) => return Err(no_policy(path)),
            Err(error) => return Err(unreadable(path, &error)),
        };
        for file in found {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    Ok(files)
}

fn is_policy(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|ending| ending == "bylaw")
}

impl Done {
    /// One file: written if it changes, unless this is only a check.
    fn file(&mut self, path: &str, args: &args::Fmt, screen: Screen) -> Result<(), Failure> {
        let text = match Disk.read(path).map(String::from_utf8) {
            Ok(Ok(text)) => text,
            Ok(Err(_)) => {
                let message = Say::new(format!("`{path}` is not written in UTF-8"), format!("`{path}` 不是 UTF-8 编码"));
                self.unreadable.push((message, Say::new("save the file as UTF-8", "请把文件存为 UTF-8")));
                return Ok(());
            }
            Err(error) => return Err(unreadable(path, &error)),
        };
        let source = Arc::new(Source { name: path.to_owned(), text });
        let Some(formatted) = self.formatted(&source, args, screen) else { return Ok(()) };
        if formatted.text == source.text {
            self.same += 1;
        } else if args.check {
            self.compare(&source, &formatted.text);
        } else {
            replace::replace(path, formatted.text.as_bytes()).map_err(|error| Failure::Output(path.to_owned(), error))?;
            self.changed += 1;
            self.lines.push(path.to_owned());
        }
        Ok(())
    }

    fn formatted(&mut self, source: &Arc<Source>, args: &args::Fmt, screen: Screen) -> Option<Formatted> {
        let to = args.to.map(|to| if matches!(to, Lang::En) { Tongue::En } else { Tongue::Zh });
        match format(source, FormatOptions { to }) {
            Ok(formatted) => {
                for span in &formatted.unturned {
                    let line = Place { source: Arc::clone(source), span: *span }.line();
                    let kept = screen.pick("stays as it is: in the other tongue it would not say the same", "保持原样：换成另一种语言后意思会变");
                    screen.tell(&format!("{}:{line}: {kept}\n", source.name));
                }
                Some(formatted)
            }
            Err(Unformatted::Broken(diagnostics)) => {
                self.broken.extend(diagnostics);
                None
            }
            Err(Unformatted::Unlike(_)) => {
                self.unlike.push(source.name.clone());
                None
            }
        }
    }

    /// Tells the first lines that would change.
    fn compare(&mut self, source: &Source, text: &str) {
        if source.text == text {
            self.same += 1;
            return;
        }
        self.changed += 1;
        let (is, becomes): (Vec<&str>, Vec<&str>) = (source.text.split('\n').collect(), text.split('\n').collect());
        let first = is.iter().zip(&becomes).take_while(|(is, becomes)| is == becomes).count();
        let (is, becomes) = (is.get(first..).unwrap_or_default(), becomes.get(first..).unwrap_or_default());
        let (minus, plus) = changed(is, becomes);
        self.lines.push(format!("{}:{}", source.name, first + 1));
        self.lines.extend(is.iter().take(minus).map(|line| shown("-", line)));
        self.lines.extend(becomes.iter().take(plus).map(|line| shown("+", line)));
    }

    fn told(self, args: &args::Fmt, screen: Screen) -> Result<Exit, Failure> {
        write_result(None, |out| self.lines.iter().try_for_each(|line| writeln!(out, "{line}")))?;
        policies::tell(&self.broken, screen);
        for (message, help) in &self.unreadable {
            super::tell(&Failure::Input(message.clone(), help.clone()), screen);
        }
        if let [file, ..] = self.unlike.as_slice() {
            let (files, count) = (self.unlike.join(", "), self.unlike.len());
            return Err(Failure::Internal(
                Say::new(format!("formatted, `{files}` would not say the same, and stays as it is ({count})"), format!("整理后的 `{files}` 意思会变，保持原样（{count} 件）")),
                Say::new(format!("this is a bug in bylaw; please report it with `{file}`"), format!("这是 bylaw 的缺陷，请连同 `{file}` 一并报告")),
            ));
        }
        if args.paths != ["-"] {
            screen.tell(&self.summary(args.check, screen.tongue));
        }
        Ok(match () {
            () if !self.broken.is_empty() || !self.unreadable.is_empty() => Exit::Input,
            () if args.check && self.changed > 0 => Exit::Findings,
            () => Exit::Well,
        })
    }

    fn summary(&self, check: bool, tongue: Tongue) -> String {
        let left = match tongue {
            Tongue::En if self.broken.is_empty() && self.unreadable.is_empty() => "",
            Tongue::En => "; what cannot be read is left alone",
            Tongue::Zh if self.broken.is_empty() && self.unreadable.is_empty() => "",
            Tongue::Zh => "；读不出的文件保持原样",
        };
        let (changed, same) = (self.changed, self.same);
        match tongue {
            Tongue::En => format!("{}: {changed}, in order: {same}{left}\n", if check { "would change" } else { "formatted" }),
            Tongue::Zh => format!("{} {changed} 件，本来整齐 {same} 件{left}\n", if check { "需要整理" } else { "已整理" }),
        }
    }
}

/// How many lines differ before the texts go on with the same line; a few at most.
fn changed(is: &[&str], becomes: &[&str]) -> (usize, usize) {
    const MOST: usize = 4;
    let pairs = (0..=2 * MOST).flat_map(|sum| (0..=sum).map(move |minus| (minus, sum - minus)));
    let mut pairs = pairs.filter(|(minus, plus)| *minus <= MOST && *plus <= MOST && minus + plus > 0);
    let joins = |(minus, plus): &(usize, usize)| is.get(*minus) == becomes.get(*plus);
    pairs.find(joins).unwrap_or((is.len().min(3), becomes.len().min(3)))
}

/// A line as it is shown: what one would not see is made visible.
fn shown(mark: &str, line: &str) -> String {
    let ends = line.len() - line.trim_end_matches(' ').len();
    let line = line.replace('\t', "→").replace('\r', "␍");
    let line = format!("{mark} {}{}", line.trim_end_matches(' '), "·".repeat(ends));
    line.trim_end().to_owned()
}

fn alone() -> Failure {
    Failure::Usage(
        Say::new("`-` stands beside other paths", "`-` 与其他路径并列"),
        Say::new("give `-` alone: standard input is formatted to standard output", "请单独使用 `-`：整理标准输入，写到标准输出"),
    )
}

fn no_policy(path: &str) -> Failure {
    Failure::Usage(
        Say::new(format!("`{path}` is no policy text"), format!("`{path}` 不是规章文件")),
        Say::new("give a `.bylaw` file or a folder", "请给出 `.bylaw` 文件或文件夹"),
    )
}

pub(super) fn unreadable(path: &str, error: &io::Error) -> Failure {
    let (en, zh) = why(error);
    Failure::Input(
        Say::new(format!("`{path}` cannot be read: {en}"), format!("无法读取 `{path}`：{zh}")),
        Say::new("check the path and the permissions", "请检查路径和权限"),
    )
}
