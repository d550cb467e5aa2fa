"""The table that carries an audit from month to month: what it must be, and how its rows fall to the parts of the next audit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import DataError, Diagnostic
from ..policy import Policy
from . import _part
from ._part import CARRIED, KEYED, NAMED, ORDER, SHARD, STATE, VERSION

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def _unusable(message: str, message_zh: str, help: str | None = None, help_zh: str | None = None) -> DataError:
    help = help or "audit the records of all months again, and save the state of that"
    help_zh = help_zh or "请重新判定全部月份的记录，并重新保存状态"
    return DataError(f"{message}\nhelp: {help}", [Diagnostic("unusable-state", "error", message, help, message_zh, help_zh)])


class Carried:
    """A saved state that was looked over: its columns are right, and no row is missing. What its rows hold is checked where they are read."""

    def __init__(self, state: "DataFrame", policy: Policy):
        from pyspark.sql import functions as F

        wanted = [column.split()[0] for column in STATE.split(", ")]
        if missing := [name for name in wanted if name not in state.columns]:
            listed = ", ".join(f"`{name}`" for name in missing)
            raise _unusable(
                f"this is not the saved state of an audit: it has no {listed}",
                f"这不是保存的状态：没有 {listed}",
                "give the data frame `result.state` of an earlier audit, as it was written",
                "请给出以前判定的 `result.state`，与写入时一致",
            )
        both = lambda name: (F.min(name).alias(f"{name}_min"), F.max(name).alias(f"{name}_max"))  # noqa: E731
        is_part = F.col("part").isNotNull()
        told = state.agg(
            *both("version"), *both("entity"), *both("declared"), *both("parts"), F.max("last").alias("last"), F.count("part").alias("parts"),
            F.countDistinct("part").alias("parts_distinct"), F.count(F.when(~is_part, 1)).alias("keys"), F.sum("keys").alias("keys_told"),
            F.coalesce(F.sum(F.when(~is_part, F.col("records"))), F.lit(0)).alias("total"), F.sum("total").alias("total_told"),
        ).collect()[0]
        if told["version_min"] is not None and (told["version_min"], told["version_max"]) != (VERSION, VERSION):
            raise _unusable("the state was saved by another version of Bylaw", "该状态由另一版本的 Bylaw 保存")
        if any(told[f"{name}_min"] != told[f"{name}_max"] for name in ("entity", "declared", "parts")) or told["parts"] != told["parts_distinct"]:
            raise _unusable(
                "these are the rows of more than one saved state", "其中有不止一个保存的状态",
                "each state holds everything up to then: write it into a table of its own, and give that of the last month", "每个状态都包含此前的全部记录：请各写入单独的表，并只给出最近一个月的",
            )
        if not told["parts"] or (told["parts"], told["keys"], told["total"]) != (told["parts_max"], told["keys_told"], told["total_told"]):
            raise _unusable("the saved state is damaged: rows are missing, or there are too many", "保存的状态已损坏：缺少若干行，或多出若干行")
        if told["declared_min"] != policy._native.declared():
            raise _unusable("the state was saved with policies that declare other records", "保存该状态的规章所声明的记录与现在不同")
        self.entity: str = told["entity_min"]
        self.last: int = -1 if told["last"] is None else told["last"]
        """The last place of a row."""
        self.state = state

    def rows(self, task: dict[str, Any], shared: Any) -> "DataFrame":
        """The states by the subjects of the task's entity."""
        rows = self.state.where("payload is not null").select(*(column.split()[0] for column in KEYED.split(", ")))
        if self.entity == task["entity"]:
            return rows
        return rows.mapInArrow(partial(_part.rekeyed, task=task, shared=shared, source=self.entity), KEYED)

    def named(self, task: dict[str, Any], shared: Any) -> "DataFrame":
        """How the records are called."""
        return self.rows(task, shared).mapInArrow(partial(_part.named, task=task, shared=shared), NAMED)


def carried_rows(rows: "DataFrame", shard: "Column | None" = None, of: int = 1) -> "DataFrame":
    """States as rows that go with the records of a part: that of their subject; what became no record goes anywhere."""
    from pyspark.sql import functions as F

    shard = (F.crc32(F.coalesce(F.col("key").cast("binary"), F.col("payload"))) % of).cast("int") if shard is None else shard
    return rows.select(shard.alias(SHARD), F.lit(-2).cast("long").alias(ORDER), F.struct(*rows.columns).alias(CARRIED))
