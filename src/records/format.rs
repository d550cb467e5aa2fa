//! Which format a file is in and how it is packed, by its ending.

use super::zstd::Zstd;
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
    /// The format a path's ending tells, and how it is packed: `log.xes.gz` is `(Xes, Gzip)`. None when the ending is another.
    pub fn of(path: &str) -> Option<(Self, Packing)> {
        let lower = path.to_lowercase();
        let packed = |(ending, packing)| Some((lower.strip_suffix(ending)?, packing));
        let (stem, packing) = [(".gz", Packing::Gzip), (".zst", Packing::Zstd)].into_iter().find_map(packed).unwrap_or((&lower, Packing::Plain));
        let format = match stem.rsplit_once('.')?.1 {
            "jsonl" | "ndjson" => Self::Jsonl,
            "csv" => Self::Csv,
            "xes" => Self::Xes,
            "parquet" => Self::Parquet,
            _ => return None,
        };
        Some((format, packing))
    }
}

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// gzip (RFC 1952).
    Gzip,
    /// Zstandard (RFC 8878).
    Zstd,
}

impl Packing {
    /// Unpacks while reading; several packed members after each other are one text.
    pub fn open<'r>(self, input: impl Read + 'r) -> Box<dyn BufRead + 'r> {
        const AT_ONCE: usize = 1 << 16;
        let input = BufReader::with_capacity(AT_ONCE, input);
        match self {
            Self::Plain => Box::new(input),
            Self::Gzip => Box::new(BufReader::with_capacity(AT_ONCE, flate2::bufread::MultiGzDecoder::new(input))),
            Self::Zstd => Box::new(BufReader::with_capacity(AT_ONCE, Zstd::new(input))),
        }
    }
}
