-- Hazard zones, every version of each, and who is in which: what geofences have settled.
create table zone (
    zone_id uuid primary key,
    zone json not null,
    starts_at timestamptz,
    ends_at timestamptz,
    begun_at timestamptz,
    lifted_at timestamptz
);
create index zone_lasting on zone (zone_id) where lifted_at is null;

create table zone_version (
    zone_id uuid not null references zone,
    version integer not null,
    zone json not null,
    primary key (zone_id, version)
);

-- Units that came near a zone: up to which observation their positions are settled.
create table fence_track (
    unit_id uuid primary key,
    settled_at timestamptz,
    is_pending boolean not null,
    looked_at timestamptz not null
);
create index fence_track_pending on fence_track (unit_id) where is_pending;

-- Who is in which zone: warned by its newest position, entered once that was settled.
create table fence_visit (
    unit_id uuid not null references fence_track on delete cascade,
    zone_id uuid not null references zone,
    warned_at timestamptz,
    warned_by_at timestamptz,
    entered_at timestamptz,
    primary key (unit_id, zone_id)
);
create index fence_visit_zone on fence_visit (zone_id);

-- How many people a place holds, where it is one for people (a hospital's beds, a school's pupils).
alter table area add column people integer;
