"""Errors, explanations, findings, differences; what a notebook shows; progress and the interpreter's lock."""

from __future__ import annotations

import json
import pickle
import threading
import time

import pyarrow as pa
import pytest

import bylaw
from conftest import OFFICERS, attendance, write_jsonl

OFFICE = """
regulation office “办公室制度”
  time zone Asia/Shanghai
  currency CNY
register staff
event late “迟到” by staff
  minutes: minutes, 0 .. 600
rule late_fine “迟到罚款” [1]
  on late
  fine 2 CNY when minutes > 5 minutes [1a]
"""
LATE = pa.table({
    "type": ["late", "late"], "id": ["e1", "<b>e2</b>"], "at": ["2024-03-05T08:37", "2024-03-06T08:38"], "staff": ["<i>li</i>", "wang"], "minutes": [7, 3],
})


@pytest.fixture(scope="module")
def policy() -> bylaw.Policy:
    return bylaw.Policy.parse(OFFICE)


def test_policies_that_do_not_compile(tmp_path):
    (tmp_path / "a.bylaw").write_text("regulation a\n  time zone Asia/Shanghai\nrule late\n  on latr\n  fine 2 CNY\n")
    with pytest.raises(bylaw.PolicyError) as caught:
        bylaw.Policy.load(tmp_path)
    told = caught.value.diagnostics
    assert told and all(isinstance(one, bylaw.Diagnostic) for one in told)
    unknown = next(one for one in told if "latr" in one.message)
    assert (unknown.severity, unknown.line, unknown.file) == ("error", 4, str(tmp_path / "a.bylaw"))
    assert unknown.help and "latr" in unknown.message_zh and unknown.code in str(caught.value)
    assert isinstance(caught.value, (bylaw.BylawError, ValueError))
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.diagnostics) == (str(caught.value), told)
    with pytest.raises(bylaw.PolicyError) as caught:
        bylaw.Policy.load(tmp_path / "none.bylaw")
    assert caught.value.diagnostics[0].code == "file-unreadable"


def test_several_institutions(root):
    with pytest.raises(bylaw.UsageError, match="institutions"):
        bylaw.Policy.load(root / "policies")


def test_data_that_cannot_be_read(policy, tmp_path):
    (tmp_path / "broken.parquet").write_text("PAR")
    with pytest.raises(bylaw.DataError) as caught:
        policy.audit([tmp_path / "none.jsonl", LATE, tmp_path / "broken.parquet", LATE.drop_columns("type")])
    assert [(one.code, one.line) for one in caught.value.diagnostics] == [("file-unreadable", 0), ("broken-parquet", 1), ("no-type-column", 1)]
    assert caught.value.diagnostics[2].file == "<data 2>"
    with pytest.raises(bylaw.DataError) as caught:
        policy.audit(LATE, registers={"stuff": pa.table({"id": ["li"]})})
    assert [(one.code, one.file) for one in caught.value.diagnostics] == [("unknown-register", "<stuff>")]
    with pytest.raises(bylaw.DataError) as caught:
        policy.audit(LATE, registers={"staff": pa.table({"name": ["li"]})})
    assert caught.value.diagnostics[0].code == "no-id-column"


def test_a_stream_that_breaks_off(policy):
    def batches():
        yield LATE.to_batches()[0]
        raise RuntimeError("the lake has gone")

    with pytest.raises(bylaw.DataError, match="the lake has gone") as caught:
        policy.audit(pa.RecordBatchReader.from_batches(LATE.schema, batches()))
    assert [(one.code, one.line) for one in caught.value.diagnostics] == [("file-cut-short", 3)]


@pytest.mark.parametrize("call", [
    lambda policy: policy.audit(7),
    lambda policy: policy.audit("events.docx"),
    lambda policy: policy.audit(LATE, until="in March"),
    lambda policy: policy.audit(LATE, until=3),
    lambda policy: policy.audit(LATE, known_at="2024-13-01"),
    lambda policy: policy.audit(LATE).write("verdicts.docx"),
    lambda policy: policy.audit(LATE).text("fr"),
    lambda policy: policy.lint(on="today"),
])
def test_calls_that_cannot_be(policy, call):
    with pytest.raises(bylaw.UsageError) as caught:
        call(policy)
    (one,) = caught.value.diagnostics
    assert one.code == "usage" and one.message and one.help and one.message_zh and one.help_zh
    assert one.help in str(caught.value)


def test_strict(policy):
    bad = pa.table({"type": ["late"], "id": ["e1"], "at": ["2024-02-30"], "staff": ["li"]})
    assert [one.code for one in policy.audit(bad).rejected] == ["no-such-date"]
    with pytest.raises(bylaw.DataError) as caught:
        policy.audit(bad, strict=True)
    assert [(one.code, one.file, one.line, one.id) for one in caught.value.diagnostics] == [("no-such-date", "<data>", 1, "e1")]


def test_days_may_be_dates(policy):
    import datetime as dt

    assert policy.audit(LATE, until=dt.date(2024, 3, 31)).summary["until"] == "2024-03-31"
    assert policy.audit(LATE, until=dt.datetime(2024, 3, 31, 12)).summary["until"] == "2024-03-31T12:00:00+08:00"


