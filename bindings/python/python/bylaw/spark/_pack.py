"""Columns on their way to a worker. Each costs Spark time in every row, also where nothing stands in it: so what no record needs stays behind, and columns that no record
needs together go in one."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Iterable

from ._columns import named

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

BLANKS = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""What is no part of the name of a type where it stands around it: the blanks of Unicode, as the engine takes them."""

Read = tuple[str, dict[str, set[str]]]
"""The column of the type, and for each type's name the columns that are read of its records."""


def packed(df: "DataFrame", read: "Read | None", alone: Iterable[str]) -> "tuple[list[Column], dict[str, str]] | None":
    """The columns to send, and for each column that is read the one in which it is sent. A record has in that what stands in the one of its columns that is read of its type.

    ``alone``: columns that share theirs with no other. None: everything must be sent as it is.
    """
    from pyspark.sql import functions as F

    if read is None:
        return None
    type_column, by_type = read
    there = {field.name: field.dataType for field in df.schema.fields}
    # Spark does not tell capitals from small letters, and texts may be compared in other ways than sign by sign.
    if len({name.lower() for name in df.columns}) < len(df.columns) or type_column not in there or there[type_column].simpleString() != "string":
        return None
    readers = {name: {kind for kind, columns in by_type.items() if name in columns} for name in there}
    whole = {type_column, *alone}
    together: list[list[str]] = []
    for name in filter(readers.get, there):
        fits = (group for group in together if not whole & {name, *group} and all(there[one] == there[name] and not readers[one] & readers[name] for one in group))
        group = next(fits, None)
        if group is None:
            together.append([name])
        else:
            group.append(name)
    kind = named(type_column)
    known = sorted(by_type)
    # Mostly it is written without blanks.
    plain = F.when(kind.isin(known), kind).otherwise(F.btrim(kind, F.lit(BLANKS)))

    def column(group: list[str]) -> "Column":
        if group == [type_column]:
            return plain.alias(type_column)
        if len(group) == 1:
            return named(group[0])
        is_of = lambda name: named(type_column).isin(sorted(readers[name]))  # noqa: E731
        first, *rest = group
        return reduce(lambda so_far, name: so_far.when(is_of(name), named(name)), rest, F.when(is_of(first), named(first))).alias(first)

    return [column(group) for group in together], {name: group[0] for group in together for name in group}
