"""An office whose norms are judged on records shared out by two keys, and its records."""

from __future__ import annotations

import json

import pyarrow as pa

OFFICE = """
regulation office
  time zone Asia/Shanghai
  currency CNY
register staff
  post: clerk < chief
register section
event late by staff, staff as head
  minutes: minutes, 0 .. 600
event seen of section
event met
rule late_fine
  on late
  fine 2 CNY when minutes > 5 minutes and staff.post is clerk
  fine 9 CNY when minutes > 5 minutes and staff.post is chief
rule often
  each staff, every month
  deduct 1 CNY * count of late in the month
rule sections
  on seen
  fine 5 CNY when count of seen in the month >= 2
rule heads
  on late
  fine 1 CNY when count of late for the same head in the month >= 2
rule meetings
  every month
  must at least 1 met
"""
STAFF = pa.table({"id": [f"s{at}" for at in range(20)], "post": ["clerk", "chief"] * 10})
COLUMNS = ["type", "id", "at", "staff", "head", "section", "minutes", "revision", "supersedes", "retracts"]


def office_rows() -> list[dict]:
    rows = []
    for at in range(200):
        row = dict.fromkeys(COLUMNS)
        kind = ["late", "late", "seen", "other"][at % 4]
        row |= {"type": kind, "id": f"e{at}", "at": f"2024-{1 + at // 80:02}-{1 + at % 28:02}T08:{at % 60:02}"}
        if kind == "late":
            # The last four people have no records, and have periods all the same.
            row |= {"staff": f"s{at % 16}", "head": f"s{at % 3}", "minutes": (at * 7) % 650}
        elif kind == "seen":
            row["section"] = f"d{at % 5}"
        rows.append(row)
    rows[8] |= {"revision": 1, "minutes": 3}
    rows.append(dict(rows[8], revision=2, minutes=44))
    rows.append(dict(rows[4], id="e900", supersedes="e4", minutes=20))
    rows.append(dict(rows[5], id="e901", retracts="e5"))
    rows.append(dict(rows[9], id="e902", at="2024-02-30"))
    rows.append(dict(rows[9], id="e903", at=None))
    return rows


def frame(spark, rows: list[dict]):
    names = {"minutes": "long", "revision": "long"}
    schema = ", ".join(f"{name} {names.get(name, 'string')}" for name in COLUMNS)
    return spark.createDataFrame([tuple(row[name] for name in COLUMNS) for row in rows], schema)


SHARED = ["office.late_fine", "office.often", "office.sections"]


def lines(table: pa.Table) -> list[str]:
    """Verdicts as text, sorted."""
    return sorted(json.dumps(row, ensure_ascii=False) for row in table.to_pylist())
