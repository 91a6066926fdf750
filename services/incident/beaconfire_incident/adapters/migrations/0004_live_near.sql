-- Live incidents in a box that were heard of since then, nearest first: each report asks, and to plan
-- it anew costs ten times as much as to do it.
create function live_near(
    south double precision, north double precision, west double precision, east double precision,
    since timestamptz, at_lat double precision, at_lon double precision, most integer
) returns table (
    incident_id uuid, number bigint, type text, lon double precision, lat double precision,
    uncertainty_m double precision, heard_at timestamptz, words text
)
language plpgsql stable
set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off as $$
begin
    return query
        select i.incident_id, i.number, i.type, i.lon, i.lat, i.uncertainty_m, i.heard_at,
               (select string_agg(r.text, ' ') from report r where r.incident_id = i.incident_id)
        from incident i
        where i.status in ('open', 'handled', 'verifying', 'held')
          and i.lat between south and north and i.lon between west and east
          and i.heard_at >= since
        order by (i.lat - at_lat) ^ 2 + ((i.lon - at_lon) * cos(radians(at_lat))) ^ 2
        limit most;
end
$$;
