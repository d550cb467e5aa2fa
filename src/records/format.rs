//! Which format a file is in, by its ending.

use std::io::{BufRead, BufReader, Read};

/// How records are written in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values with a header line.
    Csv,
    /// XES, the XML of event logs (IEEE 1849).
    Xes,
    /// Parquet, a table stored by columns.
    Parquet,
}

impl Format {
    /// The format a path's ending tells, and whether it is packed with gzip: `log.xes.gz` is `(Xes, true)`. None when the ending is another.
    pub fn of(path: &str) -> Option<(Self, bool)> {
        let lower = path.to_lowercase();
        let (stem, gzip) = match lower.strip_suffix(".gz") {
            Some(stem) => (stem, true),
            None => (lower.as_str(), false),
        };
        let format = match stem.rsplit_once('.')?.1 {
            "jsonl" | "ndjson" => Self::Jsonl,
            "csv" => Self::Csv,
            "xes" => Self::Xes,
            "parquet" => Self::Parquet,
            _ => return None,
        };
        Some((format, gzip))
    }
}

/// Unpacks gzip while reading; several packed members after each other are one text.
pub fn open_gzip(input: impl Read) -> impl BufRead {
    BufReader::with_capacity(1 << 16, flate2::read::MultiGzDecoder::new(input))
}
