-- Since when the map that a station follows has it: what another map said before that is too old.
alter table station add column mapped_at timestamptz;
