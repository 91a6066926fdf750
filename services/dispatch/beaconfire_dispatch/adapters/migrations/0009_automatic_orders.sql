-- Orders that nobody gave: by which recommendations, each once.
create table automatic_order (
    recommendation_id uuid primary key,
    incident_id uuid not null,
    ordered_at timestamptz not null
);
alter table assignment add column is_automatic boolean not null default false;
-- Whether a crew under way may be turned round without a person.
alter table policy add column may_divert_unasked boolean not null default false;
