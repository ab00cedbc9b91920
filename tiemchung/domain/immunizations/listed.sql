-- name: people
-- Whom a session expects or has received, with the doses that count, the oldest first.
with who as (
    select t.person_id from appointment t
     where t.place_id = :place_id and t.session_id = :session_id and t.status in ('booked', 'checked_in', 'done', 'no_show')
    union
    select v.person_id from visit v where v.place_id = :place_id and v.session_id = :session_id)
select p.person_id, p.name, p.birth_date, p.birth_precision, p.sex, g.code as group_code, p.workplace, p.area_id, p.address,
       coalesce((select jsonb_agg(jsonb_build_object('product', d.product, 'on', (d.occurred_at at time zone 'Asia/Ho_Chi_Minh')::date,
                                                     'lot_number', l.number, 'site', at.code) order by d.occurred_at)
                   from current_dose d
                   join immunization i using (person_id, immunization_id, version)
                   join place at on at.place_id = d.place_id
                   left join lot l on l.lot_id = i.lot_id
                  where d.person_id = p.person_id), '[]') as doses
  from who
  join person p on p.person_id = who.person_id
  left join priority_group g on g.priority_group_id = p.priority_group_id
 order by p.sort_key, p.person_id
 limit 2000;
