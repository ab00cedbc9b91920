-- name: post
-- One balanced entry with the balances it moves; see the function for what it refuses.
select stock_post(:entry_id, :reason, :actor_id, :device_at, :at, :reverses, :place_ids::uuid[], :lot_ids::uuid[],
                  :unit_ids::uuid[], :states::text[], :doses::int[]) as entry_id;

-- name: insert_unit
insert into handling_unit (place_id, unit_id, lot_id, clock, usable_until, received_at)
values (:place_id, :unit_id, :lot_id, :clock, :usable_until, :at);

-- name: units
-- The units of a place that still hold something, with the expiry of their lots in force on a day and the doses of a vial.
select a.place_id, a.unit_id, a.lot_id, lot.number, lot.product, product.name as product_name, unit.clock,
       unit.received_at, unit.usable_until, lot.expires_on as printed_expires_on,
       coalesce(later.expires_on, lot.expires_on) as expires_on, later.decision, lot.status = 'released' as released,
       pack.doses_per_vial, a.on_hand, a.opened, a.quarantined, a.in_transit
  from (select place_id, lot_id, unit_id,
               coalesce(sum(balance) filter (where state = 'on_hand'), 0)::bigint as on_hand,
               coalesce(sum(balance) filter (where state = 'opened'), 0)::bigint as opened,
               coalesce(sum(balance) filter (where state = 'quarantined'), 0)::bigint as quarantined,
               coalesce(sum(balance) filter (where state = 'in_transit'), 0)::bigint as in_transit
          from stock_account
         where place_id = :place_id and state in ('on_hand', 'opened', 'quarantined', 'in_transit')
           and balance > 0
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

-- name: lock_numbers
-- Shipments of one place get their numbers one after the other.
select pg_advisory_xact_lock(hashtextextended(:place_id::text, 20)) is null as locked;

-- name: sent_between
-- How many shipments a place sent within a stretch of time.
select count(*) from shipment where place_id = :place_id and sent_at >= :from_at and sent_at < :until_at;

-- name: insert_shipment
insert into shipment (place_id, shipment_id, number, to_place_id, decision, vehicle, sent_at, sent_by, expected_at)
values (:place_id, :shipment_id, :number, :to_place_id, :decision, :vehicle, :at, :sent_by, :expected_at);

-- name: insert_shipment_line
insert into shipment_line (place_id, shipment_id, line, lot_id, unit_id, doses)
values (:place_id, :shipment_id, :line, :lot_id, :unit_id, :doses);

-- name: shipments
-- Shipments of a sender or to a receiver, the newest last; `waiting` alone gives those on the way.
select s.place_id, s.shipment_id, s.number, sender.name as from_name, s.to_place_id, receiver.name as to_name,
       s.decision, s.vehicle, s.sent_at, s.expected_at, s.received_at, signer.name as received_by_name,
       (select jsonb_agg(jsonb_build_object(
                   'line', l.line, 'lot_id', l.lot_id, 'number', lot.number, 'product', lot.product,
                   'product_name', product.name, 'unit_id', l.unit_id, 'doses', l.doses,
                   'doses_per_vial', (select doses_per_vial
                                        from product_pack
                                       where product_pack.product = lot.product
                                         and (valid_to is null or valid_to > :on_date)
                                       order by valid_from > :on_date, abs(valid_from - :on_date::date)
                                       limit 1),
                   'accepted', l.accepted, 'broken', l.broken, 'missing', l.missing) order by l.line)
          from shipment_line l
          join lot using (lot_id)
          join product on product.code = lot.product
         where l.place_id = s.place_id and l.shipment_id = s.shipment_id) as lines
  from shipment s
  join place sender on sender.place_id = s.place_id
  join place receiver on receiver.place_id = s.to_place_id
  left join staff signer on signer.staff_id = s.received_by
 where (:from_place_id::uuid is null or s.place_id = :from_place_id)
   and (:to_place_id::uuid is null or s.to_place_id = :to_place_id)
   and (:shipment_id::uuid is null or s.shipment_id = :shipment_id)
   and (not :waiting or s.received_at is null)
 order by s.expected_at, s.shipment_id
 limit 100;

-- name: sign
-- Sign for a shipment, once.
update shipment set received_at = :at, received_by = :received_by
 where place_id = :place_id and shipment_id = :shipment_id and to_place_id = :to_place_id and received_at is null;

-- name: found
update shipment_line set accepted = :accepted, broken = :broken, missing = :missing
 where place_id = :place_id and shipment_id = :shipment_id and line = :line;

-- name: unit_clock
select clock, usable_until from handling_unit where place_id = :place_id and unit_id = :unit_id;

-- name: insert_vial
-- The next vial of a session; the unique number refuses two at once.
insert into vial (place_id, vial_id, session_id, unit_id, lot_id, number, opened_at, opened_by, use_by, doses_nominal,
                  doses_left)
select :place_id, :vial_id, :session_id, :unit_id, :lot_id, coalesce(max(number), 0) + 1, :at, :opened_by, :use_by,
       :doses, :doses
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
