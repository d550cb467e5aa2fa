"""An audit goes on from an earlier one: the same files as the command line's, byte for byte the same results; and what changed since."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import bylaw
from conftest import OFFICERS, attendance, write_jsonl


@pytest.fixture(scope="module")
def policy(root) -> bylaw.Policy:
    return bylaw.Policy.load(root / "policies" / "bench" / "attendance.bylaw")


UNTIL = ["2024-01-31", "2024-02-29", "2024-03-31"]


@pytest.fixture(scope="module")
def months(tmp_path_factory) -> list[Path]:
    """Three files: the third corrects, takes back and repeats records of the first, has one out of order and some that cannot be used."""
    folder = tmp_path_factory.mktemp("months")
    rows = attendance(900, 20)
    parts = [[row for row in rows if row["at"][:7] == month[:7]] for month in UNTIL]
    late = [row for row in parts[0] if row["type"] == "sign_in"]
    parts[2] += [
        dict(late[0], revision=1, late_minutes=19),
        dict(late[1], id="c1", supersedes=late[1]["id"], late_minutes=18),
        dict(late[2], id="c2", retracts=late[2]["id"]),
        late[3],
        dict(late[4], late_minutes=17),
        dict(late[5], id="c3", late_minutes=16),
        dict(late[6], id="c4", at="2024-02-30"),
        {"type": "sign_in", "id": "c5"},
    ]
    write_jsonl(folder / "officers.jsonl", OFFICERS)
    return [write_jsonl(folder / f"{month}.jsonl", part) for month, part in zip(UNTIL, parts)]


def test_the_states_are_those_of_the_command_line(policy, months, command, root, tmp_path):
    rules, folder = root / "policies" / "bench" / "attendance.bylaw", months[0].parent
    registers = {"officer": folder / "officers.jsonl"}
    audit = lambda *more: command("audit", rules, "--register", f"officer={folder / 'officers.jsonl'}", *more)  # noqa: E731
    states: list[dict[str, Path]] = []
    for number, (month, until) in enumerate(zip(months, UNTIL)):
        own = {"command": tmp_path / f"command{number}", "python": tmp_path / f"python{number}"}
        # Each goes on from what the other saved.
        resume = {"command": states[-1]["python"], "python": states[-1]["command"]} if states else {}
        gone_on = audit("--events", month, "--until", until, "--save-state", own["command"], *(["--resume", resume["command"]] if states else []), "--format", "jsonl")
        here = policy.audit(month, registers=registers, until=until, save_state=own["python"], resume=resume.get("python"))
        here.write(tmp_path / "python.jsonl")
        assert (tmp_path / "python.jsonl").read_bytes() == gone_on
        assert own["python"].read_bytes() == own["command"].read_bytes()
        states.append(own)
        whole = policy.audit(months[: number + 1], registers=registers, until=until)
        whole.write(tmp_path / "whole.jsonl")
        assert (tmp_path / "whole.jsonl").read_bytes() == gone_on
    counts = whole.summary["records"]
    assert min(counts[what] for what in ("superseded", "retracted", "repeated", "rejected")) > 0, counts
    # Nothing new, and something new that stands in a table.
    policy.audit(registers=registers, until=UNTIL[2], resume=states[2]["command"]).write(tmp_path / "nothing.jsonl")
    assert (tmp_path / "nothing.jsonl").read_bytes() == gone_on
    table = pa.Table.from_pylist([json.loads(line) | {"supersedes": None} for line in months[1].read_text(encoding="utf-8").splitlines()])
    one, other = (policy.audit(data, registers=registers, resume=states[0]["python"]) for data in (table, months[1]))
    assert pa.table(one.verdicts).to_pylist() == pa.table(other.verdicts).to_pylist()
    violation = next(row["id"] for row in pa.table(whole.verdicts).to_pylist() if row["verdict"] == "violation")
    explained = policy.explain(violation, registers=registers, until=UNTIL[2], resume=states[2]["python"])
    assert (explained.en, explained.zh) == ((again := whole.explain(violation)).en, again.zh)
    changed = policy.diff(bylaw.Policy.parse(rules.read_text(encoding="utf-8").replace("2 CNY", "3 CNY")), registers=registers, until=UNTIL[2], resume=states[2]["python"])
    assert changed.json["recorded"]["verdicts"]


def test_what_an_audit_supersedes_and_withdraws(policy, months, command, root, tmp_path):
    rules, folder = root / "policies" / "bench" / "attendance.bylaw", months[0].parent
    registers = {"officer": folder / "officers.jsonl"}
    january = policy.audit(months[0], registers=registers, until=UNTIL[0])
    january.write(tmp_path / "january.jsonl")
    pq.write_table(pa.table(january.verdicts), tmp_path / "january.parquet")
    command("audit", rules, "--register", f"officer={folder / 'officers.jsonl'}", "--until", UNTIL[2], *(f"--events={month}" for month in months), "--since", tmp_path / "january.jsonl", "--format", "jsonl", "-o", tmp_path / "command.jsonl")
    since = [january, january.verdicts, pq.read_table(tmp_path / "january.parquet"), pl.DataFrame(january.verdicts), tmp_path / "january.jsonl", str(tmp_path / "january.jsonl")]
    for one in since:
        march = policy.audit(months, registers=registers, until=UNTIL[2], since=one)
        march.write(tmp_path / "python.jsonl")
        assert (tmp_path / "python.jsonl").read_bytes() == (tmp_path / "command.jsonl").read_bytes()
    assert march.withdrawn and march.summary["withdrawn"] == len(march.withdrawn) and march.summary["superseding"] > 0
    assert sum(revision is not None for revision in pa.table(march.verdicts)["supersedes"].to_pylist()) == march.summary["superseding"]
    assert policy.audit(months[0]).withdrawn == []


def test_what_cannot_be_gone_on_from_is_refused(policy, months, tmp_path):
    state = tmp_path / "state"
    policy.audit(months[0], save_state=state)
    good = state.read_bytes()

    def refused(**how) -> bylaw.BylawError:
        with pytest.raises(bylaw.BylawError) as caught:
            policy.audit(months[1], **how)
        one = caught.value.diagnostics[0]
        assert one.message and one.help and one.message_zh and one.help_zh and one.help in str(caught.value)
        return caught.value

    for bytes_, message in ((good[:-1], "damaged"), (b"bylaw state 0\n" + good[14:], "another version"), (b"{}", "not the saved state")):
        (tmp_path / "bad").write_bytes(bytes_)
        error = refused(resume=tmp_path / "bad")
        assert isinstance(error, bylaw.DataError) and message in str(error) and "bad" in str(error) and error.diagnostics[0].code == "unusable-state"
    assert "cannot be read" in str(refused(resume=tmp_path / "none"))
    others = bylaw.Policy.parse("regulation office\n  time zone Asia/Shanghai\nregister staff\nevent late by staff\n")
    with pytest.raises(bylaw.DataError, match="declare other records"):
        others.audit(resume=state)
    assert isinstance(refused(save_state=months[1]), bylaw.UsageError)
    assert "no records" in str(pytest.raises(bylaw.UsageError, policy.audit).value)
    for since, message in ((tmp_path / "none.jsonl", "none.jsonl"), (months[0], "not a line of an audit"), (pa.table({"id": ["a"]}), "no column `revision`"), (pa.table({"id": [1], "revision": ["a"]}), "not text"), (pa.table({"id": ["a"], "revision": pa.array([None], pa.string())}), "null")):
        error = refused(since=since)
        assert isinstance(error, bylaw.DataError) and message in str(error)
    assert isinstance(refused(since=7), bylaw.UsageError)
    with pytest.raises(OSError, match="cannot write"):
        policy.audit(months[0], save_state=tmp_path / "no folder" / "state")


def test_a_state_takes_its_place_only_when_the_audit_is_done(policy, months, tmp_path):
    state = tmp_path / "state"
    policy.audit(months[0], save_state=state)
    before = state.read_bytes()
    with pytest.raises(bylaw.DataError):
        policy.audit(months[2], resume=state, save_state=state, strict=True)
    assert state.read_bytes() == before and [path.name for path in tmp_path.iterdir()] == ["state"]
    policy.audit(months[1], resume=state, save_state=state)
    assert state.read_bytes() != before and [path.name for path in tmp_path.iterdir()] == ["state"]
