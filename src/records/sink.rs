//! Where the readers of the formats put their rows.

use super::problem::Problem;
use super::raw::Row;
use crate::diagnostics::Say;
use std::io;

/// Takes the rows of one file.
pub(crate) trait Sink {
    /// The names of all columns, where the format has a header.
    fn header(&mut self, columns: &[String]) -> Result<(), Problem>;
    /// A row at `line`; in XES also its case and its place in it.
    fn row(&mut self, row: &dyn Row, line: u64, trace: Option<(&str, u64)>);
    /// A line that is no row.
    fn bad(&mut self, line: u64, problem: Problem);
}

/// The file as a whole cannot be read any further.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) line: u64,
    pub(crate) problem: Problem,
}

impl Stop {
    /// The input broke off.
    pub(crate) fn input(line: u64, error: &io::Error) -> Self {
        let problem = Problem::new(
            "file-cut-short",
            Say::new(
                format!("the file cannot be read any further: {error}"),
                format!("文件无法继续读取：{error}"),
            ),
            Say::new(
                "get a whole copy of the file; what stands before this place has been read",
                "请取得完整的文件；此处之前的内容已读入",
            ),
        );
        Self { line, problem }
    }
}
