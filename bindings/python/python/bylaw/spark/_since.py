"""What a later audit says of an earlier one's verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Sequence

from .._data import usage

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

EARLIER = "__bylaw_earlier"
"""Column of the revision that a verdict had."""


class Since:
    """Earlier verdicts, by their ids. ``only``: those of these norms; the others are not judged now, so nothing is said of them."""

    def __init__(self, earlier: Any, only: Sequence[str] | None):
        from pyspark.sql import functions as F

        if not hasattr(earlier, "sparkSession") or not {"id", "revision"} <= set(earlier.columns):
            raise usage(
                "`since` is no data frame with the columns `id` and `revision`",
                "give the verdicts of an earlier audit, as they were written",
                "`since` 不是含 `id` 和 `revision` 两列的数据框",
                "请给出以前判定的 verdicts，与写入时一致",
            )
        twice = "an earlier verdict stands there twice: give the verdicts of one audit, the last\n以前的判定出现两次：请只给出最近一次的判定"
        revision = F.when(F.count(F.lit(1)) == 1, F.first("revision")).otherwise(F.raise_error(F.lit(twice)).cast("string"))
        rows = earlier.select("id", "revision")
        if only is not None:
            rows = rows.where(F.substring_index("id", "@", 1).isin(list(only)))
        self.earlier = rows.groupBy("id").agg(revision.alias(EARLIER))

    def superseding(self, verdicts: "DataFrame", all: bool) -> "DataFrame":
        """The verdicts with the revision that each of them replaces."""
        from pyspark.sql import functions as F

        replaced = F.when(F.col(EARLIER) != F.col("revision"), F.col(EARLIER))
        told = verdicts.join(self.earlier, "id", "left").withColumn("supersedes", replaced).select(*verdicts.columns)
        return told if all else told.where("verdict <> 'not_applicable' or supersedes is not null")

    def withdrawn(self, verdicts: "DataFrame") -> "DataFrame":
        """The ids of earlier verdicts that are there no more."""
        return self.earlier.where(f"{EARLIER} is not null").join(verdicts.select("id"), "id", "left_anti").select("id")
