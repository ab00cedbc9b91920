-- name: look
-- Keep what was seen, unless a later stage was seen before.
with seen as (
    update handling_unit
       set vvm_stage = :stage
     where place_id = :place_id and unit_id = :unit_id and coalesce(vvm_stage, 1) <= :stage
    returning place_id, unit_id)
insert into vvm_look (place_id, look_id, unit_id, stage, at, by)
select place_id, :look_id, unit_id, :stage, :at, :by
  from seen;
