-- Closures of roads: what was told of each, the division that it lies in, when it was lifted.
create table road_closure (
    closure_id uuid primary key,
    roads text not null,
    told json not null,
    path text,
    arcs integer not null,
    note text,
    closed_at timestamptz not null,
    opened_at timestamptz
);
create index road_closure_in_force on road_closure (roads, closed_at, closure_id)
    where opened_at is null;
