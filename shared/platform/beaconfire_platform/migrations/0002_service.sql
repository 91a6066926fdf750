-- Where a parked fact lies in the log, so that it can be read again from any log.
alter table parked add shard text not null default 'log',
    add epoch integer not null default 0, add txid bigint not null default 0,
    add row bigint not null default 0;
update parked p set epoch = (select epoch from log.epoch), txid = f.txid, row = f.row
from log.fact f where f.id = p.fact_id;

-- Somebody wants a parked key to be tried again: who, why, and what came of it.
create table unparking (
    id bigint generated always as identity primary key,
    consumer text not null,
    source text not null,
    key text not null,
    actor text not null,
    reason text not null,
    asked_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz,
    outcome text
);
create index unparking_open on unparking (consumer) where ended_at is null;
