-- Nobody is asked after a desk: what it does not reach in time is raised, whether it took it or not.
drop index task_unreached;
create index task_unreached on task (due_at)
    where late_at is null and (state = 'accepted' or state = 'offered' and part = 'desk');
