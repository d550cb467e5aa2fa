"""The same policies and records give the same verdicts here and on the command line, whatever the records stand in."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import bylaw
from conftest import OFFICERS, attendance, write_jsonl


def lines(text: bytes) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def verdict_rows(jsonl: list[dict]) -> list[dict]:
    """What the columns of the Arrow table must hold, from the lines of JSONL."""
    effect = ["kind", "amount", "unit", "value", "to"]
    keys = ["id", "verdict", "rule", "source", "subject", "at", "period", "events", "effects", "final", "revision", "supersedes"]
    rows = []
    for line in jsonl:
        if "id" in line:
            row = {key: line[key] for key in keys}
            row["effects"] = [{key: one.get(key) for key in effect} for one in line["effects"]]
            rows.append(row)
    return rows


def statement_rows(jsonl: list[dict]) -> list[dict]:
    return [line["statement"] for line in jsonl if "statement" in line]


@pytest.mark.parametrize("until", [None, "2024-01-31"])
def test_the_statistics_bureau(root, command, tmp_path, until):
    folder = root / "policies" / "03-statistics-bureau"
    out = tmp_path / "command.jsonl"
    command("audit", folder, "--data", folder, *(["--until", until] if until else []), "--format", "jsonl", "-o", out)
    audit = bylaw.Policy.load(folder).audit(folder, until=until)
    audit.write(tmp_path / "python.jsonl")
    assert (tmp_path / "python.jsonl").read_bytes() == out.read_bytes()

    said = lines(out.read_bytes())
    table = pa.table(audit.verdicts)
    assert table.to_pylist() == verdict_rows(said)
    assert {ruling for ruling, count in audit.summary["verdicts"].items() if count} >= {"violation", "undetermined", "compliant"}
    assert pa.table(audit.statements).to_pylist() == statement_rows(said)
    assert audit.summary == said[-1]["summary"]
    assert len(audit.verdicts) == table.num_rows == len(table.to_pylist())


def test_parquet_has_the_same_columns(root, tmp_path):
    folder = root / "policies" / "03-statistics-bureau"
    audit = bylaw.Policy.load(folder).audit(folder)
    audit.write(tmp_path / "out.parquet")
    parquet = pq.read_table(tmp_path / "out.parquet")
    table = pa.table(audit.verdicts)
    assert table.schema.equals(parquet.schema)
    assert table.to_pylist() == parquet.to_pylist()


EVENTS = attendance(3000, 40)


@pytest.fixture(scope="module")
def policy(root) -> bylaw.Policy:
    return bylaw.Policy.load(root / "policies" / "bench" / "attendance.bylaw")


@pytest.fixture(scope="module")
def expected(root, command, tmp_path_factory) -> list[dict]:
    """What the command line makes of the events as JSONL."""
    folder = tmp_path_factory.mktemp("attendance")
    write_jsonl(folder / "events.jsonl", EVENTS)
    write_jsonl(folder / "officer.jsonl", OFFICERS)
    out = command("audit", root / "policies/bench/attendance.bylaw", "--data", ".", "--until", "2024-04-30", "--format", "jsonl", folder=folder)
    return lines(out)


def table() -> pa.Table:
    return pa.Table.from_pylist(EVENTS)


def chunked() -> pa.Table:
    """In many batches, so that each person's records straddle them."""
    whole = table()
    return pa.concat_tables([whole.slice(at, 97) for at in range(0, whole.num_rows, 97)])


class OnlyAnArray:
    """Has `__arrow_c_array__` and nothing else."""

    def __init__(self, batch: pa.RecordBatch):
        self.__arrow_c_array__ = batch.__arrow_c_array__


def kinds(folder: Path) -> dict[str, object]:
    parquet = folder / "events.parquet"
    pq.write_table(table(), parquet, row_group_size=500)
    jsonl = write_jsonl(folder / "all.jsonl", EVENTS)
    (folder / "all.jsonl.gz").write_bytes(gzip.compress(jsonl.read_bytes()))
    pyarrow.csv.write_csv(table(), folder / "all.csv")
    return {
        "jsonl": jsonl,
        "jsonl.gz": folder / "all.jsonl.gz",
        "csv": str(folder / "all.csv"),
        "parquet": parquet,
        "pyarrow table": table(),
        "pyarrow table in batches": chunked(),
        "pyarrow reader": pa.RecordBatchReader.from_batches(table().schema, chunked().to_batches()),
        "pyarrow batch": table().combine_chunks().to_batches()[0],
        "only an array": OnlyAnArray(table().combine_chunks().to_batches()[0]),
        "a reader over a generator": pa.RecordBatchReader.from_batches(table().schema, (batch for batch in chunked().to_batches())),
        "pandas": pd.DataFrame(EVENTS),
        "pandas with categories": pd.DataFrame(EVENTS).astype({"type": "category", "rank": "category"}),
        "polars": pl.DataFrame(EVENTS, infer_schema_length=None),
        "duckdb": duckdb.connect().sql(f"from read_parquet('{parquet}')").to_arrow_table(),
        "duckdb relation": duckdb.connect().sql(f"select * from read_parquet('{parquet}')"),
    }


