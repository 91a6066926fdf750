-- The opening of a transaction that is one statement: called before any of its parts writes. What
-- was written before would stand in the log's order already, so a wait here would hold it up (R4).
create function log.open_at_last(keys bigint[], attempt bigint, subject text) returns void
language plpgsql as $$
begin
    if pg_current_xact_id_if_assigned() is not null then
        raise exception 'locks come before writes' using errcode = 'BF002';
    end if;
    perform log.open(keys, attempt, subject);
end
$$;

-- Below it every transaction of this database has ended (R3), by the snapshot of whoever asks. The
-- number runs over all databases of a server: one that writes in another database tells nothing here,
-- and need not be waited for. Who has just begun, or just ended, is not known to be elsewhere.
create function log.horizon() returns bigint
language sql stable as $$
    select coalesce(
        (select min(one::text::bigint) from pg_snapshot_xip(pg_current_snapshot()) one
         where not exists (
            select from pg_locks held, pg_stat_get_activity(held.pid) at
            where held.locktype = 'transactionid' and held.mode = 'ExclusiveLock' and held.granted
              and held.transactionid = one::xid
              and at.datid <> (select oid from pg_database where datname = current_database()))),
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
$$;

-- The next facts of one source, those beyond the horizon among them, for whoever publishes: it is one
-- trip to learn what may go and whether more waits.
create function log.read_on(after_txid bigint, after_row bigint, told_by text, most integer)
returns table (told log.fact, is_ahead boolean)
language plpgsql stable
set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off set enable_sort = off as $$
declare
    low bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
begin
    return query
        with here as materialized (
            select f from log.fact f
            where (f.txid, f.row) > (after_txid, after_row) and f.source = told_by
            order by f.txid, f.row
            limit most
        ), edge as materialized (
            select case when exists (select from here where (here.f).txid >= low)
                then log.horizon() else low end as horizon
        )
        select here.f, (here.f).txid >= edge.horizon from here, edge;
end
$$;
drop function log.goes_on(bigint, bigint, text);
