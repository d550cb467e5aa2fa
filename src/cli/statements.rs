//! `bylaw audit --statements FILE`: a table for the paymaster beside the result.

use super::failure::Failure;
use super::screen::write_result;
use crate::diagnostics::{Say, Tongue};
use crate::report::{Report, paymaster};

/// A file, and how it is written.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    path: &'a str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Csv,
    #[cfg(feature = "xlsx")]
    Xlsx,
}

impl<'a> Table<'a> {
    /// By the ending of its name.
    pub(crate) fn of(path: &'a str) -> Result<Self, Failure> {
        let kind = match path.rsplit_once('.').map(|(_, ending)| ending) {
            Some("csv") => Kind::Csv,
            #[cfg(feature = "xlsx")]
            Some("xlsx") => Kind::Xlsx,
            _ => {
                return Err(Failure::Usage(
                    Say::new(format!("the ending of `{path}` does not tell how statements are written"), format!("从 `{path}` 的扩展名看不出结算单的格式")),
                    Say::new("give `--statements` a `.csv` or `.xlsx` file", "请为 `--statements` 给出 `.csv` 或 `.xlsx` 文件"),
                ));
            }
        };
        Ok(Self { path, kind })
    }

    /// Writes it.
    #[cfg_attr(not(feature = "xlsx"), allow(unused_variables))]
    pub(crate) fn write(&self, report: &Report<'_>, tongue: Tongue) -> Result<(), Failure> {
        write_result(Some(self.path), |out| match self.kind {
            Kind::Csv => paymaster::write(report, out),
            #[cfg(feature = "xlsx")]
            Kind::Xlsx => crate::report::xlsx::write(report, tongue, false, out),
        })
    }
}
