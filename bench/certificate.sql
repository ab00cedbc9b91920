-- name: people
-- Matched people of many provinces and days of birth, so that no two histories are alike, numbered by their sort key.
insert into person (person_id, name, search_name, sort_key, sex, birth_date, birth_precision, nationality, area_id, address,
                    identity_status, created_at)
select uuidv7(), 'Nguyễn Thị Thử ' || chr(65 + n % 26), 'nguyen thi thu', lpad(n::text, 9, '0'), 'female', date '1960-01-01' + n % 15000, 'day', 'VN',
       homes.area_id, 'địa chỉ', 'matched', :at
  from generate_series(1, :count::int) n
  join (select area_id, row_number() over (order by area_id) as k, count(*) over () as all_of_them
          from area where level = 'commune' and valid_to is null) homes on homes.k = n % homes.all_of_them + 1;

-- name: sessions
-- Five hundred people a session.
insert into session (place_id, session_id, campaign_id, kind, starts_at, ends_at, product, tables, status, created_at)
select :place_id, uuidv7(), (select min(campaign_id) from campaign), 'fixed', :at::timestamptz + n * interval '1 minute',
       :at::timestamptz + n * interval '1 minute' + interval '4 hours', 'JAN', 1, 'signed', :at
  from generate_series(1, ceil(:count::int / 500.0)::int) n;

-- name: lot
insert into lot (lot_id, product, number, manufacturer, expires_on, status)
values (:lot_id, 'JAN', 'BENCH', 'Janssen', current_date + 300, 'released');

-- name: doses
insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product, lot_id, place_id, session_id,
                          area_id, occurred_at, recorded_at, source)
select p.person_id, uuidv7(), 1, 'completed', 'COVID-19', 'basic', 1, 'JAN', :lot_id, :place_id, s.session_id, p.area_id, :at, :at,
       'recorded'
  from (select person_id, area_id, (row_number() over (order by sort_key) - 1) / 500 + 1 as session_number from person
         where search_name = 'nguyen thi thu') p
  join (select session_id, row_number() over (order by starts_at) as n from session where place_id = :place_id) s
    on s.n = p.session_number;

-- name: staff
insert into staff (staff_id, login, name, password_hash, created_at) values (:staff_id, 'bench', 'Người thử', '-', :at);

-- name: signable
select distinct i.session_id from immunization i join lot using (lot_id)
 where lot.number = 'BENCH' and i.place_id = :place_id
 order by 1;

-- name: sign
insert into site_signature (place_id, session_id, signature_id, staff_id, covers, digest, signed_at, second_factor)
select :place_id, :session_id, :signature_id, (select staff_id from staff where login = 'bench'),
       jsonb_agg(jsonb_build_array(immunization_id, version)), 'digest', :at, 'totp'
  from immunization where place_id = :place_id and session_id = :session_id;

-- name: made
select count(*)::int from certificate;

-- name: analyze
analyze person, immunization;
