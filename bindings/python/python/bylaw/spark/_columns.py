"""Columns of a data frame by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import Column


def named(name: str) -> "Column":
    """The column of this name, whatever signs stand in it."""
    from pyspark.sql import functions as F

    return F.col("`" + name.replace("`", "``") + "`")
