-- name: freeze
-- The moment of a count: the clock, and what this snapshot of the database can see.
insert into stocktake (place_id, stocktake_id, frozen_at, seen, status, counted_by)
values (:place_id, :stocktake_id, :at, pg_current_snapshot(), 'counting', :by);

-- name: exists
select exists (select from stocktake where place_id = :place_id and stocktake_id = :stocktake_id) as there;

-- name: stocktakes
select s.place_id, s.stocktake_id, s.frozen_at, s.status, s.counted_by, counter.name as counted_by_name,
       verifier.name as verified_by_name, s.verified_at
  from stocktake s
  left join staff counter on counter.staff_id = s.counted_by
  left join staff verifier on verifier.staff_id = s.verified_by
 where s.place_id = :place_id and (:stocktake_id::uuid is null or s.stocktake_id = :stocktake_id)
 order by s.frozen_at desc
 limit 50;

-- name: lines
-- Units with what the ledger held of them at the count's moment: entries that its snapshot saw, and those that a
-- device did before it and sent afterwards. Of a verified count, as it was fixed.
select held.unit_id, held.lot_id, lot.number, product.name as product_name,
       (select doses_per_vial
          from product_pack
         where product_pack.product = lot.product and (valid_to is null or valid_to > :at::timestamptz)
         order by valid_from > :at::date, abs(valid_from - :at::date)
         limit 1) as doses_per_vial,
       coalesce(line.expected, held.doses) as expected, line.counted, line.note
  from (select p.unit_id, p.lot_id, s.stocktake_id, sum(p.doses) as doses
          from stocktake s
          join stock_posting p on p.place_id = s.place_id and p.state = 'on_hand'
           and (p.tx is null or pg_visible_in_snapshot(p.tx, s.seen) or p.device_at < s.frozen_at)
         where s.place_id = :place_id and s.stocktake_id = :stocktake_id
         group by p.unit_id, p.lot_id, s.stocktake_id) held
  left join stocktake_line line on line.place_id = :place_id and line.stocktake_id = held.stocktake_id
                               and line.unit_id = held.unit_id
  join lot on lot.lot_id = held.lot_id
  join product on product.code = lot.product
 where held.doses > 0 or line.counted is not null
 order by product.name, lot.number, held.unit_id
 limit 2000;

-- name: keep_line
insert into stocktake_line (place_id, stocktake_id, unit_id, lot_id, counted)
values (:place_id, :stocktake_id, :unit_id, :lot_id, :counted)
on conflict (place_id, stocktake_id, unit_id) do update set counted = excluded.counted;

-- name: mark_counted
update stocktake set status = 'counted', counted_at = :at, counted_by = :by
 where place_id = :place_id and stocktake_id = :stocktake_id and status in ('counting', 'counted');

-- name: fix_expected
update stocktake_line set expected = :expected
 where place_id = :place_id and stocktake_id = :stocktake_id and unit_id = :unit_id;

-- name: mark_verified
update stocktake set status = 'verified', verified_at = :at, verified_by = :by, entry_id = :entry_id
 where place_id = :place_id and stocktake_id = :stocktake_id and status = 'counted';

-- name: limit
select coalesce((select (value ->> 'doses')::int from setting where name = 'stock_second_person'), 20) as doses,
       coalesce((select (value ->> 'percent')::int from setting where name = 'stock_second_person'), 5) as percent;
