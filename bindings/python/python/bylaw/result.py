"""An audit's result."""

from __future__ import annotations

import csv
import io
import json
import os
from functools import cached_property
from typing import Any

from . import _bylaw
from ._bylaw import Table
from ._data import language, usage
from ._html import preformatted, table
from .errors import Diagnostic
from .explanation import Explanation

_FORMATS = {".jsonl": "jsonl", ".csv": "csv", ".parquet": "parquet", ".xlsx": "xlsx", ".txt": "human"}


class Audit:
    """Verdicts and statements, and what became of the records."""

    def __init__(self, native: _bylaw.Audit):
        self._native = native

    @cached_property
    def verdicts(self) -> Table:
        """One row a verdict, by time and id, with the columns of ``bylaw audit --format parquet`` (``docs/output.md``). Amounts are decimal texts.

        ``pyarrow.table(audit.verdicts)``, ``polars.DataFrame(audit.verdicts)``, and whatever else takes ``__arrow_c_stream__``, have it without a copy.
        """
        return self._native.verdicts()

    @cached_property
    def statements(self) -> Table:
        """One row for each subject and month: ``subject``, ``month``, ``lines`` and ``totals``, with the keys of a statement in JSONL."""
        return self._native.statements()

    @cached_property
    def rejected(self) -> list[Diagnostic]:
        """Records, and rows of registers, that could not be used. Each costs itself and nothing else."""
        return self._native.rejected()

    @cached_property
    def warnings(self) -> list[Diagnostic]:
        """What was used and deserves a look."""
        return self._native.warnings()

    @cached_property
    def withdrawn(self) -> list[str]:
        """With ``since``: ids of earlier verdicts whose occasion is gone, sorted."""
        return self._native.withdrawn()

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Counts and digests: the last line of ``bylaw audit --format jsonl`` (``docs/output.md``)."""
        return json.loads(self._native.summary("en"))

    def text(self, lang: str = "en") -> str:
        """The whole report for people, in ``en`` or ``zh``."""
        return self._native.text(language(lang))

    def write(self, path: str | os.PathLike[str], *, format: str | None = None, lang: str = "en") -> None:
        """Writes what ``bylaw audit`` writes, byte for byte: ``.jsonl``, ``.csv``, ``.parquet``, ``.xlsx`` or ``.txt``."""
        path = os.fspath(path)
        format = format or _FORMATS.get(os.path.splitext(path)[1].lower())
        if format is None:
            raise usage(
                f"the ending of `{path}` does not tell how it is written",
                f"the endings are {', '.join(_FORMATS)}; or name a `format`",
                f"从 `{path}` 的扩展名看不出格式",
                f"可用的扩展名：{'、'.join(_FORMATS)}；也可指明 `format`",
            )
        self._native.write(path, format, language(lang))

    def explain(self, verdict: str) -> Explanation:
        """Why the verdict with this id is as it is. Raises :class:`~bylaw.NoVerdictError`.

        Where records passed by (``docs/python.md``), the first time reads the data once more, and keeps the records.
        """
        return Explanation(verdict, *self._native.explain(verdict))

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {ruling}" for ruling, count in self.summary["verdicts"].items() if count)
        rejected = f", {len(self.rejected)} rejected" if self.rejected else ""
        return f"<bylaw.Audit: {counts or 'no verdicts'}{rejected}>"

    def _repr_html_(self) -> str:
        shown = 20
        summary = self.summary
        rulings = [ruling for ruling, count in summary["verdicts"].items() if count]
        counts = table(["rule", *rulings], [[rule, *(of[ruling] for ruling in rulings)] for rule, of in summary["rules"].items()])
        head, *rows = csv.reader(io.StringIO(bytes(self._native.some(shown)).decode()))
        keep = [head.index(name) for name in ("id", "verdict", "source", "subject", "at", "effects")]
        verdicts = table([head[at] for at in keep], [[row[at] for at in keep] for row in rows])
        whole = sum(summary["verdicts"][ruling] for ruling in rulings if ruling != "not_applicable")
        more = f"<p>{len(rows)} of {whole} verdicts, breaches and open ones first</p>" if whole > len(rows) else ""
        unusable = [*self.rejected, *self.warnings]
        doubts = preformatted("\n".join(str(one) for one in unusable[:shown])) if unusable else ""
        return f"<div>{counts}{verdicts}{more}{doubts}</div>"
