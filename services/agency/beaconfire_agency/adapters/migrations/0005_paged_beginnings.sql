-- What a body was shown counts for the subscription by which it was told so: another begins anew,
-- and nothing need be taken back for that. Null is what the version before wrote, for the one in force.
alter table shown add column subscription uuid references subscription;
update shown w set subscription = s.id
    from subscription s where s.body = w.body and s.begun and s.ended_at is null;
update shown set data = null where subscription is null and key <> body and data is not null;

-- Behind which thing a subscriber that has just begun is told next how all stands; null once it was
-- told of everything.
alter table subscription add column told_up_to uuid;
create index subscription_beginning on subscription (id) where told_up_to is not null;
