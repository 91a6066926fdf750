-- What is over leaves the live picture after a while; its records and its journal stay.
alter table sight
    add column over_at timestamptz,
    add column filed boolean not null default false;
comment on column sight.over_at is 'business time at which its end was heard of';
create index sight_over on sight (over_at) where over_at is not null and not filed;

update sight set over_at = coalesce(
    (record.data ->> 'closed_at')::timestamptz, (record.data ->> 'heard_at')::timestamptz
)
from record
where sight.kind = 'incident' and record.kind = 'incident' and record.source = 'incident'
    and record.id = sight.id and record.data ->> 'status' in ('closed', 'merged', 'voided');

-- Filing is a change that no fact made.
alter table journal
    add column filed boolean not null default false,
    alter column fact_id drop not null,
    alter column fact_type drop not null;
