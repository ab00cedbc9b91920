-- name: campaign
-- The campaign of a day: the newest that has begun and not ended.
select campaign_id, code, name, name_en, disease, valid_from
  from campaign
 where valid_from <= :today and (valid_to is null or valid_to > :today)
 order by valid_from desc, campaign_id
 limit 1;

-- name: priority_groups
select priority_group_id, code, name, name_en
  from priority_group
 where valid_to is null
 order by code;

-- name: consent_text
select consent_text_id, valid_from, body, body_en
  from consent_text
 where valid_from <= :today
 order by valid_from desc
 limit 1;

-- name: insert_registration
insert into registration (person_id, registration_id, code, campaign_id, channel, relation, dose_role, ordinal, wanted_on,
                          wanted_part, wanted_place_id, history, province_code, district_code, status, status_at,
                          status_by, registered_at, suspected_person_id)
values (:person_id, :registration_id, :code, :campaign_id, :channel, :relation, :dose_role, :ordinal, :wanted_on,
        :wanted_part, :wanted_place_id, :history, :province_code, :district_code, 'registered', :at, :by, :at,
        :suspected_person_id);

-- name: follow
-- The same person's registration for the dose after: where, how and with which answers as for the one before.
insert into registration (person_id, registration_id, code, campaign_id, channel, relation, dose_role, ordinal, wanted_on,
                          wanted_part, wanted_place_id, history, province_code, district_code, status, status_at,
                          status_by, registered_at, assigned_place_id, earliest_on)
select person_id, :registration_id, :code, campaign_id, channel, relation, :dose_role, :ordinal, :earliest_on,
       wanted_part, wanted_place_id, history, province_code, district_code, 'approved', :at,
       :by, :at, assigned_place_id, :earliest_on
  from registration
 where person_id = :person_id and registration_id = :before_id;

-- name: insert_consent
insert into consent (person_id, consent_id, consent_text_id, channel, given_by, given_at)
values (:person_id, :consent_id, :consent_text_id, :channel, :given_by, :at);

-- name: withdraw_consents
update consent set withdrawn_at = :at where person_id = :person_id and withdrawn_at is null;

-- name: lock_person
-- Two forms for the same dose of one person wait for one another.
select person_id from person where person_id = :person_id for update;

-- name: live
-- The registration of a person for a dose that has not ended in a refusal or a withdrawal.
select g.person_id, g.registration_id, g.code, g.campaign_id, g.channel, g.relation, g.dose_role, g.ordinal, g.wanted_on,
       g.wanted_part, g.wanted_place_id, g.history, g.province_code, g.district_code, g.status, g.status_at,
       g.status_reason, g.assigned_place_id, p.name as assigned_place, w.name as wanted_place, g.registered_at, g.suspected_person_id,
       g.earliest_on
  from registration g
  left join place p on p.place_id = g.assigned_place_id
  left join place w on w.place_id = g.wanted_place_id
 where g.person_id = :person_id and g.campaign_id = :campaign_id and g.dose_role = :dose_role and g.ordinal = :ordinal
   and g.status not in ('refused', 'withdrawn')
 order by g.registered_at desc
 limit 1;

-- name: of_person
-- A person's registrations, newest first.
select g.person_id, g.registration_id, g.code, g.campaign_id, g.channel, g.relation, g.dose_role, g.ordinal, g.wanted_on,
       g.wanted_part, g.wanted_place_id, g.history, g.province_code, g.district_code, g.status, g.status_at,
       g.status_reason, g.assigned_place_id, p.name as assigned_place, w.name as wanted_place, g.registered_at, g.suspected_person_id,
       g.earliest_on
  from registration g
  left join place p on p.place_id = g.assigned_place_id
  left join place w on w.place_id = g.wanted_place_id
 where g.person_id = :person_id
 order by g.registered_at desc
 limit 20;

-- name: one
select g.person_id, g.registration_id, g.code, g.campaign_id, g.channel, g.relation, g.dose_role, g.ordinal, g.wanted_on,
       g.wanted_part, g.wanted_place_id, g.history, g.province_code, g.district_code, g.status, g.status_at,
       g.status_reason, g.assigned_place_id, p.name as assigned_place, w.name as wanted_place, g.registered_at, g.suspected_person_id,
       g.earliest_on
  from registration g
  left join place p on p.place_id = g.assigned_place_id
  left join place w on w.place_id = g.wanted_place_id
 where g.registration_id = :registration_id
   and (:province_code::text is null or g.province_code = :province_code);

-- name: by_code
select g.person_id, g.registration_id, g.code, g.campaign_id, g.channel, g.relation, g.dose_role, g.ordinal, g.wanted_on,
       g.wanted_part, g.wanted_place_id, g.history, g.province_code, g.district_code, g.status, g.status_at,
       g.status_reason, g.assigned_place_id, p.name as assigned_place, w.name as wanted_place, g.registered_at, g.suspected_person_id,
       g.earliest_on
  from registration g
  left join place p on p.place_id = g.assigned_place_id
  left join place w on w.place_id = g.wanted_place_id
 where g.code = :code;

