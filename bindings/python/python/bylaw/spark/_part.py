"""What runs on the workers: the records of one part are read and judged. Nothing here needs a session."""

from __future__ import annotations

import json
import time
from functools import cached_property, wraps
from typing import Any, Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from .. import _bylaw
from ..errors import BylawError, DataError, Diagnostic

SHARD = "__bylaw_shard"
"""Column of the part to which a row falls."""
ORDER = "__bylaw_order"
"""Column of the place of a row in the whole; the row that stands for its part, and for nothing else, has -1, a carried state -2."""
MARKER = -3
"""Where rows do not tell their part, the place of the row that stands for part 0; that of part 1 is one less, and so on."""
CARRIED = "__bylaw_state"
"""Column of the states that are carried from an earlier audit."""

EFFECT = "struct<kind:string,amount:string,unit:string,value:string,to:string>"
LINE = "struct<verdict:string,rule:string,source:string,kind:string,amount:string,unit:string>"
VERDICT = (
    f"id string, verdict string, rule string, source string, subject string, at string, period string, events array<string>, effects array<{EFFECT}>, "
    "final boolean, revision string, supersedes string"
)
STATEMENT = f"subject string, month string, lines array<{LINE}>, totals array<struct<amount:string,unit:string>>"
UNUSABLE = "what string, code string, id string, row bigint, message string, help string, message_zh string, help_zh string"
PART = "key string, part int, rows bigint, used bigint, subjects bigint, largest_subject string, largest_rows bigint, verdicts bigint, seconds double"
KEYED = "key string, first date, last bigint, records bigint, payload binary"
STATE = f"version int, entity string, declared string, part int, parts int, keys bigint, total bigint, {KEYED}"
"""One row for each subject; and one for each part, with its number and how many subjects and records it has, and what became no record in it."""
NAMED = "source string, id string, key string, supersedes string, retracts string"
EARLIEST = "key string, day date"

VERSION = 1
"""Of the table of states. The number goes up with every change of its columns."""

_policies: dict[tuple, _bylaw.Policy] = {}


def _policy(task: dict[str, Any]) -> _bylaw.Policy:
    """Compiled once for each worker process."""
    at = (task["digest"], tuple(task["judged"]))
    if at not in _policies:
        _policies[at] = _bylaw.Policy.from_bundle(task["bundle"]).only(list(task["judged"]))
    return _policies[at]


def _tables(data: bytes) -> pa.Table:
    return pa.ipc.open_stream(data).read_all()


Body = Callable[..., Iterator[pa.RecordBatch]]


def _told(body: Body) -> Body:
    """Of what is raised on a worker only the text gets through: it says everything in both languages."""

    @wraps(body)
    def telling(*given: Any, **named: Any) -> Iterator[pa.RecordBatch]:
        try:
            yield from body(*given, **named)
        except BylawError as error:
            zh = [f"{one.message_zh}\n办法：{one.help_zh}" for one in error.diagnostics[:8] if one.message_zh]
            raise type(error)("\n".join([error.message, *zh]), error.diagnostics) from None

    return telling


class _Rows:
    """What falls to one part, as it came: in no order."""

    def __init__(self, shard: int, whole: pa.Table, id_column: str):
        self.shard, self.whole, self.id_column = shard, whole, id_column

    @cached_property
    def _sorted(self) -> pa.Table:
        """Its rows in the order of the whole. A row that stands for the part alone, and states, come first."""
        return self.whole.sort_by(ORDER)

    @cached_property
    def records(self) -> pa.Table:
        """In their order, without the columns that are not theirs."""
        rows = self._sorted.filter(pc.greater_equal(self._sorted[ORDER], 0))
        records = rows.drop_columns([name for name in (SHARD, ORDER, CARRIED) if name in rows.column_names])
        _ids_are_there(records, self.id_column)
        return records

    @cached_property
    def places(self) -> pa.Table:
        """Of the records in the whole."""
        places = self._sorted.select([ORDER])
        return places.filter(pc.greater_equal(places[ORDER], 0))

    @cached_property
    def carried(self) -> pa.Table | None:
        """States of its subjects."""
        if CARRIED not in self.whole.column_names:
            return None
        states = self.whole.filter(pc.equal(self.whole[ORDER], -2))
        return _flat(states[CARRIED]) if states.num_rows else None

    @property
    def events(self) -> list[tuple[None, str, pa.Table]]:
        return [(None, "<data>", self.records)]

    def beside(self, entity: str) -> tuple[str, pa.Table, pa.Table | None]:
        return entity, self.places, self.carried


