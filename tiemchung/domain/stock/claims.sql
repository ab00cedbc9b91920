-- name: insert_claim
insert into claim (place_id, claim_id, shipment_id, line, to_place_id, kind, lot_id, doses, opened_at, due_at, review_id)
values (:place_id, :claim_id, :shipment_id, :line, :to_place_id, :kind, :lot_id, :doses, :at, :due_at, :review_id);

-- name: answer
update claim set answered_at = :at, answered_by = :by, answer = :answer, answer_note = :note
 where place_id = :place_id and claim_id = :claim_id and answered_at is null;

-- name: claims
-- Claims against a place or by it; one of a sender when it is named. Open ones first, by the day of their answer.
select c.place_id, sender.name as place_name, c.claim_id, c.shipment_id, s.number as shipment_number, c.line,
       c.to_place_id, receiver.name as to_place_name, c.kind, c.lot_id, lot.number, product.name as product_name,
       c.doses, c.opened_at, c.due_at, c.answered_at, c.answer, c.answer_note, c.review_id
  from claim c
  join shipment s using (place_id, shipment_id)
  join place sender on sender.place_id = c.place_id
  join place receiver on receiver.place_id = c.to_place_id
  join lot on lot.lot_id = c.lot_id
  join product on product.code = lot.product
 where (c.place_id = :place_id or (:claim_id::uuid is null and c.to_place_id = :place_id))
   and (:claim_id::uuid is null or c.claim_id = :claim_id)
   and (not :open_only::boolean or c.answered_at is null)
 order by c.answered_at is not null, c.due_at, c.claim_id
 limit 200;
