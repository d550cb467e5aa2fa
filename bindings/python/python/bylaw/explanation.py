"""Why a verdict is as it is."""

from __future__ import annotations

import json
from typing import Any

from ._data import language
from ._html import preformatted


class Explanation:
    """One verdict unfolded: article, requirement, records, figures, dates. ``str`` of it is for people."""

    def __init__(self, verdict: str, summary_en: str, summary_zh: str, en: str, zh: str, data: str):
        self.verdict = verdict
        """Id of the verdict."""
        self.en = en
        """The whole explanation in English."""
        self.zh = zh
        """The whole explanation in Chinese."""
        self._summaries = (summary_en, summary_zh)
        self._data = data

    def text(self, lang: str = "en") -> str:
        """The whole explanation, in ``en`` or ``zh``."""
        return self.zh if language(lang) == "zh" else self.en

    def summary(self, lang: str = "en") -> str:
        """Its first sentence, in ``en`` or ``zh``."""
        return self._summaries[language(lang) == "zh"]

    @property
    def json(self) -> dict[str, Any]:
        """Everything that was looked at (``docs/explain.md``), nothing shortened."""
        return json.loads(self._data)

    def __str__(self) -> str:
        return self.en

    def __repr__(self) -> str:
        return f"<bylaw.Explanation of {self.verdict}>"

    def _repr_html_(self) -> str:
        return preformatted(self.en)
