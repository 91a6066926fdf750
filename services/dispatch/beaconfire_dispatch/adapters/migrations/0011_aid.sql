-- Mutual aid: bodies as agency told of them, and who was asked for units of theirs.
create table body (
    body_id text primary key,
    parent text,
    division text not null
);
create table aid (
    aid_id uuid primary key,
    root_id uuid not null,
    incident_id uuid not null,
    body text not null,
    for_body text not null,
    needs json not null,
    state text not null,
    asked_at timestamptz not null,
    due_at timestamptz not null,
    reason text,
    version bigint not null,
    -- when it was asked, by the wall: however fast business time runs
    asked_wall timestamptz not null default clock_timestamp()
);
-- Each body is asked once along a root, and one at a time for an incident: the database refuses more.
create unique index aid_body_once on aid (root_id, body);
create unique index aid_one_asked on aid (incident_id) where state = 'asked';
create index aid_incident on aid (incident_id, asked_at);
create index aid_open on aid (due_at) where state in ('asked', 'accepted');
create table aid_assignment (
    assignment_id uuid primary key references assignment,
    aid_id uuid not null references aid
);
create index aid_assignment_of on aid_assignment (aid_id);
