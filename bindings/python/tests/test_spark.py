"""An audit that is shared out over a cluster gives the verdicts of one process, byte for byte, also when an executor is killed in the middle.

By default the runs are small, since the library is not optimised here. `BYLAW_SPARK_ATTENDANCE=FILE.jsonl` audits these records instead
(`cargo bench --bench attendance -- gen 1000000 10000 FILE.jsonl` makes a million), `BYLAW_SPARK_FINES=all` the whole log of fines (`/work/shared/logs`).
"""

from __future__ import annotations

import gzip
import json
import os
import signal
import threading
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pyarrow as pa
import pyarrow.json
import pyarrow.parquet as pq
import pytest

import bylaw
from conftest import OFFICERS, attendance
from spark_cluster import executors, java
from spark_office import COLUMNS, OFFICE, SHARED, STAFF, frame, lines, office_rows

why_not = java()
pytestmark = pytest.mark.skipif(why_not is not None, reason=f"{why_not}: Spark cannot run")
if why_not is None:
    import bylaw.spark

FINES = Path("/work/shared/logs/road_traffic_fines.xes.gz")


def same(result, alone: bylaw.Audit) -> None:
    assert lines(result.verdicts.toArrow()) == lines(pa.table(alone.verdicts))
    assert lines(result.statements.toArrow()) == lines(pa.table(alone.statements))


def made_up() -> pa.Table:
    path = os.environ.get("BYLAW_SPARK_ATTENDANCE")
    return pa.json.read_json(path) if path else pa.Table.from_pylist(attendance(5_000, 150))


