"""The audit of a data frame on a cluster."""

from __future__ import annotations

import io
from datetime import date, datetime
from functools import cached_property, partial, reduce
from typing import TYPE_CHECKING, Any, Callable, Mapping, Sequence

import pyarrow as pa

from .._data import day_or_moment, each, is_arrow, usage
from ..errors import DataError, Diagnostic
from ..policy import Policy
from . import _part
from ._columns import named
from ._first import first_day
from ._pack import packed
from ._part import MARKER, ORDER, PART, SHARD, STATE, STATEMENT, UNUSABLE, VERDICT
from ._plan import Plan, plan
from ._since import Since
from ._state import Carried, carried_rows

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from .._bylaw import Share


class Result:
    """Data frames that are worked out when they are asked for. Each judges anew: keep what you need more than once (`.persist()`, or write it)."""

    def __init__(self, plan: Plan, passes: "list[_Pass]", since: "Since | None" = None):
        self.plan = plan
        """How the norms are shared out."""
        self._passes, self._since = passes, since

    def _all(self, body: Callable, schema: str, **more: Any) -> "DataFrame":
        return reduce(lambda one, other: one.unionByName(other), [each.run(body, schema, **more) for each in self._passes])

    def _verdicts(self, **more: Any) -> "DataFrame":
        return reduce(lambda one, other: one.unionByName(other), [each.verdicts(**more) for each in self._passes])

    @cached_property
    def verdicts(self) -> "DataFrame":
        """One row a verdict, with the columns of `bylaw audit --format parquet`; in no order."""
        if self._since is None:
            return self._verdicts()
        return self._since.superseding(self._everything, self._passes[0].task["all"])

    @property
    def _everything(self) -> "DataFrame":
        """Verdicts, also of norms that do not apply: they may take the place of others."""
        return self._verdicts(all=True)

    @cached_property
    def withdrawn(self) -> "DataFrame":
        """With `since`: the `id` of each earlier verdict whose occasion is gone."""
        if self._since is None:
            raise usage("nothing was withdrawn: there is no earlier audit", "give its verdicts: `since=`", "没有以前的判定可比", "请给出以前的判定：`since=`")
        return self._since.withdrawn(self._everything)

    @cached_property
    def state(self) -> "DataFrame":
        """What was read, of these records and of all before them: one row for each subject, and one for each part. Write it into a table of its own; the audit of the next
        month takes that as `state`. What the rows hold is packed, with a version and a digest."""
        return self._passes[0].run(_part.state, STATE)

    @cached_property
    def statements(self) -> "DataFrame":
        """One row for each subject and month. Refused when lines of one statement come from several places: then add up the effects of the verdicts."""
        elsewhere = [norm for each in self._passes for norm in each.share.post_elsewhere]
        if elsewhere or len(self._passes) > 1:
            which = ", ".join(f"`{norm}`" for norm in elsewhere) or "norms of several keys"
            raise usage(
                f"statements are not in one place: {which} may post to the same people",
                "add up the effects of the verdicts, or leave these norms out with only=[…]",
                f"结算单不在一处：{which} 可能计入同一人",
                "请自行汇总判定的 effects，或用 only=[…] 去掉这些条款",
            )
        return self._all(_part.statements, STATEMENT)

    @cached_property
    def rejected(self) -> "DataFrame":
        """Records that could not be used (`what` is `rejected`) and those that deserve a look (`warning`). `row` is the record's place in the order of the data."""
        return self._passes[0].run(_part.unusable, UNUSABLE)

    @cached_property
    def report(self) -> "DataFrame":
        """One row for each part: rows, subjects, the largest of them, verdicts, seconds. A part that is much larger than the others holds up the whole."""
        return self._all(_part.report, PART)

    def __repr__(self) -> str:
        return f"<bylaw.spark.Result of {self.plan!r}>"


class _Pass:
    """Records shared out by one key, each part judged by itself."""

    def __init__(self, shuffled: "DataFrame", share: "Share", task: dict[str, Any], shared: Any, packed: "tuple[DataFrame, dict[str, str]] | None" = None):
        self.shuffled, self.share, self.task, self.shared = shuffled, share, task, shared
        self.packed = packed
        """The same with fewer columns, and where each column is in it; enough for verdicts."""

    def run(self, body: Callable, schema: str, **more: Any) -> "DataFrame":
        return self.shuffled.mapInArrow(partial(body, task={**self.task, **more}, shared=self.shared), schema)

    def verdicts(self, **more: Any) -> "DataFrame":
        if self.packed is None:
            return self.run(_part.verdicts, VERDICT, **more)
        shuffled, columns = self.packed
        return shuffled.mapInArrow(partial(_part.verdicts, task={**self.task, **more, "columns": columns}, shared=self.shared), VERDICT)


