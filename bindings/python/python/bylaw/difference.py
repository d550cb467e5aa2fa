"""What a revision changes."""

from __future__ import annotations

import json
from typing import Any

from ._data import language
from ._html import preformatted


class Difference:
    """Two versions compared. It is true when something differs; ``str`` of it is for people."""

    def __init__(self, differs: bool, unusable: list[int], texts: list[str], jsons: list[str]):
        self._differs, self._texts, self._jsons = differs, texts, jsons
        self.unusable: tuple[int, int] = (unusable[0], unusable[1])
        """Records and rows that the earlier and the later version cannot use: they judge as if those were not there."""

    def text(self, lang: str = "en") -> str:
        """The difference for people, in ``en`` or ``zh``."""
        return self._texts[language(lang) == "zh"]

    @property
    def json(self) -> dict[str, Any]:
        """The difference as ``bylaw diff --format json`` gives it (``docs/diff.md``)."""
        return json.loads(self._jsons[0])

    def __bool__(self) -> bool:
        return self._differs

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<bylaw.Difference: {'something differs' if self else 'nothing differs'}>"

    def _repr_html_(self) -> str:
        return preformatted(self.text())
