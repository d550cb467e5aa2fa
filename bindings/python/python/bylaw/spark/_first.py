"""The day on which an audit begins: that of the first record that is used, whoever has it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from . import _part
from ._columns import named
from ._part import EARLIEST, ORDER, SHARD
from ._state import carried_rows

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from .._bylaw import Share

FEW = 64
"""Subjects that are looked at once more, at first."""
MANY = 1024
"""Of more than these it is cheaper to look at all."""


def first_day(df: "DataFrame", share: "Share", key: "Column", states: "DataFrame | None", sharded: "DataFrame", task: dict[str, Any], shared: Any) -> str | None:
    """The day of the first record that is used.

    No record of a subject is used that lies before its earliest, and those days are known: of what is carried they stand in the state, and of what is new they are
    read, whatever else stands in the record. Which record is used shows when all those of its subject are there; so the subjects with the earliest days are looked at, until no other can have an
    earlier one. ``sharded``: everything by its part.
    """
    from pyspark.sql import functions as F

    days = _times(df, share).mapInArrow(partial(_part.earliest, task=task, shared=shared), EARLIEST)
    if states is not None:
        days = days.unionByName(states.where("key is not null and first is not null").select("key", F.col("first").alias("day")))
    days = days.groupBy("key").agg(F.min("day").alias("day"))
    few = FEW
    while few <= MANY:
        lowest = days.orderBy("day", "key").limit(few + 1).collect()
        keys = [row["key"] for row in lowest[:few]]
        found = _used(_of(df, key, states, keys), task, shared)
        if len(lowest) <= few or (found is not None and found <= lowest[few]["day"].isoformat()):
            return found
        few *= 16
    return _used(sharded, task, shared)


def _times(df: "DataFrame", share: "Share") -> "DataFrame":
    """When there were records, of which type and whose. Where times are times already, the first of each will do."""
    from pyspark.sql import functions as F
    from pyspark.sql.types import DateType, TimestampNTZType, TimestampType

    there = {field.name: field.dataType for field in df.schema.fields}
    read = [event for event in share.events if event[1] in there]
    times = sorted({event[7] for event in read} & set(there))
    others = sorted(({event[1] for event in read} | {event[6] for event in read}) & set(there) - set(times))
    if times and all(isinstance(there[name], (DateType, TimestampNTZType, TimestampType)) for name in times):
        return df.groupBy(*map(named, others)).agg(*(F.min(named(name)).alias(name) for name in times))
    return df.select(*map(named, others + times))


def _of(df: "DataFrame", key: "Column", states: "DataFrame | None", keys: list[str]) -> "DataFrame":
    """Everything of these subjects, as one part."""
    from pyspark.sql import functions as F

    rows = df.where(key.isin(keys)).withColumn(SHARD, F.lit(0))
    if states is not None:
        rows = rows.unionByName(carried_rows(states.where(F.col("key").isin(keys)), F.lit(0)), allowMissingColumns=True)
    return rows.repartition(1).sortWithinPartitions(ORDER)


def _used(parts: "DataFrame", task: dict[str, Any], shared: Any) -> str | None:
    """The day of the first record that is used in any of the parts."""
    return min((row["day"] for row in parts.mapInArrow(partial(_part.first, task=task, shared=shared), "day string").collect()), default=None)
