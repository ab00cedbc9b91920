-- name: places
-- Places by their ids, with who supplies them.
select p.place_id, p.code, p.kind, p.name, p.address, p.area_id, area.path::text as area_path, p.parent_id,
       parent.name as parent_name, p.tables, p.seats, p.opening, p.head, p.lat, p.lon, p.generated
  from place p
  join area using (area_id)
  left join place parent on parent.place_id = p.parent_id
 where p.place_id = any(:place_ids::uuid[]);

-- name: place_by_code
select place_id from place where code = :code and closed_on is null;

-- name: find
-- Open places whose name, typed with or without marks, fits; the closest first.
select p.place_id, p.code, p.kind, p.name, p.address, p.area_id, area.path::text as area_path, p.parent_id,
       parent.name as parent_name, p.tables, p.seats, p.opening, p.head, p.lat, p.lon, p.generated
  from place p
  join area using (area_id)
  left join place parent on parent.place_id = p.parent_id
 where p.search_name ilike '%' || :words || '%' and p.closed_on is null
 order by similarity(p.search_name, :words::text) desc, p.code
 limit :most;

-- name: by_codes
-- Places by their codes; what was given at one that has closed stays true.
select code, place_id from place where code = any(:codes::text[]) limit 5000;

-- name: in_area
-- The open places of an area and of all areas in it.
select p.place_id, p.code, p.kind, p.name, p.address, p.area_id, area.path::text as area_path, p.parent_id,
       parent.name as parent_name, p.tables, p.seats, p.opening, p.head, p.lat, p.lon, p.generated
  from area whole
  join area on area.path <@ whole.path
  join place p on p.area_id = area.area_id
  left join place parent on parent.place_id = p.parent_id
 where whole.area_id = :area_id and p.closed_on is null and (:kinds::text[] is null or p.kind = any(:kinds::text[]))
 order by p.code
 limit :most;

-- name: directory
-- The vaccination sites of a province or of the nation (null), a page of them, with how many there are.
select p.place_id, p.code, p.kind, p.name, p.address, p.area_id, area.path::text as area_path, p.parent_id,
       parent.name as parent_name, p.tables, p.seats, p.opening, p.head, p.lat, p.lon, p.generated
  from place p
  join area using (area_id)
  left join place parent on parent.place_id = p.parent_id
 where p.closed_on is null and p.tables > 0
   and (:path::ltree is null or area.path <@ :path::ltree)
 order by p.code
 limit :most offset :skipped;

-- name: directory_size
select count(*)
  from place p join area using (area_id)
 where p.closed_on is null and p.tables > 0
   and (:path::ltree is null or area.path <@ :path::ltree);

-- name: supplied_by
-- The open places that a store or centre supplies.
select p.place_id, p.code, p.kind, p.name, p.address, p.area_id, area.path::text as area_path, p.parent_id,
       parent.name as parent_name, p.tables, p.seats, p.opening, p.head, p.lat, p.lon, p.generated
  from place p
  join area using (area_id)
  join place parent on parent.place_id = p.parent_id
 where p.parent_id = :place_id and p.closed_on is null
 order by p.code
 limit 500;

-- name: campaign
-- The campaign of a disease on a day.
select campaign_id
  from campaign
 where disease = :disease and valid_from <= :on_date and (valid_to is null or valid_to > :on_date)
 order by valid_from desc
 limit 1;

