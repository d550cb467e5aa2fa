//! A result never takes the place of what it was made from.

use super::failure::Failure;
use crate::diagnostics::Say;
use std::fs;
use std::path::Path;

/// Are they the same file, whatever it is called, there already or not?
pub(crate) fn same(a: &str, b: &str) -> bool {
    let place = |path: &str| {
        let path = Path::new(path);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::canonicalize(path).or_else(|_| Ok::<_, std::io::Error>(fs::canonicalize(folder)?.join(path.file_name().unwrap_or_default())))
    };
    matches!((place(a), place(b)), (Ok(a), Ok(b)) if a == b)
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
