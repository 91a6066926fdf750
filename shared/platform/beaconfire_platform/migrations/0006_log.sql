-- Asked by who has just told: the place of the last fact of this source before this transaction, where
-- every transaction with a lower number has ended, whatever it wrote; else null. Nothing of the source
-- will ever stand between the two (R3), so whoever published the one may publish the other unasked.
-- Volatile: it sees what was committed until now, and not only until its statement began.
create function log.told_before(told_by text) returns bigint[]
language plpgsql volatile
set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off set enable_sort = off as $$
declare
    ours bigint := pg_current_xact_id()::text::bigint;
begin
    return (
        select case when pg_snapshot_xmin(pg_current_snapshot())::text::bigint = ours then coalesce(
            (select array[f.txid, f.row] from log.fact f
             where f.txid < ours and f.source = told_by
             order by f.txid desc, f.row desc limit 1),
            array[0, 0]::bigint[]) end
    );
end
$$;