-- name: over_booking
-- How many percent more people than places are invited; nothing is set at first.
select (value #>> '{}')::int from setting where name = 'over_booking_percent';

-- name: insert_session
insert into session (place_id, session_id, campaign_id, kind, starts_at, ends_at, product, tables, status, planned_by,
                     created_at)
values (:place_id, :session_id, :campaign_id, :kind, :starts_at, :ends_at, :product, :tables, 'planned', :planned_by,
        :at);

-- name: insert_slots
insert into slot (place_id, session_id, starts_at, minutes, capacity)
select :place_id, :session_id, starts_at, :minutes, :capacity from unnest(:starts::timestamptz[]) as starts_at;

-- name: sessions
-- Sessions of a place that begin within a stretch of time, in order.
select s.place_id, s.session_id, place.name as place_name, s.campaign_id, s.kind, s.starts_at, s.ends_at, s.product,
       product.name as product_name, s.tables, place.seats, s.status, s.planned_by, planner.name as planned_by_name,
       s.approved_by, approver.name as approved_by_name, s.opened_at, s.closed_at,
       coalesce(filled.capacity, 0) as capacity, coalesce(filled.taken, 0) as taken
  from session s
  join place using (place_id)
  join product on product.code = s.product
  left join staff planner on planner.staff_id = s.planned_by
  left join staff approver on approver.staff_id = s.approved_by
  left join lateral (select sum(slot.capacity) as capacity, sum(slot.taken) as taken
                       from slot
                      where slot.place_id = s.place_id and slot.session_id = s.session_id) filled on true
 where s.place_id = :place_id and s.starts_at >= :from_at and s.starts_at < :until_at
 order by s.starts_at, s.session_id
 limit 300;

-- name: session
select s.place_id, s.session_id, place.name as place_name, s.campaign_id, s.kind, s.starts_at, s.ends_at, s.product,
       product.name as product_name, s.tables, place.seats, s.status, s.planned_by, planner.name as planned_by_name,
       s.approved_by, approver.name as approved_by_name, s.opened_at, s.closed_at,
       coalesce(filled.capacity, 0) as capacity, coalesce(filled.taken, 0) as taken
  from session s
  join place using (place_id)
  join product on product.code = s.product
  left join staff planner on planner.staff_id = s.planned_by
  left join staff approver on approver.staff_id = s.approved_by
  left join lateral (select sum(slot.capacity) as capacity, sum(slot.taken) as taken
                       from slot
                      where slot.place_id = s.place_id and slot.session_id = s.session_id) filled on true
 where s.place_id = :place_id and s.session_id = :session_id;

-- name: to_approve
-- Planned sessions that wait for a second person, in an area, of the places that a centre supplies, at a place, or everywhere; the soonest first.
select s.place_id, s.session_id, place.name as place_name, s.campaign_id, s.kind, s.starts_at, s.ends_at, s.product,
       product.name as product_name, s.tables, place.seats, s.status, s.planned_by, planner.name as planned_by_name,
       s.approved_by, null as approved_by_name, s.opened_at, s.closed_at,
       coalesce(filled.capacity, 0) as capacity, coalesce(filled.taken, 0) as taken
  from session s
  join place using (place_id)
  join area using (area_id)
  join product on product.code = s.product
  left join staff planner on planner.staff_id = s.planned_by
  left join lateral (select sum(slot.capacity) as capacity, sum(slot.taken) as taken
                       from slot
                      where slot.place_id = s.place_id and slot.session_id = s.session_id) filled on true
 where s.status = 'planned' and s.ends_at > :at
   and (:area_path::text is null or area.path <@ :area_path::ltree)
   and (:parent_id::uuid is null or place.parent_id = :parent_id)
   and (:place_id::uuid is null or s.place_id = :place_id)
 order by s.starts_at, s.session_id
 limit 200;

-- name: slots
-- The half hours of a session with what the people who have a place in them answered.
select slot.starts_at, slot.minutes, slot.capacity, slot.taken, slot.self_capacity, slot.self_taken, slot.released,
       coalesce(answers.confirmed, 0) as confirmed, slot.taken - coalesce(answers.confirmed, 0) as unanswered
  from slot
  left join lateral (select count(*) as confirmed
                       from appointment t
                       left join invitation i on i.person_id = t.person_id and i.appointment_id = t.appointment_id
                      where t.place_id = slot.place_id and t.session_id = slot.session_id
                        and t.starts_at = slot.starts_at and t.status not in ('held', 'cancelled', 'expired')
                        and (i.status = 'confirmed' or i.person_id is null)) answers on true
 where slot.place_id = :place_id and slot.session_id = :session_id
 order by slot.starts_at;

-- name: set_status
-- Move a session on, only from where it stands now.
update session
   set status = :status,
       approved_by = case when :status = 'approved' then :actor_id else approved_by end,
       opened_at = case when :status = 'open' then :at else opened_at end
 where place_id = :place_id and session_id = :session_id and status = any(:from_statuses::text[]);

-- name: near
-- Open sites within some kilometres of a point: a box first, then the distance on a sphere.
select near.place_id, near.kilometres
  from (select p.place_id,
               6371 * 2 * asin(sqrt(power(sin(radians(p.lat - :lat) / 2), 2)
                                    + cos(radians(:lat)) * cos(radians(p.lat)) * power(sin(radians(p.lon - :lon) / 2), 2))) as kilometres
          from place p
         where p.closed_on is null and p.tables > 0
           and p.lat between :lat::float8 - 0.1 and :lat::float8 + 0.1 and p.lon between :lon::float8 - 0.1 and :lon::float8 + 0.1) near
 where near.kilometres <= :farthest_km
 order by near.kilometres
 limit :most;

-- name: availability
-- Approved and open sessions of places until a day, with the places left in half hours that are still to come.
select s.place_id, s.starts_at, s.product, product.short_name as product_name,
       coalesce((select sum(slot.capacity - slot.taken) from slot
                  where slot.place_id = s.place_id and slot.session_id = s.session_id and slot.starts_at > :at), 0)::int as places
  from session s
  join product on product.code = s.product
 where s.place_id = any(:place_ids::uuid[]) and s.status in ('approved', 'open') and s.ends_at > :at and s.starts_at < :until_at
 order by s.starts_at
 limit 200;