@pytest.fixture(scope="module")
def attended(tmp_path_factory) -> Path:
    """Attendance as Parquet files."""
    folder = tmp_path_factory.mktemp("attendance") / "events.parquet"
    table = made_up()
    # Lists are sets of officers; Spark has no type for what is sometimes a list.
    pq.write_table(table, folder, row_group_size=max(1, table.num_rows // 6))
    return folder


@pytest.fixture(scope="module")
def policy(root) -> bylaw.Policy:
    return bylaw.Policy.load(root / "policies" / "bench" / "attendance.bylaw")


@pytest.fixture(scope="module")
def alone(policy, attended) -> bylaw.Audit:
    return policy.audit(attended, registers={"officer": pa.Table.from_pylist(OFFICERS)}, until="2024-12-31")


def kill_in_the_middle(spark, action) -> tuple[object, int, int]:
    """Runs the action and kills an executor when some of its tasks are done; gives the outcome, and how many tasks were done of how many."""
    outcome: dict = {}

    def run():
        try:
            outcome["value"] = action()
        except BaseException as error:  # told in the test's own thread
            outcome["error"] = error

    runner = threading.Thread(target=run)
    tracker, app = spark.sparkContext.statusTracker(), spark.sparkContext.applicationId
    runner.start()
    killed = None
    while runner.is_alive() and killed is None:
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        # The last stage: the one with as many tasks as parts.
        judging = [stage for stage in stages if stage and stage.numTasks == 8 and 0 < stage.numCompletedTasks < 7]
        if judging:
            os.kill(executors(app)[0], signal.SIGKILL)
            killed = judging[0].numCompletedTasks, judging[0].numTasks
        time.sleep(0.01)
    runner.join()
    if "error" in outcome:
        raise outcome["error"]
    assert killed is not None, "the run was over before an executor could be killed"
    return outcome["value"], *killed


def test_attendance_with_an_executor_killed(spark, policy, attended, alone):
    result = bylaw.spark.audit(spark.read.parquet(str(attended)), policy, registers={"officer": pa.Table.from_pylist(OFFICERS)}, until="2024-12-31")
    assert result.plan.keys == {"person": policy.norms}
    before = executors(spark.sparkContext.applicationId)
    verdicts, done, of = kill_in_the_middle(spark, lambda: result.verdicts.toArrow())
    assert 0 < done < of
    assert lines(verdicts) == lines(pa.table(alone.verdicts))
    assert len(set(before) - set(executors(spark.sparkContext.applicationId))) == 1
    assert lines(result.statements.toArrow()) == lines(pa.table(alone.statements))


def test_the_report_shows_skew(spark, policy, attended, alone):
    result = bylaw.spark.audit(spark.read.parquet(str(attended)), policy, registers={"officer": pa.Table.from_pylist(OFFICERS)}, until="2024-12-31", partitions=4)
    parts = result.report.orderBy("part").toArrow().to_pylist()
    counts = alone.summary["records"]
    assert [part["part"] for part in parts] == [0, 1, 2, 3] and {part["key"] for part in parts} == {"person"}
    assert sum(part["rows"] for part in parts) == counts["read"] and sum(part["used"] for part in parts) == counts["used"]
    assert sum(part["verdicts"] for part in parts) == len(alone.verdicts)
    assert all(0 < part["largest_rows"] <= part["rows"] and part["seconds"] > 0 for part in parts)


def fines(path: Path, most: int | None) -> pa.Table:
    """The log's events, named as the command line names them: the case and the place in it."""
    rows: dict[str, list] = {"id": [], "case:concept:name": [], "concept:name": [], "time:timestamp": []}
    cases = 0
    with gzip.open(path) as log:
        for _, trace in ET.iterparse(log):
            if trace.tag.rpartition("}")[2] != "trace":
                continue
            case = next(one.get("value") for one in trace if one.get("key") == "concept:name")
            events = [one for one in trace if one.tag.rpartition("}")[2] == "event"]
            for number, event in enumerate(events, 1):
                values = {one.get("key"): one.get("value") for one in event}
                rows["id"].append(f"{case}#{number}")
                rows["case:concept:name"].append(case)
                rows["concept:name"].append(values["concept:name"])
                rows["time:timestamp"].append(values["time:timestamp"])
            trace.clear()
            cases += 1
            if cases == most:
                break
    return pa.table(rows)


@pytest.mark.skipif(not FINES.exists(), reason="the log of fines is not here")
def test_fines_with_an_executor_killed(spark, root, command, tmp_path):
    whole = os.environ.get("BYLAW_SPARK_FINES") == "all"
    table = fines(FINES, None if whole else 4000)
    pq.write_table(table, tmp_path / "fines.parquet", row_group_size=table.num_rows // 5)
    policy = bylaw.Policy.load(root / "policies" / "logs" / "road_traffic_fines.bylaw")
    alone = policy.audit(tmp_path / "fines.parquet", until="2013-06-18")
    result = bylaw.spark.audit(spark.read.parquet(str(tmp_path / "fines.parquet")), policy, until="2013-06-18")
    assert list(result.plan.keys) == ["fine"]
    verdicts, done, of = kill_in_the_middle(spark, lambda: result.verdicts.toArrow())
    assert 0 < done < of
    assert lines(verdicts) == lines(pa.table(alone.verdicts))
    if whole:
        counts = alone.summary["rules"]["road_traffic_fines.send_within_90_days"]
        assert (counts["compliant"], counts["violation"]) == (54_215, 49_772)


@pytest.mark.parametrize("partitions", [2, 16])
def test_several_keys_corrections_and_people_without_records(spark, partitions):
    policy, df = bylaw.Policy.parse(OFFICE), frame(spark, office_rows())
    registers = {"staff": spark.createDataFrame(STAFF.to_pandas()), "section": pa.table({"id": ["d0", "d1"]})}
    result = bylaw.spark.audit(df, policy, registers=registers, until="2024-04-10", only=SHARED, partitions=partitions)
    assert result.plan.keys == {"staff": SHARED[:2], "section": SHARED[2:]}
    table = pa.Table.from_pylist([row.asDict() for row in df.collect()], schema=df.toArrow().schema)
    alone = policy.audit(table, registers={"staff": STAFF, "section": registers["section"]}, until="2024-04-10")
    expected = pa.table(alone.verdicts)
    expected = expected.filter([rule in SHARED for rule in expected["rule"].to_pylist()])
    assert lines(result.verdicts.toArrow()) == lines(expected)
    months = [row["id"] for row in expected.to_pylist() if row["rule"] == "office.often" and "/s19/" not in row["id"] and "s19" in row["id"]]
    assert months, "people without records have periods"
    rejected = result.rejected.where("what = 'rejected'").toArrow().to_pylist()
    assert sorted((one["code"], one["id"]) for one in rejected) == sorted((one.code, one.id) for one in alone.rejected)
    assert {one["row"] for one in rejected} and all(one["row"] is not None for one in rejected)
    with pytest.raises(bylaw.UsageError, match="statements"):
        result.statements


def test_columns_that_no_record_needs_together_go_in_one(spark):
    from bylaw.spark._pack import packed
    from pyspark.sql import functions as F

    policy = bylaw.Policy.parse(OFFICE)
    rows = office_rows()
    # Named as people name types; what is read of others stands in records, too, and means nothing there.
    blanks = ["late", " late", "late\t", "\u3000late\u2009", "\x0clate\x85", "late\xa0"]
    for at, row in enumerate(rows):
        if row["type"] == "late":
            row |= {"type": blanks[at % len(blanks)], "section": f"d{at % 5}"}
        elif row["type"] == "seen":
            row |= {"type": "seen" if at % 8 else "seen\u2028", "head": f"s{at % 3}", "minutes": 600}
    df = frame(spark, rows).withColumn("note", F.lit("nobody reads it"))
    read = policy._native.columns_read()
    assert read is not None and read[0] == "type" and read[1]["seen"] == {"type", "id", "at", "source", "revision", "recorded_at", "supersedes", "retracts", "section"}
    columns, where = packed(df, read, {"id", "staff"})
    assert len(columns) == len(COLUMNS) - 1 and "note" not in where and where["section"] == where["head"] != where["staff"]
    # Those that have their own: the key, and what is declared to.
    assert packed(df, read, {"id", "staff", "head"})[1]["section"] != "head"
    assert packed(df, None, {"id"}) is None and packed(df.withColumn("type", F.lit(1)), read, {"id"}) is None
    expected = pa.table(policy.audit(df.toArrow(), registers={"staff": STAFF}, until="2024-04-10").verdicts)
    result = bylaw.spark.audit(df, policy, registers={"staff": STAFF}, until="2024-04-10", only=SHARED[:2], ids="unique")
    assert all(each.packed for each in result._passes)
    assert lines(result.verdicts.toArrow()) == lines(expected.filter([rule in SHARED[:2] for rule in expected["rule"].to_pylist()]))
    # Nothing stands in the way of each row, so that they pass by.
    plain = df.where("revision is null and supersedes is null and retracts is null and at > '2024-01-00' and id not in ('e902', 'e903')")
    expected = pa.table(policy.audit(plain.toArrow(), registers={"staff": STAFF}, until="2024-04-10").verdicts)
    result = bylaw.spark.audit(plain, policy, registers={"staff": STAFF}, until="2024-04-10", only=SHARED[:2], ids="unique")
    assert lines(result.verdicts.toArrow()) == lines(expected.filter([rule in SHARED[:2] for rule in expected["rule"].to_pylist()]))


def test_a_partition_is_one_part():
    from bylaw.spark import _part

    task = {"columns": {"id": "id"}, "id_column": "id"}
    rows = lambda places: pa.table({"id": [str(place) for place in places], _part.ORDER: pa.array(places, pa.int64())})  # noqa: E731
    assert _part._unpacked(rows([4, -7, 0]), task).shard == 4
    for places in ([4, 0], [-3, -4, 2]):
        with pytest.raises(bylaw.DataError, match=f"holds {len(places) - len([1 for place in places if place >= 0])} parts") as caught:
            _part._unpacked(rows(places), task)
        assert caught.value.diagnostics[0].message_zh


def test_norms_that_cannot_be_shared_are_named(spark):
    policy, df = bylaw.Policy.parse(OFFICE), frame(spark, office_rows())
    with pytest.raises(bylaw.spark.CannotBeShared) as caught:
        bylaw.spark.audit(df, policy, registers={"staff": STAFF}, until="2024-04-10")
    assert set(caught.value.norms) == {"office.heads", "office.meetings"}
    assert all(name in str(caught.value) for name in caught.value.norms) and caught.value.diagnostics[0].message_zh
    with pytest.raises(bylaw.spark.CannotBeShared):
        bylaw.spark.audit(df, policy, registers={"staff": STAFF}, until="2024-04-10", only=["office.late_fine", "office.heads"])
    with pytest.raises(bylaw.UsageError, match="no norm `office.nothing`"):
        bylaw.spark.audit(df, policy, until="2024-04-10", only=["office.nothing"])


def test_corrections_across_keys_are_refused(spark):
    policy = bylaw.Policy.parse(OFFICE)
    audit = lambda rows: bylaw.spark.audit(frame(spark, rows), policy, registers={"staff": STAFF}, until="2024-04-10", only=["office.late_fine"])  # noqa: E731
    rows = office_rows()
    for other in (dict(rows[8], revision=3, staff="s1"), dict(rows[8], id="e950", supersedes="e8", staff="s1"), dict(rows[8], id="e951", retracts="e8", staff=None)):
        with pytest.raises(bylaw.DataError, match="belong together") as caught:
            audit([*rows, other])
        assert caught.value.diagnostics[0].code == "cannot-be-shared"


def test_what_would_be_silently_wrong_is_refused(spark):
    policy, rows = bylaw.Policy.parse(OFFICE), office_rows()
    given = {"registers": {"staff": STAFF}, "until": "2024-04-10", "only": SHARED[:2]}
    with pytest.raises(TypeError):
        bylaw.spark.audit(frame(spark, rows), policy)
    with pytest.raises(bylaw.UsageError, match="id"):
        bylaw.spark.audit(frame(spark, rows).drop("id"), policy, **given)
    with pytest.raises(bylaw.UsageError, match="`staff`"):
        bylaw.spark.audit(frame(spark, rows).drop("staff"), policy, **given)
    for other, message in ((dict(rows[0], id=None), "no id"), (dict(rows[0], id="e960", staff="\ts1"), "not written plainly")):
        with pytest.raises(Exception, match=message):
            bylaw.spark.audit(frame(spark, [*rows, other]), policy, ids="unique", **given).verdicts.collect()
    with pytest.raises(Exception, match="lies before"):
        bylaw.spark.audit(frame(spark, rows), policy, first="2024-02-01", **given).verdicts.collect()

def test_ids_are_there():
    from bylaw.spark import _part

    for ids in (["e1", None], ["e1", " "], ["e1", ""], pa.array([1, None])):
        with pytest.raises(bylaw.DataError, match="no id") as caught:
            _part._ids_are_there(pa.table({"id": ids}), "id")
        assert caught.value.diagnostics[0].message_zh
    for ids in (["e1", "e2"], [1, 2], pa.array([], pa.string())):
        _part._ids_are_there(pa.table({"id": ids}), "id")


def test_the_audit_begins_with_the_first_record_that_counts(spark):
    from pyspark.sql import functions as F

    policy, rows = bylaw.Policy.parse(OFFICE), office_rows()
    given = {"registers": {"staff": STAFF}, "until": "2024-04-10", "only": SHARED[:2]}
    # What is earliest is taken back, by a record that stands in another partition; and what is earlier still cannot be used.
    early = [dict(rows[0], id="e970", at="2023-11-05T08:00"), dict(rows[0], id="e972", at="2023-10-05T08:00", minutes=9999), dict(rows[0], id="e971", retracts="e970")]
    texts = frame(spark, [*rows, *early[:2]]).coalesce(1).unionByName(frame(spark, early[2:]))
    # As texts, and as times, of which the first of each person will do.
    for df in (texts, texts.withColumn("at", F.expr("try_cast(at as timestamp_ntz)")), texts.withColumn("at", F.expr("try_cast(substr(at, 1, 10) as date)"))):
        expected = pa.table(policy.audit(df.toArrow(), registers={"staff": STAFF}, until="2024-04-10").verdicts)
        expected = expected.filter([rule in SHARED[:2] for rule in expected["rule"].to_pylist()])
        for first in (None, "2024-01-01"):
            assert lines(bylaw.spark.audit(df, policy, first=first, **given).verdicts.toArrow()) == lines(expected)


def test_the_docstrings():
    import doctest

    from bylaw.spark import _plan

    failed, tried = doctest.testmod(_plan, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert tried > 0 and failed == 0
