-- name: staff_by_login
select staff_id, login, name, password_hash, totp_sealed from staff where login = :login and ended_at is null;

-- name: staff_tries
-- Refused sign-ins of a login since a moment: from one address, and from everywhere.
select count(*) filter (where address_index = :address_index) as here, count(*) as anywhere
  from staff_try
 where login_index = :login_index and tried_at > :since;

-- name: insert_staff_try
insert into staff_try (try_id, login_index, address_index, tried_at) values (:try_id, :login_index, :address_index, :at);

-- name: staff_secrets
select staff_id, login, name, password_hash, totp_sealed from staff where staff_id = :staff_id and ended_at is null;

-- name: open_staff_sign_in
insert into sign_in (sign_in_id, staff_id, started_at, expires_at, second_factor_at)
values (:sign_in_id, :staff_id, :at, :expires_at, :second_factor_at);

-- name: open_citizen_sign_in
insert into sign_in (sign_in_id, account_id, started_at, expires_at) values (:sign_in_id, :account_id, :at, :expires_at);

-- name: end_sign_in
update sign_in set ended_at = :at where sign_in_id = :sign_in_id and ended_at is null;

-- name: second_factor_done
update sign_in set second_factor_at = :at where sign_in_id = :sign_in_id;

-- name: staff_signed_in
-- Who a cookie is, with the roles in force today: one query a request.
select staff.staff_id as id, staff.name, sign_in.sign_in_id, sign_in.second_factor_at,
       coalesce((select jsonb_agg(jsonb_build_object('role', r.role, 'area_id', r.area_id, 'area_code', a.code,
                                                     'area_name', a.name, 'area_path', a.path::text,
                                                     'place_id', r.place_id, 'place_name', p.name) order by r.staff_role_id)
                   from staff_role r
                   left join area a on a.area_id = r.area_id
                   left join place p on p.place_id = r.place_id
                  where r.staff_id = staff.staff_id and r.valid_from <= :today and (r.valid_to is null or r.valid_to > :today)),
                '[]') as roles
  from sign_in
  join staff on staff.staff_id = sign_in.staff_id
 where sign_in.sign_in_id = :sign_in_id and sign_in.ended_at is null and sign_in.expires_at > :at and staff.ended_at is null;

-- name: citizen_signed_in
select account.account_id as id, account.lang, sign_in.sign_in_id,
       coalesce((select person.name from account_person ap join person on person.person_id = ap.person_id
                  where ap.account_id = account.account_id and ap.relation = 'self' and ap.ended_at is null
                  order by ap.since limit 1), '') as name
  from sign_in
  join account on account.account_id = sign_in.account_id
 where sign_in.sign_in_id = :sign_in_id and sign_in.ended_at is null and sign_in.expires_at > :at;

-- name: codes_sent
-- How many codes went to a number, an address and a prefix since a moment, and when the window opens again.
select count(*) filter (where phone_index = :phone_index) as number,
       count(*) filter (where address_index = :address_index) as address,
       count(*) filter (where phone_prefix = :phone_prefix) as prefix
  from otp_challenge
 where sent_at > :since and (phone_index = :phone_index or address_index = :address_index or phone_prefix = :phone_prefix);

-- name: insert_challenge
insert into otp_challenge (challenge_id, phone_index, phone_prefix, address_index, purpose, code_digest, sent_at, expires_at)
values (:challenge_id, :phone_index, :phone_prefix, :address_index, :purpose, :code_digest, :at, :expires_at);

-- name: end_other_challenges
-- A newer code makes the older ones of the number worthless.
update otp_challenge set used_at = :at
 where phone_index = :phone_index and purpose = :purpose and used_at is null and challenge_id <> :challenge_id;

-- name: try_code
-- One try, counted before it is judged: a right code is used up by it.
update otp_challenge
   set attempts = attempts + 1,
       used_at = case when code_digest = :code_digest and expires_at > :at and attempts < :most then :at end
 where challenge_id = :challenge_id and purpose = :purpose and used_at is null and attempts < :most
returning phone_index, expires_at, used_at;

-- name: account_by_phone
insert into account (account_id, phone_index, phone_sealed, lang, created_at)
values (:account_id, :phone_index, :phone_sealed, :lang, :at)
on conflict on constraint account_phone do update set lang = account.lang
returning account_id;

-- name: account_phone
select phone_sealed from account where account_id = :account_id;

-- name: insert_staff
insert into staff (staff_id, login, name, password_hash, totp_sealed, created_at, created_by)
values (:staff_id, :login, :name, :password_hash, :totp_sealed, :at, :created_by);

