-- A desk's word on one unit for one incident: it is kept for it, or not to be sent to it.
create table instruction (
    incident_id uuid not null,
    unit_id uuid not null references unit,
    kind text not null check (kind in ('kept', 'vetoed')),
    given_by text not null,
    given_at timestamptz not null,
    primary key (incident_id, unit_id)
);
-- a unit is kept for one incident at a time
create unique index instruction_kept on instruction (unit_id) where kind = 'kept';