def test_explanations(root, command):
    folder = root / "policies" / "03-statistics-bureau"
    verdict = "statistics_bureau.daily_sheet@2024-01-24"
    policy = bylaw.Policy.load(folder)
    explanation = policy.explain(verdict, folder, until="2024-01-31")
    said = ["explain", folder, "--data", folder, "--until", "2024-01-31", "--verdict", verdict]
    assert explanation.en == str(explanation) == explanation.text() == command(*said).decode()
    assert explanation.zh == explanation.text("zh") == command(*said, "--lang", "zh").decode()
    assert explanation.json == json.loads(command(*said, "--format", "json"))
    assert explanation.summary() == explanation.en.splitlines()[0]
    assert explanation.summary("zh") == explanation.zh.splitlines()[0]
    assert policy.audit(folder, until="2024-01-31").explain(verdict).en == explanation.en
    assert "daily sheet" in explanation._repr_html_() and "<pre" in explanation._repr_html_()


def test_an_id_of_no_verdict(policy):
    for explain in (policy.audit(LATE).explain, lambda id: policy.explain(id, LATE)):
        with pytest.raises(bylaw.NoVerdictError, match="`office.late_fine@e1`") as caught:
            explain("office.late_fine@e9")
        assert isinstance(caught.value, KeyError)


def test_findings(root, command):
    path = root / "policies" / "03-statistics-bureau"
    findings = bylaw.Policy.load(path).lint(on="2024-06-01")
    assert list(findings) == [json.loads(line) for line in command("lint", path, "--on", "2024-06-01", "--format", "json").splitlines()]
    assert len(findings) > 3 and findings[0]["code"] in str(findings)
    assert bylaw.Policy.load(path).check() == []


def test_what_is_read_once_is_linted(tmp_path):
    """The texts may have changed on disk since they were loaded."""
    (tmp_path / "office.bylaw").write_text(OFFICE)
    policy = bylaw.Policy.load(tmp_path)
    before = [finding["code"] for finding in policy.lint()]
    (tmp_path / "office.bylaw").write_text("nothing of use")
    assert [finding["code"] for finding in policy.lint()] == before
    bundled = pickle.loads(pickle.dumps(policy))
    assert bundled == policy and [finding["code"] for finding in bundled.lint()] == before


def test_differences(command, tmp_path):
    (tmp_path / "old.bylaw").write_text(OFFICE)
    (tmp_path / "new.bylaw").write_text(OFFICE.replace("fine 2 CNY", "fine 3 CNY"))
    write_jsonl(tmp_path / "events.jsonl", LATE.to_pylist())
    old, new = bylaw.Policy.load(tmp_path / "old.bylaw"), bylaw.Policy.load(tmp_path / "new.bylaw")
    said = ["diff", "old.bylaw", "new.bylaw"]
    assert old.diff(new).json == json.loads(command(*said, "--format", "json", folder=tmp_path))
    # A stream can be had once, and both versions read it.
    reader = pa.RecordBatchReader.from_batches(LATE.schema, LATE.to_batches())
    difference = old.diff(new, reader, until="2024-03-31")
    with_data = [*said, "--events", "events.jsonl", "--until", "2024-03-31"]
    assert difference and difference.json == json.loads(command(*with_data, "--format", "json", folder=tmp_path))
    assert difference.text() == command(*with_data, folder=tmp_path).decode()
    assert difference.text("zh") == command(*with_data, "--lang", "zh", folder=tmp_path).decode()
    assert difference.unusable == (0, 0)
    assert not old.diff(old, LATE)


def test_the_notebook_shows_no_markup_of_the_data(policy):
    audit = policy.audit(LATE)
    shown = audit._repr_html_()
    assert "&lt;i&gt;li&lt;/i&gt;" in shown and "<i>" not in shown and "<b>" not in shown
    assert "fine 2 CNY" in shown
    assert repr(audit) == "<bylaw.Audit: 1 violation, 1 compliant>"
    assert "<i>" not in audit.explain("office.late_fine@e1")._repr_html_()


def test_progress(root):
    policy = bylaw.Policy.load(root / "policies/bench/attendance.bylaw")
    table = pa.Table.from_pylist(attendance(2000, 20))
    told = []
    policy.audit(table, registers={"officer": pa.Table.from_pylist(OFFICERS)}, progress=lambda *at: told.append(at))
    assert ("reading", 2, None) in told
    assert told[-1] == ("judging", len(policy.norms), len(policy.norms))

    def stop(*_):
        raise InterruptedError("not now")

    with pytest.raises(InterruptedError, match="not now"):
        policy.audit(table, progress=stop)


def test_the_interpreter_is_free_while_it_works(root):
    """Another thread goes on while records are judged. With the lock held it would not tick at all."""
    policy = bylaw.Policy.load(root / "policies/bench/attendance.bylaw")
    table = pa.Table.from_pylist(attendance(20_000, 200))
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.002)

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        began = time.monotonic()
        audit = policy.audit(table, threads=1)
        ended = time.monotonic()
        verdicts = audit.verdicts
    finally:
        done.set()
        ticker.join()
    within = [at for at in ticks if began < at < ended]
    took = ended - began
    assert took > 0.1, "too short to say anything"
    assert len(within) > took / 0.002 / 20, f"{len(within)} ticks in {took:.2f} s"
    assert len(verdicts) > 20_000


def test_types_are_shipped():
    from importlib.resources import files

    assert (files("bylaw") / "py.typed").is_file() and (files("bylaw") / "_bylaw.pyi").is_file()
