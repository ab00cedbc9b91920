-- name: post
-- One balanced entry with the balances it moves; see the function for what it refuses.
select stock_post(:entry_id, :reason, :actor_id, :device_at, :at, :reverses, :place_ids::uuid[], :lot_ids::uuid[],
                  :unit_ids::uuid[], :states::text[], :doses::int[]) as entry_id;

-- name: insert_unit
insert into handling_unit (place_id, unit_id, lot_id, clock, usable_until, vvm_stage, received_at)
values (:place_id, :unit_id, :lot_id, :clock, :usable_until, :vvm_stage, :at);

-- name: units
-- The units of a place that still hold something, with the expiry of their lots in force on a day and the doses of a vial.
select a.place_id, a.unit_id, a.lot_id, lot.number, lot.product, product.name as product_name, unit.clock,
       unit.received_at, unit.usable_until, lot.expires_on as printed_expires_on,
       coalesce(later.expires_on, lot.expires_on) as expires_on, later.decision, lot.status = 'released' as released,
       lot.earmark, unit.held_by, unit.vvm_stage, pack.doses_per_vial, a.on_hand, a.opened, a.quarantined, a.in_transit
  from (select place_id, lot_id, unit_id,
               coalesce(sum(balance) filter (where state = 'on_hand'), 0)::bigint as on_hand,
               coalesce(sum(balance) filter (where state = 'opened'), 0)::bigint as opened,
               coalesce(sum(balance) filter (where state = 'quarantined'), 0)::bigint as quarantined,
               coalesce(sum(balance) filter (where state = 'in_transit'), 0)::bigint as in_transit
          from stock_account
         where place_id = :place_id and state in ('on_hand', 'opened', 'quarantined', 'in_transit')
           and balance > 0 and (:lot_id::uuid is null or lot_id = :lot_id)
         group by place_id, lot_id, unit_id) a
  join handling_unit unit using (place_id, unit_id)
  join lot on lot.lot_id = a.lot_id
  join product on product.code = lot.product
  left join lateral (select expires_on, decision
                       from lot_expiry
                      where lot_expiry.lot_id = lot.lot_id and from_on <= :on_date
                      order by from_on desc
                      limit 1) later on true
  cross join lateral (select doses_per_vial
                        from product_pack
                       where product_pack.product = lot.product and (valid_to is null or valid_to > :on_date)
                       order by valid_from > :on_date, abs(valid_from - :on_date::date)
                       limit 1) pack
 where :product::text is null or lot.product = :product
 limit 1000;

-- name: insert_vial
-- The next vial of a session; the unique number refuses two at once.
insert into vial (place_id, vial_id, session_id, unit_id, lot_id, number, opened_at, opened_by, use_by, doses_nominal,
                  doses_left, table_number)
select :place_id, :vial_id, :session_id, :unit_id, :lot_id, coalesce(max(number), 0) + 1, :at, :opened_by, :use_by,
       :doses, :doses, :table_number
  from vial
 where place_id = :place_id and session_id = :session_id;

-- name: vials
-- The vials of a session in the order in which they were opened; those still in use first when asked for alone.
select v.place_id, v.vial_id, v.session_id, v.unit_id, v.lot_id, lot.number as lot_number, lot.product, v.number,
       v.opened_at, v.use_by, v.doses_nominal, v.doses_extra, v.doses_left, v.closed_at
  from vial v
  join lot using (lot_id)
 where v.place_id = :place_id and (:session_id::uuid is null or v.session_id = :session_id)
   and (:vial_id::uuid is null or v.vial_id = :vial_id)
   and (not :open_only or v.closed_at is null)
 order by v.session_id, v.number
 limit 500;

-- name: lock_session
select session_id from session where place_id = :place_id and session_id = :session_id for update;

-- name: close_vial
-- Put a vial away, once; what was left in it.
update vial set doses_left = 0, doses_wasted = was.doses_left, closed_at = :at
  from (select place_id, vial_id, doses_left from vial where place_id = :place_id and vial_id = :vial_id for update) was
 where vial.place_id = was.place_id and vial.vial_id = was.vial_id and vial.closed_at is null
returning was.doses_left as wasted;

-- name: add_extra
update vial set doses_extra = doses_extra + :doses, doses_left = doses_left + :doses
 where place_id = :place_id and vial_id = :vial_id and closed_at is null;

-- name: entry
-- The lines of an entry in order.
select place_id, lot_id, unit_id, state, doses, reason
  from stock_posting
 where place_id = any(:place_ids::uuid[]) and posting_id = :entry_id
 order by line;

-- name: waste_one
-- A dose that was taken back after its vial was put away went to waste with it.
update vial set doses_wasted = doses_wasted + 1 where place_id = :place_id and vial_id = :vial_id and closed_at is not null;

-- name: put_back
update vial set doses_left = doses_left + 1 where place_id = :place_id and vial_id = :vial_id and closed_at is null;

-- name: hold_vial
select vial_id from vial where place_id = :place_id and vial_id = :vial_id for update;
