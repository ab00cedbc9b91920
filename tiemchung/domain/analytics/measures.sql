-- What alerts measure, each by the name of its rule: subjects above the limit, where they are, and the value in words and number.
-- A rule's limit is `:above`; no measure gives more than `:most` subjects.

-- name: out_of_stock
-- Open sessions that people are invited to, with no dose on the shelf or in an open vial, for so many minutes of their time.
select s.session_id::text as subject, s.place_id, null as province_code, p.name as detail,
       (extract(epoch from :at::timestamptz - greatest(s.opened_at, s.starts_at)) / 60)::int as value
  from session s join place p on p.place_id = s.place_id
 where s.status = 'open' and greatest(s.opened_at, s.starts_at) <= :at::timestamptz - :above * interval '1 minute'
   and not exists (select from stock_account a join lot l on l.lot_id = a.lot_id
                    where a.place_id = s.place_id and l.product = s.product and a.state in ('on_hand', 'opened') and a.balance > 0)
   and exists (select from appointment t where t.place_id = s.place_id and t.session_id = s.session_id and t.status in ('booked', 'checked_in'))
 limit :most;

-- name: long_wait
-- Sessions where somebody has waited for the dose for so many minutes.
select s.session_id::text as subject, s.place_id, null as province_code, p.name as detail,
       (extract(epoch from :at::timestamptz - waits.since) / 60)::int as value
  from session s
  join place p on p.place_id = s.place_id
 cross join lateral (select min(v.checked_in_at) as since from visit v
                      where v.place_id = s.place_id and v.session_id = s.session_id and v.step in ('screening', 'injection')) waits
 where s.status = 'open' and waits.since < :at::timestamptz - :above * interval '1 minute'
 limit :most;

-- name: site_silent
-- Sessions in their hours, with people invited, from which nothing was heard for so many minutes.
select s.session_id::text as subject, s.place_id, null as province_code, p.name as detail,
       (extract(epoch from :at::timestamptz - greatest(s.opened_at, s.starts_at, heard.at)) / 60)::int as value
  from session s
  join place p on p.place_id = s.place_id
 cross join lateral (select max(greatest(v.checked_in_at, v.screened_at, v.injected_at, v.discharged_at)) as at from visit v
                      where v.place_id = s.place_id and v.session_id = s.session_id) heard
 where s.status = 'open' and :at::timestamptz between s.starts_at and s.ends_at
   and greatest(s.opened_at, s.starts_at, heard.at) < :at::timestamptz - :above * interval '1 minute'
   and exists (select from appointment t where t.place_id = s.place_id and t.session_id = s.session_id and t.status in ('booked', 'checked_in'))
 limit :most;

-- name: device_silent
-- Open sessions in their hours, at sites of which a device in use has sent nothing for so many minutes: it may hold acts.
select s.session_id::text as subject, s.place_id, null as province_code,
       p.name || ': ' || string_agg(d.name, ', ' order by d.name) as detail,
       (extract(epoch from :at::timestamptz - min(greatest(s.opened_at, s.starts_at, d.seen_at))) / 60)::int as value
  from session s
  join place p on p.place_id = s.place_id
  join device d on d.place_id = s.place_id and d.revoked_at is null
 where s.status = 'open' and :at::timestamptz between s.starts_at and s.ends_at
   and greatest(s.opened_at, s.starts_at, d.seen_at) < :at::timestamptz - :above * interval '1 minute'
 group by s.session_id, s.place_id, p.name
 limit :most;

-- name: site_overloaded
-- Open sessions where so many people wait for each table.
select s.session_id::text as subject, s.place_id, null as province_code, p.name as detail, (waits.people / s.tables)::int as value
  from session s
  join place p on p.place_id = s.place_id
 cross join lateral (select count(*) as people from visit v
                      where v.place_id = s.place_id and v.session_id = s.session_id and v.step in ('screening', 'injection')) waits
 where s.status = 'open' and s.tables > 0 and waits.people > :above * s.tables
 limit :most;

-- name: session_not_closed
-- Sessions that are open so many hours after their end: doses may be given and not recorded.
select s.session_id::text as subject, s.place_id, null as province_code, p.name as detail,
       (extract(epoch from :at::timestamptz - s.ends_at) / 3600)::int as value
  from session s join place p on p.place_id = s.place_id
 where s.status = 'open' and s.ends_at < :at::timestamptz - :above * interval '1 hour'
 limit :most;

