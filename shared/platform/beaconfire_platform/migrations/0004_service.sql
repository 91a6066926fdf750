-- What came over the log and is no fact at all: nobody can say whose, so no key waits for it.
create table quarantine (
    consumer text not null,
    shard text not null,
    epoch integer not null,
    txid bigint not null,
    row bigint not null,
    reason text not null,
    met_at timestamptz not null default clock_timestamp(),
    primary key (consumer, shard, epoch, txid, row)
);

-- Who may do what only one may do at a time, until when by this database's clock (R16, R28).
create table lease (
    name text primary key,
    holder text not null,
    fence bigint not null,
    until timestamptz not null
);

-- Who shares the shards of a consumer, until when unless renewed.
create table member (
    consumer text not null,
    instance text not null,
    until timestamptz not null,
    primary key (consumer, instance)
);

-- How far our facts are published: the place in our own table behind the last acknowledged one.
create table relayed (
    topic text primary key,
    epoch integer not null,
    txid bigint not null,
    row bigint not null,
    fence bigint not null,
    moved_at timestamptz not null default clock_timestamp()
);

-- Where each partition ended when it was last told: a broker that lost some of it is refilled.
create table relayed_to (
    topic text not null,
    partition integer not null,
    began_ms bigint not null,
    next_offset bigint not null,
    primary key (topic, partition)
);
