"""What runs on the workers: the records of one part are read and judged. Nothing here needs a session."""

from __future__ import annotations

import json
import time
from typing import Any, Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from .. import _bylaw
from ..errors import DataError

SHARD = "__bylaw_shard"
"""Column of the part to which a row falls."""
ORDER = "__bylaw_order"
"""Column of the place of a row in the whole; the row that stands for its part, and for nothing else, has -1."""

EFFECT = "struct<kind:string,amount:string,unit:string,value:string,to:string>"
LINE = "struct<verdict:string,rule:string,source:string,kind:string,amount:string,unit:string>"
VERDICT = (
    f"id string, verdict string, rule string, source string, subject string, at string, period string, events array<string>, effects array<{EFFECT}>, "
    "final boolean, revision string, supersedes string"
)
STATEMENT = f"subject string, month string, lines array<{LINE}>, totals array<struct<amount:string,unit:string>>"
UNUSABLE = "what string, code string, id string, row bigint, message string, help string, message_zh string, help_zh string"
PART = "key string, part int, rows bigint, used bigint, subjects bigint, largest_subject string, largest_rows bigint, verdicts bigint, seconds double"

_policies: dict[tuple, _bylaw.Policy] = {}


def _policy(task: dict[str, Any]) -> _bylaw.Policy:
    """Compiled once for each worker process."""
    at = (task["digest"], tuple(task["judged"]))
    if at not in _policies:
        _policies[at] = _bylaw.Policy.from_bundle(task["bundle"]).only(list(task["judged"]))
    return _policies[at]


def _tables(data: bytes) -> pa.Table:
    return pa.ipc.open_stream(data).read_all()


def parts(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any) -> Iterator[tuple[pa.Table, Any, int, float]]:
    """The parts of a partition: rows without the two columns, the audit, number, seconds."""
    began = time.monotonic()
    for rows, shard, task in _shards(batches, task, shared):
        yield rows, _judged(_policy(task).part, rows, shard, task), shard, time.monotonic() - began


def _shards(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any) -> Iterator[tuple[pa.Table, int, dict[str, Any]]]:
    """The parts of a partition: their rows, their number, and the task with what is shared."""
    all_batches = list(batches)
    if not all_batches:
        return
    task = {**task, **shared.value}
    whole = pa.Table.from_batches(all_batches)
    shards = sorted(pc.unique(whole[SHARD]).to_pylist())
    for shard in shards:
        rows = whole.filter(pc.equal(whole[SHARD], shard)) if len(shards) > 1 else whole
        # The row that stands for the part comes first.
        rows = rows.slice(1) if rows[ORDER][0].as_py() == -1 else rows.filter(pc.greater_equal(rows[ORDER], 0))
        yield rows, shard, task


def _judged(judge: Callable, rows: pa.Table, shard: int, task: dict[str, Any]) -> Any:
    records = rows.drop_columns([SHARD, ORDER])
    _ids_are_there(records, task["id_column"])
    about = {name: task[name] for name in ("entity", "norms", "of", "first", "first_record")} | {"at": shard}
    registers = [(register, f"<{register}>", _tables(data)) for register, data in task["registers"].items()]
    return judge([(None, "<data>", records)], registers, until=task["until"], known_at=task["known_at"], shard=about, all=task["all"])


def _ids_are_there(records: pa.Table, column: str) -> None:
    """A row without an id would be called after its line, and a part has other lines than the whole."""
    if records[column].null_count:
        row = pc.index(pc.is_null(records[column]), True).as_py()
        raise DataError(f"a record has no id in `{column}`: {records.slice(row, 1).to_pylist()[0]}\nhelp: give every record an id; on one machine the number of its line would be taken")


def verdicts(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any) -> Iterator[pa.RecordBatch]:
    """The verdicts of a partition."""
    for rows, shard, task in _shards(batches, task, shared):
        table, _ = _judged(_policy(task).part_verdicts, rows, shard, task)
        yield from pa.table(table).to_batches()


def statements(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any) -> Iterator[pa.RecordBatch]:
    """The statements of a partition."""
    for _, audit, _, _ in parts(batches, task, shared):
        yield from pa.table(audit.statements()).to_batches()


def unusable(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any) -> Iterator[pa.RecordBatch]:
    """Records that cannot be used, and those that deserve a look; each with its place in the whole."""
    for rows, audit, shard, _ in parts(batches, task, shared):
        told = [("rejected", one) for one in audit.rejected()] + [("warning", one) for one in audit.warnings()]
        # Every part reads the registers: the first tells what is wrong with them.
        told = [(what, one) for what, one in told if one.file == "<data>" or shard == 0]
        place = rows[ORDER].to_pylist()
        row = [place[one.line - 1] if one.file == "<data>" and one.line else None for _, one in told]
        columns = {
            "what": pa.array([what for what, _ in told], pa.string()),
            "code": pa.array([one.code for _, one in told], pa.string()),
            "id": pa.array([one.id for _, one in told], pa.string()),
            "row": pa.array(row, pa.int64()),
        }
        for name in ("message", "help", "message_zh", "help_zh"):
            columns[name] = pa.array([getattr(one, name) for _, one in told], pa.string())
        yield from pa.table(columns).to_batches()


def report(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any) -> Iterator[pa.RecordBatch]:
    """How much each part holds, and how long it takes to read and judge."""
    for rows, audit, shard, seconds in parts(batches, task, shared):
        count = len(audit.verdicts())
        used = json.loads(audit.summary("en"))["records"]["used"] - (task["first"] is not None)
        subjects = pc.value_counts(rows[task["key_column"]].drop_null()).to_pylist() if rows.num_rows else []
        largest = max(subjects, key=lambda one: one["counts"], default={"values": None, "counts": 0})
        columns = {
            "key": [task["entity"]], "part": pa.array([shard], pa.int32()), "rows": [rows.num_rows], "used": [used], "subjects": [len(subjects)],
            "largest_subject": pa.array([None if largest["values"] is None else str(largest["values"])], pa.string()), "largest_rows": [largest["counts"]],
            "verdicts": [count], "seconds": [seconds],
        }
        yield from pa.table(columns).to_batches()


def first(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any) -> Iterator[pa.RecordBatch]:
    """The earliest record of a partition, wherever its subjects are."""
    all_batches = list(batches)
    if not all_batches:
        return
    task = {**task, **shared.value}
    found = _policy(task).first([(None, "<data>", pa.Table.from_batches(all_batches))], task["until"], task["known_at"])
    if found is not None:
        yield pa.RecordBatch.from_pydict({"day": [found[0]], "record": [found[1]]})
