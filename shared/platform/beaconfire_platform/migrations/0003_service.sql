-- Outside effects that a reaction asked for, in the transaction of its effect (R13). The id goes
-- with whatever is sent, so that a receiver knows a repeat.
create table intent (
    id uuid primary key,
    consumer text not null,
    fact_id uuid not null,
    action text not null,
    body json not null,
    made_at timestamptz not null default clock_timestamp()
);
create index intent_fact on intent (consumer, fact_id);
