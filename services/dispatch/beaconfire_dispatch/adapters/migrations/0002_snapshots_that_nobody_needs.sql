-- A picture is kept as long as a recommendation says that it was made on it. `kept_at` is the wall's:
-- a round of decisions that is being written at this moment has a minute to refer to its picture.
alter table snapshot add column kept_at timestamptz not null default clock_timestamp();
create index recommendation_snapshot on recommendation (snapshot_id);
