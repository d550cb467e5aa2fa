"""What a notebook shows. Nothing of the data is markup: every text is escaped."""

from __future__ import annotations

from html import escape
from typing import Iterable, Sequence


def preformatted(text: str) -> str:
    """A text as it stands."""
    return f'<pre style="white-space: pre-wrap; text-align: left">{escape(text)}</pre>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows below a head."""
    cells = lambda tag, row: "".join(f'<{tag} style="text-align: left">{escape(str(cell))}</{tag}>' for cell in row)  # noqa: E731
    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table><thead><tr>{cells('th', head)}</tr></thead><tbody>{body}</tbody></table>"
