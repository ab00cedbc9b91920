-- name: in_force
-- The schedule that answers on a day: the last to begin by then, of two that begin together the later published.
select rule_set_id from rule_set
 where code = :code and valid_from <= :on
 order by valid_from desc, published_at desc
 limit 1;

-- name: body
-- A schedule's files.
select code, body from rule_set where rule_set_id = :rule_set_id;

-- name: published
-- The history of a schedule, the last to begin first.
select r.rule_set_id, r.code, r.valid_from, r.digest, r.published_at, r.note, a.name as author, b.name as approver
  from rule_set r
  left join staff a on a.staff_id = r.author_id
  left join staff b on b.staff_id = r.approved_by
 where r.code = :code
 order by r.valid_from desc, r.published_at desc
 limit 500;

-- name: drafts
-- Changes to a schedule, the newest first; one of them alone by its id.
select d.draft_id, d.code, d.digest, d.note, d.based_on, d.author_id, a.name as author, d.drafted_at, d.comparison, d.compared_at,
       d.approved_by, b.name as approver, d.approved_at, d.rule_set_id, d.withdrawn_at
  from rule_set_draft d
  join staff a on a.staff_id = d.author_id
  left join staff b on b.staff_id = d.approved_by
 where (:code::text is null or d.code = :code) and (:draft_id::uuid is null or d.draft_id = :draft_id)
 order by d.drafted_at desc
 limit 200;

-- name: draft_body
select body from rule_set_draft where draft_id = :draft_id;

-- name: insert_draft
insert into rule_set_draft (draft_id, code, body, digest, note, based_on, author_id, drafted_at)
values (:draft_id, :code, :body, :digest, :note, :based_on, :by, :at);

-- name: rewrite_draft
-- A new text: what was compared and approved was the old one.
update rule_set_draft
   set body = :body, digest = :digest, note = :note, drafted_at = :at, comparison = null, compared_digest = null, compared_at = null,
       approved_by = null, approved_at = null
 where draft_id = :draft_id and rule_set_id is null and withdrawn_at is null;

-- name: withdraw_draft
update rule_set_draft set withdrawn_at = :at where draft_id = :draft_id and rule_set_id is null and withdrawn_at is null;

-- name: to_compare
-- Drafts whose text nobody has compared yet, the oldest first.
select draft_id, code, body, digest, based_on from rule_set_draft
 where comparison is null and withdrawn_at is null and rule_set_id is null
 order by drafted_at
 limit 1;

-- name: keep_comparison
-- Kept only when the text is still the one that was compared.
update rule_set_draft set comparison = :comparison, compared_digest = digest, compared_at = :at
 where draft_id = :draft_id and digest = :digest;

-- name: insert_reading
insert into rule_set_reading (draft_id, staff_id, digest, read_at)
select draft_id, :by, compared_digest, :at from rule_set_draft where draft_id = :draft_id and compared_digest = digest
on conflict do nothing;

-- name: approve_draft
update rule_set_draft set approved_by = :by, approved_at = :at
 where draft_id = :draft_id and digest = :digest and rule_set_id is null and withdrawn_at is null and approved_by is null;

-- name: insert_rule_set
insert into rule_set (rule_set_id, code, disease, valid_from, body, digest, published_at, author_id, approved_by, note)
select :rule_set_id, d.code, base.disease, :valid_from, d.body::text, d.digest, :at, d.author_id, d.approved_by, d.note
  from rule_set_draft d
  join rule_set base on base.rule_set_id = d.based_on
 where d.draft_id = :draft_id;

-- name: untold
-- Published schedules for whose answers nobody has written rows yet.
select r.rule_set_id from rule_set r where not exists (select from schedule_course c where c.rule_set_id = r.rule_set_id);

-- name: ages
-- The ages at which a product may be given on a day.
select from_months, from_days, to_months, to_days
  from schedule_age
 where rule_set_id = :rule_set_id and product = :product and since <= :on and (until is null or :on <= until)
 order by from_months, from_days;

-- name: insert_ages
insert into schedule_age (rule_set_id, product, since, until, from_months, from_days, to_months, to_days)
select :rule_set_id, a.*
  from jsonb_to_recordset(:rows::jsonb) as a (product text, since date, until date, from_months smallint, from_days smallint,
                                              to_months smallint, to_days smallint)
    on conflict do nothing;

-- name: insert_course_doses
insert into schedule_course (rule_set_id, product, number, completes)
select :rule_set_id, c.* from jsonb_to_recordset(:rows::jsonb) as c (product text, number smallint, completes boolean)
    on conflict do nothing;

-- name: mark_published
update rule_set_draft set rule_set_id = :rule_set_id
 where draft_id = :draft_id and rule_set_id is null and withdrawn_at is null;

-- name: no_timeout
-- Reading the whole population takes as long as it takes; it is done away from the doors.
select set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true);

-- name: histories
-- Everybody's history, equal ones together: products and days of the doses, the band of age (in months) at each of them and
-- on the day asked about, findings, the province. One birth date stands for all of a group: inside a band no rule differs.
with given as (
    select d.person_id, array_agg(d.product order by d.occurred_at, d.immunization_id) as products,
           array_agg((d.occurred_at at time zone 'Asia/Ho_Chi_Minh')::date order by d.occurred_at, d.immunization_id) as days
      from current_dose d
      join product pr on pr.code = d.product
     where pr.disease = :disease
     group by d.person_id),
found as (
    select f.person_id, array_agg(distinct concat_ws(' ', f.code, coalesce(f.product, '-'), coalesce(f.started_on::text, '-'),
                                                     coalesce(f.ended_on::text, '-'))) as findings
      from finding f
     where f.status = 'present'
       and not exists (select from finding later where later.person_id = f.person_id and later.finding_id = f.finding_id
                          and later.version > f.version)
     group by f.person_id),
everybody as (
    select p.birth_date, p.sex, coalesce(g.products, '{}') as products, coalesce(g.days, '{}') as days,
           coalesce(f.findings, '{}') as findings, 
           (array[split_part(a.path::text, '.', case when a.path <@ 'VN2025' then 2 else 3 end)] <@ :areas::text[]) as local,
           split_part(a.path::text, '.', case when a.path <@ 'VN2025' then 2 else 3 end) as province
      from person p
      join area a on a.area_id = p.area_id
      left join given g using (person_id)
      left join found f using (person_id)
     where p.merged_into is null)
select count(*)::int as people, min(birth_date) as born_on, sex, products, days, findings,
       case when local then province end as area
  from everybody
 group by sex, products, days, findings, case when local then province end,
          (select array_agg(width_bucket(((extract(year from day) - extract(year from birth_date)) * 12
                                          + extract(month from day) - extract(month from birth_date)
                                          - (extract(day from day) < extract(day from birth_date))::int)::int, :bands::int[])
                            order by place)
             from unnest(array_append(days, :on::date)) with ordinality as each (day, place))
 order by people desc;
