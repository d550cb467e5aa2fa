//! Parquet: a table stored by columns. Each row is a record, counted from 1; only the columns that the policies read are unpacked.

use super::csv::Columns;
use super::problem::Problem;
use super::raw::{Raw, Row};
use super::sink::{Sink, Stop};
use crate::diagnostics::Say;
use super::counted::{day, moment as written, time_of_day};
use chrono::DateTime;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::{Type, TypePtr};
use std::collections::{BTreeSet, HashSet};
use std::io::Read;

/// What stands in one column of one row.
enum Cell {
    Blank,
    Text(String),
    Number(String),
    Yes(bool),
    List(Vec<String>),
    Nested,
}

/// What a column's type says of its times.
#[derive(Clone, Copy, Default)]
struct Times {
    /// Moments of the world, not of a place's clock.
    utc: bool,
    /// Whole nanoseconds.
    nanos: bool,
    /// Times of day in whole nanoseconds.
    clock: bool,
}

struct TableRow<'a> {
    columns: &'a Columns,
    cells: Vec<Cell>,
}

impl Row for TableRow<'_> {
    fn get(&self, column: &str) -> Raw<'_> {
        match self.columns.get(column).and_then(|at| self.cells.get(*at)) {
            None => Raw::Missing,
            Some(Cell::Blank) => Raw::Blank,
            Some(Cell::Text(text)) => Raw::cell(text),
            Some(Cell::Number(number)) => Raw::Number(number),
            Some(Cell::Yes(yes)) => Raw::Yes(*yes),
            Some(Cell::List(values)) => Raw::List(values.iter().map(String::as_str).collect()),
            Some(Cell::Nested) => Raw::Nested,
        }
    }
    fn columns(&self, into: &mut BTreeSet<String>) {
        into.extend(self.columns.keys().cloned());
    }
}

/// Reads all rows into `sink`. The packed file is held in memory as it is, and unpacked piece by piece. `wanted`: the columns that are read; none: all.
pub(crate) fn read(input: &mut dyn Read, wanted: Option<&HashSet<&str>>, sink: &mut dyn Sink) -> Result<(), Stop> {
    let mut packed = Vec::new();
    input.read_to_end(&mut packed).map_err(|error| Stop::input(1, &error))?;
    let reader = SerializedFileReader::new(bytes::Bytes::from(packed)).map_err(|error| broken(1, &error))?;
    let schema = reader.metadata().file_metadata().schema();
    let kept: Vec<TypePtr> = schema.get_fields().iter().filter(|field| wanted.is_none_or(|wanted| wanted.contains(field.name()))).cloned().collect();
    let names: Vec<String> = schema.get_fields().iter().map(|field| field.name().to_owned()).collect();
    sink.header(&names).map_err(|problem| Stop { line: 1, problem })?;
    let columns = super::csv::columns(&kept.iter().map(|field| field.name().to_owned()).collect::<Vec<_>>()).map_err(|problem| Stop { line: 1, problem })?;
    let times: Vec<Times> = kept.iter().map(|field| times(field)).collect();
    let projection = Type::group_type_builder(schema.name()).with_fields(kept).build().map_err(|error| broken(1, &error))?;
    let rows = reader.get_row_iter(Some(projection)).map_err(|error| broken(1, &error))?;
    let mut line = 0;
    for row in rows {
        line += 1;
        let row = row.map_err(|error| broken(line, &error))?;
        let cells = row.into_columns().into_iter().zip(&times).map(|((_, field), times)| cell(field, *times)).collect();
        sink.row(&TableRow { columns: &columns, cells }, line, None);
    }
    Ok(())
}

fn times(field: &Type) -> Times {
    let about = field.get_basic_info();
    match about.logical_type_ref() {
        Some(LogicalType::Timestamp(stamp)) => Times { utc: stamp.is_adjusted_to_u_t_c, nanos: stamp.unit == TimeUnit::NANOS, clock: false },
        Some(LogicalType::Time(time)) => Times { clock: time.unit == TimeUnit::NANOS, ..Times::default() },
        _ => Times { utc: matches!(about.converted_type(), ConvertedType::TIMESTAMP_MILLIS | ConvertedType::TIMESTAMP_MICROS), ..Times::default() },
    }
}

fn cell(field: Field, times: Times) -> Cell {
    let number = |number: String| Cell::Number(number);
    match field {
        Field::Null => Cell::Blank,
        Field::Bool(yes) => Cell::Yes(yes),
        Field::Byte(n) => number(n.to_string()),
        Field::Short(n) => number(n.to_string()),
        Field::Int(n) => number(n.to_string()),
        Field::Long(n) if times.nanos => moment(Some(DateTime::from_timestamp_nanos(n)), times),
        Field::Long(n) if times.clock => clock(n),
        Field::Long(n) => number(n.to_string()),
        Field::UByte(n) => number(n.to_string()),
        Field::UShort(n) => number(n.to_string()),
        Field::UInt(n) => number(n.to_string()),
        Field::ULong(n) => number(n.to_string()),
        // The shortest decimal that is this number: what a JSON file of the same table would hold.
        Field::Float16(n) => number(n.to_string()),
        Field::Float(n) => number(n.to_string()),
        Field::Double(n) => number(n.to_string()),
        decimal @ Field::Decimal(_) => number(decimal.to_string()),
        Field::Str(text) => Cell::Text(text),
        Field::Bytes(bytes) => bytes.as_utf8().map_or(Cell::Nested, |text| Cell::Text(text.to_owned())),
        Field::Date(days) => day(days).map_or(Cell::Nested, Cell::Text),
        Field::TimeMillis(n) => clock(i64::from(n) * 1_000_000),
        Field::TimeMicros(n) => n.checked_mul(1_000).map_or(Cell::Nested, clock),
        Field::TimestampMillis(n) => moment(DateTime::from_timestamp_millis(n), times),
        Field::TimestampMicros(n) => moment(DateTime::from_timestamp_micros(n), times),
        Field::ListInternal(list) => {
            let values = list.elements().iter().map(|value| match cell(value.clone(), times) {
                Cell::Text(text) | Cell::Number(text) => Some(text),
                _ => None,
            });
            values.collect::<Option<_>>().map_or(Cell::Nested, Cell::List)
        }
        Field::Group(_) | Field::MapInternal(_) => Cell::Nested,
    }
}

fn moment(moment: Option<DateTime<chrono::Utc>>, times: Times) -> Cell {
    moment.map_or(Cell::Nested, |moment| Cell::Text(written(moment, times.utc)))
}

fn clock(nanos: i64) -> Cell {
    time_of_day(nanos).map_or(Cell::Nested, Cell::Text)
}

fn broken(line: u64, error: &ParquetError) -> Stop {
    let problem = Problem::new(
        "broken-parquet",
        Say::new(format!("the file is no Parquet that can be read here: {error}"), format!("不是此处可读的 Parquet 文件：{error}")),
        Say::new(
            "get a whole copy of the file, or write it again with snappy, gzip or no compression",
            "请取得完整的文件，或以 snappy、gzip 或不压缩的方式重新写出",
        ),
    );
    Stop { line, problem }
}
