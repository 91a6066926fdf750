-- Maps on their way in: whose, how far they are read, what they would change or why they are refused.
-- Their areas are staged under `version`, and count once that stands in `layer`.
create table layer_import (
    import_id uuid primary key,
    layer text not null,
    crs text not null,
    kind text,
    sent_by text not null,
    state text not null,
    rows integer,
    rows_read integer not null default 0,
    outcome json,
    version integer,
    opened_at timestamptz not null default clock_timestamp(),
    -- while it is checked the process that does says so; silence means that it is gone
    seen_at timestamptz not null default clock_timestamp()
);
create index layer_import_opened on layer_import (opened_at);
