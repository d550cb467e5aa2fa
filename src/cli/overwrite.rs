//! A result never takes the place of what it was made from, nor of another result.

use super::failure::Failure;
use crate::diagnostics::Say;
use std::fs;
use std::path::{Path, PathBuf};

/// Refuses results of which one would take the place of another.
///
/// # Errors
/// When two go to one file, whatever it is called, there already or not.
pub(crate) fn apart(results: [Option<&str>; 3]) -> Result<(), Failure> {
    let mut before: Vec<(PathBuf, &str)> = Vec::new();
    for (place, path) in results.into_iter().flatten().filter_map(|path| Some((place(path)?, path))) {
        if let Some((_, other)) = before.iter().find(|(known, _)| *known == place) {
            let message = Say::new(format!("`{other}` and `{path}` are one file, and two results would go there"), format!("`{other}` 与 `{path}` 是同一文件，不能写入两种结果"));
            return Err(Failure::Usage(message, Say::new("write each to a file of its own", "请分别写入不同的文件")));
        }
        before.push((place, path));
    }
    Ok(())
}

/// Refuses to put a file in the place of something else: what is written beside it and takes its place would be there for good.
///
/// # Errors
/// When something is there that is no file, as `/dev/null`.
pub(crate) fn only_a_file(result: Option<&str>) -> Result<(), Failure> {
    let Some(path) = result.filter(|path| fs::metadata(path).is_ok_and(|there| !there.is_file())) else { return Ok(()) };
    let message = Say::new(format!("`{path}` is no file: the result would take its place"), format!("`{path}` 不是普通文件，写入结果会将其取代"));
    Err(Failure::Usage(message, Say::new("name a file", "请给出文件名")))
}

/// Where a file is or will be; none of what is no file, as `/dev/null`, and where its folder is not there.
fn place(path: &str) -> Option<PathBuf> {
    let path = Path::new(path);
    if let Ok(place) = fs::canonicalize(path) {
        return place.is_file().then_some(place);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(fs::canonicalize(folder).ok()?.join(path.file_name()?))
}

/// Refuses an `output` that is one of the `inputs`, or a policy.
///
/// # Errors
/// When it is, whatever it is called there.
pub(crate) fn refuse<'i>(output: Option<&str>, inputs: impl IntoIterator<Item = &'i str>) -> Result<(), Failure> {
    let Some(output) = output else { return Ok(()) };
    // A file that is not there yet overwrites nothing.
    let Ok(place) = fs::canonicalize(output) else { return Ok(()) };
    let is_policy = place.extension().is_some_and(|ending| ending == "bylaw");
    let is_read = inputs.into_iter().any(|input| fs::canonicalize(input).is_ok_and(|input| input == place));
    let message = match (is_read, is_policy) {
        (true, _) => Say::new(format!("`{output}` is among what is read: the result would take its place"), format!("`{output}` 是输入文件，写入结果会将其覆盖")),
        (false, true) => Say::new(format!("`{output}` is a policy: the result would take its place"), format!("`{output}` 是制度文件，写入结果会将其覆盖")),
        (false, false) => return Ok(()),
    };
    Err(Failure::Usage(message, Say::new("write to a file of another name", "请写入另一文件名")))
}
