-- name: gaps
-- Sites by day: doses drawn and recorded, people without a result, sessions that are past their end and still open, unsigned ones;
-- the worst first. A gap of one session does not make good that of another.
select p.place_id, p.code, p.name, (s.starts_at at time zone 'Asia/Ho_Chi_Minh')::date as day, count(*)::int as sessions,
       sum(t.drawn)::int as drawn, sum(t.recorded)::int as recorded, sum(abs(t.drawn - t.recorded))::int as gap,
       sum((select count(*) from visit v where v.place_id = s.place_id and v.session_id = s.session_id
               and v.step in ('screening', 'injection', 'observation')))::int as waiting,
       count(*) filter (where s.status = 'open' and s.ends_at < :at)::int as overdue,
       count(*) filter (where s.status = 'closed')::int as unsigned
  from session s
  join session_tally t on t.place_id = s.place_id and t.session_id = s.session_id
  join place p on p.place_id = s.place_id
  join area a on a.area_id = p.area_id
 where s.status in ('open', 'closed', 'signed') and s.starts_at >= :since and s.starts_at < :until
   and (:place_id::uuid is null or p.place_id = :place_id)
   and (:supplier::uuid is null or p.parent_id = :supplier)
   and (:path::text is null or a.path <@ :path::ltree)
 group by p.place_id, 4
 order by gap desc, overdue desc, waiting desc, unsigned desc, day desc, p.code
 limit :most;
