-- Layers of areas (immutable versions), artefacts, placings of incidents, positions of units.
create sequence layer_version;

create table layer (
    name text not null,
    version integer not null,
    areas integer not null,
    sha256 text not null,
    released_at timestamptz not null,
    primary key (name, version)
);

-- Staged by short transactions; an area counts only when its version stands in `layer`.
create table area (
    layer text not null,
    version integer not null,
    code text not null,
    level text not null,
    path text not null,
    name_zh text not null,
    name_en text not null,
    geometry bytea not null,
    primary key (layer, version, code)
);
create index area_path on area (layer, version, path);

create table artefact (
    sha256 text primary key,
    kind text not null,
    name text not null,
    version integer not null,
    bytes bytea not null,
    stored_at timestamptz not null default clock_timestamp()
);
create unique index artefact_version on artefact (kind, name, version);

-- What geo told of each incident last, and whether it is still worth placing anew.
create table placed_incident (
    incident_id uuid primary key,
    place json,
    told json,
    layer_version integer not null default 0,
    ended boolean not null default false,
    owner text,
    division text
);
create index placed_incident_stale on placed_incident (layer_version) where not ended;

-- Which body and division a unit belongs to, as dispatch told: who may see its position.
create table unit_home (
    unit_id uuid primary key,
    body text not null,
    division text not null
);

create table latest_position (
    unit_id uuid primary key,
    lon double precision not null,
    lat double precision not null,
    accuracy_m real,
    heading_deg real,
    speed_mps real,
    observed_at timestamptz not null
) with (fillfactor = 60);

create table position_history (
    unit_id uuid not null,
    observed_at timestamptz not null,
    received_at timestamptz not null,
    lon double precision not null,
    lat double precision not null,
    accuracy_m real,
    heading_deg real,
    speed_mps real
) partition by range (observed_at);
create table position_history_rest partition of position_history default;
create index position_history_track on position_history (unit_id, observed_at);

-- Makes the history's partitions around a day and drops those that expired. The service's role owns
-- nothing, so the owner's function does it. A day whose rows already lie in the rest stays there.
create function keep_history(first_kept date, last_made date) returns void
language plpgsql security definer set search_path = geo, pg_temp as $$
declare
    day date := first_kept;
    name text;
begin
    while day <= last_made loop
        name := 'position_history_' || to_char(day, 'YYYYMMDD');
        if to_regclass(name) is null then
            begin
                execute format(
                    'create table %I partition of position_history for values from (%L) to (%L)',
                    name, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
            exception when check_violation then
                null;
            end;
        end if;
        day := day + 1;
    end loop;
    for name in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'position_history'::regclass
          and c.relname ~ '^position_history_\d{8}$'
          and to_date(right(c.relname, 8), 'YYYYMMDD') < first_kept
    loop
        execute format('drop table %I', name);
    end loop;
    delete from position_history_rest
    where observed_at < first_kept::timestamp at time zone 'UTC';
end
$$;
