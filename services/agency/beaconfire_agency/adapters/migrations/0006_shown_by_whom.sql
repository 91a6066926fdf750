-- At which version of the row `subscription` was written. The version before this one goes on
-- beside it while processes are exchanged, and leaves that as it finds it: where the row has another
-- version by now, it counts for the subscription in force.
alter table shown add column subscription_version bigint;
update shown set subscription_version = version where subscription is not null;
