"""How fast an audit in Python is beside the command line: `python bench/local.py EVENTS.parquet OFFICERS.jsonl BYLAW [PAIRS]`.

EVENTS are attendance records, as for `spark.py`; BYLAW is the program. Whole processes in turn, on one thread each, from the start of the interpreter to its end: wall
time, processor time and peak memory, medians; and of each pair how fast Python is beside the command line. What both write is compared, byte for byte.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
POLICY = ROOT / "policies" / "bench" / "attendance.bylaw"

LOAD = f"""
import bylaw
policy = bylaw.Policy.load({str(POLICY)!r})
audit = policy.audit({{events}}, registers={{{{"officer": {{officers!r}}}}}}, until="2024-12-31", threads=1)
"""
JOBS = {
    "Python, Parquet to Parquet": ("{events!r}", "audit.write({out!r})"),
    "Python, Parquet to verdicts in Arrow": ("{events!r}", "len(audit.verdicts)"),
    "Python, a pyarrow table to verdicts and statements in Arrow": ("__import__('pyarrow.parquet').parquet.read_table({events!r})", "len(audit.verdicts), len(audit.statements)"),
}


def run(*args: str) -> tuple[float, float, float]:
    """Seconds of wall time, seconds of processor time, MiB."""
    began = time.monotonic()
    child = os.posix_spawn(args[0], args, os.environ)
    _, status, used = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"{' '.join(args)} failed")
    return time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main(events: str, officers: str, program: str, pairs: int = 5) -> None:
    with tempfile.TemporaryDirectory() as folder:
        theirs, ours = str(Path(folder) / "theirs.parquet"), str(Path(folder) / "ours.parquet")
        command = [program, "audit", str(POLICY), "--events", events, "--register", f"officer={officers}", "--until", "2024-12-31", "--threads", "1", "--format", "parquet", "-o", theirs]
        took: dict[str, list[tuple[tuple[float, float, float], float]]] = {}
        for _ in range(pairs):
            for name, (given, then) in JOBS.items():
                lines = run(*command)
                code = LOAD.format(events=given.format(events=events), officers=officers) + then.format(out=ours)
                python = run(sys.executable, "-c", code)
                took.setdefault("the command line, Parquet to Parquet", []).append((lines, 1.0))
                took.setdefault(name, []).append((python, lines[0] / python[0]))
        same = Path(theirs).read_bytes() == Path(ours).read_bytes()
        print(f"{pairs} pairs each; load {' '.join(f'{one:.1f}' for one in os.getloadavg())}; the files are {'the same' if same else 'NOT the same'}")
        for name, all in took.items():
            wall, processor, memory = (statistics.median(one[0][at] for one in all) for at in range(3))
            print(f"{name}: {wall:.2f} s, {processor:.2f} s of processor, {memory:.0f} MiB; {statistics.median(ratio for _, ratio in all):.2f} of the command line's speed")


if __name__ == "__main__":
    if not 4 <= len(sys.argv) <= 5:
        raise SystemExit(__doc__)
    main(*sys.argv[1:4], *map(int, sys.argv[4:]))
