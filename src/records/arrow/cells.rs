//! What stands in the cells of a column of Arrow, whatever its type.

use crate::records::counted;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DecimalType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, PrimitiveArray};
use arrow_schema::{DataType, TimeUnit};
use chrono::DateTime;
use std::borrow::Cow;

/// What stands in one column of one row.
pub(crate) enum Cell<'a> {
    Blank,
    Text(Cow<'a, str>),
    Number(String),
    Yes(bool),
    List(Vec<Cow<'a, str>>),
    Nested,
}

/// What stands in a column of a batch, by row.
pub(crate) type Column<'a> = Box<dyn Fn(usize) -> Cell<'a> + 'a>;

/// The cells of a column. A type that no Parquet file holds as a plain value is nested.
pub(crate) fn column(array: &dyn Array) -> Column<'_> {
    match array.data_type() {
        DataType::Null => Box::new(|_| Cell::Blank),
        DataType::Boolean => {
            let values = array.as_boolean();
            known(array, |at| Cell::Yes(values.value(at)))
        }
        DataType::Int8 => numbers::<Int8Type>(array),
        DataType::Int16 => numbers::<Int16Type>(array),
        DataType::Int32 => numbers::<Int32Type>(array),
        DataType::Int64 => numbers::<Int64Type>(array),
        DataType::UInt8 => numbers::<UInt8Type>(array),
        DataType::UInt16 => numbers::<UInt16Type>(array),
        DataType::UInt32 => numbers::<UInt32Type>(array),
        DataType::UInt64 => numbers::<UInt64Type>(array),
        // The shortest decimal that is this number: what a JSON file of the same table would hold.
        DataType::Float16 => numbers::<Float16Type>(array),
        DataType::Float32 => numbers::<Float32Type>(array),
        DataType::Float64 => numbers::<Float64Type>(array),
        DataType::Decimal32(..) => decimals::<Decimal32Type>(array),
        DataType::Decimal64(..) => decimals::<Decimal64Type>(array),
        DataType::Decimal128(..) => decimals::<Decimal128Type>(array),
        DataType::Decimal256(..) => decimals::<Decimal256Type>(array),
        DataType::Utf8 => {
            let values = array.as_string::<i32>();
            known(array, |at| text(values.value(at)))
        }
        DataType::LargeUtf8 => {
            let values = array.as_string::<i64>();
            known(array, |at| text(values.value(at)))
        }
        DataType::Utf8View => {
            let values = array.as_string_view();
            known(array, |at| text(values.value(at)))
        }
        DataType::Binary => {
            let values = array.as_binary::<i32>();
            known(array, |at| bytes(values.value(at)))
        }
        DataType::LargeBinary => {
            let values = array.as_binary::<i64>();
            known(array, |at| bytes(values.value(at)))
        }
        DataType::BinaryView => {
            let values = array.as_binary_view();
            known(array, |at| bytes(values.value(at)))
        }
        DataType::FixedSizeBinary(_) => {
            let values = array.as_fixed_size_binary();
            known(array, |at| bytes(values.value(at)))
        }
        DataType::Dictionary(..) => looked_up(array),
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            elements(array, lists.values(), |at| (lists.value_offsets().get(at).copied(), lists.value_length(at)))
        }
        DataType::LargeList(_) => {
            let lists = array.as_list::<i64>();
            elements(array, lists.values(), |at| (lists.value_offsets().get(at).copied(), lists.value_length(at)))
        }
        DataType::FixedSizeList(..) => {
            let lists = array.as_fixed_size_list();
            elements(array, lists.values(), |at| (Some(lists.value_offset(at)), lists.value_length()))
        }
        _ => times(array),
    }
}

