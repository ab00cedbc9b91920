-- name: insert_held
-- A unit that a device holds, with the clock of the unit that it was taken from.
insert into handling_unit (place_id, unit_id, lot_id, clock, usable_until, received_at, thawed_at, minus20_since,
                           minus20_used, vvm_stage, held_by, held_for, held_from)
select place_id, :unit_id, lot_id, clock, usable_until, received_at, thawed_at, minus20_since, minus20_used, vvm_stage,
       (:device_id::uuid)::text, :session_id, unit_id
  from handling_unit
 where place_id = :place_id and unit_id = :held_from;

-- name: held
-- What devices hold at a place, opened ones counted as nothing; by session, by device, or all of it.
select unit.unit_id, unit.lot_id, lot.number as lot_number, unit.held_for as session_id, device.device_id,
       device.name as device_name, unit.held_from,
       source.clock = unit.clock and source.usable_until is not distinct from unit.usable_until
           and source.vvm_stage is not distinct from unit.vvm_stage as same_clock,
       coalesce(account.balance, 0)::bigint as doses
  from handling_unit unit
  join handling_unit source on source.place_id = unit.place_id and source.unit_id = unit.held_from
  join device on device.device_id = unit.held_by::uuid
  join lot on lot.lot_id = unit.lot_id
  left join stock_account account on account.place_id = unit.place_id and account.lot_id = unit.lot_id
                                 and account.unit_id = unit.unit_id and account.state = 'on_hand'
 where unit.place_id = :place_id and unit.held_by is not null
   and (:session_id::uuid is null or unit.held_for = :session_id)
   and (:device_id::uuid is null or unit.held_by = (:device_id::uuid)::text)
 order by unit.unit_id
 limit 1000;

-- name: let_go
update handling_unit set held_by = null
 where place_id = :place_id and held_by is not null
   and (:session_id::uuid is null or held_for = :session_id)
   and (:device_id::uuid is null or held_by = (:device_id::uuid)::text);
