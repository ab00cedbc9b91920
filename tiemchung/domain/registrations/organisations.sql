-- name: insert_organisation
insert into organisation (account_id, name, tax_code, area_id, address, contact_name, created_at)
values (:account_id, :name, :tax_code, :area_id, :address, :contact_name, :at);

-- name: organisation
select account_id, name, tax_code, area_id, address, contact_name from organisation where account_id = :account_id;

-- name: insert_list
insert into organisation_list (account_id, list_id, rows_sealed, tried_at)
values (:account_id, :list_id, :rows_sealed, :at)
on conflict (account_id, list_id) do nothing;

-- name: list
select list_id, rows_sealed, result, tried_at, registered_at
  from organisation_list
 where account_id = :account_id and list_id = :list_id;

-- name: lock_list
-- Two presses wait for one another: the second finds the list registered.
select list_id, rows_sealed, result, tried_at, registered_at
  from organisation_list
 where account_id = :account_id and list_id = :list_id
   for update;

-- name: lists
select list_id, rows_sealed, result, tried_at, registered_at
  from organisation_list
 where account_id = :account_id
 order by tried_at desc
 limit 50;

-- name: close_list
-- A registered list keeps what became of its lines, and nobody's name.
update organisation_list set rows_sealed = null, result = :result, registered_at = :at
 where account_id = :account_id and list_id = :list_id and registered_at is null;

-- name: forget_lists
delete from organisation_list where registered_at is null and tried_at < :since;

-- name: waiting_lists
-- Lists that still say whom they are about.
select account_id, list_id from organisation_list where registered_at is null order by account_id, list_id;

-- name: reseal_list
update organisation_list set rows_sealed = :rows_sealed
 where account_id = :account_id and list_id = :list_id and registered_at is null;

-- name: who
select search_name, date_part('year', birth_date)::text as birth_year from person where person_id = :person_id;
