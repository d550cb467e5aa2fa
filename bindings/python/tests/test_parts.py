"""A part of an audit whose records pass by, batch by batch, has the verdicts that it has when all of them are kept."""

from __future__ import annotations

import datetime as dt
import json
import random
import zlib
from decimal import Decimal

import pyarrow as pa
import pytest

import bylaw
from conftest import OFFICERS, attendance

POLICY = """
regulation office
  time zone Asia/Shanghai
  currency CNY
register staff
  post: clerk < chief
kind reason ill "病假", away
event late by staff
  minutes: minutes in 1, 0 ..
  why: reason
  others: set of staff
  noted: yes/no
  day: date
event paid by staff
  amount: money in 0.01, 0 ..
rule late_fine
  on late
  fine 2 CNY when minutes > 5 minutes and staff.post is clerk
  fine 9 CNY when minutes > 5 minutes and staff.post is chief
rule often
  on late
  deduct 1 CNY * (count of late in the month) when count of late in the month >= 2
rule ill
  on late
  when why is ill
  must satisfy noted
rule joined
  on late
  decides company = number of others
rule share
  on paid
  pay amount
rule month
  each staff, every month
  decides paid = total amount of paid in the month
"""
KNOWN = ("li", "wang", "qian", "sun")
STAFF = pa.table({"id": [*KNOWN, "zhao"], "post": ["clerk", "chief", "chief", "clerk", None]})
PARTS = 3


def shard(share: bylaw._bylaw.Share, at: int) -> dict:
    return {"entity": share.entity, "norms": share.norms, "at": at, "of": PARTS, "first": "2024-01-01"}


def both(rows: pa.Table, all: bool = False) -> list[bool]:
    """Judges the parts both ways, from all records in their order, and row by row as they come in any order; which of them passed by."""
    chance = random.Random(7)
    whole = bylaw.Policy.parse(POLICY)._native
    ((share,), _) = whole.shares(["staff"], None)
    policy = whole.only(share.judged)
    ids = rows["staff"].cast(pa.string()).to_pylist()
    passed = []
    for at in range(PARTS):
        own = rows.filter(pa.array([zlib.crc32((id or "").strip().encode()) % PARTS == at for id in ids]))
        # In several batches, and a subject in more than one of them.
        own = pa.Table.from_batches(own.combine_chunks().to_batches(max_chunksize=7), own.schema)
        given = {"until": "2024-04-30", "shard": shard(share, at), "all": all}
        registers = [("staff", "<staff>", STAFF)]
        kept = policy.part([(None, "<data>", own)], registers, known_at=None, **given).verdicts()
        # Some rows stand for no record, and have no place.
        shuffled = pa.concat_tables([own, own.slice(0, 2)]).append_column("place", pa.array([*range(own.num_rows), *[-1, -2][: own.slice(0, 2).num_rows]], pa.int64()))
        shuffled = shuffled.take(pa.array(chance.sample(range(shuffled.num_rows), shuffled.num_rows), pa.int64()))
        came = policy.part_passed([(None, "<data>", shuffled.drop_columns(["place"]))], registers, shuffled.select(["place"]), **given)
        passed.append(came is not None)
        if came is not None:
            sort = lambda table: sorted(json.dumps(row, ensure_ascii=False) for row in pa.table(table).to_pylist())  # noqa: E731
            assert sort(came) == sort(kept)
    return passed


def records(count: int, seed: int = 3) -> list[dict]:
    chance = random.Random(seed)
    rows = []
    for number in range(count):
        row = {"type": chance.choice(["late", "late", "paid"]), "id": f"e{number}", "at": dt.datetime(2024, 1, 5, 8) + dt.timedelta(hours=7 * number), "staff": chance.choice(["li", "wang", "qian", "sun", "zhao", "zhou"])}
        late = {"minutes": chance.randrange(0, 20), "why": chance.choice(["ill", "away", "病假"]), "others": chance.sample(["li", "wang"], chance.randrange(3)), "noted": chance.random() < 0.5, "day": dt.date(2024, 1, 1 + number % 28)}
        paid = {"amount": Decimal(chance.randrange(10_000)) / 100}
        rows.append(row | dict.fromkeys([*late, *paid]) | (late if row["type"] == "late" else paid))
    return rows


