-- name: insert_adjustment
insert into adjustment (place_id, adjustment_id, lot_id, unit_id, doses, reason, note, status, made_by, made_at, entry_id)
values (:place_id, :adjustment_id, :lot_id, :unit_id, :doses, :reason, :note, :status, :by, :at, :entry_id);

-- name: decide_adjustment
update adjustment set status = :status, entry_id = :entry_id, decided_by = :by, decided_at = :at
 where place_id = :place_id and adjustment_id = :adjustment_id and status = 'waiting';

-- name: adjustments
-- Corrections of a place, those that wait first.
select a.place_id, a.adjustment_id, a.lot_id, a.unit_id, lot.number, product.name as product_name, a.doses, a.reason,
       a.note, a.status, a.made_by, maker.name as made_by_name, a.made_at, decider.name as decided_by_name
  from adjustment a
  join lot using (lot_id)
  join product on product.code = lot.product
  left join staff maker on maker.staff_id = a.made_by
  left join staff decider on decider.staff_id = a.decided_by
 where a.place_id = :place_id and (:adjustment_id::uuid is null or a.adjustment_id = :adjustment_id)
 order by a.status <> 'waiting', a.made_at desc
 limit 100;

-- name: insert_destruction
insert into destruction (place_id, destruction_id, kind, photo, protocol, method, witnesses, weight_grams, note, made_by,
                         made_at, entry_id)
values (:place_id, :destruction_id, :kind, :photo, :protocol, :method, :witnesses, :weight_grams, :note, :by, :at, :entry_id);

-- name: photo
select photo from destruction where place_id = :place_id and destruction_id = :destruction_id;

-- name: destructions
-- Protocols of a place with their doses.
select d.place_id, place.name as place_name, d.destruction_id, d.kind,
       d.photo is not null as has_photo, d.protocol, d.method, d.witnesses, d.weight_grams, d.note,
       maker.name as made_by_name, d.made_at, d.entry_id,
       (select sum(p.doses)
          from stock_posting p
         where p.place_id = d.place_id and p.posting_id = d.entry_id and p.doses > 0) as doses
  from destruction d
  join place using (place_id)
  left join staff maker on maker.staff_id = d.made_by
 where d.place_id = :place_id
 order by d.made_at desc
 limit 50;

-- name: destroyable
-- Doses that may be destroyed: in quarantine, thrown away, or on the shelf of a lot that is recalled or past the expiry in
-- force; and good ones on the shelf, which may only be returned. What a device holds is neither.
select a.unit_id, a.lot_id, lot.number, product.name as product_name, a.state,
       a.state = 'on_hand' and lot.status <> 'recalled' and coalesce(later.expires_on, lot.expires_on) >= :on_date as good,
       a.balance as doses
  from stock_account a
  join handling_unit unit using (place_id, unit_id)
  join lot on lot.lot_id = a.lot_id
  join product on product.code = lot.product
  left join lateral (select expires_on
                       from lot_expiry
                      where lot_expiry.lot_id = lot.lot_id and from_on <= :on_date
                      order by from_on desc
                      limit 1) later on true
 where a.place_id = :place_id and a.balance > 0 and a.state in ('quarantined', 'wasted', 'on_hand')
   and (unit.held_by is null or a.state <> 'on_hand')
 order by good,  product.name, lot.number, a.state, a.unit_id
 limit 500;

-- name: destroyed_lines
-- The doses that an entry took out of their states to destroy them.
select p.unit_id, p.lot_id, lot.number, product.name as product_name, p.state, -p.doses as doses
  from stock_posting p
  join lot using (lot_id)
  join product on product.code = lot.product
 where p.place_id = :place_id and p.posting_id = :entry_id and p.doses < 0
 order by p.line;
