-- Whose a station is, by its body's code: every station of a version released from now on has one.
alter table area add column body text;
create index area_station on area (layer, version) where body is not null;
-- Checked maps that wait for their release were judged before stations had bodies: send them again.
update layer_import set state = 'lost'
where state in ('checking', 'ready') and (kind is null or kind = 'station');