def audit(
    df: "DataFrame",
    policy: Policy,
    *,
    registers: Mapping[str, Any] | None = None,
    until: str | date | datetime,
    known_at: str | date | datetime | None = None,
    only: Sequence[str] | None = None,
    partitions: int | None = None,
    order: "str | Column | None" = None,
    first: str | date | None = None,
    ids: str = "checked",
    all: bool = False,
    state: "DataFrame | None" = None,
    since: "DataFrame | None" = None,
) -> Result:
    """Audits a data frame of records: one shuffle for each key that the norms need, then each part by itself.

    ``df`` means what a Parquet file of it means. ``registers``: data frames of Spark, or what :meth:`bylaw.Policy.audit` takes; they go to every worker, whole.
    ``until`` has to be given: a part of the records does not show how far all of them go. ``only``: these norms; without it, all, and :class:`CannotBeShared` is raised
    when one cannot be judged on a part. ``partitions``: how many parts; each is held in memory while it is judged. ``order``: the column that orders the rows, where
    records of the same moment stand in an order; without one, that in which the rows come. ``first``: day of the first record, from which periods are judged; without
    it, and when periods are judged, the data is read once to find it. ``ids``: ``checked`` looks whether records of one id (also those that correct each other) have one
    key, with a shuffle of these columns; ``unique`` takes your word for it. ``all``: norms that do not apply, too. ``state``: what an earlier audit's :attr:`Result.state`
    held, for going on from there: ``df`` has only what is new, and comes after all that was there. ``since``: verdicts of an earlier audit, with the columns ``id`` and
    ``revision``: verdicts tell which revision they supersede, and :attr:`Result.withdrawn` has those whose occasion is gone.
    """
    from pyspark.sql import functions as F

    spark = df.sparkSession
    rows = {register: _table(register, data) for register, data in (registers or {}).items()}
    planned = plan(policy, registers=rows, only=only)
    planned.refuse()
    if ids not in ("checked", "unique"):
        raise usage(f"`ids` is {ids!r}", "it is `checked` or `unique`", f"`ids` 的值 {ids!r} 无效", "可用的值：`checked`、`unique`")
    of = partitions or int(spark.conf.get("spark.sql.shuffle.partitions"))
    if state is not None and not hasattr(state, "sparkSession"):
        raise usage(f"`state` is no data frame: {state!r:.60}", "read the table that `result.state` was written to: spark.read.parquet(…)", f"`state` 不是数据框：{state!r:.60}", "请读入写有 `result.state` 的表：spark.read.parquet(…)")
    carried = None if state is None else Carried(state, policy)
    earlier = None if since is None else Since(since, only)
    task = {"until": day_or_moment(until, "until"), "known_at": day_or_moment(known_at, "known_at"), "all": all, "of": of, "digest": policy.digest, "declared": policy._native.declared()}
    shared = spark.sparkContext.broadcast({"bundle": policy.bundle(), "registers": rows})
    placed = _placed(df, order, carried.last + 1 if carried else 0)
    passes = []
    begins, is_sought = day_or_moment(first, "first"), first is None
    for share in planned.shares:
        own = _columns(df, share)
        key = _key(df, share)
        about = dict(task, entity=share.entity, norms=share.norms, judged=share.judged, first=None, **own)
        states = carried.rows(about, shared) if carried else None
        if ids == "checked":
            _check_ids(df, share, key, carried.named(about, shared) if carried else None)
        sharded = placed.withColumn(SHARD, (F.crc32(key.cast("binary")) % of).cast("int"))
        if states is not None:
            sharded = sharded.unionByName(carried_rows(states, of=of), allowMissingColumns=True)
        if share.from_the_first and is_sought:
            begins, is_sought = first_day(placed, share, key, states, sharded.repartitionById(of, F.col(SHARD)), about, shared), False
        # A row for each part, so that a part without records is judged as well: people without records have periods.
        empty = spark.range(of).select(F.col("id").cast("int").alias(SHARD), F.lit(-1).cast("long").alias(ORDER))
        whole = sharded.unionByName(empty, allowMissingColumns=True)
        shuffled = whole.repartitionById(of, F.col(SHARD))
        # A state holds records with everything that was read of them.
        fewer = _fewer(placed, policy, share, key, of) if states is None else None
        passes.append(_Pass(shuffled, share, dict(about, first=begins if share.from_the_first else None), shared, fewer))
    return Result(planned, passes, earlier)