-- name: move
-- Change the status of one registration if it still stands where the caller saw it.
update registration
   set status = :to_status, status_at = :at, status_by = :by, status_reason = :reason,
       assigned_place_id = coalesce(:place_id::uuid, assigned_place_id)
 where person_id = :person_id and registration_id = :registration_id and status = :was;

-- name: set_earliest
update registration set earliest_on = :earliest_on where person_id = :person_id and registration_id = :registration_id;

-- name: move_many
-- Change the status of many at once; what stands elsewhere, lies outside the reach or awaits review is left alone.
with chosen as (
    select person_id, registration_id, status
      from registration
     where registration_id = any(:registration_ids::uuid[]) and status = any(:was::text[])
       and (:province_code::text is null or province_code = :province_code)
       and (:to_status::text = 'refused' or suspected_person_id is null)
     order by registration_id
       for update
)
update registration g
   set status = :to_status, status_at = :at, status_by = :by, status_reason = :reason,
       assigned_place_id = coalesce(:place_id::uuid, g.assigned_place_id)
  from chosen
 where g.person_id = chosen.person_id and g.registration_id = chosen.registration_id
returning g.person_id, g.registration_id, g.code, chosen.status as was;

-- name: settle_duplicate
update registration set suspected_person_id = null
 where registration_id = :registration_id and suspected_person_id is not null
   and (:province_code::text is null or province_code = :province_code)
returning person_id;

-- name: timeline
-- The statuses of a registration in the order they came; two in one act have one time and keep the order of the way.
select steps."to", uuid_extract_timestamp(event_id) as at, staff.name as actor_label, body ->> 'reason' as reason
  from event
  cross join lateral (select case kind when 'registrations.submitted' then 'registered' else body ->> 'to' end as "to") steps
  left join staff on staff.staff_id = event.actor_id and event.actor_kind = 'staff'
 where event.person_id = :person_id and kind in ('registrations.submitted', 'registrations.moved', 'appointments.booked') and (kind <> 'appointments.booked' or body ? 'to')
   and body ->> 'registration_id' = :registration_id::text
 order by 2, array_position(array['registered', 'approved', 'assigned', 'planned', 'invited', 'confirmed', 'declined',
                                  'checked_in', 'done', 'refused', 'withdrawn'], steps."to");

-- name: counts
-- How many registrations stand in each tab of an officer's worklist.
select case when status = 'registered' and suspected_person_id is not null then 'nghi-trung'
            when status = 'registered' then 'cho-duyet'
            when status = 'approved' then 'da-duyet'
            when status = 'refused' then 'khong-duyet'
            else 'da-phan' end as tab,
       count(*) as number
  from registration
 where (:province_code::text is null or province_code = :province_code) and status <> 'withdrawn'
 group by 1;

-- name: worklist
-- A page of an officer's worklist, oldest first; `total` counts all that the filters leave.
select g.registration_id, g.person_id, g.code, p.name, p.sex, p.birth_date, p.birth_precision, p.nationality,
       p.identity_status, p.area_id, g.dose_role, g.ordinal, g.history, pg.code as group_code, g.registered_at, g.status,
       g.status_reason, at.name as assigned_place, g.suspected_person_id, count(*) over () as total
  from registration g
  join person p on p.person_id = g.person_id
  left join priority_group pg on pg.priority_group_id = p.priority_group_id
  left join place at on at.place_id = g.assigned_place_id
 where (:province_code::text is null or g.province_code = :province_code)
   and g.status = any(:statuses::text[])
   and not is_restricted(g.person_id)
   and (g.status <> 'registered' or (g.suspected_person_id is not null) = :suspected)
   and (:district_code::text is null or g.district_code = :district_code)
   and (:group_code::int is null or pg.code = :group_code)
   and (:dose_role::text is null or g.dose_role = :dose_role)
   and (:born_from::date is null or p.birth_date > :born_from)
   and (:born_to::date is null or p.birth_date <= :born_to)
   and (   :words::text = '' or p.search_name like '%' || :words || '%' or g.code = :code
        or exists (select from person_identifier i
                    where i.person_id = p.person_id and i.blind_index = any(:indexes::bytea[]))
        or exists (select from contact c
                    where c.person_id = p.person_id and c.ended_at is null and c.blind_index = any(:indexes::bytea[])))
 order by g.registered_at, g.registration_id
 limit :most offset :skipped;

-- name: places
-- Where people of a province may be assigned to: its district centres, or the sites of one district; with how many wait.
select place.place_id, place.name, place.kind,
       (select count(*) from registration g
         where g.assigned_place_id = place.place_id and g.status in ('assigned', 'planned')) as waiting
  from place
  join area on area.area_id = place.area_id
  join area within on within.code = :area_code and within.path @> area.path
 where place.closed_on is null and place.kind = any(:kinds::text[])
 order by place.kind, place.search_name
 limit 300;

