-- What looks back looks so far and no further: calls of the past by their moment, pictures by theirs.
create index demand_opened on demand (opened_at);
create index snapshot_kept on snapshot (kept_at);
