//! `bylaw audit --statements FILE`: a table for the paymaster beside the result.

use super::failure::Failure;
use super::screen::write_result;
use crate::diagnostics::{Say, Tongue};
use crate::report::{Report, paymaster};
use crate::stream::Each;
use std::fs::File;
use std::io::BufWriter;

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

    /// Can it be written statement by statement?
    pub(crate) fn is_rows(&self) -> bool {
        matches!(self.kind, Kind::Csv)
    }

    /// Does what gives one statement after the other, and writes their rows.
    pub(crate) fn beside<T>(&self, work: impl FnOnce(&mut Each<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        let failed = |error| Failure::Output(self.path.to_owned(), error);
        let mut table = File::create(self.path).and_then(|file| paymaster::Table::new(BufWriter::new(file))).map_err(failed)?;
        let mut broken = None;
        let done = work(&mut |statement| {
            table.add(statement).map_err(|error| {
                let kind = error.kind();
                broken = Some(error);
                kind.into()
            })
        });
        match broken {
            Some(error) => Err(failed(error)),
            None => done.and_then(|done| table.end().map(|()| done).map_err(failed)),
        }
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
