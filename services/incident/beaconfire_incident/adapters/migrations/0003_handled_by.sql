-- Who said that the work is done: somebody else verifies it.
alter table incident add column handled_by text;
