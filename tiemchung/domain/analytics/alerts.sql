-- Each rule finds the subjects that it holds for now: what it is about, where, and in words.

-- name: out_of_stock
-- Open sessions that people are invited to, with no dose on the shelf or in an open vial.
select s.session_id::text as subject, s.place_id, p.name as detail
  from session s join place p on p.place_id = s.place_id
 where s.status = 'open'
   and not exists (select from stock_account a join lot l on l.lot_id = a.lot_id
                    where a.place_id = s.place_id and l.product = s.product and a.state in ('on_hand', 'opened') and a.balance > 0)
   and exists (select from appointment t where t.place_id = s.place_id and t.session_id = s.session_id and t.status in ('booked', 'checked_in'))
 limit :most;

-- name: session_not_closed
-- Sessions that are open two hours after their end: doses may be given and not recorded.
select s.session_id::text as subject, s.place_id, p.name as detail
  from session s join place p on p.place_id = s.place_id
 where s.status = 'open' and s.ends_at < :at::timestamptz - interval '2 hours'
 limit :most;

-- name: site_silent
-- Sessions in their hours, with people invited, from which nothing was heard for an hour.
select s.session_id::text as subject, s.place_id, p.name as detail
  from session s join place p on p.place_id = s.place_id
 where s.status = 'open' and :at::timestamptz between s.starts_at and s.ends_at
   and greatest(s.opened_at, s.starts_at) < :at::timestamptz - interval '1 hour'
   and exists (select from appointment t where t.place_id = s.place_id and t.session_id = s.session_id and t.status in ('booked', 'checked_in'))
   and not exists (select from visit v where v.place_id = s.place_id and v.session_id = s.session_id
                      and greatest(v.checked_in_at, v.screened_at, v.injected_at, v.discharged_at) > :at::timestamptz - interval '1 hour')
 limit :most;

-- name: long_wait
-- Sessions where somebody has waited for the dose for more than an hour.
select s.session_id::text as subject, s.place_id, p.name as detail
  from session s join place p on p.place_id = s.place_id
 where s.status = 'open'
   and exists (select from visit v where v.place_id = s.place_id and v.session_id = s.session_id
                  and v.step in ('screening', 'injection') and v.checked_in_at < :at::timestamptz - interval '1 hour')
 limit :most;

-- name: shipment_late
-- Shipments that should have been signed for.
select s.shipment_id::text as subject, s.to_place_id as place_id, p.name as detail
  from shipment s join place p on p.place_id = s.to_place_id
 where s.received_at is null and s.expected_at < :at
 limit :most;

-- name: shipment_overdue
-- Shipments past their deadline: five days from the nation's stores and institutes, two from others (as in stock).
select s.shipment_id::text as subject, s.to_place_id as place_id, p.name || ', từ ' || sender.name as detail
  from shipment s
  join place p on p.place_id = s.to_place_id
  join place sender on sender.place_id = s.place_id
 where s.received_at is null
   and s.sent_at < :at::timestamptz - case when sender.kind in ('national_store', 'regional_institute')
                                           then interval '5 days' else interval '2 days' end
 limit :most;

-- name: claim_overdue
-- Claims about deliveries that their sender has not answered by their day.
select c.claim_id::text as subject, c.place_id, p.name || ': chuyến ' || s.number as detail
  from claim c
  join shipment s using (place_id, shipment_id)
  join place p on p.place_id = c.place_id
 where c.answered_at is null and c.due_at < :at
 limit :most;

-- name: reaction_late
-- Serious cases after a dose that are not under investigation within 24 hours or not concluded on within 5 days
-- (Decree 104/2016/NĐ-CP), by place.
select c.place_id::text as subject, c.place_id, count(*) || ' ca, từ ' || to_char(min(c.serious_at) at time zone 'Asia/Ho_Chi_Minh', 'DD/MM') as detail
  from aefi_case_now c
 where c.serious_at is not null and c.status <> 'closed'
   and (   (c.status in ('open', 'contacted') and c.serious_at < :at::timestamptz - interval '24 hours')
        or (c.causality is null and c.serious_at < :at::timestamptz - interval '5 days'))
 group by c.place_id
 limit :most;

-- name: raise_new
-- Open an alert for each subject that has none.
insert into alert (alert_id, rule, subject, severity, place_id, title, detail, raised_at)
select gen_random_uuid(), :rule, f.subject, :severity, f.place_id, :title, f.detail, :at
  from unnest(:subjects::text[], :place_ids::uuid[], :details::text[]) as f(subject, place_id, detail)
on conflict (rule, subject) where resolved_at is null do nothing;

-- name: settle
-- What has come right by itself.
update alert set resolved_at = :at, outcome = 'Tự hết'
 where rule = :rule and resolved_at is null and subject <> all(:subjects::text[]);

-- name: open_alerts
-- Open alerts of the nation or of an area, the gravest and newest first.
select a.alert_id, a.rule, a.severity, a.title, a.detail, a.raised_at, a.claimed_at, a.claimed_by, s.name as owner,
       ltree2text(subpath(area.path, 2, 1)) as province_code
  from alert a
  left join staff s on s.staff_id = a.claimed_by
  left join place p on p.place_id = a.place_id
  left join area on area.area_id = p.area_id and nlevel(area.path) > 2
 where a.resolved_at is null and (:path::ltree is null or area.path <@ :path::ltree)
 order by array_position(array['serious', 'warning', 'notice'], a.severity), a.raised_at desc, a.alert_id
 limit :most;

-- name: alert_counts
select count(*) filter (where severity = 'serious')::int as serious, count(*) filter (where severity = 'warning')::int as warning,
       count(*) filter (where severity = 'notice')::int as notice
  from alert a
  left join place p on p.place_id = a.place_id
  left join area on area.area_id = p.area_id
 where a.resolved_at is null and (:path::ltree is null or area.path <@ :path::ltree);

-- name: claim
update alert a set claimed_by = :by, claimed_at = :at
 where a.alert_id = :alert_id and a.claimed_by is null and a.resolved_at is null
   and (:path::ltree is null or exists (select from place p join area on area.area_id = p.area_id
                                         where p.place_id = a.place_id and area.path <@ :path::ltree));

-- name: resolve
update alert set resolved_at = :at, outcome = :outcome where alert_id = :alert_id and resolved_at is null and claimed_by = :by;
