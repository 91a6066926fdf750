-- Which bodies are told on topics of their own. `begun` once the consumer has told them so.
create table subscription (
    id uuid primary key,
    body uuid not null references body,
    reach text check (reach <> ''),
    made_at timestamptz not null,
    begun boolean not null default false,
    ended_at timestamptz
);
create unique index subscription_in_force on subscription (body) where ended_at is null;

-- What is known of incidents and units: a row for what each service tells of one.
create table known (
    kind text not null,
    id uuid not null,
    source text not null,
    data json not null,
    primary key (id, source)
) with (fillfactor = 80);

-- What each body was shown last of each key, null when it was withdrawn; versions have no gap.
create table shown (
    body uuid not null references body,
    key uuid not null,
    version bigint not null,
    data text,
    primary key (body, key)
) with (fillfactor = 80);

-- What is told to bodies outside, in the order of the transactions that decided it.
create table shared_event (
    txid bigint not null default (pg_current_xact_id()::text::bigint),
    row bigint generated always as identity,
    id uuid not null,
    body uuid not null references body,
    type text not null,
    key uuid not null,
    key_version bigint not null,
    time timestamptz not null default clock_timestamp(),
    data text not null,
    primary key (txid, row)
);
create index shared_event_time on shared_event (time);
