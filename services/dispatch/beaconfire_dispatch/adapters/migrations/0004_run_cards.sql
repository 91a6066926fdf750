-- Each body's run cards, version by version: the newest is in force, none is ever changed.
create table run_cards (
    body text not null,
    version integer not null check (version > 0),
    issued_by text not null,
    issued_at timestamptz not null,
    cards json not null,
    primary key (body, version)
);
-- How far an incident's card was followed.
alter table demand add column alarm_level smallint not null default 1;
