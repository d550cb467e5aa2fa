"""What the analyser found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ._html import preformatted


class Findings(Sequence):
    """Findings as dictionaries, with the keys of ``bylaw lint --format json`` (``docs/cli.md``). ``str`` of it is for people."""

    def __init__(self, text: str, lines: str):
        self._text = text
        self._all: list[dict[str, Any]] = [json.loads(line) for line in lines.splitlines()]

    def __getitem__(self, at):
        return self._all[at]

    def __len__(self) -> int:
        return len(self._all)

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<bylaw.Findings: {len(self)}>"

    def _repr_html_(self) -> str:
        return preformatted(self._text)
