-- Who took a task and is not there in time keeps it, and the next is asked as well, once.
alter table task add column late_at timestamptz;
-- What whoever looked found there.
alter table task add column finding text;
create index task_unreached on task (due_at) where state = 'accepted' and late_at is null;
create index task_along on task (root_id);
