"""What people hand over as data -> what the native half takes: (source or register, name for messages, path or Arrow object)."""

from __future__ import annotations

import os
from typing import Any, Iterator, Mapping

from ._bylaw import Policy as _Policy
from .errors import Diagnostic, UsageError

Given = "list[tuple[str | None, str, Any]]"


def usage(message: str, help: str, message_zh: str, help_zh: str) -> UsageError:
    """A wrong call."""
    return UsageError(f"{message}\nhelp: {help}", [Diagnostic("usage", "error", message, help, message_zh, help_zh)])


def is_arrow(data: Any) -> bool:
    """Does it hand over Arrow arrays?"""
    return hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__")


def path_of(value: Any) -> str | None:
    """A path as text."""
    return None if value is None else os.fspath(value)


def earlier(since: Any) -> Any:
    """An earlier audit: the path of the JSONL file that it wrote, or its verdicts as Arrow."""
    if since is None or isinstance(since, str) or is_arrow(since):
        return since
    if isinstance(since, os.PathLike):
        return os.fspath(since)
    if hasattr(since, "verdicts"):
        return since.verdicts
    raise usage(
        f"`since` is no earlier audit: {since!r}",
        "give an audit, its `verdicts` (or a table of them), or the path of the JSONL file that it wrote",
        f"`since` 不是以前的判定：{since!r}",
        "请给出以前的 audit、其 `verdicts`（或存下的表），或它写成的 JSONL 文件的路径",
    )


def given(policy: _Policy, data: Any, registers: Mapping[str, Any] | None, resume: str | None = None) -> tuple[Given, Given]:
    """Events and registers. Files of a folder count as what they are."""
    if data is None:
        if resume is None:
            raise usage("no records are given", "give records, or the saved state of an audit: `resume=PATH`", "没有给出记录", "请给出记录，或给出保存的状态：`resume=路径`")
        data = []
    names = _Names("data")
    events: list = []
    rows: list = []
    for source, one in each(data, None):
        if isinstance(one, str) and os.path.isdir(one):
            for register, path in policy.folder(one):
                (events if register is None else rows).append((register if register else source, path, path))
        else:
            events.append((source, one if isinstance(one, str) else names.next(source), one))
    given_rows: list = []
    for register, value in (registers or {}).items():
        names = _Names(register)
        for _, one in each(value, None):
            given_rows.append((register, one if isinstance(one, str) else names.next(None), one))
    return events, given_rows + rows


class _Names:
    """Names of tables in messages: ``<data>``, ``<data 2>``, or the source's."""

    def __init__(self, word: str):
        self.word, self.count = word, 0

    def next(self, source: str | None) -> str:
        if source:
            return f"<{source}>"
        self.count += 1
        return f"<{self.word}>" if self.count == 1 else f"<{self.word} {self.count}>"


def each(data: Any, source: str | None) -> Iterator[tuple[str | None, Any]]:
    """Paths and Arrow objects, one by one, each with the name of its source."""
    if is_arrow(data):
        yield source, data
    elif isinstance(data, (str, os.PathLike)):
        yield source, os.fspath(data)
    elif isinstance(data, Mapping):
        for name, value in data.items():
            yield from each(value, str(name))
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from each(value, source)
    else:
        kind = f"{type(data).__module__}.{type(data).__qualname__}"
        raise usage(
            f"`{kind}` is no data that can be read",
            "give a path, anything with `__arrow_c_stream__` (pyarrow, polars, DuckDB, pandas from 2.2 on), a list of these, or a dictionary of them by source",
            f"`{kind}` 不是可读取的数据",
            "请给出路径、带 `__arrow_c_stream__` 的对象（pyarrow、polars、DuckDB、2.2 版以上的 pandas）、它们的列表，或以来源为键的字典",
        )


def day_or_moment(value: Any, name: str) -> str | None:
    """Text as it is; ``date`` and ``datetime`` in ISO form."""
    if value is None or isinstance(value, str):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise usage(
        f"`{name}` is no day or moment: {value!r}",
        f'write `{name}="2024-03-31"`, or give a `date` or `datetime`',
        f"`{name}` 不是日期或时刻：{value!r}",
        f'请写 `{name}="2024-03-31"`，或给出 `date`、`datetime`',
    )


def language(lang: str) -> str:
    """``en`` or ``zh``."""
    if lang not in ("en", "zh"):
        raise usage(f"there is no language `{lang}`", "the languages are `en` and `zh`", f"没有语言 `{lang}`", "可用的语言：`en`、`zh`")
    return lang
