-- Bodies, people and their grants, seats, sessions, tokens. Secrets are kept as hashes alone.
create table body (
    id uuid primary key,
    code text not null unique,
    kind text not null,
    level text not null,
    name_zh text not null,
    name_en text not null,
    territorial_parent uuid references body,
    professional_parent uuid references body,
    division text not null,
    matters text[] not null,
    zone text not null,
    pool_seat uuid not null,
    registered_at timestamptz not null default clock_timestamp()
);

create table person (
    id uuid primary key,
    sign_in text not null unique,
    name_zh text not null,
    name_en text not null,
    language text not null,
    body uuid not null references body,
    password_hash text,
    disabled boolean not null default false,
    epoch integer not null default 0,
    registered_at timestamptz not null default clock_timestamp()
);
create index person_body on person (body);

create table person_grant (
    person_id uuid not null references person,
    role text not null,
    body uuid not null references body,
    reach text not null check (reach <> ''),
    unit_id uuid,
    unique nulls not distinct (person_id, role, body, reach, unit_id)
);

create table seat (
    id uuid primary key,
    code text not null,
    kind text not null,
    body uuid not null references body,
    person_id uuid unique references person,
    taken_at timestamptz,
    offered_to uuid references person,
    offered_at timestamptz,
    offered_note uuid,
    offered_incidents uuid[] not null default '{}',
    unique (body, code),
    check ((person_id is null) = (taken_at is null))
);

-- What was said when a desk was handed over; read under allow(), never a fact.
create table seat_note (
    id uuid primary key,
    seat_id uuid not null references seat,
    author uuid not null references person,
    notes text not null,
    at timestamptz not null default clock_timestamp()
);

create table session (
    id uuid primary key,
    secret_hash bytea not null unique,
    person_id uuid not null references person,
    source text not null,
    opened_at timestamptz not null,
    ends_at timestamptz not null,
    seen_at timestamptz not null default clock_timestamp(),
    closed_at timestamptz
);
create index session_person on session (person_id) where closed_at is null;

-- Tries to sign in, by a hash of the account's name: a typed password never lies here in clear.
create table sign_in_attempt (
    account bytea not null,
    source text not null,
    at timestamptz not null default clock_timestamp()
);
create index sign_in_attempt_source on sign_in_attempt (source, at);

create table api_token (
    id uuid primary key,
    secret_hash bytea not null unique,
    person_id uuid not null references person,
    name text not null,
    scopes text[] not null,
    unit_id uuid,
    issued_by uuid not null references person,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    withdrawn_at timestamptz
);
create index api_token_person on api_token (person_id);
