-- name: candidates
-- Who is assigned to a place and has neither an appointment nor a record for the dose; the longest waiting first.
select r.person_id, r.registration_id, p.name, p.birth_date, p.birth_precision, p.sex, r.dose_role, r.ordinal,
       r.wanted_on, r.wanted_part, r.registered_at, g.code as group_code
  from registration r
  join person p using (person_id)
  join campaign c using (campaign_id)
  left join priority_group g on g.priority_group_id = p.priority_group_id
 where r.assigned_place_id = :place_id and r.status in ('assigned', 'planned') and r.campaign_id = :campaign_id
   and p.merged_into is null
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
select coalesce(sum(n) filter (where here and status <> 'cancelled'), 0)::int as invited,
       coalesce(sum(n) filter (where here and status <> 'cancelled' and answer = 'confirmed'), 0)::int as confirmed,
       coalesce(sum(n) filter (where here and answer = 'declined'), 0)::int as declined,
       coalesce(sum(n) filter (where here and status = 'done'), 0)::int as done,
       coalesce(sum(n) filter (where not here and status in ('held', 'booked', 'checked_in')), 0)::int as promised,
       (select coalesce(sum(greatest(capacity - taken, 0)), 0)
          from slot
         where slot.place_id = :place_id and slot.session_id = :session_id
           and slot.starts_at + make_interval(mins => slot.minutes) > :at) as room
  from (select t.session_id = :session_id as here, t.status, i.status as answer, count(*) as n
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

-- name: give_back
-- The appointment falls, the place is free again, the claim on the dose is gone: once, for an appointment still booked.
with given_back as (
    update appointment set status = 'cancelled'
     where place_id = :place_id and appointment_id = :appointment_id and status = 'booked'
    returning place_id, session_id, starts_at, appointment_id, person_id),
freed as (
    update slot set taken = slot.taken - 1
      from given_back g
     where slot.place_id = g.place_id and slot.session_id = g.session_id and slot.starts_at = g.starts_at),
unclaimed as (
    delete from dose_claim d
     using given_back g
     where d.person_id = g.person_id and d.appointment_id = g.appointment_id and d.immunization_id is null),
said as (
    update invitation i set status = :answer, answered_at = :at
      from given_back g
     where i.person_id = g.person_id and i.appointment_id = g.appointment_id)
select appointment_id from given_back;

-- name: appointments
-- Appointments by person, by code at a place, or of a session; the soonest first.
select t.place_id, t.appointment_id, t.session_id, t.person_id, place.name as place_name,
       place.address as place_address, t.starts_at, slot.minutes, s.product, product.name as product_name, t.dose_role,
       t.ordinal, t.code, t.channel, t.status, s.status as session_status, t.booked_at, i.status as answer
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
