-- name: open_application
-- The same application again is the same row.
insert into place_application (application_id, code, province_code, opened_at)
values (:application_id, :code, :province_code, :at)
on conflict (application_id) do nothing;

-- name: insert_version
insert into place_application_version (application_id, version, kind, name, address, area_id, head, licence, tables, seats, opening,
                                       phone_sealed, sent_at)
values (:application_id, :version, :kind, :name, :address, :area_id, :head, :licence, :tables, :seats, :opening, :phone_sealed, :at);

-- name: by_code
select application_id from place_application where code = :code;

-- name: lock
-- Two decisions, or a decision and a new version, wait for one another.
select application_id from place_application where application_id = :application_id for update;

-- name: latest
-- An application as it stands: its last version and what was decided on it.
select p.application_id, p.code, p.province_code, p.opened_at, v.version, v.kind, v.name, v.address, v.area_id, v.head, v.licence,
       v.tables, v.seats, v.opening, v.sent_at, d.outcome, d.message, d.decided_at, staff.name as decided_by_name, place.code as place_code
  from place_application p
  join place_application_version v using (application_id)
  left join place_application_decision d using (application_id, version)
  left join staff on staff.staff_id = d.decided_by
  left join place on place.place_id = d.place_id
 where p.application_id = :application_id
 order by v.version desc
 limit 1;

-- name: phone
select phone_sealed from place_application_version where application_id = :application_id and version = :version;

-- name: worklist
-- What waits in a province or in the nation (null), the oldest first; or what was decided, the newest first.
select p.application_id, p.code, p.province_code, p.opened_at, v.version, v.kind, v.name, v.address, v.area_id, v.head, v.licence,
       v.tables, v.seats, v.opening, v.sent_at, d.outcome, d.message, d.decided_at, staff.name as decided_by_name, place.code as place_code
  from place_application p
  join lateral (select * from place_application_version v where v.application_id = p.application_id
                 order by v.version desc limit 1) v on true
  left join place_application_decision d on d.application_id = p.application_id and d.version = v.version
  left join staff on staff.staff_id = d.decided_by
  left join place on place.place_id = d.place_id
 where (:province::text is null or p.province_code = :province) and (d.outcome is not null) = :decided
 order by case when :decided then -extract(epoch from d.decided_at) else extract(epoch from v.sent_at) end
 limit 200;

-- name: decide
insert into place_application_decision (application_id, version, outcome, message, place_id, decided_at, decided_by)
values (:application_id, :version, :outcome, :message, :place_id, :at, :by);

-- name: free_code
-- The first code of a province that no place has or had: two digits of the province and three characters.
select :province_code::text || tail as code
  from (select lpad(n::text, 3, '0') as tail, n as place from generate_series(1, 999) as n
        union all
        select chr(64 + a) || lpad(b::text, 2, '0'), 1000 + 100 * a + b from generate_series(1, 26) as a, generate_series(0, 99) as b) tails
 where not exists (select from place where code = :province_code::text || tail)
 order by place
 limit 1;

-- name: supplier
-- Who supplies the places of an area: the centre of its district, else that of its province.
select place.place_id
  from area own
  join area a on a.path <@ subpath(own.path, 0, 3)
  join place on place.area_id = a.area_id
 where own.area_id = :area_id and place.closed_on is null
   and (place.kind = 'province_cdc' or (place.kind = 'district_centre' and subpath(a.path, 0, 4) = subpath(own.path, 0, 4)))
 order by place.kind = 'district_centre' desc, place.code
 limit 1;

-- name: insert_place
insert into place (place_id, code, kind, name, search_name, address, area_id, parent_id, tables, seats, opening, head, lat, lon)
select :place_id, :code, :kind, :name, :search_name, :address, a.area_id, :parent_id, :tables, :seats, :opening, :head, a.lat, a.lon
  from area a where a.area_id = :area_id;