/// Dates, times of day and moments.
fn times(array: &dyn Array) -> Column<'_> {
    use arrow_array::types::{
        Date32Type, Date64Type, Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType, TimestampMillisecondType,
        TimestampNanosecondType, TimestampSecondType,
    };
    const DAY: i64 = 86_400_000;
    match array.data_type() {
        DataType::Date32 => values::<Date32Type>(array, |days| maybe(counted::day(days))),
        DataType::Date64 => values::<Date64Type>(array, |millis| maybe(i32::try_from(millis.div_euclid(DAY)).ok().and_then(counted::day))),
        DataType::Time32(TimeUnit::Second) => values::<Time32SecondType>(array, |n| clock(i64::from(n), 1_000_000_000)),
        DataType::Time32(TimeUnit::Millisecond) => values::<Time32MillisecondType>(array, |n| clock(i64::from(n), 1_000_000)),
        DataType::Time64(TimeUnit::Microsecond) => values::<Time64MicrosecondType>(array, |n| clock(n, 1_000)),
        DataType::Time64(TimeUnit::Nanosecond) => values::<Time64NanosecondType>(array, |n| clock(n, 1)),
        DataType::Timestamp(unit, zone) => {
            let utc = zone.is_some();
            match unit {
                TimeUnit::Second => values::<TimestampSecondType>(array, move |n| moment(DateTime::from_timestamp(n, 0), utc)),
                TimeUnit::Millisecond => values::<TimestampMillisecondType>(array, move |n| moment(DateTime::from_timestamp_millis(n), utc)),
                TimeUnit::Microsecond => values::<TimestampMicrosecondType>(array, move |n| moment(DateTime::from_timestamp_micros(n), utc)),
                TimeUnit::Nanosecond => values::<TimestampNanosecondType>(array, move |n| moment(Some(DateTime::from_timestamp_nanos(n)), utc)),
            }
        }
        _ => known(array, |_| Cell::Nested),
    }
}

/// Blank where the array has null.
fn known<'a>(array: &'a dyn Array, cell: impl Fn(usize) -> Cell<'a> + 'a) -> Column<'a> {
    if array.null_count() == 0 {
        return Box::new(cell);
    }
    Box::new(move |at| if array.is_null(at) { Cell::Blank } else { cell(at) })
}

fn values<'a, T: ArrowPrimitiveType>(array: &'a dyn Array, cell: impl Fn(T::Native) -> Cell<'a> + 'a) -> Column<'a> {
    let values: &PrimitiveArray<T> = array.as_primitive();
    known(array, move |at| cell(values.value(at)))
}

fn numbers<T: ArrowPrimitiveType<Native: ToString>>(array: &dyn Array) -> Column<'_> {
    values::<T>(array, |number| Cell::Number(number.to_string()))
}

fn decimals<T: DecimalType>(array: &dyn Array) -> Column<'_> {
    let values: &PrimitiveArray<T> = array.as_primitive();
    known(array, |at| Cell::Number(values.value_as_string(at)))
}

fn text(text: &str) -> Cell<'_> {
    Cell::Text(Cow::Borrowed(text))
}

fn bytes(bytes: &[u8]) -> Cell<'_> {
    std::str::from_utf8(bytes).map_or(Cell::Nested, text)
}

fn maybe<'a>(text: Option<String>) -> Cell<'a> {
    text.map_or(Cell::Nested, |text| Cell::Text(Cow::Owned(text)))
}

fn clock<'a>(n: i64, nanos: i64) -> Cell<'a> {
    maybe(n.checked_mul(nanos).and_then(counted::time_of_day))
}

fn moment<'a>(moment: Option<DateTime<chrono::Utc>>, utc: bool) -> Cell<'a> {
    maybe(moment.map(|moment| counted::moment(moment, utc)))
}

/// A column whose values stand once each, beside it.
fn looked_up(array: &dyn Array) -> Column<'_> {
    let dictionary = array.as_any_dictionary();
    if dictionary.values().is_empty() {
        return Box::new(|_| Cell::Blank);
    }
    let (keys, values) = (dictionary.normalized_keys(), column(dictionary.values().as_ref()));
    known(array, move |at| keys.get(at).map_or(Cell::Blank, |key| values(*key)))
}

/// Lists of plain values; `stretch` says where the elements of a row begin, and how many they are.
fn elements<'a, N: TryInto<usize> + 'a>(array: &'a dyn Array, values: &'a dyn Array, stretch: impl Fn(usize) -> (Option<N>, N) + 'a) -> Column<'a> {
    let value = column(values);
    known(array, move |at| {
        let (first, length) = stretch(at);
        let (Some(first), Ok(length)) = (first.and_then(|first| first.try_into().ok()), length.try_into()) else { return Cell::Nested };
        let values = (first..first + length).map(|at| match value(at) {
            Cell::Text(text) => Some(text),
            Cell::Number(number) => Some(Cow::Owned(number)),
            _ => None,
        });
        values.collect::<Option<_>>().map_or(Cell::Nested, Cell::List)
    })
}
