-- Which crossings were told: beside them positions that come late are looked through.
create table fence_crossing (
    unit_id uuid not null,
    zone_id uuid not null references zone,
    crossed_at timestamptz not null,
    is_inside boolean not null,
    primary key (unit_id, zone_id, crossed_at)
);
create index fence_crossing_age on fence_crossing (crossed_at);

-- Stretches of a unit's way that came in after newer positions of it: written with their history.
create table fence_late (
    late_id bigint generated always as identity primary key,
    unit_id uuid not null,
    from_at timestamptz not null,
    to_at timestamptz not null,
    noted_at timestamptz not null default clock_timestamp()
);
create index fence_late_unit on fence_late (unit_id);

-- Where geofences told crossings before these tables were there: what was observed before stands in none.
create table fence_since (since timestamptz not null);
insert into fence_since select clock_timestamp() where exists (select from fence_track);
