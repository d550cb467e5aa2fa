//! `--index FILE`: where each subject's records lie. It is made when it is not there, or does not fit what is there now; an explanation by it reads a few places.

use super::args;
use super::data::{self, Named};
use super::failure::Failure;
use super::replace::beside;
use super::screen::Screen;
use super::why;
use crate::diagnostics::{Say, Tongue};
use crate::records::{At, Cut, Facts, Format, Packing, Records};
use crate::stream::index::{self, Answer, EventsFile, Index, Known, Making, Unusable};
use crate::{Policy, Threads};
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// The records on which a verdict may rest, as the index at `path` tells; none where all must be read, and why is told.
pub(crate) fn of_verdict(policy: &Policy, args: &args::Data, path: &str, verdict: &str, screen: Screen) -> Result<Option<Records>, Failure> {
    let cut = data::cut(policy, args)?;
    let named = Named::by(policy, args)?;
    named.spare([path])?;
    if let Some(why) = no_places(&named, args, cut) {
        return Ok(all(&why, screen));
    }
    let mut reader = policy.reader();
    // What cannot be read is told when all are read.
    if !named.registers(&mut reader, screen)?.is_empty() {
        return Ok(None);
    }
    let registers = reader.finish(Cut::default());
    for is_new in [false, true] {
        if is_new && !make(policy, &named, path, screen)? {
            return Ok(None);
        }
        match answer(policy, &named, path, (verdict, cut.until), registers.clone()) {
            Ok(Answer::Records(records)) => return Ok(Some(*records)),
            Ok(Answer::All(why)) => return Ok(why.and_then(|why| all(&why, screen))),
            Err(Unusable::NotOne) => return Err(not_one(path)),
            Err(Unusable::Unread(error)) if error.kind() == io::ErrorKind::NotFound => {}
            Err(Unusable::Unread(error)) => return Err(unread(path, &error)),
            Err(unusable) => note(&made_anew(path, &unusable), screen),
        }
    }
    Ok(None)
}

/// What the index has to say, if it fits the files as they are now.
fn answer(policy: &Policy, named: &Named, path: &str, asked: (&str, Option<At>), registers: Records) -> Result<Answer, Unusable> {
    let mut index = Index::open(File::open(path)?, policy.model(), &known(named)?)?;
    let open = |(source, path): &(Option<String>, String)| {
        let format = Format::of(path).map_or(Format::Jsonl, |(format, _)| format);
        Ok(EventsFile { name: path.clone(), source: source.clone(), format, input: File::open(path)? })
    };
    let mut files = named.events.iter().map(open).collect::<io::Result<Vec<_>>>()?;
    index::of_verdict(policy.model(), registers, asked, &mut index, &mut files)
}

/// Makes the index; false where the files change meanwhile.
fn make(policy: &Policy, named: &Named, path: &str, screen: Screen) -> Result<bool, Failure> {
    let Ok(before) = known(named) else { return Ok(false) };
    settle(&before);
    let mut unreadable = Vec::new();
    let none = Facts::default();
    let making = Making::of(policy.model(), &none, Threads::available(), &mut |read| {
        unreadable.extend(named.events(screen, read)?);
        if unreadable.is_empty() { Ok(()) } else { Err(Failure::Records(std::mem::take(&mut unreadable))) }
    })?;
    write(making, named, before, path, screen)
}

/// Writes what was noted, if the files are what they were before; false where they are not.
fn write(making: Making<'_, '_>, named: &Named, before: Vec<Known>, path: &str, screen: Screen) -> Result<bool, Failure> {
    if known(named).ok().as_ref() != Some(&before) {
        note(&Say::new("the events files changed while they were read: there is no index of them", "读取期间事件文件有改动：没有建立索引"), screen);
        return Ok(false);
    }
    let place = fs::canonicalize(path).unwrap_or_else(|_| Path::new(path).to_owned());
    let beside = beside(&place);
    let written = File::create(&beside).and_then(|file| {
        let mut file = BufWriter::new(file);
        making.write(before, &mut file)?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?;
        fs::rename(&beside, &place)
    });
    written.map_err(|error| {
        let _nothing_was_there = fs::remove_file(&beside);
        Failure::Output(path.to_owned(), error)
    })?;
    Ok(true)
}

