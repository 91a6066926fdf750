-- Many are hurt: how many by class, and which hospital has a bed for whom.
alter table demand add column casualties json;
-- The database itself refuses to promise a bed that is not there; null is a hospital that never said.
alter table hospital
    add column beds_free integer check (beds_free >= 0),
    add column beds_kept integer not null default 0 check (beds_kept >= 0),
    add column beds_told_at timestamptz,
    add constraint hospital_beds check (beds_kept <= beds_free);
create table bed (
    assignment_id uuid primary key references assignment,
    hospital_id uuid not null references hospital,
    kept_at timestamptz not null
);
create index bed_hospital on bed (hospital_id);
