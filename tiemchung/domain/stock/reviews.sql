-- name: insert_review
insert into stock_review (place_id, review_id, kind, lot_id, doses, entry_id, note, opened_at, opened_by)
values (:place_id, :review_id, :kind, :lot_id, :doses, :entry_id, :note, :at, :by);

-- name: reviews
-- Reviews of a place or of an area, the oldest first.
select r.place_id, place.name as place_name, r.review_id, r.kind, r.lot_id, lot.number, product.name as product_name,
       r.doses, r.entry_id, r.note, r.opened_at, r.settled_at, r.outcome, r.outcome_note
  from stock_review r
  join place using (place_id)
  join area using (area_id)
  join lot using (lot_id)
  join product on product.code = lot.product
 where (:place_id::uuid is null or r.place_id = :place_id)
   and (:review_id::uuid is null or r.review_id = :review_id)
   and (not :open_only::boolean or r.settled_at is null)
   and (:path::ltree is null or area.path <@ :path::ltree)
 order by r.opened_at, r.review_id
 limit 500;

-- name: settle
update stock_review
   set settled_at = :at, settled_by = :by, outcome = :outcome, outcome_note = :note, outcome_entry_id = :entry_id
 where place_id = :place_id and review_id = :review_id and settled_at is null;

-- name: of_entry
-- The questions about one entry that still count, with the entry that answered them.
select review_id, outcome, outcome_entry_id
  from stock_review
 where place_id = :place_id and entry_id = :entry_id and outcome is distinct from 'undone'
 order by review_id
 limit 10;

-- name: undo
update stock_review
   set settled_at = :at, settled_by = :by, outcome = 'undone', outcome_note = :note
 where place_id = :place_id and review_id = :review_id;