-- name: doses_fall
-- Provinces whose doses of yesterday are so many per cent fewer than a week before; hundred doses then are the least to compare.
with day as (
    select province_code, coalesce(sum(doses) filter (where day = :today::date - 1), 0) as now,
           sum(doses) filter (where day = :today::date - 8) as before
      from rollup_province_day where day in (:today::date - 1, :today::date - 8) group by province_code)
select d.province_code as subject, null::uuid as place_id, d.province_code, a.name as detail, (100 - 100 * d.now / d.before)::int as value
  from day d join area a on a.code = d.province_code and a.level = 'province' and a.valid_to = '2025-07-01'
 where d.before >= 100 and 100 - 100 * d.now / d.before > :above
 limit :most;

-- name: shipment_late
-- Shipments that should have been signed for so many hours ago.
select s.shipment_id::text as subject, s.to_place_id as place_id, null as province_code, p.name as detail,
       (extract(epoch from :at::timestamptz - s.expected_at) / 3600)::int as value
  from shipment s join place p on p.place_id = s.to_place_id
 where s.received_at is null and s.expected_at < :at::timestamptz - :above * interval '1 hour'
 limit :most;

-- name: shipment_overdue
-- Shipments so many hours past their deadline: five days from the nation's stores and institutes, two from others (as in stock).
with due as (
    select s.*, sender.name as sender, s.sent_at + case when sender.kind in ('national_store', 'regional_institute')
                                                        then interval '5 days' else interval '2 days' end as due_at
      from shipment s join place sender on sender.place_id = s.place_id
     where s.received_at is null)
select s.shipment_id::text as subject, s.to_place_id as place_id, null as province_code, p.name || ', từ ' || s.sender as detail,
       (extract(epoch from :at::timestamptz - s.due_at) / 3600)::int as value
  from due s join place p on p.place_id = s.to_place_id
 where s.due_at < :at::timestamptz - :above * interval '1 hour'
 limit :most;

-- name: claim_overdue
-- Claims about deliveries that their sender has not answered so many hours after their day.
select c.claim_id::text as subject, c.place_id, null as province_code, p.name || ': chuyến ' || s.number as detail,
       (extract(epoch from :at::timestamptz - c.due_at) / 3600)::int as value
  from claim c
  join shipment s using (place_id, shipment_id)
  join place p on p.place_id = c.place_id
 where c.answered_at is null and c.due_at < :at::timestamptz - :above * interval '1 hour'
 limit :most;

-- name: allocation_overdue
-- Shares of a decision that are not wholly taken over after their day: five days after the decision from the nation's stores
-- and institutes, two from others (as in stock); the doses that are missing. A year back is the furthest.
select concat_ws(' ', l.allocation_id, l.to_place_id) as subject, l.to_place_id as place_id, null as province_code,
       p.name || ', đợt ' || a.round || ' của ' || sender.name || ' (' || a.decision || ')' as detail,
       (l.doses - coalesce(got.doses, 0))::int as value
  from allocation a
  join allocation_line l using (place_id, allocation_id)
  join place p on p.place_id = l.to_place_id
  join place sender on sender.place_id = a.place_id
  left join lateral (select sum(line.accepted) as doses
                       from shipment s join shipment_line line using (place_id, shipment_id)
                      where s.place_id = l.place_id and s.allocation_id = l.allocation_id
                        and s.to_place_id = l.to_place_id) got on true
 where a.decided_on > :today::date - 365
   and a.decided_on + case when sender.kind in ('national_store', 'regional_institute') then 5 else 2 end < :today::date
   and l.doses - coalesce(got.doses, 0) > :above
 limit :most;

-- name: round_unfinished
-- Receivers in whose area so many doses of a round's vaccine still lie after the day by which it should be given; only the
-- newest round of a vaccine counts, a month long.
select concat_ws(' ', l.allocation_id, l.to_place_id) as subject, l.to_place_id as place_id, null as province_code,
       p.name || ', đợt ' || a.round || ', phải tiêm xong trước ' || to_char(a.finish_by, 'DD/MM') as detail, held.doses::int as value
  from allocation a
  join allocation_line l using (place_id, allocation_id)
  join place p on p.place_id = l.to_place_id
  join area on area.area_id = p.area_id
 cross join lateral (select coalesce(sum(s.balance), 0) as doses
                       from place below
                       join area within on within.area_id = below.area_id and within.path <@ area.path
                       join stock_account s on s.place_id = below.place_id and s.state = 'on_hand' and s.balance > 0
                       join lot on lot.lot_id = s.lot_id and lot.product = a.product) held
 where a.finish_by < :today::date and a.finish_by > :today::date - 31 and held.doses > :above
   and not exists (select from allocation newer
                     join allocation_line to_same using (place_id, allocation_id)
                    where newer.place_id = a.place_id and newer.product = a.product and newer.round > a.round
                      and to_same.to_place_id = l.to_place_id)
 limit :most;