def _shares(batches: Iterator[pa.RecordBatch], task: dict[str, Any]) -> Iterator[_Rows]:
    """The parts of a partition."""
    all_batches = list(batches)
    if not all_batches:
        return
    whole = pa.Table.from_batches(all_batches)
    if "columns" in task:
        yield _unpacked(whole, task)
        return
    shards = sorted(pc.unique(whole[SHARD]).to_pylist())
    for shard in shards:
        rows = whole.filter(pc.equal(whole[SHARD], shard)) if len(shards) > 1 else whole
        yield _Rows(shard, rows, task["id_column"])


def _unpacked(whole: pa.Table, task: dict[str, Any]) -> _Rows:
    """The one part of a partition whose rows do not tell it, with its columns by their own names. Columns that were sent in one are that one: of a record, only that
    which belongs to its type is read."""
    places = pc.unique(pc.min_element_wise(whole[ORDER], MARKER + 1)).to_pylist()
    markers = [place for place in places if place <= MARKER]
    if len(markers) != 1:
        message, help = f"a partition holds {len(markers)} parts of the audit, not one", "leave the partitions of the audit as they are: `partitions` says how many"
        told = Diagnostic("cannot-be-shared", "error", message, help, f"一个分区含有审计的 {len(markers)} 个部分，应为一个", "请保持审计的分区不变：分区数由 `partitions` 给出")
        raise DataError(f"{message}\nhelp: {help}", [told])
    columns = task["columns"]
    named = pa.table([whole[sent] for sent in columns.values()] + [whole[ORDER]], [*columns, ORDER])
    return _Rows(MARKER - markers[0], named, task["id_column"])


def _flat(column: pa.ChunkedArray) -> pa.Table:
    """A column of structures as a table."""
    return pa.Table.from_batches([pa.RecordBatch.from_struct_array(chunk) for chunk in column.chunks])


def parts(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any) -> Iterator[tuple[_Rows, Any, float]]:
    """The parts of a partition: rows, the audit, seconds."""
    began = time.monotonic()
    task = {**task, **shared.value}
    for rows in _shares(batches, task):
        yield rows, _judged(rows, task), time.monotonic() - began


def _about(rows: _Rows, task: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str, pa.Table]]]:
    """Which part it is, and the registers."""
    about = {name: task[name] for name in ("entity", "norms", "of", "first")} | {"at": rows.shard}
    return about, [(register, f"<{register}>", _tables(data)) for register, data in task["registers"].items()]


def _judged(rows: _Rows, task: dict[str, Any]) -> Any:
    """The audit of a part, from all its records at once."""
    about, registers = _about(rows, task)
    beside = rows.beside(task["entity"])
    return _policy(task).part(rows.events, registers, until=task["until"], known_at=task["known_at"], shard=about, all=task["all"], carried=beside)


def _passed(rows: _Rows, task: dict[str, Any]) -> Any:
    """The verdicts of a part, row by row as they are; none where all records are needed at once."""
    if task["known_at"] is not None or rows.carried is not None:
        return None
    about, registers = _about(rows, task)
    return _policy(task).part_passed([(None, "<data>", rows.whole)], registers, rows.whole.select([ORDER]), until=task["until"], shard=about, all=task["all"])


def _ids_are_there(records: pa.Table, column: str) -> None:
    """A row without an id would be called after its line, and a part has other lines than the whole."""
    ids = records[column]
    blank = pc.is_null(ids)
    if pa.types.is_string(ids.type) or pa.types.is_large_string(ids.type):
        blank = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(ids), ""), True)
    row = pc.index(blank, True).as_py()
    if row >= 0:
        message, help = f"a record has no id in `{column}`: {records.slice(row, 1).to_pylist()[0]}", "give every record an id; on one machine the number of its line would be taken"
        told = Diagnostic("no-id", "error", message, help, f"有记录的 `{column}` 为空：{records.slice(row, 1).to_pylist()[0]}", "请为每条记录给出编号；在一台机器上会取行号")
        raise DataError(f"{message}\nhelp: {help}", [told])


@_told
def verdicts(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any) -> Iterator[pa.RecordBatch]:
    """The verdicts of a partition."""
    task = {**task, **shared.value}
    for rows in _shares(batches, task):
        passed = _passed(rows, task)
        yield from pa.table(_judged(rows, task).verdicts() if passed is None else passed).to_batches()


@_told
def statements(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any) -> Iterator[pa.RecordBatch]:
    """The statements of a partition."""
    for _, audit, _ in parts(batches, task, shared):
        yield from pa.table(audit.statements()).to_batches()


