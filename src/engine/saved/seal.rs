//! What stands around the bytes of a state: before them a version and the digest of the plan, behind them their own digest. Nothing of a state is used before both
//! were checked.

use super::super::plan::Plan;
use super::digest::Digest as PlanDigest;
use crate::diagnostics::Say;
use crate::records::UnusableState;
use crate::records::packed::{Hashed, Packing, Unpacking};
use sha2::{Digest as _, Sha256};
use std::io::{self, Read, Write};

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One subject.
    Subject,
    /// What is beside the subjects.
    Rest,
    /// All.
    Whole,
}

/// The format of all three; it goes up with every change of what they hold.
const FORMAT: u32 = 1;
/// Bytes of a digest.
const DIGEST: usize = size_of::<PlanDigest>();

/// What it is, of which plan, and whose; of nobody, empty.
pub(super) type Of<'o, 'm> = (Kind, &'o Plan<'m>, &'o str);

impl Kind {
    /// How all versions begin.
    fn start(self) -> &'static str {
        match self {
            Self::Subject => "bylaw subject ",
            Self::Rest => "bylaw rest ",
            Self::Whole => "bylaw run ",
        }
    }

    /// What it is.
    fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Subject => ("the state of a subject", "主体的状态"),
            Self::Rest => ("what a run knows beside its subjects", "运行中主体之外的状态"),
            Self::Whole => ("the state of a run", "运行的状态"),
        }
    }
}

/// Writes values between a version and digests.
pub(super) fn write<W: Write + ?Sized>(out: &mut W, (kind, plan, id): Of<'_, '_>, values: impl FnOnce(&mut Packing<&mut dyn Write>) -> io::Result<()>) -> io::Result<()> {
    let mut out = Hashed::new(out);
    writeln!(out, "{}{FORMAT}", kind.start())?;
    out.write_all(&plan.digest())?;
    values(&mut Packing::new(&mut out as &mut dyn Write))?;
    let (out, digest) = out.digest();
    out.write_all(&bound(&digest, id))
}

/// The values of what was written.
pub(super) fn open<'b>(bytes: &'b [u8], (kind, plan, id): Of<'_, '_>) -> Result<Unpacking<&'b [u8]>, UnusableState> {
    let version = format!("{}{FORMAT}\n", kind.start());
    if !bytes.starts_with(version.as_bytes()) {
        return Err(if bytes.starts_with(kind.start().as_bytes()) { other_version() } else { nothing(kind) });
    }
    let (content, digest) = bytes.split_at_checked(bytes.len().saturating_sub(DIGEST)).ok_or_else(|| damaged(kind))?;
    if bound(&Sha256::digest(content), id) != digest {
        return Err(damaged(kind));
    }
    let (of, values) = content.get(version.len()..).and_then(|content| content.split_at_checked(DIGEST)).ok_or_else(|| damaged(kind))?;
    if of != plan.digest() { Err(other_plan()) } else { Ok(Unpacking::new(values)) }
}

/// A digest that only the bytes of this subject have.
fn bound(digest: &[u8], id: &str) -> PlanDigest {
    let mut hash = Sha256::new();
    hash.update(digest);
    hash.update(id);
    hash.finalize().into()
}

/// Was the state written by a run that keeps track as this one does?
pub(super) fn same_tracking(written: bool, now: bool) -> Result<(), UnusableState> {
    match (written, now) {
        (true, false) => Err(UnusableState {
            message: Say::new("the state was written by a run that keeps track of records, and this one does not", "该状态由追踪记录的运行写成，而当前运行不追踪"),
            help: Say::new("begin with `Run::tracking`, or go on from a state that was written without", "请以 `Run::tracking` 开始，或使用不追踪的运行所写的状态"),
        }),
        (false, true) => Err(UnusableState {
            message: Say::new("the state was written by a run that does not keep track of records: on which ones verdicts rest is not in it", "该状态由不追踪记录的运行写成，其中没有判定所依据的记录"),
            help: Say::new("begin with `Run::new`, or judge all records again from the first with `Run::tracking`", "请以 `Run::new` 开始，或用 `Run::tracking` 从头重新判定全部记录"),
        }),
        _ => Ok(()),
    }
}

/// It is something else.
fn nothing(kind: Kind) -> UnusableState {
    let ((en, zh), (by, by_zh)) = (kind.name(), written_by(kind));
    UnusableState { message: Say::new(format!("this is not {en}"), format!("这不是{zh}")), help: Say::new(format!("give what {by} wrote"), format!("请给出由 {by_zh} 写成的内容")) }
}

fn written_by(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Subject => ("`Run::write_subject`", "`Run::write_subject`"),
        Kind::Rest => ("`Run::write_rest`", "`Run::write_rest`"),
        Kind::Whole => ("`Run::write` or `Runs::write`", "`Run::write` 或 `Runs::write`"),
    }
}

fn anew(en: &str, zh: &str) -> UnusableState {
    UnusableState { message: Say::new(en, zh), help: Say::new("judge all records again from the first, and write the state of that", "请从头重新判定全部记录，并写出新的状态") }
}

fn other_version() -> UnusableState {
    anew("the state was written by another version of Bylaw", "该状态由另一版本的 Bylaw 写成")
}

fn other_plan() -> UnusableState {
    anew(
        "the state belongs to other rules, registers or calendars, or to another version of Bylaw: what it counted would be taken for something else",
        "该状态属于其他规章、名册或日历，或由另一版本的 Bylaw 写成：其中的计数会被误读",
    )
}

/// It is not what was written.
pub(super) fn damaged(kind: Kind) -> UnusableState {
    match kind {
        Kind::Subject => UnusableState {
            message: Say::new("the state is damaged, or it is another subject's: it is not what was written of this one", "状态已损坏，或属于其他主体：与为该主体写入的内容不一致"),
            help: Say::new("give the whole of what was written under this id; if it is lost, judge all records of the subject again", "请给出以该标识写入的完整内容；如已丢失，请重新判定该主体的全部记录"),
        },
        _ => anew("the state is damaged: it is not what was written", "状态已损坏：与写入时不一致"),
    }
}

/// All of an input.
pub(super) fn read(input: &mut (impl Read + ?Sized)) -> Result<Vec<u8>, UnusableState> {
    let mut bytes = Vec::new();
    match input.read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(UnusableState {
            message: Say::new(format!("the state cannot be read: {error}"), format!("无法读取状态：{error}")),
            help: Say::new("check where it lies, and the permissions", "请检查其位置和权限"),
        }),
    }
}