TYPES = {
    "at": [pa.timestamp("s"), pa.timestamp("us"), pa.timestamp("ns"), pa.timestamp("us", tz="UTC"), pa.string()],
    "id": [pa.string(), pa.large_string()],
    "type": [pa.string(), pa.dictionary(pa.int8(), pa.string())],
    "minutes": [pa.int64(), pa.int32(), pa.float64(), pa.decimal128(9, 2), pa.uint8()],
    "amount": [pa.decimal128(9, 2), pa.float64(), pa.string()],
    "others": [pa.list_(pa.string()), pa.large_list(pa.large_string())],
    "day": [pa.date32(), pa.string()],
}


def table(rows: list[dict], types: dict[str, pa.DataType]) -> pa.Table:
    columns = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        kind = types.get(name, TYPES.get(name, [None])[0])
        if kind == pa.string() and name in ("at", "amount", "day"):
            values = [None if value is None else value.isoformat() if name != "amount" else str(value) for value in values]
        elif kind == pa.float64():
            values = [None if value is None else float(value) for value in values]
        columns[name] = pa.array(values, kind)
    return pa.table(columns)


@pytest.mark.parametrize("column, kind", [(column, kind) for column, kinds in TYPES.items() for kind in kinds], ids=str)
def test_every_type_of_column(column, kind):
    passed = both(table(records(120), {column: kind}), all=column == "id")
    # The register does not say what `zhao` is, and does not know `zhou`: those must be judged from all their records.
    known = [row for row in records(120) if row["staff"] in KNOWN]
    assert both(table(known, {column: kind})) == [True] * PARTS
    assert not all(passed)


def test_numbers_as_ids():
    rows = [dict(row, id=at, staff=at % 4) for at, row in enumerate(records(80))]
    both(table(rows, {"id": pa.int64(), "staff": pa.int32()}))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows.reverse(),
        lambda rows: rows[30].update(id=rows[20]["id"]),
        lambda rows: rows[30].update(id=rows[30]["id"], at=None),
        lambda rows: [row.update(minutes=-5) for row in rows[10:20] if row["type"] == "late"],
        lambda rows: [row.update(type="unheard") for row in rows[10:20]],
        lambda rows: [row.update(at=dt.datetime(2024, 5, 9)) for row in rows[-5:]],
        lambda rows: [row.update(staff=f" {row['staff']} ") for row in rows[10:20]],
        lambda rows: [row.update(staff=None) for row in rows[10:12]],
        lambda rows: [row.update(others=["li, wang"]) for row in rows[10:20] if row["type"] == "late"],
        lambda rows: [row.update(noted=None) for row in rows[10:20]],
        lambda rows: rows[30].update(id=None),
        lambda rows: rows[30].update(id="  "),
    ],
    ids=["out of order", "an id twice", "no time", "bad values", "other types", "after the end", "blanks", "nobody's", "a comma in a name", "not stated", "no id", "a blank for an id"],
)
def test_what_is_not_plain(spoil):
    rows = [row for row in records(120) if row["staff"] in KNOWN]
    spoil(rows)
    passed = both(table(rows, {}))
    # A record without an id would be called after its line, and a part has other lines than the whole.
    assert not all(passed) or all((row["id"] or "").strip() for row in rows)


def test_places_of_other_rows():
    whole = bylaw.Policy.parse(POLICY)._native
    ((share,), _) = whole.shares(["staff"], None)
    rows = table([row for row in records(20) if row["staff"] in KNOWN], {})
    given = {"until": "2024-04-30", "shard": {"entity": share.entity, "norms": share.norms, "at": 0, "of": 1, "first": "2024-01-01"}, "all": False}
    passed = lambda places: whole.only(share.judged).part_passed([(None, "<data>", rows)], [("staff", "<staff>", STAFF)], pa.table({"place": pa.array(places, pa.int64())}), **given)  # noqa: E731
    assert passed(range(rows.num_rows)) is not None
    assert passed(range(rows.num_rows - 1)) is None


def test_corrections():
    rows = [dict(row, supersedes=None, revision=None) for row in records(100)]
    rows[40]["supersedes"] = rows[40 - 3]["id"]
    rows[40]["staff"] = rows[37]["staff"]
    both(table(rows, {"supersedes": pa.string(), "revision": pa.string()}))
