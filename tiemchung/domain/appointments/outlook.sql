-- name: waiting_places
-- Places of somebody's reach where people wait for an invitation: how many, and the places and promises of sessions to come.
select place.place_id, place.name as place_name, w.waiting, coalesce(f.places, 0)::int as places,
       coalesce(f.promised, 0)::int as promised
  from place
  join area using (area_id)
  cross join lateral (
      select count(*)::int as waiting
        from registration r
        join campaign c using (campaign_id)
       where r.assigned_place_id = place.place_id and r.campaign_id = :campaign_id and r.status in ('assigned', 'planned')
         and not exists (select from dose_claim d
                          where d.person_id = r.person_id and d.disease = c.disease and d.role = r.dose_role
                            and d.ordinal = r.ordinal and d.copy = 0)) w
  left join lateral (
      select sum(greatest(slot.capacity - slot.taken, 0)) as places, sum(slot.taken) as promised
        from slot
        join session s using (place_id, session_id)
       where slot.place_id = place.place_id and s.campaign_id = :campaign_id
         and s.status in ('planned', 'approved', 'open') and slot.starts_at > :at) f on true
 where w.waiting > 0
   and (:area_path::text is null or area.path <@ :area_path::ltree)
   and (:parent_id::uuid is null or place.parent_id = :parent_id)
   and (:place_id::uuid is null or place.place_id = :place_id)
 order by w.waiting - coalesce(f.places, 0) desc, place.place_id
 limit 30;
