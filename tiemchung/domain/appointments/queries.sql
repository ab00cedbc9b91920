-- name: candidates
-- Who is assigned to a place and has neither an appointment nor a record for the dose; the longest waiting first.
select r.person_id, r.registration_id, p.name, p.birth_date, p.birth_precision, p.sex, r.dose_role, r.ordinal,
       r.wanted_on, r.wanted_part, r.registered_at, g.code as group_code
  from registration r
  join person p using (person_id)
  join campaign c using (campaign_id)
  left join priority_group g on g.priority_group_id = p.priority_group_id
 where r.assigned_place_id = :place_id and r.status in ('assigned', 'planned') and r.campaign_id = :campaign_id
   and p.merged_into is null and not is_restricted(r.person_id)
   and not exists (select from dose_claim d
                    where d.person_id = r.person_id and d.disease = c.disease and d.role = r.dose_role
                      and d.ordinal = r.ordinal and d.copy = 0)
 order by r.registered_at, r.registration_id
 limit 2000;

-- name: lock_sessions
-- The sessions of a place that promise doses of the same product; whoever invites holds them all.
select session_id
  from session
 where place_id = :place_id and product = :product and status in ('approved', 'open')
 order by session_id
   for update;

-- name: counts
-- How many people a session has invited and what they said, its free places, and what other sessions have promised.
select coalesce(sum(n) filter (where here and status not in ('cancelled', 'expired')), 0)::int as invited,
       coalesce(sum(n) filter (where here and status not in ('cancelled', 'expired') and answer = 'confirmed'), 0)::int as confirmed,
       coalesce(sum(n) filter (where here and answer = 'declined'), 0)::int as declined,
       coalesce(sum(n) filter (where here and status = 'done'), 0)::int as done,
       coalesce(sum(n) filter (where not here and status in ('held', 'booked', 'checked_in')), 0)::int as promised,
       (select coalesce(sum(self_capacity - self_taken), 0)
          from slot
         where slot.place_id = :place_id and slot.session_id = :session_id and not released) as set_aside,
       (select coalesce(sum(case when released then capacity - taken
                                 else least(capacity - taken, capacity - self_capacity - taken + self_taken) end), 0)
          from slot
         where slot.place_id = :place_id and slot.session_id = :session_id
           and slot.starts_at + make_interval(mins => slot.minutes) > :at) as room
  from (select t.session_id = :session_id as here, t.status, case when i.person_id is null and t.status <> 'held' then 'confirmed' else i.status end as answer,
               count(*) as n
          from appointment t
          join session s using (place_id, session_id)
          left join invitation i on i.person_id = t.person_id and i.appointment_id = t.appointment_id
         where t.place_id = :place_id and s.product = :product
           and (s.session_id = :session_id or s.status in ('approved', 'open'))
         group by 1, 2, 3) grouped;

-- name: book
-- A place, the appointment, the claim on the dose and the invitation in one statement: all or nothing. The half hour is
-- the earliest with room in the part of the day that the person asked for, else the earliest at all.
with room as (
    select place_id, session_id, starts_at
      from slot
     where place_id = :place_id and session_id = :session_id and taken < capacity
       and (released or taken - self_taken < capacity - self_capacity)
       and starts_at + make_interval(mins => minutes) > :at
     order by (:part <> 'day'
               and (extract(hour from starts_at at time zone 'Asia/Ho_Chi_Minh') < 12) <> (:part = 'morning')),
              starts_at
     limit 1),
taken as (
    update slot set taken = slot.taken + 1
      from room
     where slot.place_id = room.place_id and slot.session_id = room.session_id and slot.starts_at = room.starts_at
       and slot.taken < slot.capacity
       and (slot.released or slot.taken - slot.self_taken < slot.capacity - slot.self_capacity)
    returning slot.starts_at),
claimed as (
    insert into dose_claim (person_id, disease, role, ordinal, copy, appointment_id, place_id, claimed_at)
    select :person_id, :disease, :dose_role, :ordinal, 0, :appointment_id, :place_id, :at from taken),
booked as (
    insert into appointment (place_id, appointment_id, session_id, starts_at, person_id, code, dose_role, ordinal,
                             channel, status, booked_at)
    select :place_id, :appointment_id, :session_id, starts_at, :person_id, :code, :dose_role, :ordinal, 'invitation',
           'booked', :at
      from taken),