def _fewer(placed: "DataFrame", policy: Policy, share: "Share", key: "Column", of: int) -> "tuple[DataFrame, dict[str, str]] | None":
    """The records shared out with the columns that verdicts need, and where each column is in them. The row that stands for part n has the place -3 - n."""
    from pyspark.sql import functions as F

    own = {event[at] for event in share.events for at in (2, 6) if event[at] is not None}
    columns = packed(placed, policy._native.columns_read(), own)
    if columns is None:
        return None
    sent, where = columns
    markers = placed.sparkSession.range(of).select((F.lit(MARKER) - F.col("id")).alias(ORDER))
    whole = placed.select(*sent, ORDER).unionByName(markers, allowMissingColumns=True)
    part = F.when(F.col(ORDER) <= MARKER, F.lit(MARKER) - F.col(ORDER)).otherwise(F.crc32(key.cast("binary")) % of)
    return whole.repartitionById(of, part.cast("int")), where


def _placed(df: "DataFrame", order: "str | Column | None", after: int) -> "DataFrame":
    """Rows with their places in the whole. Without an order, what is new comes ``after`` what was there."""
    from pyspark.sql import functions as F
    from pyspark.sql.types import IntegralType

    if order is None:
        return df.withColumn(ORDER, F.monotonically_increasing_id() + F.lit(after).cast("long"))
    placed = df.withColumn(ORDER, F.col(order) if isinstance(order, str) else order)
    ty = placed.schema[ORDER].dataType
    if not isinstance(ty, IntegralType):
        raise usage(f"`order` is {ty.simpleString()}, no whole number", "number the records, from 0", f"`order` 的类型为 {ty.simpleString()}，不是整数", "请为记录编上从 0 起的序号")
    place = F.col(ORDER).cast("long")
    wrong = "`order` is null or negative in a record: number all records, from 0\n有记录的 `order` 为空或为负：请为全部记录编上从 0 起的序号"
    return placed.withColumn(ORDER, F.when(place >= 0, place).otherwise(F.raise_error(F.lit(wrong)).cast("long")))


def _table(register: str, data: Any) -> bytes:
    """A register as Arrow, to go to every worker."""
    if hasattr(data, "sparkSession"):
        table = data.toArrow()
    else:
        tables = []
        for _, one in each(data, None):
            if not is_arrow(one):
                raise usage(
                    f"the register `{register}` is a path",
                    "read it first, with spark.read or pyarrow: workers may not see the file",
                    f"名册 `{register}` 是路径",
                    "请先用 spark.read 或 pyarrow 读入：各工作进程未必能看到该文件",
                )
            tables.append(pa.table(one))
        table = pa.concat_tables(tables, promote_options="default")
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)
    return out.getvalue()


def _columns(df: "DataFrame", share: "Share") -> dict[str, str]:
    """The column in which all events have their id, and the one in which most have their key."""
    there = set(df.columns)
    ids = {event[2] for event in share.events if event[1] in there}
    if len(ids) != 1 or not ids <= there:
        raise usage(
            f"ids stand in {', '.join(f'`{one}`' for one in sorted(ids)) or 'no column'}, and the data has {', '.join(f'`{one}`' for one in df.columns)}",
            "give every record an id, in one column: on one machine the number of its line would be taken, and a part has other lines than the whole",
            f"编号列为 {'、'.join(f'`{one}`' for one in sorted(ids))}，而数据有 {'、'.join(f'`{one}`' for one in df.columns)}",
            "请为每条记录给出编号，并放在同一列：在一台机器上会取行号，而各部分的行号与整体不同",
        )
    if len({event[1:6] for event in share.events if event[1] in there}) > 1:
        raise usage(
            "the events have their own properties in different columns (type, id, source, corrections)",
            "bring records of several feeds into the same columns, or audit on one machine",
            "各事件的类型、编号、来源、更正所在的列不同",
            "请将多个数据源的记录统一到相同的列，或在一台机器上审计",
        )
    keys = [event[6] for event in share.events if event[6] in there]
    if not keys:
        raise usage(
            f"no column has the key, `{share.entity}`",
            f"the data has {', '.join(f'`{one}`' for one in df.columns)}",
            f"没有 `{share.entity}` 所在的列",
            f"数据有 {'、'.join(f'`{one}`' for one in df.columns)}",
        )
    return {"id_column": ids.pop(), "key_column": max(set(keys), key=keys.count)}


