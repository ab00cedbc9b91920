-- Rules, and what has been raised by them.

-- name: rules
select rule, topic, kind, title, above, unit, days, severity, owner, active, changed_at, s.name as changed_by
  from alert_rule r left join staff s on s.staff_id = r.changed_by
 order by r.place;

-- name: change_rule
-- Only a rule that looks ahead has days.
update alert_rule set above = :above, days = case when days is null then null else coalesce(:days::smallint, days) end, severity = :severity, owner = :owner, active = :active, changed_at = :at, changed_by = :by
 where rule = :rule;

-- name: days_of
select days from alert_rule where rule = :rule;

-- name: raise_new
-- Open an alert for each subject that has none.
insert into alert (alert_id, rule, subject, severity, place_id, province_code, title, detail, value, raised_at)
select gen_random_uuid(), :rule, f.subject, :severity, f.place_id, f.province_code, :title, f.detail, f.value, :at
  from unnest(:subjects::text[], :place_ids::uuid[], :province_codes::text[], :details::text[], :values::int[])
       as f(subject, place_id, province_code, detail, value)
on conflict (rule, subject) where resolved_at is null do nothing;

-- name: settle
-- What has come right by itself; a sign of fraud stays until somebody has looked into it.
update alert a set resolved_at = :at, outcome = 'Tự hết'
  from alert_rule r
 where a.rule = :rule and r.rule = a.rule and (r.topic <> 'fraud' or not r.active) and resolved_at is null and subject <> all(:subjects::text[]);

-- name: open_alerts
-- Open alerts of the nation or of an area, the gravest and newest first.
select a.alert_id, a.rule, r.topic, r.unit, r.owner as whose, a.severity, a.title, a.detail, a.value, a.raised_at, a.claimed_at,
       a.claimed_by, s.name as owner, coalesce(a.province_code, ltree2text(subpath(area.path, 2, 1))) as province_code,
       (select coalesce(jsonb_agg(jsonb_build_object('at', c.at, 'name', w.name, 'text', c.text) order by c.at), '[]')
          from alert_comment c join staff w on w.staff_id = c.by where c.alert_id = a.alert_id) as comments
  from alert a
  join alert_rule r using (rule)
  left join staff s on s.staff_id = a.claimed_by
  left join place p on p.place_id = a.place_id
  left join area on area.area_id = p.area_id and nlevel(area.path) > 2
 where a.resolved_at is null and alert_within(a, :path) and (:topic::text is null or r.topic = :topic)
 order by array_position(array['serious', 'warning', 'notice'], a.severity), a.raised_at desc, a.alert_id
 limit :most;

-- name: settled
-- What was settled in the last seven days, and how.
select a.alert_id, a.title, a.detail, a.raised_at, a.claimed_at, a.resolved_at, a.outcome, s.name as owner
  from alert a left join staff s on s.staff_id = a.claimed_by
 where a.resolved_at > :at::timestamptz - interval '7 days' and a.claimed_at is not null and alert_within(a, :path)
 order by a.resolved_at desc, a.alert_id
 limit :most;

-- name: alert_counts
-- Open alerts by severity, and the median minutes until somebody took one of the last seven days on.
select count(*) filter (where resolved_at is null and severity = 'serious')::int as serious,
       count(*) filter (where resolved_at is null and severity = 'warning')::int as warning,
       count(*) filter (where resolved_at is null and severity = 'notice')::int as notice,
       (percentile_cont(0.5) within group (order by extract(epoch from claimed_at - raised_at) / 60)
          filter (where claimed_at > :at::timestamptz - interval '7 days'))::float8 as minutes_to_accept
  from alert a
 where (resolved_at is null or claimed_at > :at::timestamptz - interval '7 days') and alert_within(a, :path);

-- name: claim
update alert a set claimed_by = :by, claimed_at = :at
 where a.alert_id = :alert_id and a.claimed_by is null and a.resolved_at is null and alert_within(a, :path);

-- name: comment
-- Said about an open alert of one's area.
insert into alert_comment (alert_id, at, by, text)
select a.alert_id, :at, :by, :text from alert a
 where a.alert_id = :alert_id and a.resolved_at is null and alert_within(a, :path);

-- name: resolve
update alert set resolved_at = :at, outcome = :outcome where alert_id = :alert_id and resolved_at is null and claimed_by = :by;
