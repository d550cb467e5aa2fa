"""Bylaw: institutional regulations as data.

Load policies, audit records that stand in data frames or files, explain a verdict::

    >>> import bylaw
    >>> policy = bylaw.Policy.parse('''
    ... regulation office
    ...   time zone Asia/Shanghai
    ...   currency CNY
    ... register staff
    ... event late by staff
    ...   minutes: minutes, 0 ..
    ... rule late_fine [1]
    ...   on late
    ...   fine 2 CNY when minutes > 5 minutes [1a]
    ... ''')
    >>> import pyarrow as pa
    >>> late = pa.table({
    ...     "type": ["late", "late"], "id": ["e1", "e2"], "staff": ["li", "li"],
    ...     "at": ["2024-03-05T08:37", "2024-03-06T08:33"], "minutes": [7, 3],
    ... })
    >>> audit = policy.audit(late)
    >>> pa.table(audit.verdicts).select(["id", "verdict"]).to_pylist()
    [{'id': 'office.late_fine@e1', 'verdict': 'violation'}, {'id': 'office.late_fine@e2', 'verdict': 'compliant'}]
    >>> print(audit.explain("office.late_fine@e1").summary())
    Violation: staff li breached “late fine” at 2024-03-05 08:37; a fine of 2 CNY.

The guide is ``docs/python.md``; ``bylaw.spark`` runs the same on a cluster.
"""

from ._bylaw import VERSION as __version__
from ._bylaw import Table
from .difference import Difference
from .errors import BylawError, DataError, Diagnostic, NoVerdictError, PolicyError, UnsoundError, UsageError
from .explanation import Explanation
from .findings import Findings
from .policy import Policy
from .result import Audit

__all__ = [
    "Audit",
    "BylawError",
    "DataError",
    "Diagnostic",
    "Difference",
    "Explanation",
    "Findings",
    "NoVerdictError",
    "Policy",
    "PolicyError",
    "Table",
    "UnsoundError",
    "UsageError",
    "__version__",
]
