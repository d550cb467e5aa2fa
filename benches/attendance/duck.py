"""The workload in SQL, by DuckDB: the same records, the same two files.

duck.py RECORDS.jsonl EVENTS TOTALS THREADS
"""

import sys

import duckdb

records, events, totals, threads = sys.argv[1:]
db = duckdb.connect(config={"threads": int(threads)})

# Only the fields that a rule needs are read.
db.execute(f"""
create temp view record as select * from read_json('{records}', format = 'newline_delimited', columns = {{
    id: 'ubigint', type: 'varchar', person: 'varchar', "at": 'varchar', late_minutes: 'int', days: 'int', rank: 'varchar',
    approved_by: 'varchar[]', words: 'int', adopted_by: 'varchar', form: 'varchar'}})
""")

# What each record costs or brings, and what it counts as.
db.execute("""
create temp view judged as
select id, person, left("at", 7) as month,
    case type
        when 'sign_in' then if(late_minutes > 0, 'late', 'ok')
        when 'early_leave' then 'early'
        when 'absence_day' then 'absent'
        when 'leave_request' then if(list_contains(approved_by, if(ruled in ('A1', 'A3'), 'office_director', 'chief')), 'permit', 'deny')
        else 'award'
    end as verdict,
    case type
        when 'sign_in' then if(late_minutes > 0, -2, 0)
        when 'early_leave' then -2
        when 'absence_day' then -20
        when 'leave_request' then -5 * days
        else case adopted_by when 'none' then base when 'county' then 2 * base else if(form = 'info', 50, 100) end
    end as amount,
    case type
        when 'sign_in' then if(late_minutes > 0, 'R1', 'R0')
        when 'early_leave' then 'R2'
        when 'absence_day' then 'R3'
        when 'leave_request' then ruled
        else case adopted_by when 'none' then 'P1' when 'county' then 'P2' else 'P3' end
    end as rule,
    (verdict in ('late', 'early'))::int as late,
    (verdict = 'absent')::int as absent
from (
    select *,
        if(rank <> 'deputy_director', if(days <= 3, 'A1', 'A2'), if(days <= 2, 'A3', 'A4')) as ruled,
        case when form = 'info' then 5 when words < 1500 then 10 when words <= 3000 then 20 else 30 end as base
    from record)
""")

# Counts only grow within a month: the record that sets it off is the one before which the bonus was not gone.
db.execute("""
create temp table said as
select *,
    case
        when not (lates >= 10 or absences + lates // 3 >= 3) then ''
        when lates - late >= 10 or absences - absent + (lates - late) // 3 >= 3 then ''
        when lates >= 10 then 'R5'
        else 'R6'
    end as trigger
from (
    select *, sum(late) over so_far as lates, sum(absent) over so_far as absences
    from judged
    window so_far as (partition by person, month order by id rows unbounded preceding))
""")

db.execute(f"copy (select id, verdict, amount, rule, trigger from said order by id) to '{events}' (format csv, header false, quote '')")
db.execute(f"""
copy (
    select person, month, count(*), sum(late), sum(absent), -sum(least(amount, 0)), sum(greatest(amount, 0)), if(bool_or(trigger <> ''), 90, 0)
    from said group by person, month order by person, month
) to '{totals}' (format csv, header false)
""")
