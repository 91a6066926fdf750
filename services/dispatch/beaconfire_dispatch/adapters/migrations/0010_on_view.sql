-- A crew that began by itself: no order, and no way that it was on.
alter table assignment add column is_on_view boolean not null default false;
