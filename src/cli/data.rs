//! Events and registers from disk or standard input.

use super::args;
use super::folder::{self, Found};
use super::failure::Failure;
use super::overwrite;
use super::progress::Progress;
use super::screen::Screen;
use super::state::{self, Passing, Saving};
use super::why;
use crate::diagnostics::{Say, Tongue};
use crate::records::{At, Cut, Format, Input, Origin, Records, Rejection};
use crate::stream::{self, Asked, Form, Streamed};
use crate::{BadTime, Policy, Reader, Threads};
use std::fs::File;
use std::io::{self, BufRead};
use std::path::Path;

/// Reads everything that `args` names. All files that cannot be read are told at once. None of them may be among the `outputs`.
pub(crate) fn read(policy: &Policy, args: &args::Data, outputs: &[Option<&str>], threads: Threads, screen: Screen) -> Result<Records, Failure> {
    read_and_save(policy, args, outputs, None, threads, screen).map(|(records, _)| records)
}

/// The same; what was read of events is also written beside the place of the state, if one is given.
pub(crate) fn read_and_save(
    policy: &Policy,
    args: &args::Data,
    outputs: &[Option<&str>],
    save: Option<&str>,
    threads: Threads,
    screen: Screen,
) -> Result<(Records, Option<Saving>), Failure> {
    let cut = cut(policy, args)?;
    let named = Named::by(policy, args)?;
    named.spare(outputs.iter().copied().flatten().chain(save))?;
    for output in outputs.iter().copied().flatten() {
        overwrite::refuse(Some(output), args.resume.as_deref())?;
    }
    let mut reader = policy.reader();
    reader.threads(threads);
    if let Some(state) = &args.resume {
        state::resume(&mut reader, state)?;
    }
    let mut unreadable = named.registers(&mut reader, screen)?;
    unreadable.extend(named.events(screen, &mut |file, source, input| reader.input(file, source, input))?);
    if !unreadable.is_empty() {
        return Err(Failure::Records(unreadable));
    }
    let saving = save.map(|path| Saving::write(path, |out| reader.save(out))).transpose()?;
    let records = reader.finish(cut);
    strict(args, &records)?;
    Ok((records, saving))
}

/// With `--strict`, what cannot be used ends the run.
fn strict(args: &args::Data, records: &Records) -> Result<(), Failure> {
    let all = || records.rejections.iter().chain(&records.rows_rejected);
    if args.strict && all().next().is_some() { Err(Failure::Records(all().cloned().collect())) } else { Ok(()) }
}

/// Judges while records pass by; none where they must be kept. What was read of events can then be saved if there is a place for it.
pub(crate) fn pass<'p>(
    policy: &'p Policy,
    args: &args::Data,
    (outputs, save): (&[Option<&str>], Option<&str>),
    (form, all, statements): (Form, bool, bool),
    threads: Threads,
    screen: Screen,
) -> Result<Option<Streamed<'p>>, Failure> {
    let asked = |until| Asked { until, form, all, threads, save: save.is_some(), statements };
    let streamed = twice(policy, args, (outputs, save), screen, |until, registers, files| stream::audit(policy.model(), registers, asked(until), files))?;
    streamed.as_ref().map_or(Ok(()), |streamed| strict(args, streamed.records()))?;
    Ok(streamed)
}

/// The records on which a verdict may rest; none where all are needed.
pub(crate) fn of_verdict(policy: &Policy, args: &args::Data, verdict: &str, screen: Screen) -> Result<Option<Records>, Failure> {
    let asked = |until| (verdict, until, Threads::available());
    let records = twice(policy, args, (&[], None), screen, |until, registers, files| stream::of_verdict(policy.model(), registers, asked(until), files))?;
    records.as_ref().map_or(Ok(()), |records| strict(args, records))?;
    Ok(records)
}

/// Has the events files read again and again.
type Files<'f> = dyn FnMut(&mut stream::Read<'_>) -> Result<(), Failure> + 'f;

