-- The event log of one database: facts, the version of each stream, who may write as which source.
create schema if not exists log;

create table log.epoch (
    only_one boolean primary key default true check (only_one),
    epoch integer not null
);
insert into log.epoch (epoch) values (1);

-- Which login role speaks for which service: a role can tell facts of its own service only.
create table log.writer (
    role name primary key,
    source text not null
);

create table log.stream (
    source text not null,
    key text not null,
    version bigint not null,
    primary key (source, key)
) with (fillfactor = 80);

create table log.fact (
    txid bigint not null default (pg_current_xact_id()::text::bigint),
    row bigint generated always as identity,
    id uuid not null,
    source text not null,
    type text not null,
    key text not null,
    key_version bigint not null,
    time timestamptz not null default clock_timestamp(),
    cause json not null,
    owner text,
    division text,
    sensitivity text not null,
    data json not null,
    primary key (txid, row)
);
create unique index fact_stream on log.fact (source, key, key_version);

-- First statement of every write transaction. Advisory waits take no xid (R4): whoever waits here
-- has not entered the log's order yet. `attempt` is tried, not waited for: its holder is still
-- answering the same request.
create function log.open(keys bigint[], attempt bigint, subject text) returns void
language plpgsql as $$
declare
    one bigint;
begin
    if attempt is not null and not pg_try_advisory_xact_lock(attempt) then
        raise exception 'the same request is being answered' using errcode = 'BF001';
    end if;
    foreach one in array keys loop
        perform pg_advisory_xact_lock(one);
    end loop;
    perform set_config('beaconfire.subject', subject, true);
end
$$;

-- Further locks, found by reading under the first ones; refused once the transaction has an xid.
create function log.lock_further(keys bigint[]) returns void
language plpgsql as $$
declare
    one bigint;
begin
    if pg_current_xact_id_if_assigned() is not null then
        raise exception 'locks come before writes' using errcode = 'BF002';
    end if;
    foreach one in array keys loop
        perform pg_advisory_xact_lock(one);
    end loop;
end
$$;

-- Tells facts in order, gives each the next version of its stream, and fixes the source by role.
create function log.tell(
    ids uuid[], types text[], keys text[], causes json[],
    owners text[], divisions text[], sensitivities text[], datas json[]
) returns void
language plpgsql security definer set search_path = log, pg_temp as $$
declare
    teller name;
    told_by text;
    next_version bigint;
begin
    -- A service logs in as its own role, or on a login that it shares set its role at the start;
    -- inside a definer's function `role` still names that one.
    teller := coalesce(nullif(current_setting('role'), 'none'), session_user);
    select source into told_by from log.writer where role = teller;
    if told_by is null then
        raise exception 'role % speaks for no service', teller using errcode = '42501';
    end if;
    for i in 1 .. coalesce(array_length(ids, 1), 0) loop
        if types[i] not like 'beaconfire.' || told_by || '.%' then
            raise exception '% does not tell %', told_by, types[i] using errcode = '42501';
        end if;
        insert into log.stream as s (source, key, version) values (told_by, keys[i], 1)
        on conflict (source, key) do update set version = s.version + 1
        returning s.version into next_version;
        insert into log.fact (id, source, type, key, key_version, cause,
                              owner, division, sensitivity, data)
        values (ids[i], told_by, types[i], keys[i], next_version, causes[i],
                owners[i], divisions[i], sensitivities[i], datas[i]);
    end loop;
end
$$;

-- Facts after a position, up to the horizon: below it every transaction has ended (R3).
create function log.read(after_txid bigint, after_row bigint, sources text[], most integer)
returns setof log.fact
language sql stable as $$
    select f.* from log.fact f
    where (f.txid, f.row) > (after_txid, after_row)
      and f.txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
      and f.source = any(sources)
    order by f.txid, f.row
    limit most
$$;

-- The business clock: business time at a wall time, and how many times faster it runs.
create table log.clock (
    only_one boolean primary key default true check (only_one),
    business_at timestamptz not null,
    wall_at timestamptz not null,
    speed double precision not null check (speed > 0),
    paused boolean not null
);
