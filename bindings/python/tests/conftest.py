"""What the tests share: the repository, its command line, and made-up records."""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def command():
    """Runs `bylaw` in a folder; gives what it wrote. `BYLAW` says where it is; else it is the one that `cargo test` built."""
    program = Path(os.environ.get("BYLAW", ROOT / "target" / "debug" / "bylaw"))
    if not program.exists():
        pytest.fail(f"{program} is not there: run `cargo build` first, or set BYLAW")

    def run(*args: object, folder: Path | str = ROOT) -> bytes:
        done = subprocess.run([program, *map(str, args)], cwd=folder, capture_output=True, check=False)
        assert done.returncode in (0, 1), done.stderr.decode()
        return done.stdout

    return run


def attendance(count: int, people: int, seed: int = 7) -> list[dict]:
    """Made-up attendance records, in the order of time, every column in every row."""
    chance = random.Random(seed)
    empty = dict.fromkeys(["type", "id", "at", "person", "late_minutes", "days", "rank", "approved_by", "words", "adopted_by", "form"])
    rows = []
    for number in range(count):
        day = 2 + number * 85 // count
        row = dict(empty, id=f"e{number}", person=f"p{chance.randrange(people)}", at=f"2024-{1 + day // 29:02}-{1 + day % 29:02}T{8 + chance.randrange(9):02}:{chance.randrange(60):02}:00+08:00")
        row["type"] = kind = chance.choice(["sign_in"] * 6 + ["early_leave", "absence_day", "leave_request", "article"])
        if kind == "sign_in":
            row["late_minutes"] = max(0, chance.randrange(-20, 20))
        elif kind == "leave_request":
            row |= {"days": chance.randrange(1, 6), "rank": chance.choice(["staff", "section_member", "section_chief", "deputy_director"])}
            row["approved_by"] = chance.choice(["head", "boss", "head;boss", ""])
        elif kind == "article":
            row |= {"words": chance.randrange(400, 4000), "adopted_by": chance.choice(["none", "county", "province"]), "form": chance.choice(["article", "info"])}
        rows.append(row)
    return rows


OFFICERS = [{"id": "head", "post": "office_director"}, {"id": "boss", "post": "chief"}]


def write_jsonl(path: Path, rows: list[dict]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """A session on a cluster of a master and two workers."""
    from spark_cluster import cluster, session

    folder = tmp_path_factory.mktemp("spark")
    with cluster(folder) as master, session(master, folder) as spark:
        yield spark