/// Does what reads the events files twice: with the cut, what the registers say, and the files. None where they cannot be read twice, or that would not be enough.
fn twice<T>(
    policy: &Policy,
    args: &args::Data,
    (outputs, save): (&[Option<&str>], Option<&str>),
    screen: Screen,
    work: impl FnOnce(Option<At>, Records, &mut Files<'_>) -> Result<Option<T>, Failure>,
) -> Result<Option<T>, Failure> {
    let Cut { until, known_at: None } = cut(policy, args)? else { return Ok(None) };
    let named = Named::by(policy, args)?;
    // A pipe gives what is in it once.
    let is_file = |path: &str| path != "-" && std::fs::metadata(path).is_ok_and(|about| about.is_file());
    if !named.events.iter().map(|(_, path)| path).chain(&args.resume).all(|path| is_file(path)) {
        return Ok(None);
    }
    let outputs = || outputs.iter().copied().flatten();
    named.spare(outputs().chain(save))?;
    outputs().try_for_each(|output| overwrite::refuse(Some(output), args.resume.as_deref()))?;
    let mut reader = policy.reader();
    let mut state = args.resume.as_deref().map(|path| Passing::open(&reader, path)).transpose()?;
    let mut unreadable = named.registers(&mut reader, screen)?;
    work(until, reader.finish(Cut::default()), &mut |read| {
        state.as_mut().map_or(Ok(()), |state| state.read(read))?;
        unreadable.extend(named.events(screen, read)?);
        if unreadable.is_empty() { Ok(()) } else { Err(Failure::Records(std::mem::take(&mut unreadable))) }
    })
}

/// Files that are named, by themselves or by their folder.
pub(super) struct Named {
    /// Register, path.
    registers: Vec<(String, String)>,
    /// Name of the source, path.
    pub(super) events: Vec<(Option<String>, String)>,
}

impl Named {
    pub(super) fn by(policy: &Policy, args: &args::Data) -> Result<Self, Failure> {
        let found = args.data.iter().map(|folder| folder::found(folder, policy.model())).collect::<Result<Vec<_>, Failure>>()?;
        let (mut registers, mut events) = (Vec::new(), Vec::new());
        for given in &args.register {
            let (entity, path) = given.split_once('=').ok_or_else(|| register_usage(given))?;
            registers.push((entity.to_owned(), path.to_owned()));
        }
        events.extend(args.events.iter().map(|given| named(given)).map(|(source, path)| (source.map(str::to_owned), path.to_owned())));
        for file in found.into_iter().flatten() {
            match file {
                Found::Register(entity, path) => registers.push((entity, path)),
                Found::Events(path) => events.push((None, path)),
            }
        }
        Ok(Self { registers, events })
    }

    /// None of the files may be among those that are written.
    pub(super) fn spare<'o>(&self, outputs: impl IntoIterator<Item = &'o str>) -> Result<(), Failure> {
        let read = || self.events.iter().map(|(_, path)| path).chain(self.registers.iter().map(|(_, path)| path)).map(String::as_str);
        outputs.into_iter().try_for_each(|output| overwrite::refuse(Some(output), read()))
    }

    /// Reads the registers; those that cannot be read.
    pub(super) fn registers(&self, reader: &mut Reader<'_>, screen: Screen) -> Result<Vec<Rejection>, Failure> {
        let mut unreadable = Vec::new();
        for (entity, path) in &self.registers {
            unreadable.extend(open(path, screen, &mut |format, input| reader.register(entity, path, format, input))?.err());
        }
        Ok(unreadable)
    }

    /// Has the events files read, one after the other; those that cannot be read.
    pub(super) fn events(&self, screen: Screen, read: &mut stream::Read<'_>) -> Result<Vec<Rejection>, Failure> {
        let mut unreadable = Vec::new();
        for (source, path) in &self.events {
            unreadable.extend(open(path, screen, &mut |format, input| read(path, source.as_deref(), Input::File(format, input)))?.err());
        }
        Ok(unreadable)
    }
}

/// Shows what cannot be read, and why.
pub(crate) fn tell(rejections: &[Rejection], screen: Screen) {
    tell_each(rejections, ("error", "错误"), screen);
}

/// Shows what can be read and seems wrong, and why.
pub(crate) fn tell_doubts(doubts: &[Rejection], screen: Screen) {
    tell_each(doubts, ("warning", "警告"), screen);
}

