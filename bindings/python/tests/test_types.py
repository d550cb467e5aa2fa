"""What stands in a cell of an Arrow table is what stands in a Parquet file of it, type by type."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import bylaw

POLICY = """
regulation office
  time zone Asia/Shanghai
  currency CNY
register staff
event seen by staff
  money_of: money
  ratio: percent
  count_of: count
  flag: yes/no
  day: date
  when_was: moment
  clock: time
  note: text
  others: set of staff
rule all_stated
  on seen
  must satisfy note is stated
  decides a = money_of
  decides b = ratio
  decides c = count_of
  decides d = flag
  decides e = day
  decides f = when_was
  decides g = clock
  decides h = note
  decides i = others
"""
DAY, MOMENT = dt.date(2024, 3, 5), dt.datetime(2024, 3, 5, 8, 37, 0, 250_000)
CLOCK = dt.time(8, 30, 15)
COLUMNS = {
    "money_of": [
        pa.array([Decimal("12.50"), None, Decimal("-0.05")], pa.decimal128(10, 2)),
        pa.array([Decimal("12.50"), None, Decimal("-0.05")], pa.decimal32(9, 2)),
        pa.array([Decimal("12.50"), None, Decimal("-0.05")], pa.decimal64(12, 2)),
        pa.array([Decimal("12.50"), None, Decimal("-0.05")], pa.decimal256(50, 2)),
        pa.array([12.5, None, 1e-7], pa.float64()),
        pa.array([0.1, None, 1e20], pa.float32()),
        pa.array([float("nan"), None, float("inf")], pa.float64()),
        pa.array(["12.50", None, "¥3"], pa.string()),
    ],
    "count_of": [pa.array([1, None, 120], kind) for kind in (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())]
    + [pa.array([2**64 - 1, None, 1], pa.uint64()), pa.array(["1", None, "one"]).dictionary_encode()],
    "flag": [pa.array([True, None, False]), pa.array(["yes", None, "是"]), pa.array([1, None, 0])],
    "day": [pa.array([DAY, None, DAY], pa.date32()), pa.array([DAY, None, DAY], pa.date64()), pa.array(["2024-03-05", None, "2024-02-30"])],
    "when_was": [pa.array([MOMENT, None, MOMENT], pa.timestamp(unit)) for unit in ("ms", "us", "ns")]
    + [pa.array([MOMENT, None, MOMENT], pa.timestamp(unit, tz="Asia/Shanghai")) for unit in ("ms", "us", "ns")]
    + [pa.array([MOMENT.replace(microsecond=0), None, MOMENT.replace(microsecond=0)], pa.timestamp("s", tz="UTC"))],
    "clock": [pa.array([CLOCK, None, dt.time(8, 30)], kind) for kind in (pa.time32("s"), pa.time32("ms"), pa.time64("us"), pa.time64("ns"))],
    "note": [
        pa.array(["迟到", None, " "], pa.string()),
        pa.array(["迟到", None, ""], pa.large_string()),
        pa.array(["迟到, and quite a long text beside it", None, ""], pa.string_view()),
        pa.array(["迟到".encode(), None, b"\xff\xfe"], pa.binary()),
        pa.array(["迟到".encode(), None, b""], pa.large_binary()),
        pa.array([b"abc", None, b"\xff\xfea"], pa.binary(3)),
        pa.array(["a", None, "a"]).dictionary_encode(),
        pa.nulls(3),
        pa.array([{"a": 1}, None, {"a": 2}]),
        pa.array([[["a"]], None, []], pa.list_(pa.list_(pa.string()))),
    ],
    "others": [
        pa.array([["li", "wang"], None, []], pa.list_(pa.string())),
        pa.array([["li", "wang"], None, ["li", None]], pa.large_list(pa.string())),
        pa.array([["li", "wang"], None, ["li", "li"]], pa.list_(pa.string(), 2)),
        pa.array([[1, 2], None, [3]], pa.list_(pa.int64())),
        pa.array(["li;wang", None, "li"]),
    ],
}
CASES = [(name, array) for name, arrays in COLUMNS.items() for array in arrays]


@pytest.fixture(scope="module")
def policy() -> bylaw.Policy:
    return bylaw.Policy.parse(POLICY)


def said(audit: bylaw.Audit, name: str):
    unusable = [(one.code, one.line, one.id, one.message, one.help_zh) for one in audit.rejected]
    summary = audit.summary
    return pa.table(audit.verdicts).to_pylist(), unusable, {key: value for key, value in summary.items() if key != "notes"}


@pytest.mark.parametrize(("name", "array"), CASES, ids=[f"{name}: {array.type}" for name, array in CASES])
def test_a_type(policy, tmp_path, name, array):
    columns = {"type": ["seen"] * 3, "id": ["e1", "e2", "e3"], "at": ["2024-03-05"] * 3, "staff": ["li"] * 3, name: array}
    table = pa.table(columns)
    pq.write_table(table, tmp_path / "seen.parquet")
    by_file, by_table = policy.audit(tmp_path / "seen.parquet"), policy.audit(table)
    assert said(by_table, name) == said(by_file, name)
    assert said(policy.audit(pa.concat_tables([table.slice(0, 1), table.slice(1)])), name) == said(by_file, name)


def test_values_are_what_they_are(policy):
    """Not only the same as from Parquet: right."""
    table = pa.table({
        "type": ["seen"], "id": ["e1"], "at": pa.array([MOMENT], pa.timestamp("us")), "staff": ["li"],
        "money_of": pa.array([Decimal("12.50")]), "ratio": [7.5], "count_of": [3], "flag": [True], "day": [DAY],
        "when_was": pa.array([MOMENT], pa.timestamp("us", tz="UTC")), "clock": [CLOCK], "note": ["迟到"], "others": [["wang", "li"]],
    })
    (verdict,) = pa.table(policy.audit(table).verdicts).to_pylist()
    assert verdict["at"] == "2024-03-05T08:37:00.250+08:00"
    effects = {effect["kind"]: effect["amount"] or effect["value"] for effect in verdict["effects"]}
    assert effects == {
        "a": "12.5", "b": "7.5", "c": "3", "d": "yes", "e": "2024-03-05", "f": "2024-03-05T08:37:00.250+00:00", "g": "08:30", "h": "迟到", "i": "li,wang",
    }


def test_a_duration_is_no_number(policy):
    table = pa.table({"type": ["seen"], "id": ["e1"], "at": ["2024-03-05"], "staff": ["li"], "count_of": pa.array([7], pa.duration("s"))})
    assert [one.code for one in policy.audit(table).rejected] == ["wrong-type"]
