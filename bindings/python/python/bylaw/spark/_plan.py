"""Which norms are judged on records shared out by which key, and which cannot be."""

from __future__ import annotations

from typing import Iterable, Sequence

from .._bylaw import Share
from .._html import table
from ..errors import BylawError, Diagnostic
from ..policy import Policy


class CannotBeShared(BylawError, ValueError):
    """Norms that look at records of more than one key. ``norms`` has each with its reason."""

    def __init__(self, message: str, diagnostics: Sequence[Diagnostic] = (), norms: dict[str, str] | None = None):
        super().__init__(message, diagnostics)
        self.norms = dict(norms or {})

    def __reduce__(self):
        return type(self), (self.message, self.diagnostics, self.norms)


class Plan:
    """How the norms of a policy are shared out: one shuffle of the records for each of ``shares``."""

    def __init__(self, shares: list[Share], whole: list[tuple[str, str, str]]):
        self.shares = shares
        """For each key: ``entity``, ``norms``, and more for the audit."""
        self.whole = {norm: en for norm, en, _ in whole}
        """Norms that cannot be judged so, each with the reason."""
        self._zh = {norm: zh for norm, _, zh in whole}

    @property
    def keys(self) -> dict[str, list[str]]:
        """The norms by the entity by whose subjects the records are shared out."""
        return {share.entity: list(share.norms) for share in self.shares}

    def refuse(self) -> None:
        """Raises :class:`CannotBeShared` when there are such norms."""
        if not self.whole:
            return
        lines = [f"  {norm}: {why}" for norm, why in self.whole.items()]
        message = "these norms cannot be judged on a part of the records:\n" + "\n".join(lines)
        help = "judge them on one machine, and the others here: only=[…], plan(policy).keys lists them"
        told = [
            Diagnostic("cannot-be-shared", "error", f"`{norm}` cannot be judged on a part of the records: {why}", help,
                       f"`{norm}` 不能只凭一部分记录判定：{self._zh[norm]}", "请在一台机器上判定这些条款，其余在此：only=[…]，可用者见 plan(policy).keys")
            for norm, why in self.whole.items()
        ]
        raise CannotBeShared(f"{message}\nhelp: {help}", told, self.whole)

    def __repr__(self) -> str:
        by = ", ".join(f"{len(norms)} by {entity}" for entity, norms in self.keys.items())
        return f"<bylaw.spark.Plan: {by or 'nothing'}; {len(self.whole)} on one machine only>"

    def _repr_html_(self) -> str:
        rows = [[norm, f"by {entity}"] for entity, norms in self.keys.items() for norm in norms]
        return table(["norm", "judged"], rows + [[norm, f"on one machine only: {why}"] for norm, why in self.whole.items()])


def plan(policy: Policy, *, registers: Iterable[str] = (), only: Sequence[str] | None = None) -> Plan:
    """How an audit with these registers would be shared out. Reads no records.

    >>> from bylaw import Policy
    >>> policy = Policy.parse('''
    ... regulation office
    ...   time zone Asia/Shanghai
    ...   currency CNY
    ... register staff
    ... event late by staff
    ... event met
    ... rule often
    ...   on late
    ...   fine 2 CNY when count of late in the month >= 3
    ... rule meetings
    ...   every month
    ...   must at least 1 met
    ... ''')
    >>> plan(policy).keys
    {'staff': ['office.often']}
    >>> plan(policy).whole
    {'office.meetings': 'it judges the institution as a whole'}
    """
    shares, whole = policy._native.shares(list(registers), None if only is None else list(only))
    return Plan(shares, whole)
