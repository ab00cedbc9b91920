-- name: insert_allocation
-- The store's next round of this vaccine; the unique round refuses two at once.
insert into allocation (place_id, allocation_id, round, product, decision, decided_on, finish_by, made_by,
                        made_at)
select :place_id, :allocation_id, coalesce(max(round), 0) + 1, :product, :decision, :decided_on, :finish_by::date, :by, :at
  from allocation
 where place_id = :place_id and product = :product;

-- name: insert_shares
insert into allocation_line (place_id, allocation_id, to_place_id, doses)
select :place_id, :allocation_id, share.to_place_id, share.doses
  from unnest(:to_place_ids::uuid[], :doses::int[]) as share(to_place_id, doses);

-- name: allocations
-- Decisions of a store, or that give to a place, with each share: decided, sent on it, and taken over from what was sent.
select a.place_id, sender.name as from_name, sender.kind as from_kind, a.allocation_id, a.round, a.product, product.name as product_name, a.decision, a.decided_on, a.finish_by,
       (select jsonb_agg(jsonb_build_object('to_place_id', l.to_place_id, 'to_name', place.name, 'decided', l.doses,
                                            'sent', coalesce(gone.sent, 0), 'received', coalesce(gone.received, 0))
                         order by place.name)
          from allocation_line l
          join place on place.place_id = l.to_place_id
          left join lateral (select sum(line.doses) as sent, sum(line.accepted) as received
                               from shipment s
                               join shipment_line line using (place_id, shipment_id)
                              where s.place_id = l.place_id and s.allocation_id = l.allocation_id
                                and s.to_place_id = l.to_place_id) gone on true
         where l.place_id = a.place_id and l.allocation_id = a.allocation_id
           and (:to_place_id::uuid is null or l.to_place_id = :to_place_id)) as shares
  from allocation a
  join place sender on sender.place_id = a.place_id
  join product on product.code = a.product
 where (:place_id::uuid is null or a.place_id = :place_id)
   and (:to_place_id::uuid is null or exists (select from allocation_line l
                                               where l.place_id = a.place_id and l.allocation_id = a.allocation_id
                                                 and l.to_place_id = :to_place_id))
 order by a.made_at desc
 limit 50;

-- name: insert_request
insert into stock_request (place_id, request_id, supplier_id, product, doses, needed_on, reason, status, asked_by, asked_at)
values (:place_id, :request_id, :supplier_id, :product, :doses, :needed_on, :reason, 'asked', :by, :at);

-- name: decide
update stock_request
   set status = :status, approved_doses = :doses::int, decided_by = :by, decided_at = :at, decision_note = :note
 where place_id = :place_id and request_id = :request_id and supplier_id = :supplier_id and status = 'asked';

-- name: mark_sent
update stock_request set status = 'sent'
 where place_id = :place_id and request_id = :request_id and supplier_id = :supplier_id and status = 'approved';

-- name: requests
-- Requests of a place and to it, those that wait first.
select r.place_id, asker.name as place_name, r.request_id, r.supplier_id, supplier.name as supplier_name, r.product,
       product.name as product_name, r.doses, r.needed_on, r.reason, r.status, r.asked_by, who.name as asked_by_name,
       r.asked_at, r.approved_doses, decider.name as decided_by_name, r.decision_note
  from stock_request r
  join place asker on asker.place_id = r.place_id
  join place supplier on supplier.place_id = r.supplier_id
  join product on product.code = r.product
  left join staff who on who.staff_id = r.asked_by
  left join staff decider on decider.staff_id = r.decided_by
 where r.place_id = :place_id or r.supplier_id = :place_id
 order by array_position(array['asked', 'approved', 'sent', 'refused'], r.status), r.needed_on, r.request_id
 limit 100;
