"""Compiled policies, and what is asked of them."""

from __future__ import annotations

import os
from datetime import date, datetime
from typing import Any, Callable, Mapping, Sequence

from . import _bylaw
from ._data import day_or_moment, earlier, given, language, path_of
from .difference import Difference
from .errors import Diagnostic
from .explanation import Explanation
from .findings import Findings
from .result import Audit

__all__ = ["Policy"]

Progress = Callable[[str, int, "int | None"], Any]


class Policy:
    """Compiled policies. Make one with :meth:`load` or :meth:`parse`.

    >>> policy = Policy.parse('''
    ... regulation office
    ...   time zone Asia/Shanghai
    ...   currency CNY
    ... register staff
    ... event late by staff
    ... rule late_fine
    ...   on late
    ...   fine 2 CNY
    ... ''')
    >>> policy
    <bylaw.Policy of 1 norm>
    >>> policy.norms
    ['office.late_fine']

    It can be pickled; what is pickled is its bundle.

    >>> import pickle
    >>> pickle.loads(pickle.dumps(policy)).digest == policy.digest
    True
    """

    __slots__ = ("_native",)

    def __init__(self, _native: _bylaw.Policy):
        if not isinstance(_native, _bylaw.Policy):
            raise TypeError("use Policy.load(path), Policy.parse(text) or Policy.from_bundle(json)")
        self._native = _native

    @classmethod
    def load(cls, paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> "Policy":
        """Compiles policy files (``.bylaw``), a folder of them, or one bundle (``.json``), with everything they import.

        Raises :class:`~bylaw.PolicyError` with everything that is wrong.
        """
        several = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
        return cls(_bylaw.Policy.load([os.fspath(path) for path in several]))

    @classmethod
    def parse(cls, text: str) -> "Policy":
        """Compiles one text that imports nothing.

        >>> Policy.parse("regulation office\\n  time zone Asia/Shanghai\\nrule late\\n  on latr\\n")
        Traceback (most recent call last):
        ...
        bylaw.errors.PolicyError: ...
        """
        return cls(_bylaw.Policy.parse(text))

    @classmethod
    def from_bundle(cls, json: str) -> "Policy":
        """The policies that :meth:`bundle` wrote."""
        return cls(_bylaw.Policy.from_bundle(json))

    def bundle(self) -> str:
        """The rules as one JSON text, as ``bylaw compile`` writes it."""
        return self._native.bundle()

    @property
    def digest(self) -> str:
        """SHA-256 of the rules: the same as in bundles and in the summary of every audit."""
        return self._native.digest()

    @property
    def norms(self) -> list[str]:
        """Names of all norms."""
        return self._native.norms()

    def check(self) -> list[Diagnostic]:
        """What the compiler had to say, though there was no error."""
        return self._native.check()

    def lint(self, *, on: str | date | None = None, lang: str = "en", progress: Progress | None = None) -> Findings:
        """Gaps, contradictions and lines that never count, each with a case (``docs/lint.md``).

        ``on``: expectations that ended before that day count no more; without one, today. A ``bylaw.toml`` beside the policies counts. Of a bundle, findings have
        no places.

        >>> findings = Policy.parse('''
        ... regulation office
        ...   time zone Asia/Shanghai
        ...   currency CNY
        ... register staff
        ... event late by staff
        ...   minutes: minutes, 0 .. 600
        ... rule late_fine [1]
        ...   on late
        ...   fine 2 CNY when minutes > 5 minutes [1a]
        ...   fine 3 CNY when minutes > 10 minutes [1b]
        ... ''').lint()
        >>> [finding["code"] for finding in findings if finding["severity"] == "error"]
        ['overlap']
        """
        text, lines = self._native.lint(day_or_moment(on, "on"), language(lang), progress)
        return Findings(text, lines)

    def audit(
        self,
        data: Any = None,
        *,
        registers: Mapping[str, Any] | None = None,
        until: str | date | datetime | None = None,
        known_at: str | date | datetime | None = None,
        threads: int | None = None,
        strict: bool = False,
        all: bool = False,
        progress: Progress | None = None,
        resume: str | os.PathLike[str] | None = None,
        save_state: str | os.PathLike[str] | None = None,
        since: Any = None,
    ) -> Audit:
        """Runs records through the policies.

        ``data``: a path (``.jsonl``, ``.csv``, ``.parquet``, ``.xes``, packed as ``.gz`` or ``.zst``), a folder as ``--data`` takes it, anything that has
        ``__arrow_c_stream__`` or ``__arrow_c_array__`` (pyarrow, polars, DuckDB, pandas from 2.2 on), a list of these, or a dictionary of them by the name of their
        source. ``registers``: the same by the register's name. ``until``: known up to then; ``known_at``: only what was written down by then. ``threads``: how many;
        without one, all the machine has; they change nothing. ``strict``: raise :class:`~bylaw.DataError` when any record cannot be used. ``all``: show norms that do
        not apply, too. ``progress``: called with a stage (``reading``, ``judging``), how much is done, and of how much if that is known.

        ``save_state``: keeps what was read of events in this file, for a later audit to go on from with ``resume``; then ``data`` has only what is new, and may be
        left out. These are the files of ``--save-state`` and ``--resume`` (``docs/cli.md``). ``since``: an earlier audit, its verdicts as a table, or the path of the
        JSONL file that it wrote: verdicts tell which revision they supersede, and :attr:`Audit.withdrawn` has those whose occasion is gone.

        >>> import pyarrow as pa
        >>> policy = Policy.parse('''
        ... regulation office
        ...   time zone Asia/Shanghai
        ...   currency CNY
        ... register staff
        ...   post: clerk < chief
        ... event late by staff
        ... rule late_fine
        ...   on late
        ...   fine 2 CNY when staff.post is clerk
        ...   fine 9 CNY when staff.post is chief
        ... ''')
        >>> late = pa.table({"type": ["late"], "id": ["e1"], "at": ["2024-03-05T08:37"], "staff": ["wang"]})
        >>> audit = policy.audit(late, registers={"staff": pa.table({"id": ["wang"], "post": ["chief"]})}, until="2024-03-31")
        >>> pa.table(audit.statements)["totals"].to_pylist()
        [[{'amount': '-9', 'unit': 'CNY'}]]

        From month to month:

        >>> import os, tempfile
        >>> state = os.path.join(tempfile.mkdtemp(), "march")
        >>> staff = {"staff": pa.table({"id": ["wang"], "post": ["chief"]})}
        >>> march = policy.audit(late, registers=staff, until="2024-03-31", save_state=state)
        >>> news = pa.table({"type": ["late", "late"], "id": ["e2", "e3"], "at": ["2024-04-02T08:40", "2024-04-03"], "staff": ["wang", None], "retracts": [None, "e1"]})
        >>> april = policy.audit(news, registers=staff, until="2024-04-30", resume=state, since=march)
        >>> pa.table(april.verdicts)["id"].to_pylist(), april.withdrawn
        (['office.late_fine@e2'], ['office.late_fine@e1'])
        """
        resume, save_state = path_of(resume), path_of(save_state)
        events, rows = given(self._native, data, registers, resume)
        native = self._native.audit(
            events,
            rows,
            until=day_or_moment(until, "until"),
            known_at=day_or_moment(known_at, "known_at"),
            threads=threads,
            strict=strict,
            all=all,
            progress=progress,
            resume=resume,
            save_state=save_state,
            since=earlier(since),
        )
        return Audit(native)

    def explain(
        self,
        verdict: str,
        data: Any = None,
        *,
        registers: Mapping[str, Any] | None = None,
        until: str | date | datetime | None = None,
        known_at: str | date | datetime | None = None,
        threads: int | None = None,
        resume: str | os.PathLike[str] | None = None,
    ) -> Explanation:
        """Why the verdict with this id is as it is. It was derived once more by an independent checker before it is given out.

        :meth:`Audit.explain` reads the data once more at most, however many verdicts are asked about. Raises :class:`~bylaw.NoVerdictError`.
        """
        resume = path_of(resume)
        events, rows = given(self._native, data, registers, resume)
        told = self._native.explain(
            verdict, events, rows, until=day_or_moment(until, "until"), known_at=day_or_moment(known_at, "known_at"), threads=threads, resume=resume
        )
        return Explanation(verdict, *told)

    def diff(
        self,
        other: "Policy",
        data: Any = None,
        *,
        registers: Mapping[str, Any] | None = None,
        until: str | date | datetime | None = None,
        known_at: str | date | datetime | None = None,
        threads: int | None = None,
        resume: str | os.PathLike[str] | None = None,
    ) -> Difference:
        """What ``other``, the later version, changes; with ``data`` or ``resume``, also which verdicts and amounts of these records.

        >>> text = '''
        ... regulation office
        ...   time zone Asia/Shanghai
        ...   currency CNY
        ... register staff
        ... event late by staff
        ... rule late_fine
        ...   on late
        ...   fine 2 CNY
        ... '''
        >>> old, new = Policy.parse(text), Policy.parse(text.replace("fine 2", "fine 3"))
        >>> bool(old.diff(old)), bool(old.diff(new))
        (False, True)
        >>> old.diff(new).json["changes"][0]["name"]
        'office.late_fine'
        """
        resume = path_of(resume)
        events, rows = (None, []) if data is None and resume is None else given(self._native, data, registers, resume)
        told = self._native.diff(
            other._native, events, rows, until=day_or_moment(until, "until"), known_at=day_or_moment(known_at, "known_at"), threads=threads, resume=resume
        )
        return Difference(*told)

    def __repr__(self) -> str:
        count = len(self.norms)
        return f"<bylaw.Policy of {count} norm{'' if count == 1 else 's'}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policy) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self):
        return Policy.from_bundle, (self.bundle(),)
