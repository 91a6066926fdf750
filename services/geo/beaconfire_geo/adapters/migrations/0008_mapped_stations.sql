-- Which layer was last told to have a station: the newest map that has its code. What was told before
-- this table stands in no row, so that map is told once more when it is released again.
create table mapped_station (
    code text primary key,
    layer text not null
);
