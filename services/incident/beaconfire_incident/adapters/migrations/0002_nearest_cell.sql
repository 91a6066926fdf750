-- Outside every cell the nearest one is named, with how far away it is.
alter table incident add column nearest_cell text;
alter table incident add column nearest_distance_m double precision;
