-- A body reads what it was told from a place on, and nobody else's events are looked at for that.
create index shared_event_of_body on shared_event (body, txid, row);