-- name: near_expiry
-- Places that hold so many doses of lots with the rule's days or fewer left, by the newest expiry of each lot.
select a.place_id::text as subject, a.place_id, null as province_code, p.name as detail, sum(a.balance)::int as value
  from stock_account a
  join lot l on l.lot_id = a.lot_id
  join place p on p.place_id = a.place_id
  left join lateral (select e.expires_on from lot_expiry e where e.lot_id = l.lot_id and e.from_on <= :today::date
                      order by e.from_on desc limit 1) newer on true
 where a.held and a.state = 'on_hand' and l.status = 'released'
   and coalesce(newer.expires_on, l.expires_on) between :today::date and :today::date + :days::int
 group by a.place_id, p.name
having sum(a.balance) > :above
 limit :most;

-- name: set_aside
-- Places with so many doses set aside: a vial monitor or a thermometer spoke, or somebody doubts them.
select a.place_id::text as subject, a.place_id, null as province_code,
       p.name || ', lô ' || string_agg(distinct l.number, ', ' order by l.number) as detail, sum(a.balance)::int as value
  from stock_account a join lot l on l.lot_id = a.lot_id join place p on p.place_id = a.place_id
 where a.state = 'quarantined' and a.balance > 0
 group by a.place_id, p.name
having sum(a.balance) > :above
 limit :most;

-- name: reaction_late
-- Serious cases after a dose that are not under investigation within 24 hours or not concluded on within 5 days
-- (Decree 104/2016/NĐ-CP), by place.
select c.place_id::text as subject, c.place_id, null as province_code,
       min(c.place_name) || ', từ ' || to_char(min(c.serious_at) at time zone 'Asia/Ho_Chi_Minh', 'DD/MM') as detail, count(*)::int as value
  from aefi_case_now c
 where c.serious_at is not null and c.status <> 'closed'
   and (   (c.status in ('open', 'contacted') and c.serious_at < :at::timestamptz - interval '24 hours')
        or (c.causality is null and c.serious_at < :at::timestamptz - interval '5 days'))
 group by c.place_id
having count(*) > :above
 limit :most;

-- name: unsigned
-- Sessions with doses that were closed so many hours ago, within a month, and are not signed: their certificates wait.
select s.session_id::text as subject, s.place_id, null as province_code,
       p.name || ', phiên ' || to_char(s.starts_at at time zone 'Asia/Ho_Chi_Minh', 'DD/MM') as detail,
       (extract(epoch from :at::timestamptz - s.closed_at) / 3600)::int as value
  from session s join place p on p.place_id = s.place_id
 where s.status = 'closed' and s.starts_at > :at::timestamptz - interval '30 days'
   and s.closed_at < :at::timestamptz - :above * interval '1 hour'
   and exists (select from immunization i where i.place_id = s.place_id and i.session_id = s.session_id and i.status = 'completed')
   and not exists (select from site_signature g where g.place_id = s.place_id and g.session_id = s.session_id)
 limit :most;

-- name: entered_late
-- Provinces where so many per cent of the doses recorded in a week were entered later than the day after they were given.
select r.province_code as subject, null::uuid as place_id, r.province_code, min(a.name) as detail,
       (100 * coalesce(sum(r.doses) filter (where r.recorded_on > r.day + 1), 0) / sum(r.doses))::int as value
  from rollup_recorded r join area a on a.code = r.province_code and a.level = 'province' and a.valid_to = '2025-07-01'
 where r.entry = 'recorded' and r.recorded_on > :today::date - 7 and r.recorded_on <= :today::date
 group by r.province_code
having 100 * coalesce(sum(r.doses) filter (where r.recorded_on > r.day + 1), 0) > :above * sum(r.doses)
 limit :most;

-- name: future_dated
-- Provinces with so many doses of a day that has not come: a clock was wrong. Until that day no figure holds them.
select r.province_code as subject, null::uuid as place_id, r.province_code,
       min(a.name) || ', đến ngày ' || to_char(max(r.day), 'DD/MM/YYYY') as detail, sum(r.doses)::int as value
  from rollup_province r join area a on a.code = r.province_code and a.level = 'province' and a.valid_to = '2025-07-01'
 where r.day > :today
 group by r.province_code
