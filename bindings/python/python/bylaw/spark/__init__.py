"""Bylaw on Spark: one shuffle by the key that the norms need, then each partition is audited by itself.

>>> verdicts = bylaw.spark.audit(df, policy, registers={"staff": staff}, until="2024-03-31").verdicts  # doctest: +SKIP

The guide is ``docs/python.md``. What cannot be judged on a part of the records is told before anything runs (:class:`CannotBeShared`); nothing is judged on a part of
what it looks at. :attr:`Result.state` carries an audit from month to month.
"""

from __future__ import annotations

from ._audit import Result, audit
from ._plan import CannotBeShared, Plan, plan

__all__ = ["CannotBeShared", "Plan", "Result", "audit", "plan"]