-- name: place_within
-- A place's name, if it lies in a province.
select place.name
  from place
  join area on area.area_id = place.area_id
 where place.place_id = :place_id and place.closed_on is null
   and (:province_code::text is null
        or exists (select from area within where within.code = :province_code and within.path @> area.path));

-- name: keep_draft
insert into registration_draft (draft_id, account_id, guest_digest, body_sealed, started_at, updated_at)
values (:draft_id, :account_id, :guest_digest, :body_sealed, :at, :at)
on conflict (draft_id) do update set body_sealed = excluded.body_sealed, updated_at = excluded.updated_at
 where (registration_draft.account_id = excluded.account_id or registration_draft.guest_digest = excluded.guest_digest)
   and registration_draft.registration_code is null;

-- name: draft
select draft_id, body_sealed, registration_code
  from registration_draft
 where draft_id = :draft_id
   and (account_id = :account_id or (guest_digest = :guest_digest and updated_at > :guests_since));

-- name: lock_draft
select draft_id from registration_draft where draft_id = :draft_id for update;

-- name: open_draft
-- The newest form that an account or a browser has begun and not sent.
select draft_id, body_sealed, registration_code
  from registration_draft
 where (account_id = :account_id or guest_digest = :guest_digest) and registration_code is null and updated_at > :since
 order by updated_at desc
 limit 1;

-- name: close_draft
-- A sent form keeps nothing but its code.
update registration_draft set registration_code = :code, body_sealed = ''::bytea, updated_at = :at
 where draft_id = :draft_id and (account_id = :account_id or guest_digest = :guest_digest);

-- name: drop_draft
delete from registration_draft
 where draft_id = :draft_id and (account_id = :account_id or guest_digest = :guest_digest) and registration_code is null;

-- name: forget_drafts
delete from registration_draft
 where registration_code is null and updated_at < case when guest_digest is null then :since::timestamptz else :guests_since::timestamptz end;

-- name: change_wish
-- Another day, part of the day or site is wished for, as long as nobody was invited on the old wish.
update registration set wanted_on = :wanted_on, wanted_part = :wanted_part, wanted_place_id = :wanted_place_id
 where person_id = :person_id and registration_id = :registration_id and status = any(:open::text[]);

-- name: consents
select c.consent_id, t.valid_from as text_from, c.channel, c.given_by, c.given_at, c.withdrawn_at
  from consent c
  join consent_text t using (consent_text_id)
 where c.person_id = :person_id
 order by c.given_at desc
 limit 50;

-- name: withdraw_consent
update consent set withdrawn_at = :at
 where person_id = :person_id and consent_id = :consent_id and withdrawn_at is null;

-- name: ready
-- A form of an account on its way, with the number that the account signs in with.
select d.draft_id, d.body_sealed, d.registration_code, a.phone_sealed, a.lang
  from registration_draft d
  join account a using (account_id)
 where d.draft_id = :draft_id and d.account_id = :account_id;

-- name: grounds
-- What a form that is sent stands on: campaign, consent text and message of today, the group, and the commune with what it
-- lies in. Without a district, the commune stands for it, as since July 2025.
with c as (
    select campaign_id, valid_from from campaign
     where valid_from <= :today and (valid_to is null or valid_to > :today)
     order by valid_from desc, campaign_id limit 1),
commune as (
    select a.area_id, a.path, a.valid_from, a.valid_to
      from area a, c
     where a.code = :commune and a.valid_from <= c.valid_from and (a.valid_to is null or a.valid_to > c.valid_from)
     order by a.valid_from desc limit 1),
within as (
    select max(up.code) filter (where up.level = 'province') as province,
           coalesce(max(up.code) filter (where up.level = 'district'), max(up.code) filter (where up.level = 'commune')) as district
      from commune
      join area up on up.path @> commune.path and up.valid_from <= coalesce(commune.valid_to - 1, commune.valid_from)
                  and (up.valid_to is null or up.valid_to > commune.valid_from))
select c.campaign_id, t.consent_text_id, g.priority_group_id, commune.area_id, within.province, within.district, m.body, m.body_en
  from c, commune, within, priority_group g,
       (select consent_text_id from consent_text where valid_from <= :today order by valid_from desc limit 1) t,
       (select body, body_en from message_template
         where code = :template and valid_from <= :today order by valid_from desc limit 1) m
 where g.code = :group_code and g.valid_to is null and within.province is not null;

-- name: register_new
select register_new(:written) as done;

-- name: forget
-- What somebody answered about their health goes with them; that there was a registration stays in the counts.
update registration set history = '{"answers": {}}' where person_id = :person_id;
