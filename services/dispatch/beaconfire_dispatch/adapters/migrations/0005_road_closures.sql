-- Which roads are closed or slowed, as geo told; a row goes when they are opened.
create table road_closure (
    closure_id text primary key,
    roads text not null,
    told json not null
);
create index road_closure_of on road_closure (roads);