/// The events files as they are now.
fn known(named: &Named) -> io::Result<Vec<Known>> {
    let of = |(source, path): &(Option<String>, String)| {
        let about = fs::metadata(path)?;
        let path = fs::canonicalize(path)?.to_string_lossy().into_owned();
        let modified = match about.modified()?.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => (i64::try_from(after.as_secs()).unwrap_or(i64::MAX), after.subsec_nanos()),
            Err(before) => (-i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX), before.duration().subsec_nanos()),
        };
        Ok(Known { path, source: source.clone(), size: about.len(), modified })
    };
    named.events.iter().map(of).collect()
}

/// Waits until a change of the files would be seen by their times: clocks of file systems stand still for some milliseconds, those that keep even seconds for two of them.
fn settle(files: &[Known]) {
    for file in files {
        let (seconds, nanos) = file.modified;
        let tick = if nanos == 0 { Duration::from_secs(2) } else { Duration::from_millis(20) };
        let changed = u64::try_from(seconds).ok().map(|seconds| SystemTime::UNIX_EPOCH + Duration::new(seconds, nanos));
        if let Some(wait) = changed.and_then(|changed| tick.checked_sub(changed.elapsed().ok()?)) {
            std::thread::sleep(wait);
        }
    }
}

/// Why single records of these files cannot be read by themselves, or would not be enough; none: they can.
fn no_places(named: &Named, args: &args::Data, cut: Cut) -> Option<Say> {
    if args.strict || args.resume.is_some() || cut.known_at.is_some() {
        return Some(Say::new("`--strict`, `--resume` and `--known-at` ask of all of them", "`--strict`、`--resume`、`--known-at` 涉及全部记录"));
    }
    let of = |path: &str| {
        if path == "-" || !fs::metadata(path).is_ok_and(|about| about.is_file()) {
            return Some(Say::new(format!("`{path}` is not a file in which one can go to a place"), format!("`{path}` 不是可以跳到指定位置的文件")));
        }
        match Format::of(path) {
            Some((Format::Jsonl | Format::Csv, Packing::Plain)) | None => None,
            Some((Format::Jsonl | Format::Csv, _)) => Some(Say::new(format!("in `{path}`, which is packed, one cannot go to a place: unpack it"), format!("`{path}` 是压缩文件，无法跳到指定位置：请先解压"))),
            Some(_) => Some(Say::new(format!("an index is of `.jsonl` and `.csv`, and `{path}` is neither"), format!("索引只适用于 `.jsonl` 和 `.csv`，而 `{path}` 两者都不是"))),
        }
    };
    named.events.iter().find_map(|(_, path)| of(path))
}

fn all(why: &Say, screen: Screen) -> Option<Records> {
    note(&Say::new(format!("the index does not help here, all records are read: {}", why.en), format!("索引在此不起作用，须读取全部记录：{}", why.zh)), screen);
    None
}

fn made_anew(path: &str, unusable: &Unusable) -> Say {
    let Say { en, zh } = unusable.message();
    Say::new(format!("`{path}`: {en}; it is made anew"), format!("`{path}`：{zh}；现重新建立"))
}

fn note(say: &Say, screen: Screen) {
    screen.tell(&match screen.tongue {
        Tongue::En => format!("note: {}\n", say.en),
        Tongue::Zh => format!("提示：{}\n", say.zh),
    });
}

/// What is something else is never overwritten.
fn not_one(path: &str) -> Failure {
    Failure::Usage(
        Say::new(format!("`{path}` is there, and is not an index"), format!("`{path}` 已存在，但不是索引")),
        Say::new("give `--index` a file of another name: it is made there", "请为 `--index` 另取文件名：索引将在该处建立"),
    )
}

fn unread(path: &str, error: &io::Error) -> Failure {
    let (en, zh) = why(error);
    Failure::Input(
        Say::new(format!("the index `{path}`, or an events file, cannot be read: {en}"), format!("无法读取索引 `{path}` 或事件文件：{zh}")),
        Say::new("check the path and the permissions, or leave `--index` out", "请检查路径和权限，或去掉 `--index`"),
    )
}
