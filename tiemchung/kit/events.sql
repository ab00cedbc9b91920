-- name: insert_event
-- One fact, in the transaction of the act. The same id twice is the same event.
insert into event (event_id, kind, actor_kind, actor_id, request_id, device_id, device_at, person_id, place_id, area_id, body)
values (:event_id, :kind, :actor_kind, :actor_id, :request_id, :device_id, :device_at, :person_id, :place_id, :area_id, :body);

-- name: register_follower
insert into follower (name, watermark, moved_at) values (:name, '0'::xid8, :at) on conflict (name) do nothing;

-- name: lock_follower
-- A follower runs once at a time; a second worker skips it.
select watermark::text from follower where name = :name for update skip locked;

-- name: window
-- The next stretch of the log: it ends after so many events, or at the oldest transaction still running. `more` says that
-- events wait behind its end, `any` that there is one inside it. Bounds as scalars keep the walk along the index of `tx`.
with bound as (select pg_snapshot_xmin(pg_current_snapshot()) as xmin),
first as (
    select e.tx from event e where e.tx >= :watermark::xid8 and e.tx < (select xmin from bound) order by e.tx limit 1),
cut as (
    select e.tx from event e where e.tx > (select tx from first) and e.tx < (select xmin from bound)
     order by e.tx offset :batch limit 1)
select coalesce((select tx from cut), bound.xmin)::text as until, exists (select from cut) as more, exists (select from first) as any
  from bound;

-- name: batch
select event_id, kind, person_id, place_id, area_id, actor_id, body, recorded_at
  from event
 where tx >= :watermark::xid8 and tx < :until::xid8 and kind = any(:kinds)
 order by tx, event_id;

-- name: move_follower
update follower set watermark = :watermark::xid8, moved_at = :at where name = :name;

-- name: lag
-- Seconds between now and the oldest event a follower has not seen.
select follower.name,
       coalesce(extract(epoch from now() - (select min(event.recorded_at) from event where event.tx >= follower.watermark)), 0)::float8
         as seconds
  from follower;
