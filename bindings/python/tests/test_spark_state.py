"""On a cluster, an audit goes on from month to month: it gives, byte for byte, what one audit of all months gives."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

import bylaw
from spark_cluster import java
from spark_office import COLUMNS, OFFICE, SHARED, STAFF, frame, lines, office_rows

why_not = java()
pytestmark = pytest.mark.skipif(why_not is not None, reason=f"{why_not}: Spark cannot run")
if why_not is None:
    import bylaw.spark
    from pyspark.sql import functions as F

SECTION = pa.table({"id": ["d0", "d1"]})
REGISTERS = {"staff": STAFF, "section": SECTION}
UNTIL = ["2024-02-10", "2024-03-10", "2024-04-10"]
SCHEMA = pa.schema([(name, pa.int64() if name in ("minutes", "revision", "place") else pa.string()) for name in [*COLUMNS, "place"]])


def months() -> list[list[dict]]:
    """Three months; the later ones correct, take back and repeat records of the first, have some out of order, and some that cannot be used."""
    rows = office_rows()
    parts = [rows[:80], rows[80:160], rows[160:]]
    # With this record the audit begins, until it is taken back.
    parts[0].insert(7, dict(rows[0], id="e800", at="2023-12-05T08:00"))
    parts[1] += [
        dict(rows[12], revision=1, minutes=9),
        dict(rows[17], id="e801", supersedes="e17", minutes=10),
        dict(rows[20], id="e802", retracts="e20"),
        rows[21],
        dict(rows[24], minutes=11),
        dict(rows[25], id="e803", at="2024-01-02T07:00"),
        dict(rows[28], id="e804", minutes=7000),
        dict(rows[28], id="e805", retracts="nobody"),
    ]
    parts[2] += [
        dict(rows[0], id="e806", retracts="e800"),
        # What took back is taken back; what was corrected is corrected again.
        dict(rows[20], id="e807", retracts="e802"),
        dict(rows[17], id="e808", supersedes="e801", minutes=12),
        dict(rows[12], revision=3, minutes=13),
    ]
    place = iter(range(1000))
    return [[dict(row, place=next(place)) for row in part] for part in parts]


def table(rows: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def placed(spark, rows: list[dict]):
    """A frame with the places."""
    names = ", ".join(f"{field.name} {'long' if field.type == pa.int64() else 'string'}" for field in SCHEMA)
    return spark.createDataFrame([tuple(row.get(name) for name in SCHEMA.names) for row in rows], names).repartition(3)


def wanted(audit: bylaw.Audit, norms=SHARED) -> list[str]:
    verdicts = pa.table(audit.verdicts)
    return lines(verdicts.filter([rule in norms for rule in verdicts["rule"].to_pylist()]))


def saved(spark, result, folder):
    result.state.write.parquet(str(folder))
    return spark.read.parquet(str(folder))


def test_three_months_in_different_parts(spark, tmp_path):
    policy, parts = bylaw.Policy.parse(OFFICE), months()
    state, so_far, begins = None, [], []
    for number, (month, until, partitions) in enumerate(zip(parts, UNTIL, (3, 8, 2))):
        so_far += month
        result = bylaw.spark.audit(placed(spark, month), policy, registers=REGISTERS, until=until, only=SHARED, partitions=partitions, order="place", state=state, ids="checked" if number == 2 else "unique")
        alone = policy.audit(table(so_far), registers=REGISTERS, until=until)
        assert lines(result.verdicts.toArrow()) == wanted(alone)
        begins.append(min(row["id"].rpartition("/")[2] for row in pa.table(alone.verdicts).to_pylist() if row["rule"] == "office.often"))
        state = saved(spark, result, tmp_path / f"state{number}")
    told = [row for row in result.rejected.toArrow().to_pylist() if row["what"] == "rejected"]
    assert sorted((one["code"], one["id"] or "", one["row"], one["message"], one["message_zh"]) for one in told) == sorted((one.code, one.id or "", one.line - 1, one.message, one.message_zh) for one in alone.rejected)
    counts = alone.summary["records"]
    assert min(counts[what] for what in ("superseded", "retracted", "repeated", "rejected")) > 0, counts
    # The first record counts for two months, and then no more.
    assert begins == ["2023-12", "2023-12", "2024-01"]
    rows = state.toArrow().to_pylist()
    subjects = [row for row in rows if row["part"] is None]
    # Eight people, and the records of nobody.
    assert {row["entity"] for row in rows} == {"staff"} and len(subjects) == len({row["key"] for row in subjects}) == 9 and sorted(row["part"] for row in rows if row not in subjects) == [0, 1]
    unread = sum(one.code in ("no-such-date", "missing-time", "out-of-range") for one in alone.rejected)
    assert sum(row["records"] for row in subjects) == sum(row["type"] != "other" for row in so_far) - unread
    # Nothing new.
    nothing = bylaw.spark.audit(placed(spark, []), policy, registers=REGISTERS, until=UNTIL[2], only=SHARED[:2], state=state, ids="unique", partitions=2)
    assert lines(nothing.verdicts.toArrow()) == wanted(alone, SHARED[:2])
    report = nothing.report.toArrow().to_pylist()
    assert sum(row["rows"] for row in report) == counts["read"] and max(row["largest_rows"] for row in report) == max(row["records"] for row in subjects if row["key"])


def test_rules_and_registers_that_change_meanwhile(spark, tmp_path):
    parts = months()
    changed = bylaw.Policy.parse(OFFICE.replace("fine 9 CNY", "fine 8 CNY") + "rule more\n  on late\n  fine 3 CNY when count of late in the month >= 3\n")
    promoted = {"staff": STAFF.set_column(1, "post", pa.array(["chief"] * 20)), "section": pa.table({"id": ["d2"]})}
    # Without places: in the order in which the rows come, a month after the other.
    frames = [frame(spark, part).coalesce(1) for part in parts]
    first = bylaw.spark.audit(frames[0], bylaw.Policy.parse(OFFICE), registers=REGISTERS, until=UNTIL[0], only=SHARED, partitions=2, ids="unique")
    # By sections only, so that the state is taken apart and put together by other subjects; and back.
    second = bylaw.spark.audit(frames[1], changed, registers=promoted, until=UNTIL[1], only=SHARED[2:], partitions=3, ids="unique", state=saved(spark, first, tmp_path / "first"))
    assert lines(second.verdicts.toArrow()) == wanted(changed.audit(table(parts[0] + parts[1]), registers=promoted, until=UNTIL[1]), SHARED[2:])
    state = saved(spark, second, tmp_path / "second")
    assert {row["entity"] for row in state.select("entity").distinct().collect()} == {"section"}
    norms = [*SHARED, "office.more"]
    third = bylaw.spark.audit(frames[2], changed, registers=promoted, until=UNTIL[2], only=norms, partitions=4, state=state)
    assert list(third.plan.keys) == ["staff", "section"]
    expected = wanted(changed.audit(table(sum(parts, [])), registers=promoted, until=UNTIL[2]), norms)
    assert lines(third.verdicts.toArrow()) == expected and any("office.more" in line for line in expected)


def test_what_was_superseded_and_withdrawn(spark):
    policy, parts = bylaw.Policy.parse(OFFICE), months()
    earlier = policy.audit(table(parts[0]), registers=REGISTERS, until=UNTIL[0])
    whole = table(sum(parts, []))
    # What no longer applies takes the place of what was judged.
    policy = bylaw.Policy.parse(OFFICE.replace("fine 9 CNY", "unless minutes > 500 minutes\n  fine 9 CNY"))
    alone = policy.audit(whole, registers=REGISTERS, until=UNTIL[2], since=earlier)
    since = spark.createDataFrame(pa.table(earlier.verdicts).to_pandas())
    result = bylaw.spark.audit(placed(spark, sum(parts, [])), policy, registers=REGISTERS, until=UNTIL[2], only=SHARED, partitions=2, order="place", first="2024-01-01", ids="unique", since=since)
    expected = wanted(alone)
    assert lines(result.verdicts.toArrow()) == expected
    assert any('"supersedes": "' in line for line in expected) and any('"not_applicable"' in line for line in expected) and len(expected) < len(wanted(policy.audit(whole, registers=REGISTERS, until=UNTIL[2], all=True)))
    withdrawn = [one for one in alone.withdrawn if one.partition("@")[0] in SHARED]
    assert sorted(row["id"] for row in result.withdrawn.collect()) == withdrawn and withdrawn
    with pytest.raises(bylaw.UsageError, match="revision"):
        bylaw.spark.audit(placed(spark, []), policy, registers=REGISTERS, until=UNTIL[2], only=SHARED, since=since.drop("revision"), ids="unique")
    with pytest.raises(bylaw.UsageError, match="no earlier audit"):
        bylaw.spark.audit(placed(spark, []), policy, registers=REGISTERS, until=UNTIL[2], only=SHARED[:1], ids="unique").withdrawn
    twice = bylaw.spark.audit(placed(spark, []), policy, registers=REGISTERS, until=UNTIL[2], only=SHARED[:1], partitions=1, ids="unique", since=since.unionByName(since))
    with pytest.raises(Exception, match="stands there twice"):
        twice.withdrawn.collect()


def test_states_that_cannot_be_used_are_refused(spark, tmp_path):
    policy, parts = bylaw.Policy.parse(OFFICE), months()
    given = {"registers": REGISTERS, "until": UNTIL[1], "only": SHARED[:1], "partitions": 2, "order": "place"}
    state = saved(spark, bylaw.spark.audit(placed(spark, parts[0]), policy, ids="unique", **given), tmp_path / "state").coalesce(1).persist()
    audit = lambda state, rows=parts[1], rules=policy, **more: bylaw.spark.audit(placed(spark, rows), rules, state=state, **{**given, **more})  # noqa: E731

    def refused(message: str, state, **more) -> None:
        with pytest.raises(bylaw.DataError, match=message) as caught:
            audit(state, **more)
        one = caught.value.diagnostics[0]
        assert one.code == "unusable-state" and one.help in str(caught.value) and one.message_zh and one.help_zh

    refused("it has no `payload`", state.drop("payload"))
    refused("another version", state.withColumn("version", F.lit(99)))
    refused("rows are missing", state.where("key is null or key <> 's1'"))
    refused("rows are missing", state.where("part is null or part <> 1"))
    refused("rows are missing", state.limit(0))
    refused("more than one saved state", state.unionByName(state))
    refused("declare other records", state, rules=bylaw.Policy.parse(OFFICE.replace("0 .. 600", "0 .. 700")))
    with pytest.raises(bylaw.UsageError, match="no data frame"):
        audit(state.toArrow())
    # What a row holds is checked where it is read.
    is_one = F.col("key") == "s1"
    one_byte = F.when(is_one, F.unhex(F.concat(F.substring(F.hex("payload"), 1, 200), F.lit("5A"), F.expr("substring(hex(payload), 203)")))).otherwise(F.col("payload"))
    with pytest.raises(Exception, match="the saved state is damaged") as caught:
        audit(state.withColumn("payload", one_byte), ids="unique").verdicts.collect()
    assert "audit all events files again" in str(caught.value) and "保存的状态已损坏" in str(caught.value) and "请重新判定" in str(caught.value)
    rows = state.where(is_one).toArrow().to_pylist()
    keyed = lambda **other: policy._native.keyed([], "staff", None, ("staff", None, pa.Table.from_pylist([dict(rows[0], **other)], schema=state.toArrow().schema)))  # noqa: E731
    assert pa.table(keyed())["payload"].to_pylist() == [rows[0]["payload"]]
    for other in ({"key": "s99"}, {"key": None}, {"first": dt.date(2024, 1, 9)}, {"last": 0}, {"records": 0}, {"payload": rows[0]["payload"][:-1]}):
        with pytest.raises(bylaw.DataError, match="damaged") as caught:
            keyed(**other)
        assert caught.value.diagnostics[0].code == "unusable-state"
    # Ids are told apart across the months, as they are within one.
    row = parts[0][0]
    for other in (dict(row, revision=5, staff="s1"), dict(row, id="e950", supersedes="e0", staff="s1"), dict(row, id="e951", retracts="e0", staff="s2")):
        with pytest.raises(bylaw.DataError, match="belong together"):
            audit(state, [other])
    for order, message in (("id", "no whole number"), (F.col("place") - 5, "null or negative")):
        with pytest.raises(Exception, match=message):
            bylaw.spark.audit(placed(spark, parts[0]), policy, **{**given, "order": order, "ids": "unique"}).verdicts.collect()