having sum(r.doses) > :above
 limit :most;

-- name: correction_late
-- Provinces with so many tickets of citizens that are past their day.
select t.province_code as subject, null::uuid as place_id, t.province_code, min(a.name) as detail, count(*)::int as value
  from ticket_now t join area a on a.code = t.province_code and a.level = 'province' and a.valid_to = '2025-07-01'
 where t.state not in ('done', 'refused') and t.due_at < :at
 group by t.province_code
having count(*) > :above
 limit :most;

-- name: impossible_pace
-- Sites and hours of two days with more doses for each table than hands can give.
select concat_ws(' ', r.place_id, r.day, r.hour) as subject, r.place_id, null as province_code,
       p.name || ', ' || r.hour || ' giờ ngày ' || to_char(r.day, 'DD/MM') as detail,
       (sum(r.doses) / max(t.tables))::int as value
  from rollup_place_hour r
  join place p on p.place_id = r.place_id
 cross join lateral (select greatest(coalesce(sum(s.tables), 0), 1)::int as tables from session s
                      where s.place_id = r.place_id and s.status <> 'cancelled'
                        and s.starts_at >= r.day::timestamp at time zone 'Asia/Ho_Chi_Minh'
                        and s.starts_at < (r.day + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh') t
 where r.day between :today::date - 1 and :today::date
 group by r.place_id, r.day, r.hour, p.name
having sum(r.doses) > :above * max(t.tables)
 limit :most;

-- name: at_night
-- Sites with so many doses given between 22:00 and 05:00 of a day, of two days.
select concat_ws(' ', r.place_id, r.day) as subject, r.place_id, null as province_code,
       p.name || ', ngày ' || to_char(r.day, 'DD/MM') as detail, sum(r.doses)::int as value
  from rollup_place_hour r join place p on p.place_id = r.place_id
 where r.day between :today::date - 1 and :today::date and (r.hour >= 22 or r.hour < 5)
 group by r.place_id, r.day, p.name
having sum(r.doses) > :above
 limit :most;

-- name: ghost_session
-- Sites with doses on a day of the last seven, without any session on that day or the evening before.
select concat_ws(' ', r.place_id, r.day) as subject, r.place_id, null as province_code,
       p.name || ', ngày ' || to_char(r.day, 'DD/MM') as detail, sum(r.doses)::int as value
  from rollup_place_hour r join place p on p.place_id = r.place_id
 where r.day between :today::date - 6 and :today::date
   and not exists (select from session s
                    where s.place_id = r.place_id and s.status <> 'cancelled'
                      and s.starts_at >= r.day::timestamp at time zone 'Asia/Ho_Chi_Minh' - interval '12 hours'
                      and s.starts_at < (r.day + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh')
 group by r.place_id, r.day, p.name
having sum(r.doses) > :above
 limit :most;

-- name: far_from_home
-- Sessions of two days with at least twenty doses, so many per cent of them for people of another province.
select s.session_id::text as subject, s.place_id, null as province_code,
       p.name || ', phiên ' || to_char(s.starts_at at time zone 'Asia/Ho_Chi_Minh', 'DD/MM') as detail,
       (100 * count(*) filter (where not home.path <@ subpath(site.path, 0, 3)) / count(*))::int as value
  from session s
  join place p on p.place_id = s.place_id
  join area site on site.area_id = p.area_id and nlevel(site.path) >= 3
  join immunization i on i.place_id = s.place_id and i.session_id = s.session_id and i.version = 1 and i.status = 'completed'
  join area home on home.area_id = i.area_id
 where s.starts_at >= (:today::date - 1)::timestamp at time zone 'Asia/Ho_Chi_Minh'
   and s.starts_at < (:today::date + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh'
 group by s.session_id, s.place_id, p.name, s.starts_at
having count(*) >= 20 and 100 * count(*) filter (where not home.path <@ subpath(site.path, 0, 3)) > :above * count(*)
 limit :most;

-- name: back_dated
-- Provinces with so many doses recorded in two days that were given more than seven days before.
select r.province_code as subject, null::uuid as place_id, r.province_code, min(a.name) as detail, sum(r.doses)::int as value
  from rollup_recorded r join area a on a.code = r.province_code and a.level = 'province' and a.valid_to = '2025-07-01'
 where r.entry = 'recorded' and r.recorded_on between :today::date - 1 and :today::date and r.day < r.recorded_on - 7
 group by r.province_code
having sum(r.doses) > :above
 limit :most;