@_told
def unusable(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any) -> Iterator[pa.RecordBatch]:
    """Records that cannot be used, and those that deserve a look; each with its place in the whole."""
    for rows, audit, _ in parts(batches, task, shared):
        told = [("rejected", one) for one in audit.rejected()] + [("warning", one) for one in audit.warnings()]
        # Every part reads the registers: the first tells what is wrong with them.
        told = [(what, one) for what, one in told if one.file == "<data>" or rows.shard == 0]
        row = [one.line - 1 if one.file == "<data>" and one.line else None for _, one in told]
        columns = {
            "what": pa.array([what for what, _ in told], pa.string()),
            "code": pa.array([one.code for _, one in told], pa.string()),
            "id": pa.array([one.id for _, one in told], pa.string()),
            "row": pa.array(row, pa.int64()),
        }
        for name in ("message", "help", "message_zh", "help_zh"):
            columns[name] = pa.array([getattr(one, name) for _, one in told], pa.string())
        yield from pa.table(columns).to_batches()


@_told
def report(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any) -> Iterator[pa.RecordBatch]:
    """How much each part holds, and how long it takes to read and judge."""
    for rows, audit, seconds in parts(batches, task, shared):
        count = len(audit.verdicts())
        counts = json.loads(audit.summary("en"))["records"]
        begins = task["first"] is not None
        subjects = {one["values"]: one["counts"] for one in pc.value_counts(rows.records[task["key_column"]].drop_null().cast(pa.string())).to_pylist()}
        for key, records in zip(rows.carried["key"].to_pylist(), rows.carried["records"].to_pylist()) if rows.carried is not None else ():
            if key:
                subjects[key] = subjects.get(key, 0) + records
        largest = max(subjects, key=subjects.__getitem__, default=None)
        columns = {
            "key": [task["entity"]], "part": pa.array([rows.shard], pa.int32()), "rows": [counts["read"] - begins], "used": [counts["used"] - begins],
            "subjects": [len(subjects)], "largest_subject": pa.array([largest], pa.string()), "largest_rows": [subjects.get(largest, 0)],
            "verdicts": [count], "seconds": [seconds],
        }
        yield from pa.table(columns).to_batches()


@_told
def state(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any) -> Iterator[pa.RecordBatch]:
    """What was read, by subject, for a later audit; and a row that says how much that is."""
    task = {**task, **shared.value}
    for rows in _shares(batches, task):
        keyed = pa.table(_policy(task).keyed(rows.events, task["entity"], (rows.shard, task["of"]), rows.beside(task["entity"])))
        subjects = keyed.filter(pc.is_valid(keyed["key"]))
        yield from _stated(subjects, task).to_batches()
        rest = keyed.filter(pc.is_null(keyed["key"]))
        if rest.num_rows == 0:
            rest = pa.table({"key": [None], "first": [None], "last": [None], "records": [0], "payload": [None]}, schema=keyed.schema)
        told = {"part": rows.shard, "parts": task["of"], "keys": subjects.num_rows, "total": pc.sum(subjects["records"]).as_py() or 0}
        yield from _stated(rest, task, **told).to_batches()


def _stated(keyed: pa.Table, task: dict[str, Any], **told: int) -> pa.Table:
    of = lambda value, ty: pa.array([value] * keyed.num_rows, ty)  # noqa: E731
    numbers = {name: of(told.get(name), ty) for name, ty in (("part", pa.int32()), ("parts", pa.int32()), ("keys", pa.int64()), ("total", pa.int64()))}
    about = {"version": of(VERSION, pa.int32()), "entity": of(task["entity"], pa.string()), "declared": of(task["declared"], pa.string())}
    return pa.table({**about, **numbers, **{name: keyed[name] for name in keyed.column_names}})


@_told
def rekeyed(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any, source: str) -> Iterator[pa.RecordBatch]:
    """States by other subjects than those by which they were saved."""
    task = {**task, **shared.value}
    for batch in batches:
        if batch.num_rows:
            yield from pa.table(_policy(task).keyed([], task["entity"], None, (source, None, batch))).to_batches()


@_told
def named(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any) -> Iterator[pa.RecordBatch]:
    """How carried records are called, whose they are, and whom they correct."""
    task = {**task, **shared.value}
    for batch in batches:
        if batch.num_rows:
            yield from pa.table(_policy(task).named(task["entity"], (task["entity"], None, batch))).to_batches()


@_told
def earliest(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any) -> Iterator[pa.RecordBatch]:
    """The day of each subject's earliest record in a partition, wherever the others are."""
    all_batches = list(batches)
    if all_batches:
        task = {**task, **shared.value}
        yield from pa.table(_policy(task).earliest([(None, "<data>", pa.Table.from_batches(all_batches))], task["entity"])).to_batches()


@_told
def first(batches: Iterator[pa.RecordBatch], task: dict[str, Any], shared: Any) -> Iterator[pa.RecordBatch]:
    """The day of the earliest record that is used in each part."""
    task = {**task, **shared.value}
    for rows in _shares(batches, task):
        day = _policy(task).first(rows.events, task["until"], task["known_at"], rows.beside(task["entity"]))
        if day is not None:
            yield pa.RecordBatch.from_pydict({"day": [day]})
