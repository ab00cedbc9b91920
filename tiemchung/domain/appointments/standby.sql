-- name: join
-- Somebody wants to come at short notice; joining twice is joining once.
insert into waiting_list_entry (person_id, entry_id, place_id, campaign_id, priority, status, joined_at)
select g.person_id, :entry_id, :place_id, g.campaign_id, coalesce(pg.code, 99), 'waiting', :at
  from registration g
  join person p using (person_id)
  left join priority_group pg using (priority_group_id)
 where g.person_id = :person_id and g.status in ('registered', 'approved', 'assigned', 'planned', 'declined')
 order by g.registered_at
 limit 1
on conflict (person_id, place_id) where status in ('waiting', 'offered') do nothing;

-- name: leave
update waiting_list_entry set status = 'left', answered_at = :at
 where person_id = :person_id and place_id = :place_id and status in ('waiting', 'offered');

-- name: next
-- Who is offered a place next: the highest priority, then the longest waiting; never past somebody who waits before.
select w.person_id, w.entry_id, w.place_id
  from waiting_list_entry w
 where w.place_id = :place_id and w.campaign_id = :campaign_id and w.status = 'waiting' and w.person_id <> all(:passed::uuid[])
 order by w.priority, w.joined_at, w.entry_id
 limit 1
   for update skip locked;

-- name: offer
update waiting_list_entry
   set status = 'offered', appointment_id = :appointment_id, session_id = :session_id, offered_until = :until, token_digest = :token
 where person_id = :person_id and entry_id = :entry_id;

-- name: offered
-- An offer by the token of its link.
select w.person_id, w.entry_id, w.place_id, w.session_id, w.appointment_id, w.offered_until, w.status
  from waiting_list_entry w
 where w.token_digest = :token;

-- name: answer
update waiting_list_entry set status = :status, answered_at = :at
 where person_id = :person_id and entry_id = :entry_id and status = 'offered';

-- name: overdue
-- Offers whose minutes are over, with their places.
select w.person_id, w.entry_id, w.place_id, w.session_id, w.appointment_id, w.offered_until, w.status
  from waiting_list_entry w
 where w.status = 'offered' and w.offered_until <= :at
 order by w.offered_until
 limit 200
   for update skip locked;

-- name: of_place
-- Who waits at a place, in the order in which they are offered.
select w.person_id, w.entry_id, p.name, w.priority, w.joined_at, w.status, w.offered_until
  from waiting_list_entry w
  join person p using (person_id)
 where w.place_id = :place_id and w.status in ('waiting', 'offered')
 order by w.status <> 'offered', w.priority, w.joined_at
 limit 200;

-- name: of_person
select w.place_id, place.name as place_name, w.status, w.joined_at, w.offered_until,
       (select count(*) from waiting_list_entry o
         where o.place_id = w.place_id and o.campaign_id = w.campaign_id and o.status = 'waiting'
           and (o.priority, o.joined_at) < (w.priority, w.joined_at))::int as before
  from waiting_list_entry w
  join place using (place_id)
 where w.person_id = :person_id and w.status in ('waiting', 'offered');
