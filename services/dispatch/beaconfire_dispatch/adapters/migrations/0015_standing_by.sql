-- Where units that nobody needs stand by, and how often they may be moved for it.

-- The last word on each unit's place; it counts while the unit has had no order since (its fence).
create table standby (
    unit_id uuid primary key references unit,
    station_id uuid not null references station,
    fence bigint not null,
    reason text check (reason in ('freed', 'move_up')),
    gain double precision not null,
    state text not null check (state in ('proposed', 'ordered', 'declined')),
    since timestamptz not null
);
-- Moves that were proposed, for their budget.
create table move_up (
    unit_id uuid not null references unit,
    proposed_at timestamptz not null
);
create index move_up_at on move_up (proposed_at);

-- A move must make the next call's price less by this part; so many are proposed in an hour, none
-- until somebody says so: crews lose their rest.
alter table engine_rules
    add column move_gain_min double precision not null default 0.07 check (move_gain_min > 0),
    add column moves_per_hour_max integer not null default 0 check (moves_per_hour_max >= 0);
