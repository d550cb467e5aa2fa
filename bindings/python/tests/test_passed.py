"""Audits whose records are not kept: what needs them reads the data once more, which must be what it was."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

import bylaw
from test_rest import LATE, OFFICE


@pytest.fixture(scope="module")
def policy() -> bylaw.Policy:
    return bylaw.Policy.parse(OFFICE)


@pytest.fixture
def late_file(tmp_path) -> Path:
    """Records in a file, and one that cannot be used."""
    path = tmp_path / "late.jsonl"
    path.write_text("".join(json.dumps(row, default=str) + "\n" for row in [*LATE.to_pylist(), {"type": "late", "id": "e9"}]))
    return path


def test_what_needs_the_records_reads_them_again(policy, late_file, command, tmp_path):
    rules = tmp_path / "rules.json"
    rules.write_text(policy.bundle())
    audit = policy.audit(late_file)
    for ending in ["jsonl", "csv", "parquet", "xlsx", "txt"]:
        ours, theirs = tmp_path / f"ours.{ending}", tmp_path / f"theirs.{ending}"
        audit.write(ours)
        command("audit", rules, "--events", late_file, "--format", "human" if ending == "txt" else ending, "-o", theirs)
        if ending != "xlsx":  # a workbook has the time in it
            assert ours.read_bytes() == theirs.read_bytes()
    assert [one.id for one in audit.rejected] == ["e9"]
    assert "2 CNY" in str(audit.explain("office.late_fine@e1"))


def test_records_that_are_not_what_they_were(policy, late_file):
    audit, before = policy.audit(late_file), policy.audit(late_file)
    assert before.explain("office.late_fine@e1")
    late_file.write_text(late_file.read_text().replace("wang", "zhao"))
    for ask in [lambda: audit.explain("office.late_fine@e1"), audit.text, lambda: audit.write(late_file.with_suffix(".xlsx")), lambda: audit.write(late_file.with_name("again.jsonl"))]:
        with pytest.raises(bylaw.DataError, match="not those of the audit any more") as caught:
            ask()
        assert [one.code for one in caught.value.diagnostics] == ["changed-data"]
    # What is there already is there.
    assert before.explain("office.late_fine@e1") and pa.table(audit.verdicts)["id"].to_pylist() == ["office.late_fine@e1", "office.late_fine@<b>e2</b>"]
    assert not late_file.with_name("again.jsonl").exists()


def test_a_stream_is_read_once_and_can_be_asked_about(policy):
    audit = policy.audit(pa.RecordBatchReader.from_batches(LATE.schema, LATE.to_batches()))
    assert audit.text() == policy.audit(LATE).text()
    assert "2 CNY" in str(audit.explain("office.late_fine@e1"))
