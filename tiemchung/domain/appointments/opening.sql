-- name: settings
-- The waiting room that is on, if one is, and the mode of service.
select name, value from setting where name in ('waiting_room', 'service_mode');

-- name: set
insert into setting (name, value) values (:name, :value) on conflict (name) do update set value = excluded.value;

-- name: unset
delete from setting where name = :name;

-- name: count_arrivals
-- What one process has counted since the last time; several processes add up.
insert into room_arrival (room_id, tenth, arrivals)
select :room_id, tenth, arrivals from unnest(:tenths::bigint[], :arrivals::int[]) as a(tenth, arrivals)
 order by tenth
    on conflict (room_id, tenth) do update set arrivals = room_arrival.arrivals + excluded.arrivals;

-- name: arrivals
select tenth, arrivals from room_arrival where room_id = :room_id order by tenth;

-- name: accept
insert into booking_request (command_id, person_id, ask, asked_at) values (:command_id, :person_id, :ask, :at)
on conflict do nothing;

-- name: accepted
-- The oldest requests that wait; two workers take different ones.
select command_id, ask from booking_request
 where answered_at is null
 order by asked_at
 limit :most
   for update skip locked;

-- name: answered
update booking_request b set answered_at = :at, outcome = a.outcome
  from unnest(:command_ids::uuid[], :outcomes::text[]) as a(command_id, outcome)
 where b.answered_at is null and b.command_id = a.command_id;

-- name: backlog
select count(*)::int as waiting from booking_request where answered_at is null;