def _key(df: "DataFrame", share: "Share") -> "Column":
    """The key of a row, as text; empty for records of events that have none."""
    from pyspark.sql import functions as F
    from pyspark.sql.types import IntegralType, StringType

    there = {field.name: field.dataType for field in df.schema.fields}
    by_column: dict[str, list[tuple[str, list[str]]]] = {}
    for called, type_column, _, _, _, _, key, _ in share.events:
        if type_column not in there or key is None:
            continue
        if key not in there:
            raise usage(
                f"the column `{key}`, the `{share.entity}` of {', '.join(f'`{name}`' for name in called)}, is not there",
                "without it nobody knows whose these records are; add the column, or audit on one machine",
                f"缺少列 `{key}`（{'、'.join(f'`{name}`' for name in called)} 的 `{share.entity}`）",
                "缺了它就不知道记录属于谁；请补上该列，或在一台机器上审计",
            )
        if not isinstance(there[key], (IntegralType, StringType)):
            raise usage(
                f"the column `{key}` is {there[key].simpleString()}, and its values are ids",
                "cast it to a string, as the registers write the ids",
                f"列 `{key}` 的类型为 {there[key].simpleString()}，而其值是编号",
                "请转换为字符串，写法与名册一致",
            )
        by_column.setdefault(key, []).append((type_column, called))
    text = lambda column: F.coalesce(F.trim(named(column).cast("string")), F.lit(""))  # noqa: E731
    if len(by_column) == 1 and len([1 for event in share.events if event[6] is None]) == 0:
        return text(next(iter(by_column)))
    key = F.lit("")
    for column, events in by_column.items():
        is_of = reduce(lambda one, other: one | other, [F.trim(named(type_column)).isin(called) for type_column, called in events])
        key = F.when(is_of, text(column)).otherwise(key)
    return key


def _check_ids(df: "DataFrame", share: "Share", key: "Column", carried: "DataFrame | None") -> None:
    """Records of one id, and those that correct each other, must fall to one part: otherwise none of the parts sees both."""
    from pyspark.sql import functions as F

    there, known = set(df.columns), [name for event in share.events for name in event[0]]
    _, type_column, id_column, source_column, supersedes, retracts, _, _ = next(event for event in share.events if event[1] in there)
    text = lambda name: F.coalesce(F.trim(named(name).cast("string")), F.lit("")) if name in there else F.lit("")  # noqa: E731
    records = df.where(F.trim(named(type_column)).isin(known)).select(
        text(source_column).alias("source"), text(id_column).alias("id"), key.alias("key"), text(supersedes).alias("supersedes"), text(retracts).alias("retracts")
    )
    if carried is not None:
        records = records.unionByName(carried)
    # Numbers are grouped faster than texts. Keys that are alike in both numbers fall to one part in any case; where some are not, the texts are looked at.
    whose = (F.xxhash64("key"), F.crc32(F.col("key").cast("binary")))
    numbers = records.select(F.xxhash64("source", "id").alias("id"), *(number.alias(name) for number, name in zip(whose, "ab")))
    differs = numbers.groupBy("id").agg(*(least_or_most(name).alias(f"{name}{at}") for name in "ab" for at, least_or_most in enumerate((F.min, F.max)))).where("a0 <> a1 or b0 <> b1")
    several = []
    if not differs.isEmpty():
        several = records.groupBy("source", "id").agg(F.min("key").alias("one"), F.max("key").alias("other")).where("one <> other").limit(5).collect()
    crossing = [f"`{row['id']}` is of `{row['one']}` and of `{row['other']}`" for row in several]
    if not crossing and (carried is not None or there & {supersedes, retracts}):
        corrections = records.where("supersedes <> '' or retracts <> ''").select("source", "id", "key", F.explode(F.array("supersedes", "retracts")).alias("target")).where("target <> ''")
        targets = records.select("source", F.col("id").alias("target"), F.col("key").alias("other"))
        across = corrections.join(targets, ["source", "target"]).where("key <> other").limit(5).collect()
        crossing = [f"`{row['id']}`, which corrects `{row['target']}`, is of `{row['key'] or 'nobody'}`, and the other of `{row['other']}`" for row in across]
    if crossing:
        message = f"records that belong together are of different `{share.entity}`: {'; '.join(crossing)}"
        help = f"settle these corrections first, or give both records the same `{share.entity}`"
        told = Diagnostic("cannot-be-shared", "error", message, help, f"相互关联的记录属于不同的 `{share.entity}`：{'; '.join(crossing)}", f"请先处理这些更正，或使两条记录的 `{share.entity}` 相同")
        raise DataError(f"{message}\nhelp: {help}", [told])
