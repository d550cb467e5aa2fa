//! `bylaw lsp`.

use super::failure::{Exit, Failure};
use super::screen::Screen;
use crate::diagnostics::Say;
use crate::lsp;

/// Serves until the editor is done.
pub(crate) fn lsp(screen: Screen) -> Result<Exit, Failure> {
    match lsp::serve(screen.asked()) {
        Ok(true) => Ok(Exit::Well),
        Ok(false) => Ok(Exit::Findings),
        Err(why) => Err(Failure::Usage(
            Say::new(format!("what came on standard input is not the language server protocol: {why}"), format!("标准输入不是语言服务器协议：{why}")),
            Say::new("`bylaw lsp` is started by an editor, which speaks to it", "`bylaw lsp` 由编辑器启动并与之通信"),
        )),
    }
}
