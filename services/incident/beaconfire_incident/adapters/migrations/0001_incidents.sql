-- Incidents, reports, notes; and what others told that incident answers with.
create sequence incident_number start 1001;

create table incident (
    incident_id uuid primary key,
    number bigint not null unique,
    type text,
    incident_class text,
    priority smallint not null check (priority between 1 and 4),
    priority_reason text not null,
    grade text,
    status text not null,
    place_state text not null,
    lon double precision,
    lat double precision,
    uncertainty_m double precision,
    place_method text,
    place_confidence double precision,
    owner_body text not null,
    owner_basis text not null,
    owner_since timestamptz not null,
    first_known_at timestamptz not null,
    seat text not null,
    division text not null,
    cell text not null default 'unplaced',
    path text not null default 'unplaced',
    label text,
    layer_version integer,
    opened_at timestamptz not null,
    heard_at timestamptz not null,
    closed_at timestamptz,
    disposition text,
    merged_into uuid references incident,
    -- what a merge changed, so that a split gives it back
    status_before_merge text,
    own json,
    constraint merged_somewhere check ((status = 'merged') = (merged_into is not null)),
    participations json not null default '[]',
    version bigint not null
) with (fillfactor = 80);
create index incident_live_place on incident (lat, lon)
    where status in ('open', 'handled', 'verifying', 'held');
create index incident_queue on incident (status, incident_id);
create index incident_seat on incident (seat)
    where status in ('open', 'handled', 'verifying', 'held');
create index incident_merged on incident (merged_into) where merged_into is not null;

-- Words and people: read by HTTP under allow(), erasable, never in a fact.
create table report (
    report_id uuid primary key,
    incident_id uuid not null references incident,
    channel text not null,
    type text,
    text text not null,
    lon double precision,
    lat double precision,
    accuracy_m double precision,
    position_method text,
    address text,
    observed_at timestamptz,
    received_at timestamptz not null,
    received_by text,
    body text not null,
    priority smallint,
    reporter_name text,
    reporter_phone text,
    call json,
    voice_refs text[] not null default '{}',
    attached boolean not null,
    score double precision,
    tracking_hash bytea not null unique
) with (fillfactor = 80);
create index report_incident on report (incident_id, received_at);

create table note (
    note_id uuid primary key,
    incident_id uuid not null references incident,
    text text not null,
    written_by text not null,
    seat text,
    written_at timestamptz not null
);

-- Every fact about an incident, of whichever service, in the order in which it was heard here.
create table timeline (
    incident_id uuid not null,
    seq bigint generated always as identity,
    fact_id uuid not null,
    type text not null,
    told_at timestamptz not null,
    occurred_at timestamptz,
    actor text not null,
    seat text,
    data json not null,
    primary key (incident_id, seq)
);

-- Dispatch's commitments: what a detail shows, and what closing is checked on.
--
-- One row for an assignment and an incident: a merge moves an assignment, and each of its incidents
-- tells its own part in its own stream, which may be heard in any order.
create table commitment (
    assignment_id uuid not null,
    incident_id uuid not null,
    unit_id uuid not null,
    status text not null,
    dispatched_at timestamptz not null,
    steps json not null default '{}',
    is_here boolean not null default true,
    is_open boolean not null,
    primary key (incident_id, assignment_id)
);

-- What was corrected in the record: both values stay.
create table correction (
    correction_id uuid primary key,
    incident_id uuid not null references incident,
    of_fact uuid not null,
    field text not null,
    was text,
    now text not null,
    reason text not null,
    corrected_by text not null,
    corrected_at timestamptz not null
);
create index correction_incident on correction (incident_id, of_fact);

create table body (
    body_id text primary key,
    kind text not null,
    pool_seat text not null,
    division text not null
);
create table seat (
    seat_id text primary key,
    body text not null
);

-- Who was asked to do something at an incident: they may read it.
create table tasked (
    incident_id uuid not null,
    person_id text not null,
    primary key (incident_id, person_id)
);
