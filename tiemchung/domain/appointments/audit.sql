-- name: look
-- The sessions that people may still come to (all of them, when asked): places taken, live appointments and live claims agree,
-- half hour by half hour. `oversold` places beyond capacity, `leaked` places that nobody has, `lost` appointments without their
-- place or claim, `dangling` claims of appointments that have fallen.
with watched as (
    select place_id, session_id from session
     where :whole or status in ('planned', 'approved', 'open')),
live as (
    select t.place_id, t.session_id, t.starts_at, count(*) as people,
           count(*) filter (where t.channel in ('self', 'agent')) as own,
           count(*) filter (where t.status <> 'done' and c.person_id is null) as unclaimed
      from watched
      join appointment t using (place_id, session_id)
      left join dose_claim c on c.person_id = t.person_id and c.appointment_id = t.appointment_id
     where t.status in ('held', 'booked', 'checked_in', 'done')
     group by 1, 2, 3),
half_hour as (
    select s.capacity, s.taken, s.self_taken, coalesce(l.people, 0) as people, coalesce(l.own, 0) as own,
           coalesce(l.unclaimed, 0) as unclaimed
      from watched
      join slot s using (place_id, session_id)
      left join live l using (place_id, session_id, starts_at)),
fallen as (
    select count(*) as claims
      from dose_claim c
     where c.appointment_id is not null and c.immunization_id is null
       and not exists (select from appointment t
                        where t.place_id = c.place_id and t.appointment_id = c.appointment_id
                          and t.status in ('held', 'booked', 'checked_in')))
select count(*)::int as half_hours, coalesce(sum(taken), 0)::int as taken, coalesce(sum(people), 0)::int as appointments,
       coalesce(sum(greatest(people - capacity, 0)), 0)::int as oversold,
       coalesce(sum(greatest(taken - people, 0) + greatest(self_taken - own, 0)), 0)::int as leaked,
       coalesce(sum(greatest(people - taken, 0) + unclaimed), 0)::int as lost,
       (select claims from fallen)::int as dangling
  from half_hour;

-- name: keep
insert into booking_audit (audit_id, at, half_hours, taken, appointments, oversold, leaked, lost, dangling)
values (:audit_id, :at, :half_hours, :taken, :appointments, :oversold, :leaked, :lost, :dangling);

-- name: forget
delete from booking_audit where at < :before;

-- name: newest
select at, half_hours, taken, appointments, oversold, leaked, lost, dangling
  from booking_audit
 order by audit_id desc
 limit :most;
