-- name: login_exists
select exists (select from staff where login = :login) as found;

-- name: province
-- The province of the demonstration in the geography of the campaign.
select area_id from area where code = :code and level = 'province' and valid_from <= '2021-07-01' and valid_to > '2021-07-01';

-- name: is_unchecked
-- Whether a person has a number that no registry was asked about.
select identity_status = 'unchecked' as unchecked from person where person_id = :person_id;

-- name: shorten_observation
insert into setting (name, value) values ('observation_minutes', to_jsonb(:minutes::int)) on conflict do nothing;

-- name: staff_of_login
select staff_id from staff where login = :login;
