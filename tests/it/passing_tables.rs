//! Tables of Arrow, and the same in Parquet, that pass by: rows whose cells are plain become words at once, the others records; what comes out is what the reference evaluator says of them.

use crate::engine_random::{Random, parsed, policy};
use crate::passing_csv::STAFF;
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array, LargeStringArray, ListArray, RecordBatch, RecordBatchIterator, StringArray, TimestampMicrosecondArray,
};
use arrow_schema::ArrowError;
use bylaw::diagnostics::Tongue;
use bylaw::records::{Format, Input};
use bylaw::report::Report;
use bylaw::stream::{self, Asked, Form};
use bylaw::{Cut, Policy, Reader, Threads};
use parquet::arrow::ArrowWriter;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// Rows of a batch.
const ROWS: usize = 25;

/// 2024-01-29, in days since 1970.
const START: i32 = 19_751;

type Cells = Vec<Option<&'static str>>;

/// Mostly one of the usual ones.
fn texts(random: &mut Random, usual: &[&'static str], odd: &[&'static str]) -> Cells {
    let one = |random: &mut Random| match random.below(30) {
        0 => None,
        1 if !odd.is_empty() => Some(random.one(odd)),
        _ => Some(random.one(usual)),
    };
    (0..ROWS).map(|_| one(random)).collect()
}

/// The same in one of the types that hold texts.
fn written(texts: Cells, how: u32) -> ArrayRef {
    match how {
        0 => Arc::new(LargeStringArray::from(texts)),
        1 => Arc::new(texts.into_iter().collect::<DictionaryArray<Int32Type>>()),
        _ => Arc::new(StringArray::from(texts)),
    }
}

fn wholes(random: &mut Random, of: u32) -> Vec<Option<i64>> {
    (0..ROWS).map(|_| if random.chance(10) { None } else { Some(i64::from(random.below(of))) }).collect()
}

/// How the columns of a table are written, and whether records have ids.
struct Types([u32; 7], bool);

