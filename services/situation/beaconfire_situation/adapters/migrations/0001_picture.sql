-- The picture: one record per (source, kind, id); the journal of its numbered changes.
create table record (
    kind text not null,
    id text not null,
    source text not null,
    version bigint not null,
    data json not null,
    primary key (kind, id, source)
) with (fillfactor = 80);

-- Who may see a thing, as its records say by now.
create table sight (
    kind text not null,
    id text not null,
    sight json not null,
    primary key (kind, id)
) with (fillfactor = 80);

-- Numbers without gaps: one writer, which holds the head's row while it adds.
create table head (
    one boolean primary key default true check (one),
    pos bigint not null,
    epoch uuid not null
);
insert into head (pos, epoch) values (0, gen_random_uuid());

create table journal (
    pos bigint primary key,
    applied_at timestamptz not null default clock_timestamp(),
    kind text not null,
    id text not null,
    source text not null,
    version bigint not null,
    data json not null,
    fact_id uuid not null,
    fact_type text not null,
    told_at timestamptz not null,
    actor text not null,
    seat text,
    sight_before json,
    sight_after json not null
);
create index journal_applied on journal (applied_at);
create index journal_thing on journal (kind, id, source, pos desc);

-- Tickets of the feed: one use, thirty seconds, kept as a hash.
create table ticket (
    hash bytea primary key,
    subject json not null,
    expires_at timestamptz not null
);
