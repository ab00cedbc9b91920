-- name: counted
-- Doses in opened vials that may still be given, who waits for one, and who is booked and has not come.
select (select coalesce(sum(w.doses_left), 0)::int
          from vial w
         where w.place_id = :place_id and w.session_id = :session_id and w.closed_at is null and w.use_by > :at) as left,
       (select min(w.use_by)
          from vial w
         where w.place_id = :place_id and w.session_id = :session_id and w.closed_at is null and w.use_by > :at
           and w.doses_left > 0) as ends_at,
       (select count(*)::int
          from visit v
         where v.place_id = :place_id and v.session_id = :session_id and v.step in ('screening', 'injection')) as waiting,
       (select count(*)::int
          from appointment a
         where a.place_id = :place_id and a.session_id = :session_id and a.status = 'booked') as coming;