asked as (
    insert into invitation (person_id, invitation_id, place_id, session_id, appointment_id, status, sent_at)
    select :person_id, :invitation_id, :place_id, :session_id, :appointment_id, 'invited', :at from taken)
select starts_at from taken;

-- name: confirm
update invitation i set status = 'confirmed', answered_at = :at
  from appointment t
 where i.person_id = :person_id and i.appointment_id = :appointment_id and i.status = 'invited'
   and t.place_id = i.place_id and t.appointment_id = i.appointment_id and t.status = 'booked';

-- name: take_places
-- Requests for places, judged and written together.
select command_id, answer
  from take_places(:at, :held_until, :ids::uuid[], :acts::text[], :channels::text[], :sign_ins::bytea[], :staff::uuid[],
                   :requests::text[], :people::uuid[], :roles::text[], :ordinals::smallint[], :places::uuid[], :sessions::uuid[],
                   :starts::timestamptz[], :codes::text[], :due::text[], :against::text[]);

-- name: wishes_of_vaccinated
-- Of wishes for places those of people who have had a dose against the disease, with what the session gives and its province.
select a.n::int, a.person_id, s.product, split_part(area.path::text, '.', case when area.path <@ 'VN2025' then 2 else 3 end) as province
  from unnest(:people::uuid[], :places::uuid[], :sessions::uuid[]) with ordinality as a (person_id, place_id, session_id, n)
  join session s on s.place_id = a.place_id and s.session_id = a.session_id
  join product p on p.code = s.product
  join place on place.place_id = a.place_id
  join area on area.area_id = place.area_id
 where exists (select from immunization i where i.person_id = a.person_id and i.disease = p.disease and i.status = 'completed'
                  and not exists (select from immunization later
                                   where later.person_id = i.person_id and later.immunization_id = i.immunization_id
                                     and later.version > i.version));

-- name: give_back
-- Appointments that stand as the caller saw them fall: place and claim are free again, once; the invitation, if any, is answered.
with given_back as (
    select place_id, appointment_id, person_id
      from give_back_places(:place_ids::uuid[], :appointment_ids::uuid[], :was::text[], :status)),
said as (
    update invitation i set status = :answer, answered_at = :at
      from given_back g
     where :answer::text is not null and i.person_id = g.person_id and i.appointment_id = g.appointment_id)
select appointment_id from given_back;

-- name: appointments
-- Appointments by person, by code at a place, or of a session; the soonest first.
select t.place_id, t.appointment_id, t.session_id, t.person_id, place.name as place_name,
       place.address as place_address, t.starts_at, slot.minutes, s.product, product.name as product_name, t.dose_role,
       t.ordinal, t.code, t.channel, t.status, t.held_until, s.status as session_status, t.booked_at,
       i.status as answer
  from appointment t
  join slot using (place_id, session_id, starts_at)
  join session s using (place_id, session_id)
  join place using (place_id)
  join product on product.code = s.product
  left join invitation i on i.person_id = t.person_id and i.appointment_id = t.appointment_id
 where (:person_id::uuid is null or t.person_id = :person_id)
   and (:code::text is null or t.code = :code)
   and (:place_id::uuid is null or t.place_id = :place_id)
   and (:session_id::uuid is null or t.session_id = :session_id)
   and (:appointment_id::uuid is null or t.appointment_id = :appointment_id)
 order by t.starts_at, t.booked_at, t.appointment_id
 limit 2000;

-- name: confirm_hold
-- A held place becomes an appointment while its minutes run.
update appointment set status = 'booked', held_until = null, booked_at = :at
 where place_id = :place_id and appointment_id = :appointment_id and status = 'held' and held_until > :at;

-- name: move_place
select move_place(:at, :from_place, :from_id, :to_id, :code, :place_id, :session_id, :starts_at, :asked::boolean, :against::text) as outcome;

-- name: booked_for
-- When a person is to come for a dose.
select starts_at
  from appointment
 where person_id = :person_id and dose_role = :dose_role and ordinal = :ordinal and status in ('held', 'booked')
 limit 1;