KINDS = [
    "jsonl", "jsonl.gz", "csv", "parquet", "pyarrow table", "pyarrow table in batches", "pyarrow reader", "pyarrow batch", "only an array",
    "a reader over a generator", "pandas", "pandas with categories", "polars", "duckdb", "duckdb relation",
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_data_gives_the_same(policy, expected, tmp_path, kind):
    data = kinds(tmp_path)[kind]
    audit = policy.audit(data, registers={"officer": pa.Table.from_pylist(OFFICERS)}, until="2024-04-30")
    assert pa.table(audit.verdicts).to_pylist() == verdict_rows(expected)
    assert pa.table(audit.statements).to_pylist() == statement_rows(expected)
    assert audit.summary == expected[-1]["summary"]
    assert audit.summary["verdicts"]["violation"] > 100
    assert not audit.rejected


def test_a_list_of_different_kinds(policy, tmp_path):
    """As several files: which records of one moment came first is not known between them, and is known within each."""
    whole = table()
    parts = [whole.slice(0, 1000), whole.slice(1000, 1000), whole.slice(2000)]
    paths = [tmp_path / f"{at}.parquet" for at in range(3)]
    for path, part in zip(paths, parts):
        pq.write_table(part, path)
    officers = pl.DataFrame(OFFICERS)
    by_files = policy.audit(paths, registers={"officer": officers}, until="2024-04-30")
    audit = policy.audit([paths[0], pl.from_arrow(parts[1]), [parts[2].to_pandas()]], registers={"officer": [officers[:1], officers[1:]]}, until="2024-04-30")
    assert audit.summary == by_files.summary
    assert pa.table(audit.verdicts).equals(pa.table(by_files.verdicts))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_change_nothing(policy, expected, threads):
    audit = policy.audit(table(), registers={"officer": pd.DataFrame(OFFICERS)}, until="2024-04-30", threads=threads)
    assert pa.table(audit.verdicts).to_pylist() == verdict_rows(expected)
    assert pa.table(audit.statements).to_pylist() == statement_rows(expected)


def test_what_comes_out_is_taken_by_all(policy):
    audit = policy.audit(table(), registers={"officer": pd.DataFrame(OFFICERS)}, until="2024-04-30")
    verdicts = audit.verdicts
    del audit
    arrow = pa.table(verdicts)
    assert pl.DataFrame(verdicts)["revision"].to_list() == arrow["revision"].to_pylist()
    assert pd.DataFrame.from_arrow(verdicts)["id"].to_list() == arrow["id"].to_pylist()
    fines = duckdb.connect().execute("select count(*) from arrow where verdict = 'violation'").fetchone()
    assert fines == (arrow["verdict"].to_pylist().count("violation"),)
    assert verdicts.column_names == arrow.column_names


STREAM = [
    {"type": "late", "id": "e1", "at": "2024-03-05T08:37", "staff": "li", "minutes": 7},
    {"type": "late", "id": "e1", "at": "2024-03-05T08:37", "staff": "li", "minutes": 4, "revision": 1, "recorded_at": "2024-03-08"},
    {"type": "late", "id": "e2", "at": "2024-03-06T08:40", "staff": "li", "minutes": 10},
    {"type": "late", "id": "e3", "at": "2024-03-06T08:41", "staff": "li", "minutes": 11, "supersedes": "e2"},
    {"type": "late", "id": "e4", "at": "2024-03-07T08:50", "staff": "wang", "minutes": 20},
    {"type": "late", "id": "e5", "at": "2024-03-08T09:00", "staff": "wang", "retracts": "e4"},
    {"type": "late", "id": "e6", "at": "2024-03-09T09:00", "staff": "zhao", "minutes": 700},
    {"type": "late", "id": "e7", "at": "2024-02-30", "staff": "zhao", "minutes": 7},
    {"type": "late", "id": "e8", "at": "a day in March", "staff": "zhao", "minutes": 7},
    {"type": "late", "id": "e9", "staff": "zhao", "minutes": 7},
    {"id": "e10", "at": "2024-03-09", "staff": "zhao", "minutes": 7},
    {"type": "other", "id": "e11", "at": "2024-03-09", "staff": "zhao"},
    {"type": "late", "at": "2024-03-10T08:40", "staff": "zhao", "minutes": 9},
    {"type": "late", "id": "e12", "at": "2024-03-10T08:40", "staff": "li", "minutes": 9, "source": "gate"},
    {"type": "late", "id": "e12", "at": "2024-03-11T08:40", "staff": "li", "minutes": 9, "source": "gate"},
    {"type": "late", "id": "e13", "at": "2024-03-12T08:40", "staff": "li", "minutes": 6, "supersedes": "nobody"},
    {"type": "late", "id": "e14", "at": "2024-03-13T08:40", "staff": "li"},
    {"type": "late", "id": "e2", "at": "2024-03-06T08:40", "staff": "li", "minutes": 10},
]
OFFICE = """
regulation office
  time zone Asia/Shanghai
  currency CNY
register staff
  post: clerk < chief
event late by staff
  minutes: minutes, 0 .. 600
rule late_fine [1]
  on late
  fine 2 CNY when minutes > 5 minutes and staff.post is clerk [1a]
  fine 9 CNY when minutes > 5 minutes and staff.post is chief [1b]
rule often [2]
  each staff, every month
  deduct 1 CNY * count of late in the month
"""
STAFF = [
    {"id": "li", "post": "clerk", "from": None, "until": "2024-03-05"},
    {"id": "li", "post": "chief", "from": "2024-03-06", "until": None},
    {"id": "wang", "post": "clerk", "from": None, "until": None},
    {"id": "wu", "post": "no such post", "from": None, "until": None},
]


@pytest.mark.parametrize("known_at", [None, "2024-03-07"])
@pytest.mark.parametrize("kind", ["parquet", "pyarrow", "pyarrow in batches", "polars", "duckdb"])
def test_late_corrected_and_malformed_records(command, tmp_path, known_at, kind):
    """Compared with the command line on the same table as Parquet: the same rows are rejected, with the same words, in the same lines."""
    columns = ["type", "id", "at", "staff", "minutes", "revision", "recorded_at", "supersedes", "retracts", "source"]
    rows = [{name: row.get(name) for name in columns} for row in STREAM]
    events, staff = pa.Table.from_pylist(rows), pa.Table.from_pylist(STAFF)
    (tmp_path / "office.bylaw").write_text(OFFICE)
    pq.write_table(events, tmp_path / "events.parquet")
    pq.write_table(staff, tmp_path / "staff.parquet")
    given = ["--events", "events.parquet", "--register", "staff=staff.parquet", "--until", "2024-03-31"]
    expected = command("audit", "office.bylaw", *given, *(["--known-at", known_at] if known_at else []), "--format", "jsonl", folder=tmp_path)
    data = {
        "parquet": tmp_path / "events.parquet",
        "pyarrow": events,
        "pyarrow in batches": pa.concat_tables([events.slice(at, 2) for at in range(0, len(rows), 2)]),
        "polars": pl.from_arrow(events),
        "duckdb": duckdb.from_arrow(events),
    }[kind]
    policy = bylaw.Policy.load(tmp_path / "office.bylaw")
    audit = policy.audit(data, registers={"staff": staff}, until="2024-03-31", known_at=known_at)
    audit.write(tmp_path / "out.jsonl")
    name = str(tmp_path / "events.parquet") if kind == "parquet" else "<data>"
    got = (tmp_path / "out.jsonl").read_text().replace(name, "events.parquet").replace("<staff>", "staff.parquet")
    assert got.splitlines() == expected.decode().splitlines()
    codes = [one.code for one in audit.rejected]
    assert {"out-of-range", "no-such-date", "wrong-type", "missing-time", "missing-type", "same-id", "unknown-target", "not-in-list"} <= set(codes)
    first = audit.rejected[codes.index("out-of-range")]
    assert (first.line, first.id, first.file) == (7, "e6", name)


def test_sources_are_named_by_a_dictionary():
    policy = bylaw.Policy.parse(OFFICE)
    late = pa.Table.from_pylist([{"type": "late", "id": "1", "at": "2024-03-05T08:37", "staff": "li", "minutes": 7}])
    audit = policy.audit({"gate": late, "desk": [late]}, registers={"staff": pa.Table.from_pylist(STAFF[:3])})
    ids = [row["id"] for row in pa.table(audit.verdicts).to_pylist() if row["rule"] == "office.late_fine"]
    assert ids == ["office.late_fine@desk/1", "office.late_fine@gate/1"]
