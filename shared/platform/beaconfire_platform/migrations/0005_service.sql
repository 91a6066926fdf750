-- Not only to be tried again: a person may decide that the first fact of a parked key takes no
-- effect here. Which one they saw is named, so that no other is left out.
alter table unparking add column skip_fact uuid;

-- Who has looked at what was set aside, and what they say of it.
alter table quarantine
    add column seen_at timestamptz,
    add column seen_by text,
    add column seen_why text;
