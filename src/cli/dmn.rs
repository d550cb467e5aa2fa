//! `bylaw table import FILE.dmn`.

use super::args::TableImport;
use super::disk::Disk;
use super::failure::{Exit, Failure};
use super::fmt::unreadable;
use super::overwrite;
use super::screen::{Screen, write_result};
use crate::diagnostics::{Say, Tongue};
use crate::dmn;
use crate::model::Files;

/// Makes a policy of the decision tables; tells what was not taken.
pub(crate) fn import(args: &TableImport, screen: Screen) -> Result<Exit, Failure> {
    if let Some(file) = &args.file {
        return Err(Failure::Usage(
            Say::new(format!("`{file}` stands behind a DMN file"), format!("DMN 文件之后还写有 `{file}`")),
            Say::new("`bylaw table import FILE.dmn -o NEW.bylaw` makes a new policy of it", "`bylaw table import FILE.dmn -o NEW.bylaw` 由它生成新的规章"),
        ));
    }
    let bytes = Disk.read(&args.path).map_err(|error| unreadable(&args.path, &error))?;
    overwrite::refuse(args.output.as_deref(), [args.path.as_str()])?;
    let made = dmn::policy(&args.path, &bytes, args.table.as_deref(), screen.tongue).map_err(Failure::Policies)?;
    if made.taken > 0 && !args.check {
        write_result(args.output.as_deref(), |out| out.write_all(made.text.as_bytes()))?;
    }
    if !made.left.is_empty() {
        screen.tell(screen.pick("not taken:\n", "未采用：\n"));
        made.left.iter().for_each(|say| screen.tell(&format!("  {}\n", say.get(screen.tongue))));
    }
    let (taken, all) = (made.taken, made.decisions);
    screen.tell(&match screen.tongue {
        Tongue::En => format!("decisions taken: {taken} of {all}\n"),
        Tongue::Zh => format!("已采用决策 {taken} 个，共 {all} 个\n"),
    });
    if taken == 0 {
        return Ok(Exit::Input);
    }
    Ok(if taken < all { Exit::Findings } else { Exit::Well })
}
