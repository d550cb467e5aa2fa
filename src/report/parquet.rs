//! `--format parquet`: one row a verdict, for data frames. Lists stay lists; amounts are decimal strings, as in JSONL.

use super::Report;
use super::words::{at, cites, ruling_code, subject, unit_code, value_code};
use crate::reference::verdict::{Effect, Verdict};
use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use std::io::{self, Write};
use std::sync::Arc;

const SCHEMA: &str = "message verdicts {
  required binary id (UTF8);
  required binary verdict (UTF8);
  required binary rule (UTF8);
  required binary source (UTF8);
  optional binary subject (UTF8);
  required binary at (UTF8);
  optional binary period (UTF8);
  required group events (LIST) { repeated group list { required binary element (UTF8); } }
  required group effects (LIST) { repeated group list { required group element {
    required binary kind (UTF8);
    optional binary amount (UTF8);
    optional binary unit (UTF8);
    optional binary value (UTF8);
    optional binary to (UTF8);
  } } }
  required boolean final;
  required binary revision (UTF8);
  optional binary supersedes (UTF8);
}";

/// Verdicts that are written together.
const GROUP: usize = 1 << 16;

/// Writes the whole file. It is put together in memory, packed.
pub(crate) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let verdicts: Vec<&Verdict> = report.shown().collect();
    let packed = packed(&verdicts).map_err(io::Error::other)?;
    out.write_all(&packed)
}

fn packed(verdicts: &[&Verdict]) -> Result<Vec<u8>, ParquetError> {
    let properties = Arc::new(WriterProperties::builder().set_compression(Compression::SNAPPY).build());
    let mut file = SerializedFileWriter::new(Vec::new(), Arc::new(parse_message_type(SCHEMA)?), properties)?;
    for verdicts in verdicts.chunks(GROUP) {
        let mut group = file.next_row_group()?;
        texts(&mut group, verdicts, |verdict| Some(verdict.id.clone()), true)?;
        texts(&mut group, verdicts, |verdict| Some(ruling_code(verdict.ruling).to_owned()), true)?;
        texts(&mut group, verdicts, |verdict| Some(verdict.rule.clone()), true)?;
        texts(&mut group, verdicts, |verdict| Some(cites(&verdict.source)), true)?;
        texts(&mut group, verdicts, |verdict| verdict.subject.as_ref().map(subject), false)?;
        texts(&mut group, verdicts, |verdict| Some(at(verdict.at)), true)?;
        texts(&mut group, verdicts, |verdict| verdict.period.clone(), false)?;
        lists(&mut group, verdicts, |verdict| verdict.events.iter().cloned().map(Some).collect(), 1)?;
        effects(&mut group, verdicts, |_, effect| Some(effect.kind.clone()), 1)?;
        effects(&mut group, verdicts, |_, effect| effect.amount.map(|amount| amount.to_string()), 2)?;
        effects(&mut group, verdicts, |_, effect| effect.unit.as_ref().and_then(unit_code).map(str::to_owned), 2)?;
        effects(&mut group, verdicts, |_, effect| effect.value.as_ref().map(value_code), 2)?;
        effects(&mut group, verdicts, |verdict, effect| effect.to.as_ref().filter(|to| Some(*to) != verdict.subject.as_ref()).map(subject), 2)?;
        yes(&mut group, verdicts, |verdict| verdict.is_final)?;
        texts(&mut group, verdicts, |verdict| Some(verdict.revision.clone()), true)?;
        texts(&mut group, verdicts, |verdict| verdict.supersedes.clone(), false)?;
        group.close()?;
    }
    file.into_inner()
}

type Group<'g> = SerializedRowGroupWriter<'g, Vec<u8>>;

/// Hands the next column to `fill`.
fn column(group: &mut Group<'_>, fill: impl FnOnce(&mut ColumnWriter<'_>) -> Result<usize, ParquetError>) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else { return Err(ParquetError::General("the schema has no such column".to_owned())) };
    fill(column.untyped())?;
    column.close()
}

fn bytes(group: &mut Group<'_>, values: &[ByteArray], there: Option<&[i16]>, again: Option<&[i16]>) -> Result<(), ParquetError> {
    column(group, |column| match column {
        ColumnWriter::ByteArrayColumnWriter(writer) => writer.write_batch(values, there, again),
        _ => Err(ParquetError::General("the column holds no texts".to_owned())),
    })
}

/// One text for each verdict, or none.
fn texts(group: &mut Group<'_>, verdicts: &[&Verdict], text: impl Fn(&Verdict) -> Option<String>, required: bool) -> Result<(), ParquetError> {
    let (mut values, mut there) = (Vec::with_capacity(verdicts.len()), Vec::with_capacity(verdicts.len()));
    for verdict in verdicts {
        let text = text(verdict);
        there.push(i16::from(text.is_some()));
        values.extend(text.map(|text| ByteArray::from(text.into_bytes())));
    }
    bytes(group, &values, (!required).then_some(&*there), None)
}

/// A list for each verdict. `whole`: the definition level of an element that is there, 1 where none can be blank, else 2.
fn lists(group: &mut Group<'_>, verdicts: &[&Verdict], list: impl Fn(&Verdict) -> Vec<Option<String>>, whole: i16) -> Result<(), ParquetError> {
    let (mut values, mut there, mut again) = (Vec::new(), Vec::new(), Vec::new());
    for verdict in verdicts {
        let list = list(verdict);
        if list.is_empty() {
            there.push(0);
            again.push(0);
        }
        for (at, text) in list.into_iter().enumerate() {
            there.push(if text.is_some() { whole } else { 1 });
            again.push(i16::from(at > 0));
            values.extend(text.map(|text| ByteArray::from(text.into_bytes())));
        }
    }
    bytes(group, &values, Some(&there), Some(&again))
}

fn effects(group: &mut Group<'_>, verdicts: &[&Verdict], text: impl Fn(&Verdict, &Effect) -> Option<String>, whole: i16) -> Result<(), ParquetError> {
    lists(group, verdicts, |verdict| verdict.effects.iter().map(|effect| text(verdict, effect)).collect(), whole)
}

fn yes(group: &mut Group<'_>, verdicts: &[&Verdict], of: impl Fn(&Verdict) -> bool) -> Result<(), ParquetError> {
    let values: Vec<bool> = verdicts.iter().map(|verdict| of(verdict)).collect();
    column(group, |column| match column {
        ColumnWriter::BoolColumnWriter(writer) => writer.write_batch(&values, None, None),
        _ => Err(ParquetError::General("the column holds no yes or no".to_owned())),
    })
}
