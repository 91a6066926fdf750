-- Ends a statement whose parts found that it must not stand, with everything that they wrote.
create function log.require(holds boolean, otherwise text) returns boolean
language plpgsql as $$
begin
    if holds is not true then
        raise exception 'it must not stand' using errcode = otherwise;
    end if;
    return true;
end
$$;

-- As before, and says what it wrote: the transaction, then of each fact its version, its row, and
-- when, in microseconds of Unix time.
drop function log.tell(uuid[], text[], text[], json[], text[], text[], text[], json[]);
create function log.tell(
    ids uuid[], types text[], keys text[], causes json[],
    owners text[], divisions text[], sensitivities text[], datas json[]
) returns bigint[]
language plpgsql security definer set search_path = log, pg_temp as $$
declare
    teller name;
    told_by text;
    next_version bigint;
    written record;
    answer bigint[] := array[pg_current_xact_id()::text::bigint];
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
        insert into log.fact as f (id, source, type, key, key_version, cause,
                                   owner, division, sensitivity, data)
        values (ids[i], told_by, types[i], keys[i], next_version, causes[i],
                owners[i], divisions[i], sensitivities[i], datas[i])
        returning f.row, (extract(epoch from f.time) * 1000000)::bigint as micros into written;
        answer := answer || next_version || written.row || written.micros;
    end loop;
    return answer;
end
$$;
