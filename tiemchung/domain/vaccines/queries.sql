-- name: products
-- All licensed vaccines by name.
select code, name, short_name, manufacturer, platform, disease, volume_ml, storage,
       open_hours, decision
  from product
 order by name
 limit 200;

-- name: product
select code, name, short_name, manufacturer, platform, disease, volume_ml, storage,
       open_hours, decision
  from product
 where code = :code;

-- name: pack
-- How a product is packed on a day; before its first known pack, as that one.
select product, doses_per_vial, vials_per_box
  from product_pack
 where product = :product and (valid_to is null or valid_to > :on_date)
 order by valid_from > :on_date, abs(valid_from - :on_date::date)
 limit 1;

-- name: codes
-- A product's names in other code systems.
select system, code from product_code where product = :product order by system, code;

-- name: limits
-- How long a product keeps in each state.
select product, state, temperature_c_min, temperature_c_max, days, note
  from storage_limit
 where product = :product
 order by state;

-- name: lots
-- Lots with the expiry in force on a day: the latest decision that counts by then, else the printed date.
select lot.lot_id, lot.product, product.name as product_name, lot.number, lot.manufacturer,
       lot.expires_on as printed_expires_on, coalesce(later.expires_on, lot.expires_on) as expires_on,
       later.decision, later.reason, lot.status, lot.earmark
  from lot
  join product on product.code = lot.product
  left join lateral (select expires_on, decision, reason
                       from lot_expiry
                      where lot_expiry.lot_id = lot.lot_id and from_on <= :on_date
                      order by from_on desc
                      limit 1) later on true
 where lot.lot_id = any(:lot_ids::uuid[])
 order by lot.product, lot.number;

-- name: lots_numbered
-- Lots of a number of all vaccines against a disease.
select lot_id from lot join product on product.code = lot.product where lot.number = :number and product.disease = :disease;

-- name: lot_by_number
select lot_id from lot where product = :product and number = :number;

-- name: insert_lot
insert into lot (lot_id, product, number, manufacturer, expires_on, status, earmark)
values (:lot_id, :product, :number, :manufacturer, :expires_on, :status, null);

-- name: set_status
update lot set status = :status where lot_id = :lot_id;

-- name: insert_expiry
insert into lot_expiry (lot_id, from_on, expires_on, decision, reason, decided_by, recorded_at)
values (:lot_id, :from_on, :expires_on, :decision, :reason, :by, :at);

-- name: expiries
-- All decisions on a lot's last day, the newest first.
select from_on, expires_on, decision, reason from lot_expiry where lot_id = :lot_id order by from_on desc;

-- name: set_earmark
update lot set earmark = :earmark where lot_id = :lot_id;

-- name: find_lots
-- Lots whose number begins with what was typed, or all; the last to expire first.
select lot.lot_id, lot.product, product.name as product_name, lot.number, lot.manufacturer,
       lot.expires_on as printed_expires_on, coalesce(later.expires_on, lot.expires_on) as expires_on,
       later.decision, later.reason, lot.status, lot.earmark
  from lot
  join product on product.code = lot.product
  left join lateral (select expires_on, decision, reason
                       from lot_expiry
                      where lot_expiry.lot_id = lot.lot_id and from_on <= :on_date
                      order by from_on desc
                      limit 1) later on true
 where starts_with(upper(lot.number), upper(:typed))
 order by lot.expires_on desc, lot.number
 limit :most;

-- name: consumables
-- What goes with a product: the syringes and boxes of all, and its own diluent.
select code, name, kind, pair_of from consumable where pair_of is null or pair_of = :product order by kind, code;