fn tell_each(all: &[Rejection], (error, wrong): (&str, &str), screen: Screen) {
    for one in all {
        let place = if one.origin.line == 0 { one.origin.file.to_string() } else { format!("{}:{}", one.origin.file, one.origin.line) };
        let (error, help) = match screen.tongue {
            Tongue::En => (error, "help: "),
            Tongue::Zh => (wrong, "办法："),
        };
        let (message, way_out) = (one.message.get(screen.tongue), one.help.get(screen.tongue));
        screen.tell(&format!("{error}: {place}: {message} [{}]\n  {help}{way_out}\n", one.code));
    }
}

/// `NAME=FILE` or `FILE`; a file whose own name has an equals sign is a file.
fn named(given: &str) -> (Option<&str>, &str) {
    match given.split_once('=') {
        Some((name, path)) if !Path::new(given).exists() => (Some(name), path),
        _ => (None, given),
    }
}

fn register_usage(given: &str) -> Failure {
    Failure::Usage(
        Say::new(format!("`{given}` does not say which register it is"), format!("`{given}` 没有说明是哪个名册")),
        Say::new("write `--register NAME=FILE`, such as `--register staff=staff.csv`", "请写 `--register 名册=文件`，例如 `--register staff=staff.csv`"),
    )
}

/// What reads an open file.
type Read<'r> = dyn FnMut(Format, &mut dyn BufRead) -> Result<(), Rejection> + 'r;

/// Opens `path`, unpacks it if its ending says so, and hands it on.
fn open(path: &str, screen: Screen, read: &mut Read<'_>) -> Result<Result<(), Rejection>, Failure> {
    if path == "-" {
        return Ok(read(Format::Jsonl, &mut io::stdin().lock()));
    }
    let (format, packing) = Format::of(path).ok_or_else(|| ending(path))?;
    let file = match File::open(path).and_then(|file| Ok((file.metadata()?, file))) {
        Ok((about, _)) if about.is_dir() => return Ok(Err(unreadable(path, &io::ErrorKind::IsADirectory.into()))),
        Ok((about, file)) => (about.len(), file),
        Err(error) => return Ok(Err(unreadable(path, &error))),
    };
    let progress = Progress::bytes(&format!("{} {path}", screen.pick("reading", "读取")), file.0);
    let input = progress.watching(file.1);
    let ended = read(format, &mut *packing.open(input));
    progress.end();
    Ok(ended)
}

pub(crate) fn ending(path: &str) -> Failure {
    Failure::Usage(
        Say::new(format!("the ending of `{path}` does not tell what it is"), format!("从 `{path}` 的扩展名看不出文件格式")),
        Say::new(
            "records stand in `.jsonl`, `.csv`, `.parquet` or `.xes` files, plain or packed as `.gz` or `.zst`",
            "记录文件为 `.jsonl`、`.csv`、`.parquet` 或 `.xes`，可压缩为 `.gz` 或 `.zst`",
        ),
    )
}

/// A file that cannot be opened.
#[doc(hidden)]
pub fn unreadable(path: &str, error: &io::Error) -> Rejection {
    let (en, zh) = why(error);
    Rejection {
        code: "file-unreadable",
        origin: Origin { file: path.into(), line: 0 },
        id: None,
        message: Say::new(format!("cannot be read: {en}"), format!("无法读取：{zh}")),
        help: Say::new("check the path and the permissions", "请检查路径和权限"),
    }
}

/// `--until` and `--known-at`.
pub(super) fn cut(policy: &Policy, args: &args::Data) -> Result<Cut, Failure> {
    let until = args.until.as_deref().map(|text| policy.time(text).map_err(|bad| bad_time("--until", bad)));
    let known_at = args.known_at.as_deref().map(|text| policy.known_at(text).map_err(|bad| bad_time("--known-at", bad)));
    Ok(Cut { until: until.transpose()?, known_at: known_at.transpose()? })
}

fn bad_time(flag: &str, bad: BadTime) -> Failure {
    let help = Say::new(
        format!("write `{flag} 2024-03-31` or `{flag} 2024-03-31T17:30+08:00`"),
        format!("请写 `{flag} 2024-03-31` 或 `{flag} 2024-03-31T17:30+08:00`"),
    );
    Failure::Usage(bad.0, help)
}