-- name: holds_due
-- Held places whose minutes are over, the longest over first; two workers take different ones.
select t.place_id, t.appointment_id, t.session_id, t.person_id, place.name as place_name,
       place.address as place_address, t.starts_at, slot.minutes, s.product, product.name as product_name, t.dose_role,
       t.ordinal, t.code, t.channel, t.status, t.held_until, s.status as session_status, t.booked_at, null as answer
  from appointment t
  join slot using (place_id, session_id, starts_at)
  join session s using (place_id, session_id)
  join place using (place_id)
  join product on product.code = s.product
 where t.status = 'held' and t.held_until <= :at
 order by t.held_until
 limit :most
   for no key update of t skip locked;

-- name: open_slots
-- Half hours of a place in which people may book a place themselves, soonest first. A held place counts as taken.
select slot.place_id, slot.session_id, slot.starts_at, slot.minutes, s.product, product.name as product_name,
       case when slot.released then slot.capacity - slot.taken
            else least(slot.capacity - slot.taken, slot.self_capacity - slot.self_taken) end as free
  from slot
  join session s using (place_id, session_id)
  join product on product.code = s.product
 where slot.place_id = :place_id and s.status in ('approved', 'open') and s.campaign_id = :campaign_id
   and slot.starts_at + make_interval(mins => slot.minutes) > :at and slot.starts_at < :until_at
   and (slot.self_capacity > 0 or slot.released)
 order by slot.starts_at, slot.session_id
 limit 600;

-- name: listed_slots
-- Half hours of a session with the places that lists, and personal invitations, may take.
select slot.place_id, slot.session_id, slot.starts_at, slot.minutes, s.product, product.name as product_name,
       case when slot.released then slot.capacity - slot.taken
            else least(slot.capacity - slot.taken, slot.capacity - slot.self_capacity - slot.taken + slot.self_taken) end as free
  from slot
  join session s using (place_id, session_id)
  join product on product.code = s.product
 where slot.place_id = :place_id and slot.session_id = :session_id
   and slot.starts_at + make_interval(mins => slot.minutes) > :at
 order by slot.starts_at;

-- name: open_places
-- Places of an area where people may book a place themselves, with how many places are left and when the first one is.
select place.place_id, place.name, place.address, place.lat, place.lon, count(*) as half_hours, sum(free.places)::int as places,
       min(slot.starts_at) filter (where free.places > 0) as first_at,
       array_agg(distinct product.short_name) as products
  from area whole
  join area on area.path <@ whole.path
  join place on place.area_id = area.area_id
  join session s using (place_id)
  join product on product.code = s.product
  join slot using (place_id, session_id)
  cross join lateral (select case when slot.released then slot.capacity - slot.taken
                                  else least(slot.capacity - slot.taken, slot.self_capacity - slot.self_taken) end
                               as places) free
 where whole.area_id = :area_id and place.closed_on is null and s.status in ('approved', 'open')
   and s.campaign_id = :campaign_id and s.starts_at < :until_at and s.ends_at > :at
   and slot.starts_at + make_interval(mins => slot.minutes) > :at and (slot.self_capacity > 0 or slot.released)
 group by place.place_id
 order by min(slot.starts_at) filter (where free.places > 0) nulls last, place.name
 limit 60;

-- name: set_aside_for_self
-- Give people themselves so many places of each half hour that is to come, until the release.
update slot set self_capacity = :places, release_at = :release_at
 where place_id = :place_id and session_id = :session_id and not released
   and starts_at + make_interval(mins => minutes) > :at and self_taken <= :places and taken - self_taken <= capacity - :places;

-- name: sessions_to_release
-- Sessions with half hours whose places every channel may take from now on.
select distinct place_id, session_id
  from slot
 where not released and release_at <= :at
 limit 200;

-- name: release
-- From now on every channel takes what is left, and no more is left than there are doses for: late half hours give way first.
with left_over as (
    select starts_at, capacity - taken as free,
           sum(capacity - taken) over (order by starts_at rows unbounded preceding) - (capacity - taken) as before
      from slot
     where place_id = :place_id and session_id = :session_id and starts_at + make_interval(mins => minutes) > :at)
update slot
   set released = true, capacity = slot.taken + greatest(least(l.free, :free - l.before), 0)::smallint,
       self_capacity = least(slot.self_capacity, slot.taken + greatest(least(l.free, :free - l.before), 0)::smallint)
  from left_over l
 where slot.place_id = :place_id and slot.session_id = :session_id and slot.starts_at = l.starts_at and not slot.released;

