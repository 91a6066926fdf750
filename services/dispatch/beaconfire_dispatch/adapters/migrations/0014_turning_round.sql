-- A crew on its way that is turned round for another incident, and what a deployment lets the engine do.

-- The incident that an order took its crew from.
alter table assignment add column turned_from uuid;
create index assignment_turned on assignment (incident_id) where turned_from is not null;

create table engine_rules (
    only_row boolean primary key default true check (only_row),
    level_price double precision not null check (level_price >= 0),
    cover_price double precision not null check (cover_price >= 0),
    diversions_max integer not null check (diversions_max >= 0)
);
insert into engine_rules (level_price, cover_price, diversions_max) values (0.02, 0, 1);
