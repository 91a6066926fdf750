-- A place that moves: each crew acknowledges the new address, and the worker of the new cell is asked.
alter table assignment add column address_changed boolean not null default false;
alter table demand add column verify_path text;
update demand set verify_path = path where verify_offered;
alter table demand drop column verify_offered;
-- A task that no worker can do is the desk's own.
alter table task add column body text;
-- Whoever was sent has come and gone: it asks for nobody until it is reopened or asks for more.
alter table demand add column answered boolean not null default false;
update demand d set answered = true
where exists (select from assignment a where a.incident_id = d.incident_id and a.status = 'cleared'
        and (a.dispatched_at >= d.opened_at or a.home_incident_id <> a.incident_id))
  and not exists (select from assignment a
        where a.incident_id = d.incident_id and upper_inf(a.during));
