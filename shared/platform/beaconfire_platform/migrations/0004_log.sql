-- Whoever reads on asks from near the end of a table that grows for years. A plan that was made once,
-- when it was small, read all of it each time; one that is made anew each time costs more than the
-- reading. The way by the key is right however large it is, so it is the only one here.
create or replace function log.read(
    after_txid bigint, after_row bigint, sources text[], most integer
) returns setof log.fact
language plpgsql stable
set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off set enable_sort = off as $$
begin
    return query
        select f.* from log.fact f
        where (f.txid, f.row) > (after_txid, after_row)
          and f.txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
          and f.source = any(sources)
        order by f.txid, f.row
        limit most;
end
$$;

-- Whether there is a fact of a source after a position, beyond the horizon too.
create function log.goes_on(after_txid bigint, after_row bigint, told_by text) returns boolean
language plpgsql stable
set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off set enable_sort = off as $$
begin
    return (
        select true from log.fact f
        where (f.txid, f.row) > (after_txid, after_row) and f.source = told_by
        order by f.txid, f.row
        limit 1
    ) is not null;
end
$$;
