//! `bylaw explain`: the page of a code.

use super::failure::{Exit, Failure};
use super::screen::write_result;
use super::usage;
use crate::diagnostics::{Say, codes};

/// Shows the page.
pub(crate) fn page(code: &str) -> Result<Exit, Failure> {
    let Some(page) = codes::page(code) else {
        let near = usage::nearest(code, codes::ALL.iter().map(|code| code.name));
        return Err(match near {
            Some(near) => Failure::Usage(
                Say::new(format!("there is no code `{code}`"), format!("没有代码 `{code}`")),
                Say::new(format!("did you mean `{near}`?"), format!("是否指 `{near}`？")),
            ),
            None => Failure::Usage(
                Say::new(format!("`{code}` is neither a code nor a file"), format!("`{code}` 既不是代码，也不是文件")),
                Say::new(
                    "codes stand in square brackets or at the head of messages, such as `unexpected-text`",
                    "代码写在提示的开头，例如 `unexpected-text`",
                ),
            ),
        });
    };
    write_result(None, |out| out.write_all(page.as_bytes()))?;
    Ok(Exit::Well)
}
