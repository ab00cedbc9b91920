-- name: insert_recall
insert into recall (recall_id, lot_id, reason, instructions, ordered_by, ordered_at)
values (:recall_id, :lot_id, :reason, :instructions, :by, :at);

-- name: ids
select recall_id from recall order by ordered_at desc limit 100;

-- name: gather
-- Everybody whose record says, in its newest version, that they had a dose of the recall's lot.
with marked as (
    update recall set gathered_at = :at where recall_id = :recall_id
    returning recall_id, lot_id, ordered_at)
insert into recall_person (person_id, recall_id, immunization_id, place_id, given_at, after_recall)
select i.person_id, marked.recall_id, i.immunization_id, i.place_id, i.occurred_at, i.occurred_at > marked.ordered_at
  from marked
  join immunization i on i.lot_id = marked.lot_id
 where i.status = 'completed' and i.place_id is not null
   and not exists (select from immunization later
                    where later.person_id = i.person_id and later.immunization_id = i.immunization_id
                      and later.version > i.version)
on conflict (person_id, recall_id, immunization_id) do nothing;

-- name: untold
-- The next people to tell, held so that two workers do not tell the same.
select p.person_id, p.recall_id, p.immunization_id, p.given_at, lot.number, recall.instructions
  from recall_person p
  join recall using (recall_id)
  join lot using (lot_id)
 where p.told_at is null
 order by p.recall_id, p.person_id
 limit :most
   for update of p skip locked;

-- name: mark_told
update recall_person set told_at = :at
 where person_id = :person_id and recall_id = :recall_id and immunization_id = :immunization_id;

-- name: recalls
-- Recalls with how many people had a dose and were told, and where the doses that were not given are.
select r.recall_id, r.lot_id, lot.number, lot.product, product.name as product_name, r.reason, r.instructions,
       who.name as ordered_by_name, r.ordered_at, r.gathered_at, people.people, people.told, people.after_recall,
       held.on_hand, held.opened, held.in_transit, held.quarantined
  from recall r
  join lot using (lot_id)
  join product on product.code = lot.product
  left join staff who on who.staff_id = r.ordered_by
 cross join lateral (select count(*) as people, count(told_at) as told,
                            count(*) filter (where after_recall) as after_recall
                       from recall_person p
                      where p.recall_id = r.recall_id) people
 cross join lateral (select coalesce(sum(balance) filter (where state = 'on_hand'), 0)::bigint as on_hand,
                            coalesce(sum(balance) filter (where state = 'opened'), 0)::bigint as opened,
                            coalesce(sum(balance) filter (where state = 'in_transit'), 0)::bigint as in_transit,
                            coalesce(sum(balance) filter (where state = 'quarantined'), 0)::bigint as quarantined
                       from stock_account a
                      where a.lot_id = r.lot_id) held
 where :recall_id::uuid is null or r.recall_id = :recall_id
 order by r.ordered_at desc
 limit 50;

-- name: at_places
-- A recalled lot at each place of an area: what is still there, and who had a dose.
with held as (
    select a.place_id,
           coalesce(sum(balance) filter (where state = 'on_hand'), 0)::bigint as on_hand,
           coalesce(sum(balance) filter (where state = 'opened'), 0)::bigint as opened,
           coalesce(sum(balance) filter (where state = 'in_transit'), 0)::bigint as in_transit,
           coalesce(sum(balance) filter (where state = 'quarantined'), 0)::bigint as quarantined,
           coalesce(sum(balance) filter (where state = 'administered'), 0)::bigint as administered
      from stock_account a
      join recall r using (lot_id)
     where r.recall_id = :recall_id
     group by a.place_id),
people as (
    select place_id, count(*) as people, count(told_at) as told
      from recall_person
     where recall_id = :recall_id
     group by place_id)
select held.place_id, place.name as place_name, held.on_hand, held.opened, held.in_transit, held.quarantined,
       held.administered, coalesce(people.people, 0) as people, coalesce(people.told, 0) as told
  from held
  left join people using (place_id)
  join place using (place_id)
  join area using (area_id)
 where :path::ltree is null or area.path <@ :path::ltree
 order by held.on_hand + held.opened + held.in_transit desc, place.name
 limit 1000;

-- name: dosed_at
select person_id, place_id, given_at, after_recall, told_at
  from recall_person
 where recall_id = :recall_id and place_id = :place_id and (:after::uuid is null or person_id > :after)
 order by person_id
 limit 50;
