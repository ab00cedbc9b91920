-- name: expected
-- Everybody whom a session expects or has received, with what a screen at the site needs of them.
with who as (
    select t.person_id, t.appointment_id, t.code, t.starts_at, t.status, t.dose_role, t.ordinal
      from appointment t
     where t.place_id = :place_id and t.session_id = :session_id and t.status in ('booked', 'checked_in', 'done')
    union all
    select v.person_id, null, null, null, 'checked_in', v.dose_role, v.ordinal
      from visit v
     where v.place_id = :place_id and v.session_id = :session_id and v.appointment_id is null)
select who.person_id, who.code, who.starts_at, who.status, who.dose_role, who.ordinal, p.name, p.search_name, p.sex, p.birth_date,
       p.birth_precision, coalesce(a.name, '') as area_name,
       exists (select from consent c where c.person_id = p.person_id and c.withdrawn_at is null) as consented,
       coalesce((select jsonb_agg(jsonb_build_object('product', d.product, 'product_name', d.short_name, 'ordinal', d.ordinal,
                                                     'lot', d.number, 'place', d.place_name, 'on', d.given_on)
                                  order by d.given_on desc)
                   from (select distinct on (i.immunization_id) i.status, i.product, pr.short_name, i.ordinal, l.number,
                                pl.name as place_name, (i.occurred_at at time zone 'Asia/Ho_Chi_Minh')::date as given_on
                           from immunization i
                           join product pr on pr.code = i.product
                           join place pl on pl.place_id = i.place_id
                           left join lot l on l.lot_id = i.lot_id
                          where i.person_id = p.person_id
                          order by i.immunization_id, i.version desc) d
                  where d.status = 'completed'), '[]') as doses
  from who
  join person p on p.person_id = who.person_id
  left join area a on a.area_id = p.area_id
 order by who.starts_at nulls last, p.sort_key
 limit 2000;

-- name: log_prepared
-- Each person whose data goes to a device sees who took it, once in half a day.
insert into access_entry (person_id, at, access_id, actor_kind, actor_id, actor_label, purpose, page, request_id)
select one, :at, uuidv7(), 'staff', :actor_id, :actor_label, :purpose, :page, :request_id
  from unnest(:person_ids::uuid[]) as one
 where not exists (select from access_entry e
                    where e.person_id = one and e.actor_id = :actor_id and e.page = :page
                      and e.at > :at::timestamptz - interval '12 hours');

-- name: approvers
-- Who may allow that somebody without an appointment is received: heads and doctors of the place.
select distinct s.staff_id, s.name
  from staff_role r
  join staff s on s.staff_id = r.staff_id
 where r.place_id = :place_id and r.role in ('site_head', 'doctor') and s.ended_at is null
   and r.valid_from <= :today and (r.valid_to is null or r.valid_to > :today)
 order by s.name
 limit 100;
