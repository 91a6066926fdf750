-- What every service keeps beside its own tables; runs with search_path set to its schema.
create table idempotency (
    principal text not null,
    key text not null,
    fingerprint bytea not null,
    status smallint not null,
    response bytea not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (principal, key)
);
create index idempotency_age on idempotency (created_at);

-- Who did what, for whom, from which seat, and what came of it. Nothing here is ever changed.
create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    actor text not null,
    on_behalf_of text,
    seat text,
    action text not null,
    object text,
    result text not null,
    code text,
    correlation_id text not null
);
create index audit_object on audit (object, at);
create index audit_actor on audit (actor, at);

-- How far each consumer of this service has read each shard of the log, and whose right it is.
create table position (
    consumer text not null,
    shard text not null,
    epoch integer not null,
    txid bigint not null,
    row bigint not null,
    fence bigint not null,
    moved_at timestamptz not null default clock_timestamp(),
    primary key (consumer, shard)
);

-- The last version of each stream that took effect here: a repeat is skipped, a hole is seen.
create table seen (
    consumer text not null,
    source text not null,
    key text not null,
    version bigint not null,
    primary key (consumer, source, key)
) with (fillfactor = 80);

-- Facts that could not take effect, and those of the same stream that wait behind them.
create table parked (
    consumer text not null,
    source text not null,
    key text not null,
    version bigint not null,
    fact_id uuid not null,
    error text not null,
    attempts integer not null,
    parked_at timestamptz not null default clock_timestamp(),
    primary key (consumer, source, key, version)
);
