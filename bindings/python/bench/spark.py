"""How fast an audit on Spark is, against the same job with an empty body, in one run: `python bench/spark.py EVENTS.parquet OFFICERS.jsonl [ROUNDS] [PARTITIONS] [NAME=VALUE …]`.

EVENTS are attendance records (`cargo bench --bench attendance -- gen EVENTS PERSONS FILE.jsonl`). All jobs shuffle and hand the rows to Python. Of the empty
bodies, the first stands where one would write such a job by hand: shared out by person, sorted by person and time. The others have the audit's shuffle of whole rows: one lets the
rows go by and gives nothing back; one does so after Spark has sorted each part, which the audit leaves to the engine; one hands the rows back, as the audit hands back its verdicts
(more of them than rows, with lists in them). The last lets rows go by with the columns that verdicts need, as the audit sends them. Settings of Spark (NAME=VALUE) come behind, and
hold for all jobs. Then everything is judged again from a saved state, with no new records. It starts a standalone master and two workers with a core each, and ends them.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import pyarrow.json

import bylaw
import bylaw.spark
from bylaw.spark._part import ORDER, VERDICT
from spark_cluster import cluster, session

ROOT = Path(__file__).resolve().parents[3]


def empty(batches, task=None, shared=None):
    """Lets the rows go by."""
    for _ in batches:
        pass
    return iter(())


def through(batches, task, shared):
    """Hands the rows back."""
    yield from batches


def took(frame) -> float:
    began = time.monotonic()
    frame.write.format("noop").mode("overwrite").save()
    return time.monotonic() - began


def main(events: str, officers: str, rounds: int = 3, partitions: int = 8, *settings: str) -> None:
    policy = bylaw.Policy.load(ROOT / "policies" / "bench" / "attendance.bylaw")
    with tempfile.TemporaryDirectory() as folder, cluster(Path(folder), memory="5g") as master, session(master, Path(folder), memory="4g", **dict(one.split("=", 1) for one in settings)) as spark:
        df = spark.read.parquet(events)
        count = df.count()
        began = time.monotonic()
        given = {"registers": {"officer": pyarrow.json.read_json(officers)}, "until": "2024-12-31", "partitions": partitions}
        checked = bylaw.spark.audit(df, policy, **given)
        planned = time.monotonic() - began
        began = time.monotonic()
        result = bylaw.spark.audit(df, policy, ids="unique", first="2024-01-01", **given)
        at_once = time.monotonic() - began
        (one,) = result._passes
        sorted_parts = one.shuffled.sortWithinPartitions(ORDER).mapInArrow(partial(empty, task=one.task, shared=one.shared), VERDICT)
        by_hand = df.repartition(partitions, "person").sortWithinPartitions("person", "at").mapInArrow(empty, VERDICT)
        jobs = {"rows go by, by hand": by_hand, "rows go by, sorted": sorted_parts, "rows go by": one.run(empty, VERDICT), "rows come back": one.run(through, one.shuffled.schema), "rows go by, fewer columns": one.packed[0].mapInArrow(empty, VERDICT), "audit": result.verdicts}
        for frame in jobs.values():
            took(frame)
        each = [[took(frame) for frame in jobs.values()] for _ in range(rounds)]
        print(f"{count:,} events, {partitions} parts, {rounds} rounds; load {' '.join(f'{one:.1f}' for one in os.getloadavg())}")
        for at, name in enumerate(jobs):
            seconds = [round[at] for round in each]
            ratio = statistics.median(round[at] / round[-1] for round in each)
            print(f"{name}: {', '.join(f'{one:.1f}' for one in seconds)} s; median {count / statistics.median(seconds):,.0f} events/s; the audit has {ratio:.2f} of its speed")
        print(f"before anything runs: {planned:.1f} s when ids are checked and the first record is looked for, {at_once:.1f} s when both are given")
        del checked
        state = Path(folder) / "state"
        began = time.monotonic()
        result.state.write.parquet(str(state))
        seconds, size = time.monotonic() - began, sum(file.stat().st_size for file in state.glob("*.parquet"))
        print(f"the state: written in {seconds:.1f} s, {size / count:.1f} bytes a record")
        gone_on = bylaw.spark.audit(df.limit(0), policy, ids="unique", first="2024-01-01", state=spark.read.parquet(str(state)), **given).verdicts
        each = [(took(result.verdicts), took(gone_on)) for _ in range(rounds)]
        print(f"audit from the records: {', '.join(f'{pair[0]:.1f}' for pair in each)} s; from the state: {', '.join(f'{pair[1]:.1f}' for pair in each)} s")
        print(f"from the state : from the records = {statistics.median(pair[1] / pair[0] for pair in each):.2f} (median of {rounds} pairs)")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:5]), *sys.argv[5:])
