-- What a person gave as their reason where one is asked for: a key taken again, a fact left out.
alter table audit add column reason text;
