-- Bodies whose topic cannot be published on now: behind which place each waits for the rest, and
-- why. The others go on meanwhile, and `relayed` with them.
create table topic_held (
    body uuid primary key references body,
    txid bigint not null,
    row bigint not null,
    why text not null,
    since timestamptz not null default clock_timestamp()
);
