//! `--data FOLDER`: which of its files are registers, which are events.

use super::failure::Failure;
use super::why;
use crate::diagnostics::Say;
use crate::model::{EntitySort, Model};
use crate::records::Format;
use std::fs;

/// A file of the folder.
pub(crate) enum Found {
    /// Events.
    Events(String),
    /// A register's name and its file.
    Register(String, String),
}

/// The files of `folder` that are named after a register, and those whose names begin with `events`, in the order of their names. Other files are
/// none of our business.
pub(crate) fn found(folder: &str, model: &Model) -> Result<Vec<Found>, Failure> {
    let entries = fs::read_dir(folder).and_then(|entries| entries.collect::<Result<Vec<_>, _>>()).map_err(|error| {
        let (en, zh) = why(&error);
        Failure::Input(
            Say::new(format!("the folder `{folder}` cannot be read: {en}"), format!("无法读取文件夹 `{folder}`：{zh}")),
            Say::new("check the path; `--data` takes a folder", "请检查路径；`--data` 后应为文件夹"),
        )
    })?;
    let mut names: Vec<String> = entries.into_iter().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    let found: Vec<Found> = names.iter().filter_map(|name| kind(folder, name, model)).collect();
    if found.iter().any(|file| matches!(file, Found::Events(_))) {
        return Ok(found);
    }
    Err(Failure::Input(
        Say::new(format!("the folder `{folder}` has no events file"), format!("文件夹 `{folder}` 中没有事件文件")),
        Say::new("name it `events.jsonl`, or `events.csv`, or `events.xes`; `--events FILE` takes any name", "请命名为 `events.jsonl`、`events.csv` 或 `events.xes`；用 `--events 文件` 时名称不限"),
    ))
}

fn kind(folder: &str, name: &str, model: &Model) -> Option<Found> {
    Format::of(name)?;
    let path = format!("{}/{name}", folder.trim_end_matches('/'));
    let stem = name.split('.').next()?;
    if stem.starts_with("events") {
        return Some(Found::Events(path));
    }
    let register = model.entities.iter().find(|entity| entity.sort == EntitySort::Register && entity.name == stem)?;
    Some(Found::Register(register.name.clone(), path))
}
