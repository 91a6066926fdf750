-- Which agency answers for which matter where, version by version: the newest is in force.
create table matter_edition (
    version integer primary key check (version > 0),
    rules json not null,
    issued_by text not null,
    issued_at timestamptz not null
);
-- Bodies as agency told of them.
create table known_body (
    body_id uuid primary key,
    code text not null,
    kind text not null,
    level text not null,
    name_zh text not null,
    name_en text not null,
    division text not null,
    matters text[] not null
);
