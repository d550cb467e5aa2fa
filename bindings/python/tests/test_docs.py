"""docs/python.md and the docstrings say what is so: their examples are run."""

from __future__ import annotations

import doctest
import re

import pytest

import bylaw
import bylaw.errors
import bylaw.policy

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def test_the_guide(root, tmp_path, monkeypatch):
    page = (root / "docs" / "python.md").read_text(encoding="utf-8")
    for name, text in re.findall(r"^```\w+ file=(\S+)\n(.*?)^```$", page, re.S | re.M):
        (tmp_path / name).write_text(text, encoding="utf-8")
    # What is no session needs a cluster: test_spark.py runs the like.
    blocks = [block for block in re.findall(r"^```python\n(.*?)^```$", page, re.S | re.M) if block.startswith(">>>")]
    assert len(blocks) >= 6
    monkeypatch.chdir(tmp_path)
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    runner.run(doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "docs/python.md", "docs/python.md", 0))
    assert runner.failures == 0


@pytest.mark.parametrize("module", [bylaw, bylaw.errors, bylaw.policy], ids=lambda module: module.__name__)
def test_docstrings(module):
    failed, tried = doctest.testmod(module, optionflags=FLAGS)
    assert tried > 0 and failed == 0
