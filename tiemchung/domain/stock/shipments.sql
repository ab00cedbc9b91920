-- name: lock_numbers
-- Shipments of one place get their numbers one after the other.
select pg_advisory_xact_lock(hashtextextended(:place_id::text, 20)) is null as locked;

-- name: sent_between
-- How many shipments a place sent within a stretch of time.
select count(*) from shipment where place_id = :place_id and sent_at >= :from_at and sent_at < :until_at;

-- name: insert_shipment
insert into shipment (place_id, shipment_id, number, to_place_id, decision, vehicle, sent_at, sent_by, expected_at, kind,
                      sscc, logger, override_reason, allocation_id, request_place_id, request_id, consumables)
values (:place_id, :shipment_id, :number, :to_place_id, :decision, :vehicle, :at, :sent_by, :expected_at, :kind,
        :sscc, :logger, :override_reason, :allocation_id, :request_place_id, :request_id, :consumables);

-- name: insert_shipment_line
insert into shipment_line (place_id, shipment_id, line, lot_id, unit_id, doses)
values (:place_id, :shipment_id, :line, :lot_id, :unit_id, :doses);

-- name: shipments
-- Shipments of a sender or to a receiver, the newest last; `waiting` alone gives those on the way.
select s.place_id, s.shipment_id, s.number, sender.name as from_name, s.to_place_id, receiver.name as to_name,
       s.decision, s.kind, s.vehicle, s.sscc, s.logger, s.override_reason,
       coalesce(s.consumables, '[]') as consumables, issuer.name as sent_by_name, s.sent_at, s.expected_at, s.received_at, signer.name as received_by_name,
       (select jsonb_agg(jsonb_build_object(
                   'line', l.line, 'lot_id', l.lot_id, 'number', lot.number, 'product', lot.product,
                   'product_name', product.name, 'unit_id', l.unit_id, 'doses', l.doses,
                   'doses_per_vial', (select doses_per_vial
                                        from product_pack
                                       where product_pack.product = lot.product
                                         and (valid_to is null or valid_to > :on_date)
                                       order by valid_from > :on_date, abs(valid_from - :on_date::date)
                                       limit 1),
                   'accepted', l.accepted, 'broken', l.broken, 'missing', l.missing,
                   'warm', l.warm, 'wrong', l.wrong, 'extra', l.extra, 'wrong_number', other.number) order by l.line)
          from shipment_line l
          join lot using (lot_id)
          join product on product.code = lot.product
          left join lot other on other.lot_id = l.wrong_lot_id
         where l.place_id = s.place_id and l.shipment_id = s.shipment_id) as lines
  from shipment s
  join place sender on sender.place_id = s.place_id
  join place receiver on receiver.place_id = s.to_place_id
  left join staff signer on signer.staff_id = s.received_by
  left join staff issuer on issuer.staff_id = s.sent_by
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
update shipment_line
   set accepted = :accepted, broken = :broken, missing = :missing, warm = :warm, wrong = :wrong,
       wrong_lot_id = :wrong_lot_id, extra = :extra
 where place_id = :place_id and shipment_id = :shipment_id and line = :line;

-- name: unit_clock
select clock, usable_until, vvm_stage from handling_unit where place_id = :place_id and unit_id = :unit_id;
