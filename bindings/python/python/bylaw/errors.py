"""What went wrong: exceptions that hold what there is to say as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

__all__ = ["BylawError", "DataError", "Diagnostic", "NoVerdictError", "PolicyError", "UnsoundError", "UsageError"]


@dataclass(frozen=True)
class Diagnostic:
    """One message: about a policy, a file, a record, or a call.

    >>> import bylaw
    >>> try:
    ...     bylaw.Policy.parse("rule late\\n  on latr\\n")
    ... except bylaw.PolicyError as error:
    ...     print(error.diagnostics[0].code, error.diagnostics[0].line)
    no-regulation 1
    """

    code: str
    """Its stable code; ``bylaw explain CODE`` shows its page. Of a wrong call: ``usage``."""
    severity: str
    """``error``, ``warning`` or ``note``."""
    message: str
    """What is wrong, in English."""
    help: str
    """What to do next, in English."""
    message_zh: str
    """What is wrong, in Chinese."""
    help_zh: str
    """What to do next, in Chinese."""
    file: str | None = None
    """The file, or the name of the table (``<data>``)."""
    line: int | None = None
    """The line, or the row of a table, from 1; 0 is the whole file."""
    id: str | None = None
    """Id of the record or row, when it could be read."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.file and self.line else f"{self.file}: " if self.file else ""
        return f"{self.severity}: {place}{self.message} [{self.code}]"


def _diagnostic(code, severity, message, help, file, line, id) -> Diagnostic:
    return Diagnostic(code, severity, message[0], help[0], message[1], help[1], file, line, id)


class BylawError(Exception):
    """Anything that Bylaw raises. ``str`` of it is for people; ``diagnostics`` for programs."""

    def __init__(self, message: str, diagnostics: Sequence[Diagnostic] = ()):
        super().__init__(message)
        self.message = message
        self.diagnostics = list(diagnostics)
        """Everything that is wrong."""

    def __str__(self) -> str:
        return self.message

    def __reduce__(self):
        return type(self), (self.message, self.diagnostics)


class PolicyError(BylawError, ValueError):
    """The policies do not compile."""


class DataError(BylawError, ValueError):
    """Files or tables cannot be read; with ``strict=True``, records cannot be used."""


class UsageError(BylawError, ValueError):
    """The call asks for something that cannot be."""


class NoVerdictError(BylawError, KeyError):
    """There is no verdict with this id."""


class UnsoundError(BylawError, RuntimeError):
    """An explanation did not pass its checker: a bug of Bylaw. It is never shown."""