-- name: insert_role
insert into staff_role (staff_role_id, staff_id, role, area_id, place_id, valid_from, valid_to)
values (:staff_role_id, :staff_id, :role, :area_id, :place_id, :valid_from, :valid_to);

-- name: limit_role
update staff_role set valid_to = :valid_to where staff_role_id = :staff_role_id and staff_id = :staff_id;

-- name: roles_of
-- All roles of an account, those in force first.
select r.staff_role_id, r.role, coalesce(p.name, a.name, 'Toàn quốc') as reach, r.valid_from, r.valid_to
  from staff_role r
  left join area a on a.area_id = r.area_id
  left join place p on p.place_id = r.place_id
 where r.staff_id = :staff_id
 order by r.valid_to nulls first, r.staff_role_id
 limit 100;

-- name: end_staff
update staff set ended_at = :at where staff_id = :staff_id and ended_at is null;

-- name: end_sign_ins_of_staff
update sign_in set ended_at = :at where staff_id = :staff_id and ended_at is null;

-- name: staff_list
-- Accounts within an area or the nation, for who administers them.
select staff.staff_id, staff.login, staff.name, staff.created_at, staff.ended_at,
       array_agg(distinct r.role) as roles, coalesce(min(p.name), min(a.name), 'Toàn quốc') as reach
  from staff
  join staff_role r on r.staff_id = staff.staff_id
  left join area a on a.area_id = r.area_id
  left join place p on p.place_id = r.place_id
  left join area pa on pa.area_id = p.area_id
 where (:path::text is null or a.path <@ :path::text::ltree or pa.path <@ :path::text::ltree)
   and (:staff_id::uuid is null or staff.staff_id = :staff_id)
   and (:words::text is null or strpos(lower(staff.name || ' ' || staff.login), lower(:words)) > 0)
 group by staff.staff_id
 order by staff.login
 limit 200;

-- name: staff_reaches_person
-- A person is of one's work when they live in one's area, or are registered, invited or present at one's place; of whom
-- processing is restricted, only for care and to answer their own requests.
select (not is_restricted(:person_id) or :purpose = any(:must::text[])) and exists (
    select from staff_role r
      left join area scope on scope.area_id = r.area_id
     where r.staff_id = :staff_id and r.valid_from <= :today and (r.valid_to is null or r.valid_to > :today)
       and (   (scope.path is not null and exists (select from person join area lives on lives.area_id = person.area_id
                                                    where person.person_id = :person_id and lives.path <@ scope.path))
            or (r.place_id is not null
                and (   exists (select from registration g where g.person_id = :person_id and g.assigned_place_id = r.place_id)
                     or exists (select from appointment t where t.person_id = :person_id and t.place_id = r.place_id)
                     or exists (select from visit v where v.person_id = :person_id and v.place_id = r.place_id)))));

-- name: restrict
insert into restriction (person_id, ticket_id, since) values (:person_id, :ticket_id, :at) on conflict do nothing;

-- name: lift
update restriction set ended_at = :at where person_id = :person_id and ended_at is null;

-- name: restricted_since
select since from restriction where person_id = :person_id and ended_at is null;

-- name: citizen_reaches_person
select relation from account_person
 where account_id = :account_id and person_id = :person_id and ended_at is null;

-- name: insert_access
insert into access_entry (person_id, at, access_id, actor_kind, actor_id, actor_label, purpose, page, request_id)
values (:person_id, :at, :access_id, :actor_kind, :actor_id, :actor_label, :purpose, :page, :request_id);

-- name: insert_accesses
-- One entry for each person of a list who lives in an area that the member of staff answers for; others are left out.
insert into access_entry (person_id, at, access_id, actor_kind, actor_id, actor_label, purpose, page, request_id)
select p.person_id, :at, uuidv7(), :actor_kind, :staff_id, :actor_label, :purpose, :page, :request_id
  from person p
  join area lives on lives.area_id = p.area_id
 where p.person_id = any(:person_ids::uuid[])
   and (not is_restricted(p.person_id) or :purpose = any(:must::text[]))
   and exists (select from staff_role r join area scope on scope.area_id = r.area_id
                where r.staff_id = :staff_id and r.valid_from <= :today and (r.valid_to is null or r.valid_to > :today)
                  and lives.path <@ scope.path);

-- name: was_opened_for
-- Whether staff has opened a record for a purpose.
select exists (select from access_entry
                where person_id = :person_id and actor_kind = 'staff' and purpose = :purpose) as opened;
