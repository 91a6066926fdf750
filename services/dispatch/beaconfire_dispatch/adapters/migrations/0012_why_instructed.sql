-- Why a desk does not want a unit somewhere, where it said so.
alter table instruction add column reason text
    check (reason in ('equipment', 'crew', 'access', 'reserve', 'safety', 'other'));
