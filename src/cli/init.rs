//! `bylaw init`.

use super::args;
use super::failure::{Exit, Failure};
use super::screen::{Screen, write_result};
use crate::diagnostics::{Say, Tongue};
use crate::tools::init::{regulation_name, starters};
use std::fs;
use std::path::Path;

/// Writes the first files of a folder of policies; nothing that is there is written over.
pub(crate) fn init(args: &args::Init, screen: Screen) -> Result<Exit, Failure> {
    let folder = args.folder.trim_end_matches('/');
    let folder = if folder.is_empty() { "/" } else { folder };
    let files = starters(&regulation_name(&own_name(folder)), screen.tongue);
    let path = |name: &str| if folder == "." { name.to_owned() } else { format!("{folder}/{name}") };
    if let Some(there) = files.iter().map(|file| path(&file.path)).find(|path| Path::new(path).exists()) {
        return Err(Failure::Usage(
            Say::new(format!("`{there}` is there already, and nothing was written"), format!("`{there}` 已经存在，未写入任何文件")),
            Say::new("give another folder: `bylaw init FOLDER`", "请另选文件夹：`bylaw init 文件夹`"),
        ));
    }
    for file in &files {
        let path = path(&file.path);
        if let Some(parent) = Path::new(&path).parent() {
            fs::create_dir_all(parent).map_err(|error| Failure::Output(parent.display().to_string(), error))?;
        }
        write_result(Some(&path), |out| out.write_all(file.text.as_bytes()))?;
    }
    let written: Vec<String> = files.iter().map(|file| path(&file.path)).collect();
    write_result(None, |out| out.write_all(told(folder, &written, screen.tongue).as_bytes()))?;
    Ok(Exit::Well)
}

/// The folder's own name, also where it is written as `.` or `..`.
fn own_name(folder: &str) -> String {
    let whole = fs::canonicalize(folder).unwrap_or_else(|_| Path::new(folder).to_path_buf());
    whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// As a shell wants it.
fn quoted(path: &str) -> String {
    let plain = path.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
    if plain { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

fn told(folder: &str, written: &[String], tongue: Tongue) -> String {
    let (made, next) = match tongue {
        Tongue::En => ("written:", "next:"),
        Tongue::Zh => ("已写入：", "接下来："),
    };
    let data = quoted(&if folder == "." { "data".to_owned() } else { format!("{folder}/data") });
    let folder = quoted(folder);
    let mut lines = vec![made.to_owned()];
    lines.extend(written.iter().map(|path| format!("  {path}")));
    lines.push(next.to_owned());
    lines.extend(["check", "lint", "test"].map(|verb| format!("  bylaw {verb} {folder}")));
    lines.push(format!("  bylaw audit {folder} --data {data}"));
    lines.push(format!("  bylaw audit {folder} --data {data} --format html -o report.html"));
    lines.push(match tongue {
        Tongue::En => format!("The records in {data} are an example. All files there that are called events… are read: take it away once you have your own.\nThe file below .github lets GitHub check the folder at each change; without GitHub it does nothing, and may go."),
        Tongue::Zh => format!("{data} 中的记录只是示例。其中名为 events… 的文件都会读取：有了自己的记录，请删去它。\n.github 下的文件让 GitHub 在每次修改时检查本文件夹；不用 GitHub 的，可以删去。"),
    });
    lines.join("\n") + "\n"
}
