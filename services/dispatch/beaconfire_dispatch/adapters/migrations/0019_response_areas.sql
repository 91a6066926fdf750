-- A run card may be for a response area: which of them an incident lies in, the smallest first.
alter table demand add column response_areas text[] not null default '{}';