-- name: slips
-- Who is to come to a session, by where they live.
select t.appointment_id, t.starts_at, p.name, p.birth_date, area.name as commune, p.address, t.dose_role, t.ordinal,
       coalesce((select g.code from registration g
                  where g.person_id = t.person_id and g.dose_role = t.dose_role and g.ordinal = t.ordinal
                  order by g.registered_at desc limit 1), '') as registration_code, t.code
  from appointment t
  join person p using (person_id)
  join area using (area_id)
 where t.place_id = :place_id and t.session_id = :session_id and t.status in ('booked', 'checked_in')
 order by area.name, p.address, t.starts_at, p.sort_key
 limit 2000;

-- name: standing
-- Who has a place in a session beyond so many a half hour, those who booked last; with none allowed, everybody.
select place_id, appointment_id, session_id, person_id, place_name, place_address, starts_at, minutes, product, product_name,
       dose_role, ordinal, code, channel, status, held_until, session_status, booked_at, answer
  from (select t.place_id, t.appointment_id, t.session_id, t.person_id, place.name as place_name,
               place.address as place_address, t.starts_at, slot.minutes, s.product, product.name as product_name,
               t.dose_role, t.ordinal, t.code, t.channel, t.status, t.held_until, s.status as session_status, t.booked_at,
               i.status as answer,
               row_number() over (partition by t.starts_at order by t.status = 'booked' desc, t.booked_at) as place_in_line
          from appointment t
          join slot using (place_id, session_id, starts_at)
          join session s using (place_id, session_id)
          join place using (place_id)
          join product on product.code = s.product
          left join invitation i on i.person_id = t.person_id and i.appointment_id = t.appointment_id
         where t.place_id = :place_id and t.session_id = :session_id and t.status in ('held', 'booked')
           and t.starts_at + make_interval(mins => slot.minutes) > :at) lined
 where place_in_line > :over
 order by booked_at, appointment_id;

-- name: shrink
-- Fewer places in each half hour to come, never fewer than are taken.
update slot
   set capacity = greatest(least(capacity, :people), taken),
       self_capacity = greatest(least(self_capacity, greatest(least(capacity, :people), taken) - (taken - self_taken)), self_taken)
 where place_id = :place_id and session_id = :session_id and starts_at + make_interval(mins => minutes) > :at;

-- name: next_room
-- Half hours with room for lists in the other sessions of a place and campaign, the soonest first.
select slot.place_id, slot.session_id, slot.starts_at
  from session fell
  join session s on s.place_id = fell.place_id and s.campaign_id = fell.campaign_id and s.session_id <> fell.session_id
  join slot on slot.place_id = s.place_id and slot.session_id = s.session_id
 where fell.place_id = :place_id and fell.session_id = :session_id and s.status in ('approved', 'open')
   and slot.starts_at > :at and slot.taken < slot.capacity
   and (slot.released or slot.taken - slot.self_taken < slot.capacity - slot.self_capacity)
 order by slot.starts_at
 limit 20;

-- name: code_of
select code from appointment where place_id = :place_id and appointment_id = :appointment_id;

-- name: seat
-- Who is received without an appointment takes a place of the session: in the first half hour with room for lists that is not
-- over, else in one that is; place, claim and appointment in one statement, or nothing.
with room as (
    select place_id, session_id, starts_at
      from slot
     where place_id = :place_id and session_id = :session_id and taken < capacity
       and (released or taken - self_taken < capacity - self_capacity)
     order by starts_at + make_interval(mins => minutes) <= :at, starts_at
     limit 1
       for no key update),
claimed as (
    insert into dose_claim (person_id, disease, role, ordinal, copy, appointment_id, place_id, claimed_at)
    select :person_id, :disease, :dose_role, :ordinal, 0, :appointment_id, place_id, :at from room
        on conflict do nothing
    returning place_id),
taken as (
    update slot set taken = slot.taken + 1
      from room join claimed using (place_id)
     where slot.place_id = room.place_id and slot.session_id = room.session_id and slot.starts_at = room.starts_at),
seated as (
    insert into appointment (place_id, appointment_id, session_id, starts_at, person_id, code, dose_role, ordinal, channel, status,
                             booked_at)
    select place_id, :appointment_id, session_id, starts_at, :person_id, :code, :dose_role, :ordinal, 'walk_in', 'checked_in', :at
      from room join claimed using (place_id)
    returning 1)
select case when exists (select from seated) then 'seated' when exists (select from room) then 'claimed' else 'full' end;
