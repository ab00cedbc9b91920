-- name: unit
select unit.lot_id, lot.product, unit.clock, unit.usable_until, unit.thawed_at, unit.minus20_since, unit.minus20_used
  from handling_unit unit
  join lot using (lot_id)
 where unit.place_id = :place_id and unit.unit_id = :unit_id;

-- name: set_clock
-- Store a unit otherwise, if it still is where it was, and keep the step.
with stored as (
    update handling_unit
       set clock = :clock, usable_until = :usable_until, thawed_at = :thawed_at, minus20_since = :minus20_since,
           minus20_used = :minus20_used
     where place_id = :place_id and unit_id = :unit_id and clock = :from_clock
    returning place_id, unit_id)
insert into handling_unit_step (place_id, step_id, unit_id, from_clock, to_clock, usable_until, minus20_used, at, by)
select place_id, :step_id, unit_id, :from_clock, :clock, :usable_until, :minus20_used, :at, :by
  from stored;

-- name: steps
select step.from_clock, step.to_clock, step.usable_until, step.at, staff.name as by_name
  from handling_unit_step step
  left join staff on staff.staff_id = step.by
 where step.place_id = :place_id and step.unit_id = :unit_id
 order by step.at desc, step.step_id desc
 limit 50;
