-- Stations, units, orders, proposals, tasks. The database itself refuses a unit on two incidents.
create extension if not exists btree_gist with schema public;

create table station (
    station_id uuid primary key,
    code text not null unique,
    name_zh text not null,
    name_en text not null,
    body text not null,
    lon double precision not null,
    lat double precision not null,
    division text not null
);
create table hospital (
    hospital_id uuid primary key,
    code text not null unique,
    name_zh text not null,
    name_en text not null,
    lon double precision not null,
    lat double precision not null
);
create table unit (
    unit_id uuid primary key,
    call_sign text not null unique,
    kind text not null,
    body text not null,
    station_id uuid not null references station,
    capabilities text[] not null,
    division text not null,
    status text not null,
    primary_status text not null,
    since timestamptz not null,
    reason text,
    last_sent_at timestamptz,
    fence bigint not null default 0,
    version bigint not null
) with (fillfactor = 80);

create table assignment (
    assignment_id uuid primary key,
    unit_id uuid not null references unit,
    incident_id uuid not null,
    -- the incident it was ordered to: a merge moves it, a split brings it home
    home_incident_id uuid not null,
    -- the order's life in database time; two of one unit never overlap (R26, R27)
    during tstzrange not null check (not isempty(during)),
    fence bigint not null,
    status text not null,
    version bigint not null,
    dispatched_at timestamptz not null,
    eta_at timestamptz,
    acknowledge_by timestamptz not null,
    -- when the crew was last asked, by the wall: however fast business time runs
    asked_wall timestamptz not null default clock_timestamp(),
    reminded_at timestamptz,
    steps json not null,
    recommendation_id uuid,
    exclude using gist (unit_id with =, during with &&)
) with (fillfactor = 70);
create unique index assignment_one_open on assignment (unit_id) where upper_inf(during);
create index assignment_incident on assignment (incident_id);
create index assignment_unanswered on assignment (acknowledge_by) where status = 'dispatched';

-- What the planner knows of each incident: upserted in whatever order the facts come.
create table demand (
    incident_id uuid primary key,
    number bigint,
    type text,
    priority smallint,
    lon double precision,
    lat double precision,
    path text,
    division text,
    owner text,
    opened_at timestamptz,
    response_id uuid,
    target_at timestamptz,
    needs json not null default '[]',
    participants text[] not null default '{}',
    merged_into uuid,
    ended boolean not null default false,
    verify_offered boolean not null default false
);
create index demand_live on demand (incident_id) where merged_into is null and not ended;

-- What decisions were made on: one picture for all that were made at one moment.
create table snapshot (
    snapshot_id uuid primary key,
    taken_at timestamptz not null,
    picture json not null
);
create table recommendation (
    recommendation_id uuid primary key,
    incident_id uuid not null,
    made_at timestamptz not null,
    units uuid[] not null,
    answer json not null,
    snapshot_id uuid not null references snapshot
);
create index recommendation_newest on recommendation (incident_id, made_at desc);

create table task (
    task_id uuid primary key,
    incident_id uuid not null,
    kind text not null,
    person_id text,
    state text not null,
    stand_off_m double precision not null,
    offered_at timestamptz not null,
    due_at timestamptz not null,
    reason text,
    version bigint not null
);
create index task_person on task (person_id, offered_at);
create index task_incident on task (incident_id);

create table grid_worker (
    person_id text not null,
    reach text not null,
    primary key (person_id, reach)
);

create table policy (
    priority smallint primary key,
    mode text not null,
    target_s integer not null,
    acknowledge_s integer not null
);
insert into policy (priority, mode, target_s, acknowledge_s) values
    (1, 'propose', 480, 60), (2, 'propose', 480, 60), (3, 'propose', 1200, 120),
    (4, 'propose', 3600, 300);

-- The road graph in force, as geo told of it; its bytes are fetched by their hash.
create table roads (
    name text primary key,
    version integer not null,
    sha256 text not null
);
