"""The day on which an audit begins: that of the first record that is used, whoever has it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from . import _part
from ._part import EARLIEST, ORDER, SHARD
from ._state import carried_rows

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

FEW = 64
"""Subjects that are looked at once more, at first."""
MANY = 1024
"""Of more than these it is cheaper to look at all."""


def first_day(df: "DataFrame", key: "Column", states: "DataFrame | None", sharded: "DataFrame", task: dict[str, Any], shared: Any) -> str | None:
    """The day of the first record that is used.

    No record of a subject is used that lies before its earliest, and those days are known: of what is carried they stand in the state, and of what is new they are
    read. Which record is used shows when all those of its subject are there; so the subjects with the earliest days are looked at, until no other can have an
    earlier one. ``sharded``: everything by its part.
    """
    from pyspark.sql import functions as F

    days = df.drop(ORDER).mapInArrow(partial(_part.earliest, task=task, shared=shared), EARLIEST)
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
