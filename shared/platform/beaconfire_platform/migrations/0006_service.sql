-- Asked as the last part of a transaction's opening: whoever holds the attempt's lock sees the
-- answer that an earlier one has given, and needs no trip to the database to learn there is none.
-- The names come in the collation of whatever made them; the index is in the database's own.
create function unanswered(who text, asked_as text) returns void
language plpgsql as $$
begin
    if exists (
        select 1 from idempotency
        where principal = who collate "default" and key = asked_as collate "default"
    ) then
        raise exception 'answered before' using errcode = 'BF003';
    end if;
end
$$;
