-- Which map a station follows, and since when that map has it no longer.
alter table station add column layer text;
alter table station add column retired_at timestamptz;
