-- What a report that comes in is judged by, in one look: what is live around it and, where there is
-- nothing, what its own incident would begin with. A number is taken then only: many tellings of
-- one fire leave no gap. `mark` is of everything that a row says.
create function around_report(
    south double precision, north double precision, west double precision, east double precision,
    since timestamptz, at_lat double precision, at_lon double precision, most integer, receiver text
) returns table (
    incident_id uuid, number bigint, type text, lon double precision, lat double precision,
    uncertainty_m double precision, heard_at timestamptz, words text, mark bigint,
    pool_seat text, division text
)
language plpgsql volatile as $$
begin
    return query
        select n.incident_id, n.number, n.type, n.lon, n.lat, n.uncertainty_m, n.heard_at, n.words,
               hashtextextended(n::text, 0), null::text, null::text
        from live_near(south, north, west, east, since, at_lat, at_lon, most) n;
    if not found then
        return query
            select null::uuid, nextval('incident_number'), null::text, null::double precision,
                   null::double precision, null::double precision, null::timestamptz, null::text,
                   null::bigint, b.pool_seat, b.division
            from body b where b.body_id = receiver;
    end if;
end
$$;

-- Ends a statement that was decided by what was around, unless the very same is around now.
create function must_be_around(
    south double precision, north double precision, west double precision, east double precision,
    since timestamptz, at_lat double precision, at_lon double precision, most integer,
    marks bigint[]
) returns void
language plpgsql volatile as $$
begin
    perform log.require(
        array(
            select hashtextextended(n::text, 0)
            from live_near(south, north, west, east, since, at_lat, at_lon, most) n
        ) = marks,
        'BF005'
    );
end
$$;
