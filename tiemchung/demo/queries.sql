-- name: login_exists
select exists (select from staff where login = :login) as found;

-- name: area
-- The province or commune of the demonstration in the geography of the campaign.
select area_id from area where code = :code and valid_from <= '2021-07-01' and valid_to > '2021-07-01';

-- name: shorten_observation
insert into setting (name, value) values ('observation_minutes', to_jsonb(:minutes::int)) on conflict do nothing;

-- name: staff_of_login
select staff_id from staff where login = :login;

-- name: tell_people
-- Whether the people of the simulated registry are still to be recorded.
insert into setting (name, value) values ('registry_people', 'true') on conflict do nothing;
