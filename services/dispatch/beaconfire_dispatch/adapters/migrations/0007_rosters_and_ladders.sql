-- Who answers for an area, version by version: the newest is in force, none is ever changed.
create table roster (
    area text not null,
    version integer not null check (version > 0),
    zone text not null,
    duties json not null,
    issued_by text not null,
    issued_at timestamptz not null,
    primary key (area, version)
);
-- A task nobody takes is asked of the next part by a task of its own; `root_id` is the first of them.
alter table task add column root_id uuid;
update task set root_id = task_id;
alter table task alter column root_id set not null;
alter table task add column part text not null default 'worker';
update task set part = 'desk' where person_id is null;
alter table task add column accept_by timestamptz;
-- when they were last asked, by the wall: however fast business time runs
alter table task add column asked_wall timestamptz not null default clock_timestamp();
alter table task add column seen_at timestamptz;
alter table task add column lon double precision;
alter table task add column lat double precision;
-- Each part is asked once: the database itself refuses a second.
create unique index task_part_once on task (root_id, part);
create index task_untaken on task (accept_by) where state = 'offered' and accept_by is not null;
-- How uncertain the place is, and its cells of other kinds.
alter table demand add column uncertainty_m double precision;
alter table demand add column also_in text[] not null default '{}';