/// Rows; what is in them comes later than in those before.
fn batch(random: &mut Random, types: &Types, (first, clock): (usize, &mut i64)) -> RecordBatch {
    let Types([text, at, n, k, b, m, seen], is_named) = *types;
    let minutes: Vec<i64> = (0..ROWS)
        .map(|_| {
            *clock += i64::from(random.below(2_000));
            *clock
        })
        .collect();
    let moment = |minute: &i64| Some((i64::from(START) * 1440 + minute) * 60_000_000);
    let time = |minute: &i64| chrono::DateTime::from_timestamp_micros(moment(minute).unwrap()).map(|at| at.format("%Y-%m-%dT%H:%M:%S").to_string());
    let at: ArrayRef = match at {
        0 => Arc::new(minutes.iter().map(moment).collect::<TimestampMicrosecondArray>()),
        1 => Arc::new(minutes.iter().map(moment).collect::<TimestampMicrosecondArray>().with_timezone("UTC")),
        _ => Arc::new(minutes.iter().map(|minute| if random.chance(2) { Some("some day".to_owned()) } else { time(minute) }).collect::<StringArray>()),
    };
    let ids: ArrayRef = if text == 0 {
        Arc::new((first..first + ROWS).map(|id| if random.chance(1) { None } else { Some(id as i64) }).collect::<Int64Array>())
    } else {
        Arc::new((first..first + ROWS).map(|id| if random.chance(1) { None } else { Some(id.to_string()) }).collect::<StringArray>())
    };
    let n: ArrayRef = match n {
        0 => Arc::new(Int64Array::from(wholes(random, 25))),
        1 => Arc::new(wholes(random, 50).into_iter().map(|n| n.map(|n| n as f64 / 2.0)).collect::<Float64Array>()),
        _ => written(texts(random, &["1", "4", "7", "11", "21"], &[" 3", "2.5", "", "007"]), text),
    };
    let m: ArrayRef = match m {
        0 => Arc::new(wholes(random, 900).into_iter().map(|m| m.map(i128::from)).collect::<Decimal128Array>().with_precision_and_scale(10, 2).unwrap()),
        _ => written(texts(random, &["5", "5.5", "-3"], &["7 CNY", "12.345678"]), text),
    };
    let b: ArrayRef = match b {
        0 => Arc::new(wholes(random, 2).into_iter().map(|b| b.map(|b| b > 0)).collect::<BooleanArray>()),
        _ => written(texts(random, &["true", "false", "yes", "否"], &["perhaps"]), text),
    };
    let t: ArrayRef = match k {
        0 => Arc::new((0..ROWS).map(|_| Some(START + random.below(60) as i32)).collect::<Date32Array>()),
        _ => written(texts(random, &["2024-02-01", "2024-02-29", "2024-03-05"], &["2024-13-01"]), text),
    };
    let seen: ArrayRef = match seen {
        0 => {
            let mut lists = arrow_array::builder::ListBuilder::new(arrow_array::builder::StringBuilder::new());
            for _ in 0..ROWS {
                let names = random.one(&["", "li", "wang;zhao", "a \"b\""]);
                names.split(';').filter(|name| !name.is_empty()).for_each(|name| lists.values().append_value(name));
                lists.append(!random.chance(5));
            }
            let lists: ListArray = lists.finish();
            Arc::new(lists)
        }
        _ => written(texts(random, &["", "li", "wang;zhao"], &["[]", r#"["wang", "li"]"#]), text),
    };
    // Whoever does not say whose a record is has all of them kept.
    let staff: Cells = (0..ROWS).map(|_| Some(random.one(&["li", "wang", "zhao", "王五", "nobody", " li"]))).collect();
    let columns: [(&str, ArrayRef, bool); 12] = [
        ("type", written(texts(random, &["a", "c"], &["other", ""]), text), true),
        ("remark", written(texts(random, &["", "a \"word\" within"], &[]), text), true),
        ("id", ids, true),
        ("at", at, true),
        ("staff", written(staff, text), true),
        ("n", n, true),
        ("k", written(texts(random, &["red", "green", "blue", "绿"], &["pink", "", "red "]), text), true),
        ("m", m, true),
        ("b", b, true),
        ("t", t, true),
        ("h", written(texts(random, &["1.5", "2", "0.7"], &[""]), text), true),
        ("seen", seen, true),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().filter(|(name, ..)| is_named || *name != "id")).unwrap()
}

fn table(random: &mut Random) -> Vec<RecordBatch> {
    let types = Types(std::array::from_fn(|_| random.below(3)), random.chance(70));
    let mut clock = 0;
    (0..3).map(|at| batch(random, &types, (1 + at * ROWS, &mut clock))).collect()
}

fn packed(table: &[RecordBatch]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut file = ArrowWriter::try_new(&mut out, table[0].schema(), None).unwrap();
    table.iter().for_each(|batch| file.write(batch).unwrap());
    file.close().unwrap();
    out
}

/// Has a table read as it is, or from Parquet.
fn input<E>(table: &[RecordBatch], parquet: Option<&[u8]>, read: &mut dyn FnMut(Input<'_>) -> Result<(), E>) -> Result<(), E> {
    match parquet {
        Some(mut bytes) => read(Input::File(Format::Parquet, &mut bytes)),
        None => read(Input::Batches(&mut RecordBatchIterator::new(table.iter().cloned().map(Ok::<_, ArrowError>), table[0].schema()))),
    }
}

fn with_registers<'p>(policy: &'p Policy, registers: &[(&str, &str)]) -> Reader<'p> {
    let mut reader = policy.reader();
    registers.iter().for_each(|(name, text)| reader.register(name, name, Format::Csv, &mut text.as_bytes()).unwrap());
    reader
}

#[test]
fn rows_of_tables_become_words_or_records_alike() {
    let (mut same, mut used) = (0, 0);
    for seed in 0..crate::engine_random::how_many("RANDOM_TABLES", 80) {
        let mut random = Random(fastrand::Rng::with_seed(11_000 + seed));
        let Some(policy) = parsed(&policy(&mut random)) else { continue };
        let table = table(&mut random);
        let parquet = packed(&table);
        let source = random.chance(30).then_some("hr");
        let registers = [("staff", STAFF)];
        let registers = if seed % 3 > 0 { &registers[..] } else { &[] };
        for parquet in [None, Some(&*parquet)] {
            let mut reader = with_registers(&policy, registers);
            input(&table, parquet, &mut |input| reader.input("events", source, input)).unwrap();
            let records = reader.finish(Cut::default());
            let audit = bylaw::reference::audit(policy.model(), &records, &mut |_, _| {});
            let mut wanted = Vec::new();
            let report = Report { model: policy.model(), records: &records, audit: &audit, withdrawn: &[], all: true, threads: Threads::ONE };
            report.write(bylaw::report::Format::Jsonl, Tongue::En, &mut wanted).unwrap();
            for count in [1, 3] {
                let threads = Threads::new(NonZeroUsize::new(count).unwrap());
                let asked = Asked { until: None, form: Form::Jsonl, all: true, threads, save: false, statements: false };
                let registers = with_registers(&policy, registers).finish(Cut::default());
                let streamed = stream::audit(policy.model(), registers, asked, &mut |read| input(&table, parquet, &mut |input| read("events", source, input)));
                let Some(streamed) = streamed.unwrap() else { continue };
                let mut out = Vec::new();
                streamed.write(Tongue::En, &mut out).unwrap();
                assert_eq!(String::from_utf8_lossy(&out), String::from_utf8_lossy(&wanted), "seed {seed}, Parquet: {}, on {count} threads\n{table:?}", parquet.is_some());
                same += 1;
                used += records.counts.used;
            }
        }
    }
    assert!(same > 100 && used > 1_500, "{same} times the same, {used} records");
}
