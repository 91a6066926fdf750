-- Several processes may run by one clock: each change has a number, and whoever sees a higher one
-- believes the row. `usual_speed` and `held_until` are what a hold needs (null: nobody holds it).
alter table log.clock
    add column usual_speed double precision check (usual_speed > 0),
    add column held_until timestamptz,
    add column revision bigint not null default 0;
