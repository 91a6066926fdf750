-- How an order lives on: policies by type and area, recall, lateness, what stays overdue.

-- A policy holds for a priority; one with an area or a type is an exception that goes before it.
alter table policy
    add column area text not null default '',
    add column type text not null default '',
    add column late_s integer not null default 180;
alter table policy drop constraint policy_pkey;
alter table policy add primary key (priority, area, type);

alter table assignment
    add column late_s integer not null default 180,
    add column late_at timestamptz,
    add column recall_at timestamptz,
    add column recall_reason text;
create index assignment_expected on assignment (eta_at)
    where status in ('dispatched', 'acknowledged', 'en_route') and late_at is null;

-- What must have happened by a moment, else the shift leader has it: told once, then never again.
create table deadline (
    matter text not null,
    subject_id uuid not null,
    incident_id uuid not null,
    unit_id uuid,
    due_at timestamptz not null,
    -- by the wall, however fast business time runs
    set_wall timestamptz not null default clock_timestamp(),
    raised_at timestamptz,
    is_open boolean not null default true,
    primary key (matter, subject_id)
);
create index deadline_due on deadline (due_at) where is_open;
