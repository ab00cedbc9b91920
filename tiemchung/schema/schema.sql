CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';

CREATE EXTENSION IF NOT EXISTS ltree WITH SCHEMA public;

COMMENT ON EXTENSION ltree IS 'data type for hierarchical tree-like structures';

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE TYPE public.place_request AS (
	n integer,
	id uuid,
	act text,
	channel text,
	actor_id uuid,
	person_id uuid,
	place_id uuid,
	session_id uuid,
	starts_at timestamp with time zone,
	registration_id uuid,
	disease text,
	dose_role text,
	ordinal smallint,
	outcome text
);

COMMENT ON TYPE public.place_request IS 'A request for a place as take_places has judged it: whose, for which dose, and what stands against it.';

CREATE TABLE public.alert (
    alert_id uuid NOT NULL,
    rule text NOT NULL,
    subject text NOT NULL,
    severity text NOT NULL,
    place_id uuid,
    title text NOT NULL,
    detail text NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    claimed_by uuid,
    claimed_at timestamp with time zone,
    resolved_at timestamp with time zone,
    outcome text,
    province_code text,
    value integer,
    CONSTRAINT alert_severity_check CHECK ((severity = ANY (ARRAY['serious'::text, 'warning'::text, 'notice'::text])))
);

COMMENT ON TABLE public.alert IS 'What the response centre should look at: one open alert a rule and subject, with an owner and an outcome.';

COMMENT ON COLUMN public.alert.province_code IS 'Where the subject is no place: the province that it is about.';

COMMENT ON COLUMN public.alert.value IS 'What was measured when the alert was raised, in the unit of its rule.';

CREATE FUNCTION public.alert_within(a public.alert, p_path public.ltree) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    select p_path is null
        or (a.place_id is null and a.province_code = ltree2text(subpath(p_path, 2, 1)))
        or exists (select from place p join area on area.area_id = p.area_id where p.place_id = a.place_id and area.path <@ p_path)
$$;

COMMENT ON FUNCTION public.alert_within(a public.alert, p_path public.ltree) IS 'Whether an alert is about somewhere within an area; the path is a province''s or below, null for the nation.';

CREATE FUNCTION public.day_of_age(p_birth date, p_months integer, p_days integer) RETURNS date
    LANGUAGE sql IMMUTABLE
    AS $$
    select case when extract(day from reached) = extract(day from p_birth) then reached::date
                else (date_trunc('month', reached) + interval '1 month')::date end + p_days
      from (select p_birth + make_interval(months => p_months) as reached) r
$$;

COMMENT ON FUNCTION public.day_of_age(p_birth date, p_months integer, p_days integer) IS 'The day on which an age is reached; a day that does not exist is the first of the next month, as the engine counts.';

CREATE FUNCTION public.deferred_until(p_person uuid, p_disease text) RETURNS date
    LANGUAGE sql STABLE
    AS $$
    select m.deferred_until from recommendation m
     where m.person_id = p_person and m.disease = p_disease and m.superseded_at is null
$$;

COMMENT ON FUNCTION public.deferred_until(p_person uuid, p_disease text) IS 'The day until which a finding puts a person''s next dose off, by what the schedule last said.';

CREATE TABLE public.area (
    area_id integer NOT NULL,
    code text NOT NULL,
    level text NOT NULL,
    kind text NOT NULL,
    parent_id integer,
    path public.ltree NOT NULL,
    name text NOT NULL,
    name_en text NOT NULL,
    search_name text NOT NULL,
    lat double precision,
    lon double precision,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT area_check CHECK ((valid_to > valid_from)),
    CONSTRAINT area_level_check CHECK ((level = ANY (ARRAY['country'::text, 'region'::text, 'province'::text, 'district'::text, 'commune'::text])))
);

COMMENT ON TABLE public.area IS 'Administrative units with the days they were valid: 63 provinces with districts until 30/06/2025, 34 provinces without afterwards.';

CREATE TABLE public.place (
    place_id uuid NOT NULL,
    code text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    search_name text NOT NULL,
    address text NOT NULL,
    area_id integer NOT NULL,
    parent_id uuid,
    tables smallint NOT NULL,
    seats smallint NOT NULL,
    opening text NOT NULL,
    head text NOT NULL,
    lat double precision,
    lon double precision,
    generated boolean DEFAULT false NOT NULL,
    closed_on date,
    CONSTRAINT place_kind_check CHECK ((kind = ANY (ARRAY['national_store'::text, 'regional_institute'::text, 'province_cdc'::text, 'district_centre'::text, 'station'::text, 'hospital'::text, 'clinic'::text, 'mobile_team'::text]))),
    CONSTRAINT place_seats_check CHECK ((seats >= 0)),
    CONSTRAINT place_tables_check CHECK ((tables >= 0))
);

COMMENT ON TABLE public.place IS 'Stores, centres and vaccination sites in the facility tree, which is not the tree of areas.';

CREATE FUNCTION public.distance_band(home public.area, site public.place) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
    select case when home.area_id = site.area_id then 'commune'
                else coalesce((array['0-5', '5-10', '10-20', '20-50', '50+'])[1 + width_bucket(
                         6371 * 2 * asin(least(1, sqrt(power(sin(radians(site.lat - home.lat) / 2), 2)
                             + cos(radians(home.lat)) * cos(radians(site.lat)) * power(sin(radians(site.lon - home.lon) / 2), 2)))),
                         array[5, 10, 20, 50]::float8[])], 'unknown') end
$$;

COMMENT ON FUNCTION public.distance_band(home public.area, site public.place) IS 'How far a site is from the middle of a commune, in kilometres as the crow flies: the same commune, or a band; unknown without a position.';

CREATE FUNCTION public.give_back_places(p_places uuid[], p_appointments uuid[], p_was text[], p_to text) RETURNS TABLE(place_id uuid, appointment_id uuid, session_id uuid, starts_at timestamp with time zone, person_id uuid, was text)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
declare
    v_given place_request[];
begin
    -- Who gives a place back holds the appointment first: it falls once, whoever comes second finds it fallen.
    perform from appointment t
      join unnest(p_places, p_appointments) as a(place_id, appointment_id) using (place_id, appointment_id)
     order by t.place_id, t.appointment_id
       for no key update of t;
    select array_agg(row(null, t.appointment_id, t.status, t.channel, null, t.person_id, t.place_id, t.session_id, t.starts_at,
                         null, null, t.dose_role, t.ordinal, null)::place_request)
      into v_given
      from appointment t
      join unnest(p_places, p_appointments) as a(place_id, appointment_id) using (place_id, appointment_id)
     where t.status = any(p_was);
    perform from slot s
      join (select distinct place_id, session_id, starts_at from unnest(v_given)) wanted using (place_id, session_id, starts_at)
     order by s.place_id, s.session_id, s.starts_at
       for no key update of s;
    update slot s
       set taken = s.taken - g.taken, self_taken = s.self_taken - g.self_taken
      from (select place_id, session_id, starts_at, count(*) as taken,
                   count(*) filter (where channel in ('self', 'agent')) as self_taken
              from unnest(v_given) group by 1, 2, 3) g
     where s.place_id = g.place_id and s.session_id = g.session_id and s.starts_at = g.starts_at;
    update appointment t set status = p_to
      from unnest(v_given) g
     where t.place_id = g.place_id and t.appointment_id = g.id;
    delete from dose_claim c
     using unnest(v_given) g
     where c.person_id = g.person_id and c.appointment_id = g.id and c.immunization_id is null;
    return query
        select place_id, id, session_id, starts_at, person_id, act from unnest(v_given);
end
$$;

COMMENT ON FUNCTION public.give_back_places(p_places uuid[], p_appointments uuid[], p_was text[], p_to text) IS 'Appointments that stand where the caller saw them fall, each once: place and claim are free again. Answers which.';

CREATE FUNCTION public.give_dose(p_command_id uuid, p_request_id text, p_event_id uuid, p_immunization_id uuid, p_place_id uuid, p_visit_id uuid, p_vial_id uuid, p_staff_id uuid, p_device_id uuid, p_device_at timestamp with time zone, p_disease text, p_body_site text, p_volume_ml numeric, p_rule_set_id uuid, p_observe_until timestamp with time zone, p_at timestamp with time zone, p_given_by uuid DEFAULT NULL::uuid, p_command_kind text DEFAULT NULL::text, p_command_answer jsonb DEFAULT NULL::jsonb) RETURNS uuid
    LANGUAGE plpgsql
    AS $$
declare
    v visit%rowtype;
    w vial%rowtype;
    given lot%rowtype;
    who person%rowtype;
    expires date;
begin
    -- A second request with the key waits here for the first, and is told that it is taken.
    if p_command_id is not null then
        insert into command (command_id, actor_id, kind, status, answer)
        values (p_command_id, p_staff_id, p_command_kind, 200, p_command_answer);
    end if;
    select * into v from visit where place_id = p_place_id and visit_id = p_visit_id for update;
    if v.immunization_id = p_immunization_id then
        return p_immunization_id;
    end if;
    if v.step is distinct from 'injection' then
        raise exception 'the person does not wait for an injection'
            using errcode = 'check_violation', constraint = 'visit_waits_for_injection';
    end if;
    if v.conclusion is null or (v.conclusion not in ('eligible', 'caution') and v.override_reason is null) then
        raise exception 'no screening allows this' using errcode = 'check_violation', constraint = 'visit_screened_eligible';
    end if;
    if not exists (select from session s where s.place_id = p_place_id and s.session_id = v.session_id and s.status = 'open') then
        raise exception 'the session is not open' using errcode = 'check_violation', constraint = 'session_is_open';
    end if;
    select * into w from vial where place_id = p_place_id and vial_id = p_vial_id and session_id = v.session_id for update;
    if w.vial_id is null or w.closed_at is not null then
        raise exception 'no such open vial' using errcode = 'check_violation', constraint = 'vial_is_open';
    end if;
    if w.use_by <= p_at then
        raise exception 'the vial is past its time' using errcode = 'check_violation', constraint = 'vial_in_time';
    end if;
    select * into given from lot where lot_id = w.lot_id;
    select coalesce((select e.expires_on from lot_expiry e where e.lot_id = w.lot_id and e.from_on <= p_at::date
                      order by e.from_on desc limit 1), given.expires_on) into expires;
    if given.status <> 'released' then
        raise exception 'the lot is not released' using errcode = 'check_violation', constraint = 'lot_is_released';
    end if;
    if expires < (p_at at time zone 'Asia/Ho_Chi_Minh')::date then
        raise exception 'the lot has expired' using errcode = 'check_violation', constraint = 'lot_in_date';
    end if;
    update vial set doses_left = doses_left - 1 where place_id = p_place_id and vial_id = p_vial_id;
    select * into who from person where person_id = v.person_id;

    insert into immunization (person_id, immunization_id, version, status, disease, dose_role, ordinal, product, lot_id, vial_id,
                              place_id, session_id, visit_id, area_id, staff_id, device_id, body_site, volume_ml, occurred_at,
                              recorded_at, recorded_by, source, rule_set_id)
    values (v.person_id, p_immunization_id, 1, 'completed', p_disease, v.dose_role, v.ordinal, given.product, w.lot_id, w.vial_id,
            p_place_id, v.session_id, v.visit_id, who.area_id, coalesce(p_given_by, p_staff_id), p_device_id, p_body_site, p_volume_ml, p_at,
            now(), p_staff_id, 'recorded', p_rule_set_id);
    insert into dose_claim (person_id, disease, role, ordinal, immunization_id, place_id, claimed_at)
    values (v.person_id, p_disease, v.dose_role, v.ordinal, p_immunization_id, p_place_id, p_at)
    on conflict on constraint dose_claim_pkey do update
       set immunization_id = excluded.immunization_id
     where dose_claim.immunization_id is null and dose_claim.place_id = p_place_id;
    if not found then
        raise exception 'this dose was given, or is booked elsewhere'
            using errcode = 'unique_violation', constraint = 'dose_given_once';
    end if;
    update visit set step = 'observation', immunization_id = p_immunization_id, injected_at = p_at, observe_until = p_observe_until
     where place_id = p_place_id and visit_id = p_visit_id;
    update appointment set status = 'done' where place_id = p_place_id and appointment_id = v.appointment_id;
    perform stock_post(p_immunization_id, 'dose', p_staff_id, p_device_at, p_at, null,
                       array[p_place_id, p_place_id], array[w.lot_id, w.lot_id], array[w.unit_id, w.unit_id],
                       array['opened', 'administered'], array[-1, 1]);
    insert into event (event_id, kind, actor_kind, actor_id, request_id, device_id, device_at, person_id, place_id, area_id, body)
    values (p_event_id, 'immunization.recorded', 'staff', p_staff_id, p_request_id, p_device_id, p_device_at, v.person_id,
            p_place_id, who.area_id,
            jsonb_build_object('immunization_id', p_immunization_id, 'version', 1, 'session_id', v.session_id,
                               'product', given.product, 'lot_id', w.lot_id, 'disease', p_disease, 'dose_role', v.dose_role,
                               'ordinal', v.ordinal, 'occurred_at', p_at, 'source', 'recorded', 'sex', who.sex,
                               'birth_year', extract(year from who.birth_date)::int,
                               'priority_group_id', who.priority_group_id));
    return p_immunization_id;
end
$$;

COMMENT ON FUNCTION public.give_dose(p_command_id uuid, p_request_id text, p_event_id uuid, p_immunization_id uuid, p_place_id uuid, p_visit_id uuid, p_vial_id uuid, p_staff_id uuid, p_device_id uuid, p_device_at timestamp with time zone, p_disease text, p_body_site text, p_volume_ml numeric, p_rule_set_id uuid, p_observe_until timestamp with time zone, p_at timestamp with time zone, p_given_by uuid, p_command_kind text, p_command_answer jsonb) IS 'Visit, vial, stock, immunization, claim, appointment, event and answer of one dose, together. The same dose again changes nothing. Refuses by the names of what is not so: command_pkey, visit_waits_for_injection, visit_screened_eligible, session_is_open, vial_is_open, vial_in_time, vial_never_overdrawn, lot_is_released, lot_in_date, dose_given_once. p_staff_id enters it, p_given_by gave it where that is somebody else. p_command_id is the key of the act, kept with the dose and the act''s answer; null where the transaction keeps it.';

CREATE FUNCTION public.is_restricted(p_person uuid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
select exists (select from restriction r where r.person_id = p_person and r.ended_at is null)
$$;

COMMENT ON FUNCTION public.is_restricted(p_person uuid) IS 'Whether the processing of a person''s data is restricted now';

CREATE FUNCTION public.judge_places(p_at timestamp with time zone, p_ids uuid[], p_acts text[], p_channels text[], p_sign_ins bytea[], p_staff uuid[], p_people uuid[], p_roles text[], p_ordinals smallint[], p_places uuid[], p_sessions uuid[], p_starts timestamp with time zone[], p_due text[], p_against text[]) RETURNS SETOF public.place_request
    LANGUAGE sql STABLE
    AS $$
    with looked as (
        select a.n, a.id, a.act, a.channel, coalesce(a.staff_id, si.account_id) as actor_id, a.person_id, a.place_id,
               a.session_id, a.starts_at, g.registration_id, c.disease, g.dose_role, g.ordinal,
               s.capacity - s.taken as free, s.released, a.channel in ('self', 'agent') as own,
               case when a.channel in ('self', 'agent') then s.self_capacity - s.self_taken
                    else s.capacity - s.self_capacity - s.taken + s.self_taken end as free_of_channel,
               case when a.staff_id is null and si.account_id is null then 'sign_in_needed'
                    when k.command_id is not null then 'kept'
                    when s.place_id is null then 'not_found'
                    when a.staff_id is null and not exists (
                        select from account_person ap
                         where ap.person_id = a.person_id and ap.account_id = si.account_id and ap.ended_at is null)
                    then 'not_found'
                    when g.registration_id is null then 'not_registered'
                    when exists (select from dose_claim d
                                  where d.person_id = a.person_id and d.disease = c.disease and d.role = g.dose_role
                                    and d.ordinal = g.ordinal and d.copy = 0)
                      or g.status not in ('registered', 'approved', 'assigned', 'planned', 'declined')
                    then 'already_booked'
                    when g.suspected_person_id is not null then 'under_review'
                    when e.status not in ('approved', 'open') then 'session_closed'
                    when s.starts_at + make_interval(mins => s.minutes) <= p_at then 'slot_past'
                    when g.earliest_on > d.day then 'too_early'
                    when a.against is not null then a.against
                    when a.due is not null then case when a.due <> g.dose_role then 'not_due' end
                    when deferred_until(a.person_id, c.disease) > d.day then 'too_early'
                    when not may_be_given(e.product, c.disease, p.birth_date, p.birth_precision, d.day) then 'too_young'
               end as refusal
          from unnest(p_ids, p_acts, p_channels, p_sign_ins, p_staff, p_people, p_roles, p_ordinals, p_places, p_sessions,
                      p_starts, p_due, p_against)
               with ordinality as a(id, act, channel, sign_in_id, staff_id, person_id, dose_role, ordinal, place_id, session_id,
                                    starts_at, due, against, n)
         cross join lateral (select (a.starts_at at time zone 'Asia/Ho_Chi_Minh')::date as day) d
          left join sign_in si on si.sign_in_id = a.sign_in_id and si.ended_at is null and si.expires_at > p_at
          left join command k on k.command_id = a.id
          left join slot s on s.place_id = a.place_id and s.session_id = a.session_id and s.starts_at = a.starts_at
          left join session e on e.place_id = a.place_id and e.session_id = a.session_id
          left join campaign c on c.campaign_id = e.campaign_id
          left join person p on p.person_id = a.person_id
          left join lateral (
              select r.registration_id, r.dose_role, r.ordinal, r.status, r.suspected_person_id, r.earliest_on
                from registration r
               where r.person_id = a.person_id and r.campaign_id = e.campaign_id
                 and r.status not in ('refused', 'withdrawn', 'done', 'checked_in')
                 and (a.dose_role is null or r.dose_role = a.dose_role) and (a.ordinal is null or r.ordinal = a.ordinal)
               order by r.registered_at
               limit 1) g on true),
    -- Of two requests for one dose of one person, the first counts.
    once as (
        select *, case when row_number() over (partition by person_id, disease, dose_role, ordinal, refusal order by n) > 1
                       then coalesce(refusal, 'already_booked') else refusal end as stands_against
          from looked),
    ranked as (
        select *,
               row_number() over (partition by place_id, session_id, starts_at, stands_against order by n) as rank,
               row_number() over (partition by place_id, session_id, starts_at, stands_against, own order by n)
                   as rank_of_channel
          from once)
    select n::int, id, act, channel, actor_id, person_id, place_id, session_id, starts_at, registration_id, disease,
           dose_role, ordinal,
           coalesce(stands_against,
                    case when rank <= free and (released or rank_of_channel <= free_of_channel) then 'taken'
                         else 'slot_full' end)
      from ranked
$$;

COMMENT ON FUNCTION public.judge_places(p_at timestamp with time zone, p_ids uuid[], p_acts text[], p_channels text[], p_sign_ins bytea[], p_staff uuid[], p_people uuid[], p_roles text[], p_ordinals smallint[], p_places uuid[], p_sessions uuid[], p_starts timestamp with time zone[], p_due text[], p_against text[]) IS 'What stands against each request for a place, or taken: sign-in, family, registration, dose, session, time, then the schedule''s word, then first come first served. p_due and p_against: the dose that the engine allows to who has had one already, or what it says against it.';

CREATE FUNCTION public.may_be_given(p_product text, p_disease text, p_birth date, p_precision text, p_day date) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    select exists (
        select from schedule_age a
         where a.rule_set_id = schedule_on(p_disease, p_day) and a.product = p_product
           and a.since <= p_day and (a.until is null or p_day <= a.until)
           and p_day >= day_of_age(case p_precision when 'year' then (p_birth + interval '1 year - 1 day')::date
                                                    when 'month' then (p_birth + interval '1 month - 1 day')::date
                                                    else p_birth end, a.from_months, a.from_days)
           and (a.to_months is null or p_day < day_of_age(p_birth, a.to_months, a.to_days)))
$$;

COMMENT ON FUNCTION public.may_be_given(p_product text, p_disease text, p_birth date, p_precision text, p_day date) IS 'Whether a product may be given to somebody of an age on a day, as far as the age is asked; a birth known by year or month is looked at from both its ends.';

CREATE FUNCTION public.move_place(p_at timestamp with time zone, p_from_place uuid, p_from uuid, p_to uuid, p_code text, p_place uuid, p_session uuid, p_starts timestamp with time zone, p_asked boolean, p_against text) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
    v appointment%rowtype;
    v_own boolean;
    v_bookable boolean;
    v_day date := (p_starts at time zone 'Asia/Ho_Chi_Minh')::date;
begin
    select * into v from appointment where place_id = p_from_place and appointment_id = p_from for no key update;
    if v.status is distinct from 'booked' then
        return 'not_booked';
    end if;
    v_own := v.channel in ('self', 'agent');
    perform from slot s
     where (s.place_id, s.session_id, s.starts_at) in ((v.place_id, v.session_id, v.starts_at), (p_place, p_session, p_starts))
     order by s.place_id, s.session_id, s.starts_at
       for no key update;
    select e.status in ('approved', 'open') into v_bookable
      from session e
      join session was on was.place_id = v.place_id and was.session_id = v.session_id and was.campaign_id = e.campaign_id
     where e.place_id = p_place and e.session_id = p_session;
    if v_bookable is null then
        return 'not_found';
    elsif not v_bookable then
        return 'session_closed';
    end if;
    if exists (select from registration g
                where g.person_id = v.person_id and g.dose_role = v.dose_role and g.ordinal = v.ordinal
                  and g.status not in ('refused', 'withdrawn') and g.earliest_on > v_day) then
        return 'too_early';
    end if;
    if p_against is not null then
        return p_against;
    end if;
    if not p_asked and exists (select from session e join campaign c using (campaign_id)
                where e.place_id = p_place and e.session_id = p_session and deferred_until(v.person_id, c.disease) > v_day) then
        return 'too_early';
    end if;
    if not p_asked and exists (select from person p, session e join campaign c using (campaign_id)
                where p.person_id = v.person_id and e.place_id = p_place and e.session_id = p_session
                  and not may_be_given(e.product, c.disease, p.birth_date, p.birth_precision, v_day)) then
        return 'too_young';
    end if;
    update slot s
       set taken = s.taken - 1, self_taken = s.self_taken - v_own::int
     where s.place_id = v.place_id and s.session_id = v.session_id and s.starts_at = v.starts_at;
    update slot s
       set taken = s.taken + 1, self_taken = s.self_taken + v_own::int
     where s.place_id = p_place and s.session_id = p_session and s.starts_at = p_starts
       and s.starts_at + make_interval(mins => s.minutes) > p_at and s.taken < s.capacity
       and (s.released or case when v_own then s.self_taken < s.self_capacity
                               else s.taken - s.self_taken < s.capacity - s.self_capacity end);
    if not found then
        update slot s
           set taken = s.taken + 1, self_taken = s.self_taken + v_own::int
         where s.place_id = v.place_id and s.session_id = v.session_id and s.starts_at = v.starts_at;
        return case when p_starts <= p_at then 'slot_past' else 'slot_full' end;
    end if;
    insert into appointment (place_id, appointment_id, session_id, starts_at, person_id, code, dose_role, ordinal, channel,
                             status, booked_at)
    values (p_place, p_to, p_session, p_starts, v.person_id, p_code, v.dose_role, v.ordinal, v.channel, 'booked', p_at);
    update appointment set status = 'cancelled' where place_id = v.place_id and appointment_id = v.appointment_id;
    update dose_claim set appointment_id = p_to, place_id = p_place
     where person_id = v.person_id and appointment_id = v.appointment_id and immunization_id is null;
    update invitation set appointment_id = p_to, place_id = p_place, session_id = p_session, status = 'confirmed',
                          answered_at = p_at
     where person_id = v.person_id and appointment_id = v.appointment_id;
    update registration set assigned_place_id = p_place
     where person_id = v.person_id and dose_role = v.dose_role and ordinal = v.ordinal
       and status in ('invited', 'confirmed');
    return 'moved';
end
$$;

COMMENT ON FUNCTION public.move_place(p_at timestamp with time zone, p_from_place uuid, p_from uuid, p_to uuid, p_code text, p_place uuid, p_session uuid, p_starts timestamp with time zone, p_asked boolean, p_against text) IS 'Another half hour for a booked appointment: the new place is taken, then the old one given back and the claim carried over, or nothing. Answers moved, or what stands against it; p_asked and p_against: the engine was asked, and what it says against it.';

CREATE FUNCTION public.people_like(p_indexes bytea[], p_search_name text, p_sex text, p_birth_date date, p_precision text) RETURNS SETOF uuid
    LANGUAGE sql STABLE
    AS $$
select p.person_id
  from person_identifier i
  join person p on p.person_id = i.person_id and p.merged_into is null
 where i.ended_at is null and i.blind_index = any(p_indexes)
union
select p.person_id
  from person p
 where p.merged_into is null and p.search_name = p_search_name and p.sex = p_sex
   and p.birth_date between date_trunc('year', p_birth_date) and date_trunc('year', p_birth_date) + interval '1 year - 1 day'
   and (   p.birth_date = p_birth_date
        or p.birth_precision = 'year' or p_precision = 'year'
        or ((p.birth_precision = 'month' or p_precision = 'month')
            and date_trunc('month', p.birth_date) = date_trunc('month', p_birth_date)))
$$;

COMMENT ON FUNCTION public.people_like(p_indexes bytea[], p_search_name text, p_sex text, p_birth_date date, p_precision text) IS 'Who may be the person that a form describes; a human or the action decides who is';

CREATE FUNCTION public.register_new(p jsonb) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
declare
    v_at timestamptz := p ->> 'at';
    v_account uuid := p ->> 'account_id';
    v person := jsonb_populate_record(null::person, p -> 'person');
    v_wish registration := jsonb_populate_record(null::registration, p -> 'registration');
    v_consent consent := jsonb_populate_record(null::consent, p -> 'consent');
    v_family account_person := jsonb_populate_record(null::account_person, p -> 'family');
    v_message outbox_message := jsonb_populate_record(null::outbox_message, p -> 'message');
begin
    insert into command (command_id, actor_id, kind, status, answer)
    values ((p ->> 'command_id')::uuid, v_account, 'register', 200, p -> 'answer')
        on conflict do nothing;
    if not found then
        return false;
    end if;
    perform pg_advisory_xact_lock(hashtextextended(key, 0))
       from jsonb_array_elements_text(p -> 'identity_keys') as key order by key;
    if exists (select from people_like(
                   array(select i.blind_index from jsonb_populate_recordset(null::person_identifier, p -> 'identifiers') i),
                   v.search_name, v.sex, v.birth_date, v.birth_precision))
       or (v_family.relation = 'self' and exists (select from account_person ap
                                                   where ap.account_id = v_account and ap.relation = 'self' and ap.ended_at is null)) then
        delete from command where command_id = (p ->> 'command_id')::uuid;
        return false;
    end if;
    insert into person (person_id, name, search_name, sort_key, sex, birth_date, birth_precision, nationality, ethnic_group,
                        occupation, workplace, area_id, address, priority_group_id, tags, identity_status, created_at)
    values (v.person_id, v.name, v.search_name, v.sort_key, v.sex, v.birth_date, v.birth_precision, v.nationality,
            v.ethnic_group, v.occupation, v.workplace, v.area_id, v.address, v.priority_group_id, v.tags, v.identity_status, v_at);
    insert into person_identifier (person_id, kind, country, blind_index, value_sealed, added_at)
    select v.person_id, i.kind, i.country, i.blind_index, i.value_sealed, v_at
      from jsonb_populate_recordset(null::person_identifier, p -> 'identifiers') i;
    insert into contact (person_id, contact_id, kind, relation, holder_name, blind_index, value_sealed, added_at)
    select v.person_id, c.contact_id, c.kind, c.relation, c.holder_name, c.blind_index, c.value_sealed, v_at
      from jsonb_populate_recordset(null::contact, p -> 'contacts') c;
    insert into registration (person_id, registration_id, code, campaign_id, channel, relation, dose_role, ordinal, wanted_on,
                              wanted_part, wanted_place_id, history, province_code, district_code, status, status_at,
                              status_by, registered_at)
    values (v.person_id, v_wish.registration_id, v_wish.code, v_wish.campaign_id, v_wish.channel, v_wish.relation,
            v_wish.dose_role, v_wish.ordinal, v_wish.wanted_on, v_wish.wanted_part, v_wish.wanted_place_id, v_wish.history,
            v_wish.province_code, v_wish.district_code, 'registered', v_at, v_account, v_at);
    insert into consent (person_id, consent_id, consent_text_id, channel, given_by, given_at)
    values (v.person_id, v_consent.consent_id, v_consent.consent_text_id, v_consent.channel, v_consent.given_by, v_at);
    insert into account_person (person_id, account_id, relation, proof, since)
    values (v.person_id, v_account, v_family.relation, v_family.proof, v_at);
    insert into outbox_message (message_id, person_id, channel, template, lang, address_sealed, address_index, body_sealed, state,
                                created_at)
    values (v_message.message_id, v.person_id, v_message.channel, v_message.template, v_message.lang, v_message.address_sealed,
            v_message.address_index, v_message.body_sealed, 'waiting', v_at);
    insert into event (event_id, kind, actor_kind, actor_id, request_id, person_id, area_id, body)
    select e.event_id, e.kind, 'citizen', v_account, p ->> 'request_id', v.person_id, e.area_id, e.body
      from jsonb_populate_recordset(null::event, p -> 'events') e;
    update registration_draft set registration_code = v_wish.code, body_sealed = ''::bytea, updated_at = v_at
     where draft_id = (p ->> 'draft_id')::uuid and account_id = v_account;
    return true;
end
$$;

COMMENT ON FUNCTION public.register_new(p jsonb) IS 'The first registration of somebody whom nobody resembles: person, numbers, contacts, wish, consent, family, message, events';

CREATE FUNCTION public.schedule_on(p_disease text, p_day date) RETURNS uuid
    LANGUAGE sql STABLE
    AS $$
    select rule_set_id from rule_set
     where disease = p_disease and valid_from <= p_day
     order by valid_from desc, published_at desc
     limit 1
$$;

COMMENT ON FUNCTION public.schedule_on(p_disease text, p_day date) IS 'The rule set that answers for a disease on a day: the last to begin by then, of two that begin together the later published.';

CREATE FUNCTION public.stock_post(entry_id uuid, reason text, actor_id uuid, device_at timestamp with time zone, recorded_at timestamp with time zone, reverses uuid, place_ids uuid[], lot_ids uuid[], unit_ids uuid[], states text[], doses integer[]) RETURNS uuid
    LANGUAGE plpgsql
    AS $$
declare
    moved record;
begin
    if (select coalesce(sum(d), 0) <> 0 or count(*) < 2 from unnest(doses) as d) then
        raise exception 'the lines of an entry sum to zero'
            using errcode = 'check_violation', constraint = 'stock_entry_sums_to_zero';
    end if;
    insert into stock_posting (place_id, posting_id, line, entry_id, lot_id, unit_id, state, doses, reason, actor_id,
                               device_at, recorded_at, reverses)
    select l.place_id, stock_post.entry_id, l.line, stock_post.entry_id, l.lot_id, l.unit_id, l.state, l.doses,
           stock_post.reason, stock_post.actor_id, stock_post.device_at, stock_post.recorded_at, stock_post.reverses
      from unnest(place_ids, lot_ids, unit_ids, states, doses)
           with ordinality as l(place_id, lot_id, unit_id, state, doses, line);
    -- Accounts are taken in the order of their keys, so that two entries never wait for each other.
    for moved in
        select l.place_id, l.lot_id, l.unit_id, l.state, sum(l.doses) as doses
          from unnest(place_ids, lot_ids, unit_ids, states, doses) as l(place_id, lot_id, unit_id, state, doses)
         group by l.place_id, l.lot_id, l.unit_id, l.state
         order by l.place_id, l.lot_id, l.unit_id, l.state
    loop
        update stock_account a set balance = a.balance + moved.doses
         where a.place_id = moved.place_id and a.lot_id = moved.lot_id and a.unit_id = moved.unit_id
           and a.state = moved.state;
        if not found then
            insert into stock_account as a (place_id, lot_id, unit_id, state, balance)
            values (moved.place_id, moved.lot_id, moved.unit_id, moved.state, moved.doses)
            on conflict (place_id, lot_id, unit_id, state) do update set balance = a.balance + excluded.balance;
        end if;
    end loop;
    return stock_post.entry_id;
end
$$;

COMMENT ON FUNCTION public.stock_post(entry_id uuid, reason text, actor_id uuid, device_at timestamp with time zone, recorded_at timestamp with time zone, reverses uuid, place_ids uuid[], lot_ids uuid[], unit_ids uuid[], states text[], doses integer[]) IS 'Posts one balanced entry: its lines and the balances they move, or nothing. Refuses by stock_never_negative, stock_entry_sums_to_zero, stock_posting_pkey (the same entry twice) and stock_reversed_once.';

CREATE FUNCTION public.take_places(p_at timestamp with time zone, p_held_until timestamp with time zone, p_ids uuid[], p_acts text[], p_channels text[], p_sign_ins bytea[], p_staff uuid[], p_requests text[], p_people uuid[], p_roles text[], p_ordinals smallint[], p_places uuid[], p_sessions uuid[], p_starts timestamp with time zone[], p_codes text[], p_due text[], p_against text[]) RETURNS TABLE(command_id uuid, answer text)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
declare
    v_judged place_request[];
    v_claimed uuid[];
    v_ours uuid[];
begin
    -- Slots are taken in the order of their keys, so that two batches never wait for each other.
    perform from slot s
      join (select distinct a.place_id, a.session_id, a.starts_at
              from unnest(p_places, p_sessions, p_starts) as a(place_id, session_id, starts_at)) wanted
        using (place_id, session_id, starts_at)
     order by s.place_id, s.session_id, s.starts_at
       for no key update of s;

    -- A statement of its own: it sees what the transactions that held the slots have committed.
    select array_agg(j) into v_judged
      from judge_places(p_at, p_ids, p_acts, p_channels, p_sign_ins, p_staff, p_people, p_roles, p_ordinals, p_places,
                        p_sessions, p_starts, p_due, p_against) j;

    -- One live claim a person and dose: whoever comes second waits here for the first, and takes nothing.
    with made as (
        insert into dose_claim (person_id, disease, role, ordinal, copy, appointment_id, place_id, claimed_at)
        select j.person_id, j.disease, j.dose_role, j.ordinal, 0, j.id, j.place_id, p_at
          from unnest(v_judged) j
         where j.outcome = 'taken'
         order by j.person_id, j.disease, j.dose_role, j.ordinal
            on conflict do nothing
        returning appointment_id)
    select coalesce(array_agg(appointment_id), '{}') into v_claimed from made;

    -- The answer is kept under its key with the act. A full half hour is not the answer of who stood behind somebody
    -- whose claim has just failed: they ask again.
    with told as (
        select j.*, case when j.outcome = 'taken' and j.id <> all(v_claimed) then 'already_booked'
                         when j.outcome = 'slot_full' and exists (
                             select from unnest(v_judged) failed
                              where failed.outcome = 'taken' and failed.id <> all(v_claimed)
                                and failed.session_id = j.session_id and failed.starts_at = j.starts_at) then 'again'
                         else j.outcome end as said
          from unnest(v_judged) j),
    kept as (
        insert into command (command_id, actor_id, kind, status, answer)
        select t.id, t.actor_id, 'take_place', case t.said when 'taken' then 200 else 409 end,
               jsonb_strip_nulls(jsonb_build_object(
                   'outcome', t.said, 'act', t.act, 'person_id', t.person_id, 'place_id', t.place_id,
                   'session_id', t.session_id, 'starts_at', t.starts_at,
                   'held_until', case when t.said = 'taken' and t.act = 'hold' then p_held_until end))
          from told t
         where t.said not in ('again', 'kept', 'sign_in_needed')
         order by t.id
            on conflict do nothing
        returning command_id)
    select coalesce(array_agg(command_id), '{}') into v_ours from kept;

    -- Another process has answered the same key meanwhile: nothing is done twice.
    delete from dose_claim c
     using unnest(v_judged) j
     where j.id = any(v_claimed) and j.id <> all(v_ours)
       and c.person_id = j.person_id and c.appointment_id = j.id and c.immunization_id is null;

    with done as (
        select j.* from unnest(v_judged) j where j.id = any(v_claimed) and j.id = any(v_ours)),
    counted as (
        update slot s
           set taken = s.taken + d.taken, self_taken = s.self_taken + d.self_taken
          from (select place_id, session_id, starts_at, count(*) as taken,
                       count(*) filter (where channel in ('self', 'agent')) as self_taken
                  from done group by 1, 2, 3) d
         where s.place_id = d.place_id and s.session_id = d.session_id and s.starts_at = d.starts_at),
    booked as (
        insert into appointment (place_id, appointment_id, session_id, starts_at, person_id, code, dose_role, ordinal,
                                 channel, status, held_until, booked_at)
        select place_id, id, session_id, starts_at, person_id, p_codes[n], dose_role, ordinal, channel,
               case act when 'hold' then 'held' else 'booked' end, case act when 'hold' then p_held_until end, p_at
          from done),
    moved as (
        update registration g
           set status = 'confirmed', status_at = p_at, status_by = d.actor_id, status_reason = null,
               assigned_place_id = d.place_id
          from done d
         where d.act = 'book' and g.person_id = d.person_id and g.registration_id = d.registration_id)
    insert into event (event_id, kind, actor_kind, actor_id, request_id, person_id, place_id, body)
    select uuidv7(), case act when 'hold' then 'appointments.held' else 'appointments.booked' end,
           case when p_staff[n] is null then 'citizen' else 'staff' end, actor_id, p_requests[n], person_id, place_id,
           jsonb_strip_nulls(jsonb_build_object(
               'appointment_id', id, 'session_id', session_id, 'starts_at', starts_at, 'channel', channel,
               'registration_id', registration_id, 'to', case act when 'book' then 'confirmed' end))
      from done;

    return query
        select j.id,
               case when j.outcome = 'sign_in_needed' then '{"outcome": "sign_in_needed"}'
                    when c.command_id is null then '{"outcome": "again"}'
                    when c.kind = 'take_place' and c.actor_id is not distinct from j.actor_id then c.answer::text
                    else '{"outcome": "key_used"}' end
          from unnest(v_judged) j
          left join command c on c.command_id = j.id;
end
$$;

COMMENT ON FUNCTION public.take_places(p_at timestamp with time zone, p_held_until timestamp with time zone, p_ids uuid[], p_acts text[], p_channels text[], p_sign_ins bytea[], p_staff uuid[], p_requests text[], p_people uuid[], p_roles text[], p_ordinals smallint[], p_places uuid[], p_sessions uuid[], p_starts timestamp with time zone[], p_codes text[], p_due text[], p_against text[]) IS 'Holds or books places for many people at once: one row of slot, claim, answer, appointment and event each, or a refusal by name. Outcomes: taken, sign_in_needed, not_found, not_registered, under_review, session_closed, slot_past, already_booked, too_early, too_young, not_due, other_vaccine, slot_full, key_used; again asks the caller to send the request once more.';

CREATE TABLE public.access_entry (
    person_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    access_id uuid NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    actor_label text NOT NULL,
    purpose text NOT NULL,
    page text NOT NULL,
    request_id text NOT NULL,
    CONSTRAINT access_entry_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['citizen'::text, 'staff'::text, 'system'::text])))
);

COMMENT ON TABLE public.access_entry IS 'Who looked at whose record, when, why and where: shown to that person.';

CREATE TABLE public.account (
    account_id uuid NOT NULL,
    phone_index bytea NOT NULL,
    phone_sealed bytea NOT NULL,
    lang text DEFAULT 'vi'::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT account_lang_check CHECK ((lang = ANY (ARRAY['vi'::text, 'en'::text])))
);

COMMENT ON TABLE public.account IS 'Citizens'' sign-in: one phone number, found by its blind index.';

CREATE TABLE public.account_person (
    person_id uuid NOT NULL,
    account_id uuid NOT NULL,
    relation text NOT NULL,
    proof text NOT NULL,
    since timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT account_person_proof_check CHECK ((proof = ANY (ARRAY['phone_code'::text, 'guardianship'::text, 'staff'::text]))),
    CONSTRAINT account_person_relation_check CHECK ((relation = ANY (ARRAY['self'::text, 'child'::text, 'parent'::text, 'relative'::text])))
);

COMMENT ON TABLE public.account_person IS 'Whose records an account may open, and by what proof.';

CREATE TABLE public.adjustment (
    place_id uuid NOT NULL,
    adjustment_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    doses integer NOT NULL,
    reason text NOT NULL,
    note text NOT NULL,
    status text NOT NULL,
    made_by uuid NOT NULL,
    made_at timestamp with time zone NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    entry_id uuid,
    CONSTRAINT adjustment_by_another CHECK ((decided_by <> made_by)),
    CONSTRAINT adjustment_check CHECK (((status = 'posted'::text) = (entry_id IS NOT NULL))),
    CONSTRAINT adjustment_doses_check CHECK ((doses <> 0)),
    CONSTRAINT adjustment_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'posted'::text, 'refused'::text])))
);

COMMENT ON TABLE public.adjustment IS 'A correction of the ledger with its reason; above a limit it waits for a second person.';

CREATE TABLE public.aefi_case (
    person_id uuid NOT NULL,
    case_id uuid NOT NULL,
    version smallint NOT NULL,
    report_id uuid NOT NULL,
    immunization_id uuid NOT NULL,
    place_id uuid NOT NULL,
    status text NOT NULL,
    serious text,
    causality text,
    council text,
    decided_on date,
    note text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    serious_at timestamp with time zone,
    at timestamp with time zone NOT NULL,
    by uuid,
    CONSTRAINT aefi_case_causality_check CHECK ((causality = ANY (ARRAY['A1'::text, 'A2'::text, 'A3'::text, 'A4'::text, 'B1'::text, 'B2'::text, 'C'::text, 'D'::text]))),
    CONSTRAINT aefi_case_check CHECK (((causality IS NULL) = (decided_on IS NULL))),
    CONSTRAINT aefi_case_check1 CHECK (((causality IS NULL) OR (council IS NOT NULL))),
    CONSTRAINT aefi_case_check2 CHECK (((serious_at IS NULL) = ((serious IS NULL) OR (serious = 'no'::text)))),
    CONSTRAINT aefi_case_check3 CHECK (((version = 1) OR (note <> ''::text))),
    CONSTRAINT aefi_case_serious_check CHECK ((serious = ANY (ARRAY['no'::text, 'death'::text, 'life_threatening'::text, 'hospital'::text, 'disability'::text, 'anomaly'::text, 'other'::text]))),
    CONSTRAINT aefi_case_status_check CHECK ((status = ANY (ARRAY['open'::text, 'contacted'::text, 'investigating'::text, 'closed'::text]))),
    CONSTRAINT aefi_case_version_check CHECK ((version > 0))
);

COMMENT ON TABLE public.aefi_case IS 'A case that a site or province follows; append-only, the highest version counts. Its clocks start when it becomes serious.';

CREATE TABLE public.aefi_report (
    person_id uuid NOT NULL,
    report_id uuid NOT NULL,
    immunization_id uuid NOT NULL,
    place_id uuid NOT NULL,
    dangers text[] NOT NULL,
    signs text[] NOT NULL,
    onset_on date NOT NULL,
    temperature_c numeric(3,1),
    sought_care boolean NOT NULL,
    missed_work boolean NOT NULL,
    note text NOT NULL,
    channel text NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    reported_by uuid,
    CONSTRAINT aefi_report_channel_check CHECK ((channel = ANY (ARRAY['app'::text, 'code'::text, 'staff'::text]))),
    CONSTRAINT aefi_report_check CHECK ((((cardinality(dangers) + cardinality(signs)) > 0) OR (note <> ''::text))),
    CONSTRAINT aefi_report_temperature_c_check CHECK (((temperature_c >= (30)::numeric) AND (temperature_c <= (45)::numeric)))
);

COMMENT ON TABLE public.aefi_report IS 'What somebody noticed after a dose (adverse event following immunization); what is known already stands with the dose.';

CREATE TABLE public.immunization (
    person_id uuid NOT NULL,
    immunization_id uuid NOT NULL,
    version smallint NOT NULL,
    status text NOT NULL,
    disease text NOT NULL,
    dose_role text NOT NULL,
    ordinal smallint NOT NULL,
    product text NOT NULL,
    lot_id uuid,
    vial_id uuid,
    place_id uuid NOT NULL,
    session_id uuid,
    visit_id uuid,
    area_id integer NOT NULL,
    staff_id uuid,
    device_id uuid,
    body_site text,
    volume_ml numeric(4,2),
    occurred_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by uuid,
    source text NOT NULL,
    rule_set_id uuid,
    reason text,
    CONSTRAINT immunization_body_site_check CHECK ((body_site = ANY (ARRAY['left_arm'::text, 'right_arm'::text, 'other'::text]))),
    CONSTRAINT immunization_check CHECK (((version = 1) OR (reason IS NOT NULL))),
    CONSTRAINT immunization_dose_role_check CHECK ((dose_role = ANY (ARRAY['basic'::text, 'additional'::text, 'booster'::text]))),
    CONSTRAINT immunization_ordinal_check CHECK ((ordinal > 0)),
    CONSTRAINT immunization_source_check CHECK ((source = ANY (ARRAY['recorded'::text, 'imported'::text, 'self_declared'::text, 'generated'::text]))),
    CONSTRAINT immunization_status_check CHECK ((status = ANY (ARRAY['completed'::text, 'not_done'::text, 'entered_in_error'::text]))),
    CONSTRAINT immunization_version_check CHECK ((version > 0)),
    CONSTRAINT immunization_volume_ml_check CHECK ((volume_ml > (0)::numeric))
);

COMMENT ON TABLE public.immunization IS 'Append-only record of doses given and not given; the highest version counts. area_id is where the person lived that day.';

CREATE TABLE public.lot (
    lot_id uuid NOT NULL,
    product text NOT NULL,
    number text NOT NULL,
    manufacturer text NOT NULL,
    expires_on date NOT NULL,
    status text NOT NULL,
    earmark text,
    CONSTRAINT lot_status_check CHECK ((status = ANY (ARRAY['received'::text, 'in_qc'::text, 'released'::text, 'recalled'::text])))
);

COMMENT ON TABLE public.lot IS 'A manufacturer''s lot with its printed expiry; quality control and release belong to it.';

COMMENT ON COLUMN public.lot.earmark IS 'The target group that a lot is kept for; null for everybody.';

CREATE TABLE public.person (
    person_id uuid NOT NULL,
    name text NOT NULL,
    search_name text NOT NULL,
    sort_key text NOT NULL,
    sex text NOT NULL,
    birth_date date NOT NULL,
    birth_precision text NOT NULL,
    nationality text NOT NULL,
    ethnic_group text,
    occupation text,
    workplace text,
    area_id integer NOT NULL,
    address text NOT NULL,
    permanent_area_id integer,
    permanent_address text,
    priority_group_id smallint,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    identity_status text NOT NULL,
    merged_into uuid,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT person_birth_precision_check CHECK ((birth_precision = ANY (ARRAY['day'::text, 'month'::text, 'year'::text]))),
    CONSTRAINT person_check CHECK (((birth_precision <> 'year'::text) OR ((EXTRACT(month FROM birth_date) = (1)::numeric) AND (EXTRACT(day FROM birth_date) = (1)::numeric)))),
    CONSTRAINT person_check1 CHECK (((birth_precision <> 'month'::text) OR (EXTRACT(day FROM birth_date) = (1)::numeric))),
    CONSTRAINT person_identity_status_check CHECK ((identity_status = ANY (ARRAY['unchecked'::text, 'matched'::text, 'mismatched'::text, 'foreigner'::text, 'no_identifier'::text]))),
    CONSTRAINT person_name_check CHECK ((name <> ''::text)),
    CONSTRAINT person_sex_check CHECK ((sex = ANY (ARRAY['male'::text, 'female'::text, 'other'::text])))
);

COMMENT ON TABLE public.person IS 'A human being under one stable id; numbers, phones and names are attributes. A year-only birth is 1 January with precision year and is never shown as a day.';

CREATE TABLE public.product (
    code text NOT NULL,
    name text NOT NULL,
    short_name text NOT NULL,
    manufacturer text NOT NULL,
    platform text NOT NULL,
    disease text NOT NULL,
    volume_ml numeric(4,2) NOT NULL,
    storage text NOT NULL,
    open_hours numeric(4,1) NOT NULL,
    decision text NOT NULL,
    CONSTRAINT product_open_hours_check CHECK ((open_hours > (0)::numeric)),
    CONSTRAINT product_volume_ml_check CHECK ((volume_ml > (0)::numeric))
);

COMMENT ON TABLE public.product IS 'Licensed vaccines. What may be given when is the schedule''s matter, not this table''s.';

CREATE TABLE public.staff (
    staff_id uuid NOT NULL,
    login text NOT NULL,
    name text NOT NULL,
    password_hash text NOT NULL,
    totp_sealed bytea,
    created_at timestamp with time zone NOT NULL,
    created_by uuid,
    ended_at timestamp with time zone,
    CONSTRAINT staff_login_check CHECK ((login = lower(login)))
);

COMMENT ON TABLE public.staff IS 'People who work with the platform; one account a person, never shared.';

CREATE VIEW public.aefi_case_version AS
 SELECT c.person_id,
    c.case_id,
    c.version,
    c.report_id,
    c.immunization_id,
    c.place_id,
    place.name AS place_name,
    c.status,
    c.serious,
    c.causality,
    c.council,
    c.decided_on,
    c.note,
    c.opened_at,
    c.serious_at,
    c.at,
    staff.name AS by_name,
    person.name AS person_name,
    product.short_name AS product_name,
    lot.number AS lot_number,
    dose.session_id,
    dose.occurred_at,
    report.dangers
   FROM (((((((public.aefi_case c
     JOIN public.place ON ((place.place_id = c.place_id)))
     JOIN public.person ON ((person.person_id = c.person_id)))
     JOIN public.aefi_report report ON (((report.person_id = c.person_id) AND (report.report_id = c.report_id))))
     CROSS JOIN LATERAL ( SELECT i.product,
            i.lot_id,
            i.session_id,
            i.occurred_at
           FROM public.immunization i
          WHERE ((i.person_id = c.person_id) AND (i.immunization_id = c.immunization_id))
          ORDER BY i.version DESC
         LIMIT 1) dose)
     JOIN public.product ON ((product.code = dose.product)))
     LEFT JOIN public.lot ON ((lot.lot_id = dose.lot_id)))
     LEFT JOIN public.staff ON ((staff.staff_id = c.by)));

COMMENT ON VIEW public.aefi_case_version IS 'Every version of a case with the names that a worklist shows.';

CREATE VIEW public.aefi_case_now AS
 SELECT person_id,
    case_id,
    version,
    report_id,
    immunization_id,
    place_id,
    place_name,
    status,
    serious,
    causality,
    council,
    decided_on,
    note,
    opened_at,
    serious_at,
    at,
    by_name,
    person_name,
    product_name,
    lot_number,
    session_id,
    occurred_at,
    dangers
   FROM public.aefi_case_version v
  WHERE (version = ( SELECT max(c.version) AS max
           FROM public.aefi_case c
          WHERE ((c.person_id = v.person_id) AND (c.case_id = v.case_id))));

COMMENT ON VIEW public.aefi_case_now IS 'Each case as it stands.';

CREATE TABLE public.alert_comment (
    alert_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    by uuid NOT NULL,
    text text NOT NULL,
    CONSTRAINT alert_comment_text_check CHECK ((text <> ''::text))
);

COMMENT ON TABLE public.alert_comment IS 'What was said about an alert while it was open, in order.';

CREATE TABLE public.alert_rule (
    rule text NOT NULL,
    place smallint NOT NULL,
    topic text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    above integer NOT NULL,
    unit text NOT NULL,
    severity text NOT NULL,
    owner text NOT NULL,
    active boolean DEFAULT true NOT NULL,
    changed_at timestamp with time zone,
    changed_by uuid,
    days smallint,
    CONSTRAINT alert_rule_above_check CHECK ((above >= 0)),
    CONSTRAINT alert_rule_days_check CHECK (((days >= 1) AND (days <= 365))),
    CONSTRAINT alert_rule_kind_check CHECK ((kind = ANY (ARRAY['threshold'::text, 'trend'::text, 'silence'::text]))),
    CONSTRAINT alert_rule_owner_check CHECK ((owner = ANY (ARRAY['national_operator'::text, 'province_officer'::text]))),
    CONSTRAINT alert_rule_severity_check CHECK ((severity = ANY (ARRAY['serious'::text, 'warning'::text, 'notice'::text]))),
    CONSTRAINT alert_rule_topic_check CHECK ((topic = ANY (ARRAY['operations'::text, 'logistics'::text, 'safety'::text, 'quality'::text, 'fraud'::text])))
);

COMMENT ON TABLE public.alert_rule IS 'What the response centre is told of: each rule has a measure of its name, and holds where the measure is above the limit.';

COMMENT ON COLUMN public.alert_rule.days IS 'Where the rule looks ahead: over how many days.';

CREATE TABLE public.allocation (
    place_id uuid NOT NULL,
    allocation_id uuid NOT NULL,
    round integer NOT NULL,
    product text NOT NULL,
    decision text NOT NULL,
    decided_on date NOT NULL,
    made_by uuid,
    made_at timestamp with time zone NOT NULL,
    finish_by date,
    CONSTRAINT allocation_finishes_after_decision CHECK ((finish_by >= decided_on)),
    CONSTRAINT allocation_round_check CHECK ((round > 0))
);

COMMENT ON TABLE public.allocation IS 'A decision by which a store divides a vaccine in a round; what was decided is compared with what was received.';

COMMENT ON COLUMN public.allocation.finish_by IS 'The last day on which the doses of the round should be given, where the decision names one.';

CREATE TABLE public.allocation_line (
    place_id uuid NOT NULL,
    allocation_id uuid NOT NULL,
    to_place_id uuid NOT NULL,
    doses integer NOT NULL,
    CONSTRAINT allocation_line_doses_check CHECK ((doses > 0))
);

COMMENT ON TABLE public.allocation_line IS 'What a decision gives to a place.';

CREATE TABLE public.appointment (
    place_id uuid NOT NULL,
    appointment_id uuid NOT NULL,
    session_id uuid NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    person_id uuid NOT NULL,
    code text NOT NULL,
    dose_role text NOT NULL,
    ordinal smallint NOT NULL,
    channel text NOT NULL,
    status text NOT NULL,
    held_until timestamp with time zone,
    booked_at timestamp with time zone NOT NULL,
    CONSTRAINT appointment_channel_check CHECK ((channel = ANY (ARRAY['invitation'::text, 'self'::text, 'walk_in'::text, 'agent'::text]))),
    CONSTRAINT appointment_dose_role_check CHECK ((dose_role = ANY (ARRAY['basic'::text, 'additional'::text, 'booster'::text]))),
    CONSTRAINT appointment_held_until CHECK (((status <> 'held'::text) OR (held_until IS NOT NULL))),
    CONSTRAINT appointment_ordinal_check CHECK ((ordinal > 0)),
    CONSTRAINT appointment_status_check CHECK ((status = ANY (ARRAY['held'::text, 'booked'::text, 'checked_in'::text, 'done'::text, 'cancelled'::text, 'no_show'::text, 'expired'::text])))
);

COMMENT ON TABLE public.appointment IS 'A place in a slot for one person; its code is what the site scans at check-in.';

ALTER TABLE public.area ALTER COLUMN area_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.area_area_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.area_population (
    area_code text NOT NULL,
    year smallint NOT NULL,
    band text NOT NULL,
    people integer NOT NULL,
    source text NOT NULL,
    CONSTRAINT area_population_band_check CHECK ((band = ANY (ARRAY['all'::text, '18+'::text, '12-17'::text, '5-11'::text]))),
    CONSTRAINT area_population_people_check CHECK ((people >= 0))
);

COMMENT ON TABLE public.area_population IS 'Denominators: people of an area in a year and age band, with their source.';

CREATE TABLE public.area_succession (
    from_code text NOT NULL,
    to_code text NOT NULL,
    on_date date NOT NULL
);

COMMENT ON TABLE public.area_succession IS 'Which unit took over from which on a reform day, so that figures are told in either geography.';

CREATE TABLE public.booking_audit (
    audit_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    half_hours integer NOT NULL,
    taken integer NOT NULL,
    appointments integer NOT NULL,
    oversold integer NOT NULL,
    leaked integer NOT NULL,
    lost integer NOT NULL,
    dangling integer NOT NULL
);

COMMENT ON TABLE public.booking_audit IS 'Each minute: places taken, live appointments and live claims compared; the last four columns count faults.';

CREATE TABLE public.booking_code (
    person_id uuid NOT NULL,
    code_id uuid NOT NULL,
    code_digest bytea NOT NULL,
    cohort text NOT NULL,
    place_id uuid NOT NULL,
    session_id uuid NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    issued_by uuid,
    valid_until timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    appointment_id uuid,
    CONSTRAINT booking_code_check CHECK (((used_at IS NULL) = (appointment_id IS NULL))),
    CONSTRAINT booking_code_cohort_check CHECK ((cohort <> ''::text))
);

COMMENT ON TABLE public.booking_code IS 'A personal invitation to choose a half hour of one session: for one person of one cohort, used once.';

CREATE TABLE public.booking_request (
    person_id uuid NOT NULL,
    command_id uuid NOT NULL,
    ask jsonb NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    outcome text,
    CONSTRAINT booking_request_check CHECK (((answered_at IS NULL) = (outcome IS NULL)))
);

COMMENT ON TABLE public.booking_request IS 'Bookings accepted while the system catches up: answered in the order in which they came.';

CREATE TABLE public.campaign (
    campaign_id smallint NOT NULL,
    code text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    name text NOT NULL,
    name_en text NOT NULL,
    disease text NOT NULL
);

COMMENT ON TABLE public.campaign IS 'Vaccination campaigns.';

ALTER TABLE public.campaign ALTER COLUMN campaign_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.campaign_campaign_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.certificate (
    person_id uuid NOT NULL,
    certificate_id uuid NOT NULL,
    format text NOT NULL,
    immunization_id uuid NOT NULL,
    version smallint NOT NULL,
    uvci text NOT NULL,
    kid bytea NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    code_sealed bytea NOT NULL,
    retired_at timestamp with time zone,
    retired_reason text,
    renewal smallint DEFAULT 0 NOT NULL,
    revocation_id uuid,
    CONSTRAINT certificate_check CHECK (((retired_at IS NULL) = (retired_reason IS NULL))),
    CONSTRAINT certificate_format_check CHECK ((format = 'eu_dcc'::text))
);

COMMENT ON TABLE public.certificate IS 'Signed certificates, each resting on one version of one dose; the code is kept encrypted so that the same one is shown again.';

COMMENT ON COLUMN public.certificate.revocation_id IS 'The withdrawal that retired it; null when its dose was corrected.';

CREATE TABLE public.certificate_due (
    person_id uuid NOT NULL,
    immunization_id uuid NOT NULL,
    queued_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.certificate_due IS 'Doses whose certificates the signer shall look at: ids alone. What may not be signed leaves the queue and comes back with the fact that was missing.';

CREATE TABLE public.claim (
    place_id uuid NOT NULL,
    claim_id uuid NOT NULL,
    shipment_id uuid NOT NULL,
    line smallint NOT NULL,
    to_place_id uuid NOT NULL,
    kind text NOT NULL,
    lot_id uuid NOT NULL,
    doses integer NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    answered_by uuid,
    answer text,
    answer_note text,
    review_id uuid,
    CONSTRAINT claim_answer_check CHECK ((answer = ANY (ARRAY['accepted'::text, 'found'::text, 'sent'::text, 'rejected'::text]))),
    CONSTRAINT claim_check CHECK (((answered_at IS NULL) = (answer IS NULL))),
    CONSTRAINT claim_doses_check CHECK ((doses > 0)),
    CONSTRAINT claim_kind_check CHECK ((kind = ANY (ARRAY['broken'::text, 'missing'::text, 'warm'::text, 'extra'::text, 'wrong_lot'::text])))
);

COMMENT ON TABLE public.claim IS 'What a receiver found otherwise than it was sent; the sender answers by a day, both see it.';

CREATE TABLE public.cleansing_batch (
    batch_id uuid NOT NULL,
    area_id integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by uuid NOT NULL,
    answered_at timestamp with time zone,
    answered_by uuid,
    CONSTRAINT cleansing_batch_check CHECK (((answered_at IS NULL) = (answered_by IS NULL))),
    CONSTRAINT cleansing_batch_two_hands CHECK ((answered_by <> made_by))
);

COMMENT ON TABLE public.cleansing_batch IS 'A list of records of one commune that its station hands to the commune''s police, who answer each line and sign.';

CREATE TABLE public.cleansing_line (
    person_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    finding text NOT NULL,
    answer text,
    correct_sealed bytea,
    done_at timestamp with time zone,
    CONSTRAINT cleansing_line_answer_check CHECK ((answer = ANY (ARRAY['registry_completed'::text, 'record_wrong'::text, 'not_found'::text]))),
    CONSTRAINT cleansing_line_check CHECK (((correct_sealed IS NULL) OR (answer = 'record_wrong'::text))),
    CONSTRAINT cleansing_line_finding_check CHECK ((finding = ANY (ARRAY['wrong_number'::text, 'spelling'::text, 'unknown'::text, 'missing'::text])))
);

COMMENT ON TABLE public.cleansing_line IS 'One record on such a list: the police say that their registry is completed, what the record should say (encrypted), or that nobody was found.';

CREATE TABLE public.command (
    command_id uuid NOT NULL,
    actor_id uuid,
    kind text NOT NULL,
    status smallint,
    answer jsonb,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT command_check CHECK (((status IS NULL) = (answer IS NULL)))
);

COMMENT ON TABLE public.command IS 'Idempotency: the answer that was given to an act, refusals included, so that a retry gets the same one.';

CREATE TABLE public.consent (
    person_id uuid NOT NULL,
    consent_id uuid NOT NULL,
    consent_text_id smallint NOT NULL,
    channel text NOT NULL,
    given_by text NOT NULL,
    given_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    CONSTRAINT consent_given_by_check CHECK ((given_by = ANY (ARRAY['self'::text, 'guardian'::text, 'registrant'::text])))
);

COMMENT ON TABLE public.consent IS 'Who agreed to which version of the text, when and how; withdrawal is a time, not a deletion.';

CREATE TABLE public.consent_text (
    consent_text_id smallint NOT NULL,
    code text NOT NULL,
    valid_from date NOT NULL,
    body text NOT NULL,
    body_en text NOT NULL
);

COMMENT ON TABLE public.consent_text IS 'Versions of the consent form; a consent names the one that was read.';

ALTER TABLE public.consent_text ALTER COLUMN consent_text_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.consent_text_consent_text_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.consumable (
    code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    pair_of text,
    CONSTRAINT consumable_check CHECK (((kind = 'diluent'::text) = (pair_of IS NOT NULL))),
    CONSTRAINT consumable_kind_check CHECK ((kind = ANY (ARRAY['ad_syringe'::text, 'rup_syringe'::text, 'diluent'::text, 'safety_box'::text])))
);

COMMENT ON TABLE public.consumable IS 'What a vaccine needs beside it. A diluent belongs to the vaccine of its own maker and to no other.';

CREATE TABLE public.contact (
    person_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    kind text NOT NULL,
    relation text NOT NULL,
    holder_name text,
    blind_index bytea NOT NULL,
    value_sealed bytea NOT NULL,
    added_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT contact_kind_check CHECK ((kind = ANY (ARRAY['phone'::text, 'email'::text]))),
    CONSTRAINT contact_relation_check CHECK ((relation = ANY (ARRAY['self'::text, 'registrant'::text, 'guardian'::text])))
);

COMMENT ON TABLE public.contact IS 'How a person is reached; several people may share one phone.';

CREATE VIEW public.current_dose AS
 SELECT person_id,
    immunization_id,
    place_id,
    area_id,
    product,
    dose_role,
    ordinal,
    occurred_at,
    source,
    version
   FROM public.immunization i
  WHERE ((status = 'completed'::text) AND (NOT (EXISTS ( SELECT
           FROM public.immunization newer
          WHERE ((newer.person_id = i.person_id) AND (newer.immunization_id = i.immunization_id) AND (newer.version > i.version))))));

COMMENT ON VIEW public.current_dose IS 'The doses that count: the highest version of each record, where it says that the dose was given.';

CREATE TABLE public.event (
    event_id uuid NOT NULL,
    kind text NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    request_id text,
    device_id uuid,
    device_at timestamp with time zone,
    person_id uuid,
    place_id uuid,
    area_id integer,
    body jsonb NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    tx xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT event_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['citizen'::text, 'staff'::text, 'system'::text])))
)
PARTITION BY RANGE (event_id);

COMMENT ON TABLE public.event IS 'Audit trail, timeline, outbox and analytics cursor in one: inserted with the fact, never updated. Partitioned at month bounds of the uuid7 key; tx is the commit watermark of followers.';

CREATE TABLE public.follower (
    name text NOT NULL,
    watermark xid8 NOT NULL,
    moved_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.follower IS 'How far each reader of the event log has come; moved in the same transaction as what it wrote.';

CREATE VIEW public.countable_dose AS
 SELECT d.place_id,
    d.area_id,
    d.product,
    d.dose_role,
    d.ordinal,
    d.occurred_at,
    1 AS sign,
    d.person_id,
    d.immunization_id,
    d.version
   FROM public.current_dose d
UNION ALL
 SELECT e.place_id,
    e.area_id,
    (e.body ->> 'product'::text) AS product,
    (e.body ->> 'dose_role'::text) AS dose_role,
    ((e.body ->> 'ordinal'::text))::smallint AS ordinal,
    ((e.body ->> 'occurred_at'::text))::timestamp with time zone AS occurred_at,
        CASE e.kind
            WHEN 'immunization.recorded'::text THEN '-1'::integer
            ELSE 1
        END AS sign,
    e.person_id,
    ((e.body ->> 'immunization_id'::text))::uuid AS immunization_id,
    ((e.body ->> 'version'::text))::smallint AS version
   FROM public.event e
  WHERE ((e.tx >= ( SELECT follower.watermark
           FROM public.follower
          WHERE (follower.name = 'figures'::text))) AND (e.kind = ANY (ARRAY['immunization.recorded'::text, 'immunization.undone'::text])));

COMMENT ON VIEW public.countable_dose IS 'Doses that the rollups should show: the records that count, with the unread end of the log taken back.';

CREATE TABLE public.country (
    code text NOT NULL,
    name text NOT NULL,
    name_en text NOT NULL,
    CONSTRAINT country_code_check CHECK ((code ~ '^[A-Z]{2}$'::text))
);

COMMENT ON TABLE public.country IS 'Countries by ISO 3166-1 alpha-2.';

CREATE TABLE public.declaration (
    person_id uuid NOT NULL,
    declaration_id uuid NOT NULL,
    code text NOT NULL,
    answers jsonb NOT NULL,
    verdict text NOT NULL,
    channel text NOT NULL,
    declared_at timestamp with time zone NOT NULL,
    CONSTRAINT declaration_channel_check CHECK ((channel = ANY (ARRAY['app'::text, 'code'::text, 'site'::text]))),
    CONSTRAINT declaration_verdict_check CHECK ((verdict = ANY (ARRAY['clear'::text, 'symptoms'::text, 'exposure'::text])))
);

COMMENT ON TABLE public.declaration IS 'What somebody declared about their health before a visit; each declaration stays, the newest counts. The code is shown to the site.';

CREATE TABLE public.destruction (
    place_id uuid NOT NULL,
    destruction_id uuid NOT NULL,
    protocol text NOT NULL,
    method text NOT NULL,
    witnesses jsonb NOT NULL,
    weight_grams integer NOT NULL,
    note text,
    made_by uuid NOT NULL,
    made_at timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL,
    kind text DEFAULT 'destroy'::text NOT NULL,
    photo bytea,
    CONSTRAINT destruction_kind CHECK ((kind = ANY (ARRAY['destroy'::text, 'return'::text]))),
    CONSTRAINT destruction_weight_grams_check CHECK ((weight_grams > 0)),
    CONSTRAINT destruction_witnesses_check CHECK ((jsonb_array_length(witnesses) >= 2))
);

COMMENT ON TABLE public.destruction IS 'Doses destroyed before witnesses, or returned to their maker; the lines are those of its entry.';

COMMENT ON COLUMN public.destruction.photo IS 'A JPEG of what was destroyed or handed over, drawn anew and small.';

CREATE TABLE public.device (
    device_id uuid NOT NULL,
    place_id uuid NOT NULL,
    name text NOT NULL,
    public_key bytea NOT NULL,
    enrolled_at timestamp with time zone NOT NULL,
    enrolled_by uuid NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_by uuid,
    CONSTRAINT device_check CHECK (((revoked_at IS NULL) = (revoked_by IS NULL))),
    CONSTRAINT device_name_check CHECK ((name <> ''::text)),
    CONSTRAINT device_public_key_check CHECK ((octet_length(public_key) = 65))
);

COMMENT ON TABLE public.device IS 'Tablets and phones of a site that may work without a line: each signs what it sends with a key that never leaves it. A revoked device sends nothing more.';

CREATE TABLE public.visit (
    place_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    session_id uuid NOT NULL,
    person_id uuid NOT NULL,
    appointment_id uuid,
    number smallint NOT NULL,
    step text NOT NULL,
    dose_role text NOT NULL,
    ordinal smallint NOT NULL,
    checked_in_at timestamp with time zone NOT NULL,
    checked_in_by uuid NOT NULL,
    screening jsonb,
    conclusion text,
    override_reason text,
    screened_at timestamp with time zone,
    screened_by uuid,
    rule_set_id uuid,
    immunization_id uuid,
    injected_at timestamp with time zone,
    observe_until timestamp with time zone,
    discharged_at timestamp with time zone,
    discharged_by uuid,
    outcome text,
    off_list_reason text,
    approved_by uuid,
    suspected_person_id uuid,
    CONSTRAINT visit_check CHECK (((step <> ALL (ARRAY['injection'::text, 'observation'::text, 'done'::text])) OR (screened_at IS NOT NULL))),
    CONSTRAINT visit_check1 CHECK (((step <> ALL (ARRAY['observation'::text, 'done'::text])) OR (immunization_id IS NOT NULL))),
    CONSTRAINT visit_check2 CHECK (((step <> 'done'::text) OR (discharged_at IS NOT NULL))),
    CONSTRAINT visit_conclusion_check CHECK ((conclusion = ANY (ARRAY['eligible'::text, 'caution'::text, 'hospital'::text, 'delay'::text, 'contraindicated'::text]))),
    CONSTRAINT visit_number_check CHECK ((number > 0)),
    CONSTRAINT visit_off_list_approved CHECK (((off_list_reason IS NULL) = (approved_by IS NULL))),
    CONSTRAINT visit_step_check CHECK ((step = ANY (ARRAY['screening'::text, 'injection'::text, 'observation'::text, 'done'::text, 'deferred'::text, 'left'::text])))
);

COMMENT ON TABLE public.visit IS 'One person''s way through a session: check-in, screening, injection, observation. Each step is an event; this row is where the person stands.';

COMMENT ON COLUMN public.visit.off_list_reason IS 'Why somebody without an appointment was received; approved_by is who allowed it, never who received them.';

COMMENT ON COLUMN public.visit.suspected_person_id IS 'Who may be the same person as one who was received as new without an answer, from paper or without a line; the dose is looked at for it.';

CREATE VIEW public.dose_channel AS
 SELECT i.person_id,
    i.immunization_id,
    i.version,
    COALESCE(a.channel,
        CASE
            WHEN (i.visit_id IS NOT NULL) THEN 'walk_in'::text
            WHEN (i.source = 'imported'::text) THEN 'imported'::text
            ELSE 'unknown'::text
        END) AS channel
   FROM ((public.immunization i
     LEFT JOIN public.visit v ON (((v.place_id = i.place_id) AND (v.visit_id = i.visit_id))))
     LEFT JOIN public.appointment a ON (((a.place_id = v.place_id) AND (a.appointment_id = v.appointment_id))));

COMMENT ON VIEW public.dose_channel IS 'How a person came to a dose.';

CREATE TABLE public.dose_claim (
    person_id uuid NOT NULL,
    disease text NOT NULL,
    role text NOT NULL,
    ordinal smallint NOT NULL,
    copy smallint DEFAULT 0 NOT NULL,
    appointment_id uuid,
    immunization_id uuid,
    place_id uuid NOT NULL,
    claimed_at timestamp with time zone NOT NULL,
    CONSTRAINT dose_claim_check CHECK ((num_nonnulls(appointment_id, immunization_id) > 0)),
    CONSTRAINT dose_claim_copy_check CHECK ((copy >= 0)),
    CONSTRAINT dose_claim_ordinal_check CHECK ((ordinal > 0)),
    CONSTRAINT dose_claim_role_check CHECK ((role = ANY (ARRAY['basic'::text, 'additional'::text, 'booster'::text])))
);

COMMENT ON TABLE public.dose_claim IS 'One live appointment or dose per person and dose. Copy 0 is the claim; copies above 0 are recorded doses that await review.';

CREATE TABLE public.dose_review (
    place_id uuid NOT NULL,
    review_id uuid NOT NULL,
    session_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    person_id uuid NOT NULL,
    immunization_id uuid NOT NULL,
    reasons text[] NOT NULL,
    facts jsonb NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    settled_by uuid,
    outcome text,
    note text,
    CONSTRAINT dose_review_check CHECK (((settled_at IS NULL) = (outcome IS NULL))),
    CONSTRAINT dose_review_check1 CHECK (((settled_at IS NULL) OR ((settled_by IS NOT NULL) AND (note IS NOT NULL)))),
    CONSTRAINT dose_review_outcome_check CHECK ((outcome = ANY (ARRAY['right'::text, 'in_error'::text]))),
    CONSTRAINT dose_review_reasons_check CHECK ((cardinality(reasons) > 0))
);

COMMENT ON TABLE public.dose_review IS 'A dose that was given without a line and that a rule would have refused, by the names of the rules: recorded, never refused, and open until somebody who answers for the site has looked.';

CREATE TABLE public.draw (
    draw_id uuid NOT NULL,
    name text NOT NULL,
    place_id uuid NOT NULL,
    session_id uuid NOT NULL,
    places integer NOT NULL,
    tiers jsonb NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    seed_sealed bytea NOT NULL,
    seed_digest text NOT NULL,
    announced_at timestamp with time zone NOT NULL,
    announced_by uuid,
    seed text,
    beacon text,
    entries_digest text,
    entries integer,
    winners integer,
    drawn_at timestamp with time zone,
    drawn_by uuid,
    CONSTRAINT draw_check CHECK ((closes_at > opens_at)),
    CONSTRAINT draw_check1 CHECK ((num_nonnulls(seed, beacon, entries_digest, entries, winners, drawn_at) = ANY (ARRAY[0, 6]))),
    CONSTRAINT draw_drawn_by_another CHECK ((drawn_by <> announced_by)),
    CONSTRAINT draw_name_check CHECK ((name <> ''::text)),
    CONSTRAINT draw_places_check CHECK ((places > 0))
);

COMMENT ON TABLE public.draw IS 'A draw for places of a session: the digest of its seed is published before it opens, the seed after it was drawn.';

CREATE TABLE public.draw_entry (
    person_id uuid NOT NULL,
    draw_id uuid NOT NULL,
    pseudonym uuid NOT NULL,
    tier smallint NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    rank integer,
    CONSTRAINT draw_entry_rank_check CHECK ((rank > 0)),
    CONSTRAINT draw_entry_tier_check CHECK ((tier > 0))
);

COMMENT ON TABLE public.draw_entry IS 'Who takes part in a draw, under a name that only they know to be theirs; rank is where a winner stands.';

CREATE TABLE public.ethnic_count (
    province_code text NOT NULL,
    ethnic_group text NOT NULL,
    people integer NOT NULL,
    counted_at timestamp with time zone NOT NULL,
    CONSTRAINT ethnic_count_people_check CHECK ((people >= 0))
);

COMMENT ON TABLE public.ethnic_count IS 'People of a province by ethnic group (unknown: none told), as of the last count.';

CREATE TABLE public.ethnic_group (
    code text NOT NULL,
    name text NOT NULL
);

COMMENT ON TABLE public.ethnic_group IS 'The 54 ethnic groups of Viet Nam.';

CREATE TABLE public.finding (
    person_id uuid NOT NULL,
    finding_id uuid NOT NULL,
    version smallint NOT NULL,
    status text NOT NULL,
    code text NOT NULL,
    product text,
    started_on date,
    ended_on date,
    source text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by uuid,
    reason text,
    CONSTRAINT finding_check CHECK ((ended_on >= started_on)),
    CONSTRAINT finding_check1 CHECK (((version = 1) OR (reason IS NOT NULL))),
    CONSTRAINT finding_source_check CHECK ((source = ANY (ARRAY['registration'::text, 'screening'::text, 'staff'::text]))),
    CONSTRAINT finding_status_check CHECK ((status = ANY (ARRAY['present'::text, 'entered_in_error'::text]))),
    CONSTRAINT finding_version_check CHECK ((version > 0))
);

COMMENT ON TABLE public.finding IS 'What was observed of a person and a schedule asks about, append-only: the highest version counts. Dates may be unknown.';

CREATE TABLE public.handling_unit (
    place_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    clock text NOT NULL,
    usable_until timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    thawed_at timestamp with time zone,
    minus20_since timestamp with time zone,
    minus20_used interval DEFAULT '00:00:00'::interval NOT NULL,
    held_by text,
    held_for uuid,
    held_from uuid,
    vvm_stage smallint,
    CONSTRAINT handling_unit_clock_check CHECK ((clock = ANY (ARRAY['frozen'::text, 'minus20'::text, 'thawed'::text, 'fridge'::text]))),
    CONSTRAINT handling_unit_vvm_stage CHECK (((vvm_stage >= 1) AND (vvm_stage <= 4)))
);

COMMENT ON TABLE public.handling_unit IS 'A tray or box of one lot with its own clock.';

COMMENT ON COLUMN public.handling_unit.minus20_used IS 'How much of the one budget between −25 and −15 °C is spent; it pauses while the unit is frozen deeper and never comes back.';

COMMENT ON COLUMN public.handling_unit.held_by IS 'The device that holds these doses for a session, so that no other one gives them; null for what lies on the shelf for all.';

COMMENT ON COLUMN public.handling_unit.held_for IS 'The session that held doses are meant for; who closes it has them back on the shelf.';

COMMENT ON COLUMN public.handling_unit.held_from IS 'The unit that held doses were taken from, to which they return while its clock is the same.';

COMMENT ON COLUMN public.handling_unit.vvm_stage IS 'The newest stage of the vials'' monitors, 1 to 4; from 3 on nothing is used. Null: they have none, or nobody has looked.';

CREATE TABLE public.handling_unit_step (
    place_id uuid NOT NULL,
    step_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    from_clock text NOT NULL,
    to_clock text NOT NULL,
    usable_until timestamp with time zone,
    minus20_used interval NOT NULL,
    at timestamp with time zone NOT NULL,
    by uuid
);

COMMENT ON TABLE public.handling_unit_step IS 'Each change of a unit''s storage and the clock that it started.';

CREATE TABLE public.help_answer (
    question_id uuid NOT NULL,
    step smallint NOT NULL,
    outcome text NOT NULL,
    message text NOT NULL,
    at timestamp with time zone NOT NULL,
    by uuid NOT NULL,
    CONSTRAINT help_answer_message_check CHECK ((message <> ''::text)),
    CONSTRAINT help_answer_outcome_check CHECK ((outcome = ANY (ARRAY['answered'::text, 'closed'::text]))),
    CONSTRAINT help_answer_step_check CHECK ((step > 0))
);

COMMENT ON TABLE public.help_answer IS 'What the help desk answered, append-only: the highest step is where the question stands.';

CREATE TABLE public.help_question (
    question_id uuid NOT NULL,
    number text NOT NULL,
    topic text NOT NULL,
    province_code text,
    said_sealed bytea NOT NULL,
    phone_sealed bytea,
    asked_at timestamp with time zone NOT NULL,
    answer_by timestamp with time zone NOT NULL,
    lang text DEFAULT 'vi'::text NOT NULL,
    CONSTRAINT help_question_lang CHECK ((lang = ANY (ARRAY['vi'::text, 'en'::text]))),
    CONSTRAINT help_question_topic_check CHECK ((topic = ANY (ARRAY['register'::text, 'invitation'::text, 'certificate'::text, 'site'::text, 'reaction'::text, 'data'::text, 'other'::text])))
);

COMMENT ON TABLE public.help_question IS 'Somebody asks for help, without an account; what they wrote and their phone are encrypted. The number is how they read the answer.';

CREATE TABLE public.identity_check (
    person_id uuid NOT NULL,
    check_id uuid NOT NULL,
    registry text NOT NULL,
    answer text NOT NULL,
    answered_at timestamp with time zone NOT NULL,
    finding text,
    CONSTRAINT identity_check_answer_check CHECK ((answer = ANY (ARRAY['match'::text, 'no_match'::text]))),
    CONSTRAINT identity_check_finding_check CHECK ((finding = ANY (ARRAY['wrong_number'::text, 'spelling'::text, 'unknown'::text])))
);

COMMENT ON TABLE public.identity_check IS 'What a population registry answered about a person: match or no match, nothing else.';

COMMENT ON COLUMN public.identity_check.finding IS 'Of a no match: the number contradicts the record, the registry knows it under another spelling, or it does not know it.';

CREATE TABLE public.identity_claim (
    blind_index bytea NOT NULL,
    kind text NOT NULL,
    country text NOT NULL,
    person_id uuid NOT NULL
);

COMMENT ON TABLE public.identity_claim IS 'One verified number belongs to one person.';

CREATE TABLE public.identity_count (
    province_code text NOT NULL,
    identity_status text NOT NULL,
    people integer NOT NULL,
    counted_at timestamp with time zone NOT NULL,
    CONSTRAINT identity_count_people_check CHECK ((people >= 0))
);

COMMENT ON TABLE public.identity_count IS 'People of a province by the state of their identity, as of the last count.';

CREATE TABLE public.identity_question (
    person_id uuid NOT NULL,
    wanted_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.identity_question IS 'Whom the population registry is to be asked about; a row goes when the answer is kept.';

CREATE TABLE public.invitation (
    person_id uuid NOT NULL,
    invitation_id uuid NOT NULL,
    place_id uuid NOT NULL,
    session_id uuid NOT NULL,
    appointment_id uuid NOT NULL,
    status text NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    CONSTRAINT invitation_status_check CHECK ((status = ANY (ARRAY['invited'::text, 'confirmed'::text, 'declined'::text, 'offered'::text, 'expired'::text])))
);

COMMENT ON TABLE public.invitation IS 'A site asked a person to come at a time, and what the person answered.';

CREATE TABLE public.lot_expiry (
    lot_id uuid NOT NULL,
    from_on date NOT NULL,
    expires_on date NOT NULL,
    decision text NOT NULL,
    reason text NOT NULL,
    decided_by uuid,
    recorded_at timestamp with time zone
);

COMMENT ON TABLE public.lot_expiry IS 'Later decisions on a lot''s expiry; the latest one in force counts, the printed date stays.';

CREATE TABLE public.message_reply (
    reply_id uuid NOT NULL,
    address_index bytea NOT NULL,
    kind text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    CONSTRAINT message_reply_kind_check CHECK ((kind = ANY (ARRAY['stop'::text, 'start'::text, 'not_me'::text])))
);

COMMENT ON TABLE public.message_reply IS 'What somebody answered to our messages: stop, start again, or that they are not the person. The newest counts.';

CREATE TABLE public.message_template (
    message_template_id smallint NOT NULL,
    code text NOT NULL,
    valid_from date NOT NULL,
    body text NOT NULL,
    body_en text NOT NULL
);

COMMENT ON TABLE public.message_template IS 'Texts of messages in two languages, with {names} that are filled in.';

ALTER TABLE public.message_template ALTER COLUMN message_template_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.message_template_message_template_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.operation_now (
    province_code text NOT NULL,
    sites integer NOT NULL,
    sites_open integer NOT NULL,
    sites_heard integer NOT NULL,
    sites_unsent integer NOT NULL,
    sessions integer NOT NULL,
    waiting integer NOT NULL,
    waited integer NOT NULL,
    waited_seconds bigint NOT NULL,
    to_approve integer NOT NULL,
    looked_at timestamp with time zone NOT NULL,
    CONSTRAINT operation_now_check CHECK (((sites_heard >= 0) AND (sites_heard <= sites_open))),
    CONSTRAINT operation_now_check1 CHECK (((sites_unsent >= 0) AND (sites_unsent <= sites_open))),
    CONSTRAINT operation_now_sessions_check CHECK ((sessions >= 0)),
    CONSTRAINT operation_now_sites_check CHECK ((sites >= 0)),
    CONSTRAINT operation_now_sites_open_check CHECK ((sites_open >= 0)),
    CONSTRAINT operation_now_to_approve_check CHECK ((to_approve >= 0)),
    CONSTRAINT operation_now_waited_check CHECK ((waited >= 0)),
    CONSTRAINT operation_now_waiting_check CHECK ((waiting >= 0))
);

COMMENT ON TABLE public.operation_now IS 'Sites, sessions of the day, people who wait, doses of the last hour with the seconds that people waited for them, and registrations to approve, by province, as of the last look.';

CREATE TABLE public.organisation (
    account_id uuid NOT NULL,
    name text NOT NULL,
    tax_code text NOT NULL,
    area_id integer NOT NULL,
    address text NOT NULL,
    contact_name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT organisation_name_check CHECK ((name <> ''::text)),
    CONSTRAINT organisation_tax_code_check CHECK ((tax_code ~ '^[0-9]{10}([0-9]{3})?$'::text))
);

COMMENT ON TABLE public.organisation IS 'An organisation that registers its people; its account signs in with the phone that it gave';

CREATE TABLE public.organisation_list (
    account_id uuid NOT NULL,
    list_id uuid NOT NULL,
    rows_sealed bytea,
    result jsonb,
    tried_at timestamp with time zone NOT NULL,
    registered_at timestamp with time zone,
    CONSTRAINT organisation_list_check CHECK (((registered_at IS NULL) = (result IS NULL)))
);

COMMENT ON TABLE public.organisation_list IS 'A list of people that an organisation tried, sealed until it is registered or forgotten; then what became of each line, without names';

CREATE TABLE public.otp_challenge (
    challenge_id uuid NOT NULL,
    phone_index bytea NOT NULL,
    phone_prefix text NOT NULL,
    address_index bytea NOT NULL,
    purpose text NOT NULL,
    code_digest bytea NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);

COMMENT ON TABLE public.otp_challenge IS 'One-time codes that were sent, as digests, with what the limits count.';

CREATE TABLE public.outbox_message (
    message_id uuid NOT NULL,
    person_id uuid,
    channel text NOT NULL,
    template text NOT NULL,
    lang text NOT NULL,
    address_sealed bytea,
    address_index bytea NOT NULL,
    body_sealed bytea NOT NULL,
    state text NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    receipt text,
    next_at timestamp with time zone,
    gateway text,
    delivered_at timestamp with time zone,
    failure text,
    CONSTRAINT outbox_message_address_while_waiting CHECK (((state = 'waiting'::text) = (address_sealed IS NOT NULL))),
    CONSTRAINT outbox_message_channel_check CHECK ((channel = ANY (ARRAY['sms'::text, 'email'::text, 'push'::text]))),
    CONSTRAINT outbox_message_lang_check CHECK ((lang = ANY (ARRAY['vi'::text, 'en'::text]))),
    CONSTRAINT outbox_message_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'delivered'::text, 'failed'::text, 'stopped'::text])))
);

COMMENT ON TABLE public.outbox_message IS 'Messages to go out, committed with the act that caused them; address and text are encrypted.';

COMMENT ON COLUMN public.outbox_message.address_sealed IS 'Where the message goes, encrypted, and only as long as it waits to go.';

COMMENT ON COLUMN public.outbox_message.next_at IS 'Not before this moment: quiet hours, a budget that is used up, or a gateway that did not take it.';

CREATE TABLE public.paper_entry (
    place_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    session_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    immunization_id uuid,
    happened_at timestamp with time zone NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    entered_by uuid NOT NULL,
    CONSTRAINT paper_entry_after_the_fact CHECK ((entered_at >= happened_at))
);

COMMENT ON TABLE public.paper_entry IS 'A row of a paper session that was typed in: when it happened by the paper, when and by whom it was entered. Its id is the key of the row, so that a row that is sent twice is one row. Without immunization_id the person was not given a dose.';

CREATE TABLE public.passport_name (
    person_id uuid NOT NULL,
    zone text NOT NULL,
    set_by uuid,
    set_at timestamp with time zone NOT NULL,
    CONSTRAINT passport_name_zone CHECK (((zone ~ '^[A-Z]+(<{1,2}[A-Z]+)*$'::text) AND (length(zone) <= 80)))
);

COMMENT ON TABLE public.passport_name IS 'A name as the machine-readable zone of the person''s passport writes it (SURNAME<<GIVEN<NAMES): it wins over our own transliteration.';

CREATE TABLE public.person_identifier (
    person_id uuid NOT NULL,
    kind text NOT NULL,
    country text NOT NULL,
    blind_index bytea NOT NULL,
    value_sealed bytea NOT NULL,
    added_at timestamp with time zone NOT NULL,
    verified_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT person_identifier_kind_check CHECK ((kind = ANY (ARRAY['national_id'::text, 'passport'::text, 'insurance'::text, 'personal_code'::text])))
);

COMMENT ON TABLE public.person_identifier IS 'Encrypted numbers of a person, found by blind index.';

COMMENT ON COLUMN public.person_identifier.ended_at IS 'When a number was found to be wrong; it stays for the trail and is not looked up any more.';

CREATE TABLE public.person_merge (
    person_id uuid NOT NULL,
    merge_id uuid NOT NULL,
    merged_id uuid NOT NULL,
    reason text NOT NULL,
    moved jsonb NOT NULL,
    merged_at timestamp with time zone NOT NULL,
    merged_by uuid NOT NULL,
    undone_at timestamp with time zone,
    undone_by uuid,
    undone_reason text,
    CONSTRAINT person_merge_check CHECK ((person_id <> merged_id)),
    CONSTRAINT person_merge_check1 CHECK ((num_nonnulls(undone_at, undone_by, undone_reason) = ANY (ARRAY[0, 3])))
);

COMMENT ON TABLE public.person_merge IS 'Who was united with whom, why, and what was moved: enough to undo it exactly. person_id is the record that stays.';

CREATE TABLE public.person_pair (
    person_id uuid NOT NULL,
    other_id uuid NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    decided_by uuid NOT NULL,
    CONSTRAINT person_pair_check CHECK ((person_id < other_id))
);

COMMENT ON TABLE public.person_pair IS 'Two records that look alike and were found to be two people: they are not asked about again.';

CREATE TABLE public.person_version (
    person_id uuid NOT NULL,
    version integer NOT NULL,
    name text NOT NULL,
    sex text NOT NULL,
    birth_date date NOT NULL,
    birth_precision text NOT NULL,
    until_at timestamp with time zone NOT NULL,
    cause text NOT NULL,
    reason text NOT NULL,
    changed_by uuid,
    nationality text,
    address text,
    ticket_id uuid,
    CONSTRAINT person_version_birth_precision_check CHECK ((birth_precision = ANY (ARRAY['day'::text, 'month'::text, 'year'::text]))),
    CONSTRAINT person_version_cause_check CHECK ((cause = ANY (ARRAY['spelling'::text, 'day_month'::text, 'police'::text, 'station'::text, 'ticket'::text]))),
    CONSTRAINT person_version_version_check CHECK ((version > 0))
);

COMMENT ON TABLE public.person_version IS 'What a person''s record said before each correction of name, sex or birth, why it was corrected and by whom; the row in person is the latest.';

CREATE TABLE public.place_application (
    application_id uuid NOT NULL,
    code text NOT NULL,
    province_code text NOT NULL,
    opened_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.place_application IS 'A facility asks to become a vaccination site; its code is how it follows what comes of it.';

CREATE TABLE public.place_application_decision (
    application_id uuid NOT NULL,
    version smallint NOT NULL,
    outcome text NOT NULL,
    message text NOT NULL,
    place_id uuid,
    decided_at timestamp with time zone NOT NULL,
    decided_by uuid NOT NULL,
    CONSTRAINT place_application_decision_check CHECK (((outcome = 'approved'::text) = (place_id IS NOT NULL))),
    CONSTRAINT place_application_decision_check1 CHECK (((outcome = 'approved'::text) OR (message <> ''::text))),
    CONSTRAINT place_application_decision_outcome_check CHECK ((outcome = ANY (ARRAY['approved'::text, 'returned'::text])))
);

COMMENT ON TABLE public.place_application_decision IS 'An officer approves a version, which makes the place, or returns it with a reason that the facility reads.';

CREATE TABLE public.place_application_version (
    application_id uuid NOT NULL,
    version smallint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    area_id integer NOT NULL,
    head text NOT NULL,
    licence text NOT NULL,
    tables smallint NOT NULL,
    seats smallint NOT NULL,
    opening text NOT NULL,
    phone_sealed bytea NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    CONSTRAINT place_application_version_address_check CHECK ((address <> ''::text)),
    CONSTRAINT place_application_version_head_check CHECK ((head <> ''::text)),
    CONSTRAINT place_application_version_kind_check CHECK ((kind = ANY (ARRAY['station'::text, 'hospital'::text, 'clinic'::text, 'mobile_team'::text]))),
    CONSTRAINT place_application_version_licence_check CHECK ((licence <> ''::text)),
    CONSTRAINT place_application_version_name_check CHECK ((name <> ''::text)),
    CONSTRAINT place_application_version_opening_check CHECK ((opening <> ''::text)),
    CONSTRAINT place_application_version_seats_check CHECK (((seats >= 1) AND (seats <= 1000))),
    CONSTRAINT place_application_version_tables_check CHECK (((tables >= 1) AND (tables <= 50))),
    CONSTRAINT place_application_version_version_check CHECK ((version > 0))
);

COMMENT ON TABLE public.place_application_version IS 'What a facility says of itself, append-only: one that was returned is sent again as the next version. The phone is encrypted and for officers alone.';

CREATE TABLE public.priority_group (
    priority_group_id smallint NOT NULL,
    code smallint NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    name text NOT NULL,
    name_en text NOT NULL,
    decision text NOT NULL
);

COMMENT ON TABLE public.priority_group IS 'The groups of Decision 3355/QĐ-BYT: categories, not an order of calling.';

ALTER TABLE public.priority_group ALTER COLUMN priority_group_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.priority_group_priority_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.product_code (
    product text NOT NULL,
    system text NOT NULL,
    code text NOT NULL
);

COMMENT ON TABLE public.product_code IS 'A product''s names in other code systems: cvx, atc, eu_mp, eu_ma, eu_vp, gtin.';

CREATE TABLE public.product_pack (
    product text NOT NULL,
    doses_per_vial smallint NOT NULL,
    vials_per_box smallint NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    confidence text NOT NULL,
    CONSTRAINT product_pack_confidence_check CHECK ((confidence = ANY (ARRAY['sourced'::text, 'unsure'::text]))),
    CONSTRAINT product_pack_doses_per_vial_check CHECK ((doses_per_vial > 0)),
    CONSTRAINT product_pack_vials_per_box_check CHECK ((vials_per_box > 0))
);

COMMENT ON TABLE public.product_pack IS 'How a product is packed, dated: a vial may hold another number of doses from a day on.';

CREATE TABLE public.publication (
    published_on date NOT NULL,
    name text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    lines integer NOT NULL,
    sha256 text NOT NULL,
    body bytea NOT NULL,
    withholding integer DEFAULT 0 NOT NULL,
    CONSTRAINT publication_lines_check CHECK ((lines >= 0)),
    CONSTRAINT publication_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT publication_withholding_check CHECK ((withholding >= 0))
);

COMMENT ON TABLE public.publication IS 'The files of open data of a day, compressed; sha256 is that of the file as it is read.';

COMMENT ON COLUMN public.publication.withholding IS 'The number of the rules by which small numbers were withheld; 0: not known, such a file of doses is not given out.';

CREATE TABLE public.published_list (
    kind text NOT NULL,
    seq bigint NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    digest bytea NOT NULL,
    text text NOT NULL,
    CONSTRAINT published_list_kind_check CHECK ((kind = ANY (ARRAY['trust'::text, 'revocations'::text, 'revocations_delta'::text]))),
    CONSTRAINT published_list_seq_check CHECK ((seq > 0))
);

COMMENT ON TABLE public.published_list IS 'Signed lists for verifiers, by rising number; a delta leads from the number before it to its own. digest is of what the list says, without its times.';

CREATE TABLE public.push_browser (
    sign_in_id bytea NOT NULL,
    sealed bytea NOT NULL,
    endpoint_index bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);

COMMENT ON TABLE public.push_browser IS 'Where push messages for the people of an account go: the browser of one sign-in, as long as it lasts; address and keys are encrypted.';

CREATE TABLE public.reaction_check (
    person_id uuid NOT NULL,
    immunization_id uuid NOT NULL,
    day smallint NOT NULL,
    due_on date NOT NULL,
    sampled boolean NOT NULL,
    asked_at timestamp with time zone,
    answered_at timestamp with time zone,
    feeling text,
    CONSTRAINT reaction_check_check CHECK (((answered_at IS NULL) = (feeling IS NULL))),
    CONSTRAINT reaction_check_day_check CHECK ((day = ANY (ARRAY[1, 3, 7, 14, 28, 42]))),
    CONSTRAINT reaction_check_feeling_check CHECK ((feeling = ANY (ARRAY['fine'::text, 'something'::text])))
);

COMMENT ON TABLE public.reaction_check IS 'The diary after a dose, days 1 to 42: a row when somebody answered, or when the dose is in the sample that is asked by message.';

CREATE TABLE public.recall (
    recall_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    reason text NOT NULL,
    instructions text NOT NULL,
    ordered_by uuid,
    ordered_at timestamp with time zone NOT NULL,
    gathered_at timestamp with time zone
);

COMMENT ON TABLE public.recall IS 'A lot that must not be used any more; from this moment on it is frozen wherever the server is asked.';

CREATE TABLE public.recall_person (
    person_id uuid NOT NULL,
    recall_id uuid NOT NULL,
    immunization_id uuid NOT NULL,
    place_id uuid NOT NULL,
    given_at timestamp with time zone NOT NULL,
    after_recall boolean NOT NULL,
    told_at timestamp with time zone
);

COMMENT ON TABLE public.recall_person IS 'Everybody who had a dose of a recalled lot, offline ones after the recall included, and whether they were told. Written only by the statement that reads the recall, so its key is not checked once a row.';

CREATE TABLE public.recommendation (
    person_id uuid NOT NULL,
    recommendation_id uuid NOT NULL,
    disease text NOT NULL,
    rule_set_id uuid NOT NULL,
    assessed_on date NOT NULL,
    known_at timestamp with time zone NOT NULL,
    next_change date,
    status text NOT NULL,
    basic_complete boolean NOT NULL,
    dose_role text,
    ordinal smallint,
    earliest date,
    recommended date,
    past_due date,
    deferred_until date,
    answer jsonb NOT NULL,
    superseded_at timestamp with time zone,
    CONSTRAINT recommendation_check CHECK ((next_change > assessed_on)),
    CONSTRAINT recommendation_dose_role_check CHECK ((dose_role = ANY (ARRAY['basic'::text, 'additional'::text, 'booster'::text]))),
    CONSTRAINT recommendation_ordinal_check CHECK ((ordinal > 0))
);

COMMENT ON TABLE public.recommendation IS 'What a schedule said of a person, when, by which rule set and from what was known then. A new answer stands beside the old; one is current.';

CREATE TABLE public.recommendation_due (
    person_id uuid NOT NULL,
    since timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.recommendation_due IS 'Whose recommendation has to be looked at again: a dose, a finding, a schedule or the day has changed it.';

CREATE TABLE public.registration (
    person_id uuid NOT NULL,
    registration_id uuid NOT NULL,
    code text NOT NULL,
    campaign_id smallint NOT NULL,
    channel text NOT NULL,
    relation text NOT NULL,
    dose_role text NOT NULL,
    ordinal smallint NOT NULL,
    wanted_on date NOT NULL,
    wanted_part text NOT NULL,
    wanted_place_id uuid,
    history jsonb NOT NULL,
    province_code text NOT NULL,
    district_code text NOT NULL,
    status text NOT NULL,
    status_at timestamp with time zone NOT NULL,
    status_by uuid,
    status_reason text,
    assigned_place_id uuid,
    registered_at timestamp with time zone NOT NULL,
    suspected_person_id uuid,
    earliest_on date,
    CONSTRAINT registration_channel_check CHECK ((channel = ANY (ARRAY['app'::text, 'portal'::text, 'organisation'::text, 'staff'::text, 'import'::text]))),
    CONSTRAINT registration_dose_role_check CHECK ((dose_role = ANY (ARRAY['basic'::text, 'additional'::text, 'booster'::text]))),
    CONSTRAINT registration_ordinal_check CHECK ((ordinal > 0)),
    CONSTRAINT registration_relation_check CHECK ((relation = ANY (ARRAY['self'::text, 'relative'::text, 'organisation'::text]))),
    CONSTRAINT registration_status_check CHECK ((status = ANY (ARRAY['registered'::text, 'approved'::text, 'assigned'::text, 'planned'::text, 'invited'::text, 'confirmed'::text, 'declined'::text, 'checked_in'::text, 'done'::text, 'refused'::text, 'withdrawn'::text]))),
    CONSTRAINT registration_wanted_part_check CHECK ((wanted_part = ANY (ARRAY['morning'::text, 'afternoon'::text, 'day'::text])))
);

COMMENT ON TABLE public.registration IS 'A wish to be vaccinated and where it stands; every change of status is an event.';

COMMENT ON COLUMN public.registration.suspected_person_id IS 'Another person who may be the same one; approval waits until an officer has settled it.';

COMMENT ON COLUMN public.registration.earliest_on IS 'The first day on which this dose may be given, by the dose before it; null: no dose before.';

CREATE TABLE public.registration_draft (
    draft_id uuid NOT NULL,
    account_id uuid,
    body_sealed bytea NOT NULL,
    registration_code text,
    started_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    guest_digest bytea,
    CONSTRAINT registration_draft_owner CHECK ((num_nonnulls(account_id, guest_digest) = 1))
);

COMMENT ON TABLE public.registration_draft IS 'A registration form on its way, encrypted: it survives a closed page and another device. After sending, only the code stays.';

COMMENT ON COLUMN public.registration_draft.guest_digest IS 'Digest of the cookie of a browser without an account; the phone is proven before the form is sent.';

CREATE TABLE public.restriction (
    person_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    since timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);

COMMENT ON TABLE public.restriction IS 'From when until when a person''s record is opened only by themselves, for care, and to answer their own requests';

CREATE TABLE public.revocation (
    revocation_id uuid NOT NULL,
    act text NOT NULL,
    scope text NOT NULL,
    person_id uuid,
    certificate_id uuid,
    place_id uuid,
    session_id uuid,
    kid bytea,
    reason text NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    approved boolean,
    certificates integer,
    CONSTRAINT revocation_act_check CHECK ((act = ANY (ARRAY['revoke'::text, 'restore'::text]))),
    CONSTRAINT revocation_certificates_check CHECK ((certificates >= 0)),
    CONSTRAINT revocation_decision CHECK ((num_nonnulls(decided_by, decided_at, approved) = ANY (ARRAY[0, 3]))),
    CONSTRAINT revocation_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
    CONSTRAINT revocation_scope_check CHECK ((scope = ANY (ARRAY['certificate'::text, 'session'::text, 'key'::text]))),
    CONSTRAINT revocation_target CHECK (
CASE scope
    WHEN 'certificate'::text THEN ((num_nonnulls(person_id, certificate_id) = 2) AND (num_nonnulls(place_id, session_id, kid) = 0))
    WHEN 'session'::text THEN ((num_nonnulls(place_id, session_id) = 2) AND (num_nonnulls(person_id, certificate_id, kid) = 0))
    ELSE ((kid IS NOT NULL) AND (num_nonnulls(person_id, certificate_id, place_id, session_id) = 0) AND (act = 'revoke'::text))
END),
    CONSTRAINT revocation_two_persons CHECK ((decided_by <> proposed_by))
);

COMMENT ON TABLE public.revocation IS 'Withdrawals of certificates, of all of a session, or of a key, and their undoing: proposed by one person, decided by another.';

CREATE TABLE public.rollup_channel_day (
    province_code text NOT NULL,
    day date NOT NULL,
    channel text NOT NULL,
    doses integer NOT NULL,
    CONSTRAINT rollup_channel_day_channel_check CHECK ((channel = ANY (ARRAY['invitation'::text, 'self'::text, 'agent'::text, 'walk_in'::text, 'imported'::text, 'unknown'::text])))
);

COMMENT ON TABLE public.rollup_channel_day IS 'Doses by how people came to them: invited, by self-booking, by a phone agent, walked in, or entered from a list.';

CREATE TABLE public.rollup_commune_day (
    commune_code text NOT NULL,
    day date NOT NULL,
    product text NOT NULL,
    dose_role text NOT NULL,
    doses integer NOT NULL
);

COMMENT ON TABLE public.rollup_commune_day IS 'Doses by the commune where people lived that day.';

CREATE TABLE public.rollup_district (
    district_code text NOT NULL,
    day date NOT NULL,
    doses integer NOT NULL,
    first integer NOT NULL,
    complete integer NOT NULL,
    adults_first integer NOT NULL,
    adults_complete integer NOT NULL,
    additional integer NOT NULL,
    booster integer NOT NULL
);

COMMENT ON TABLE public.rollup_district IS 'The same of a district.';

CREATE TABLE public.rollup_district_day (
    district_code text NOT NULL,
    province_code text NOT NULL,
    day date NOT NULL,
    product text NOT NULL,
    dose_role text NOT NULL,
    ordinal smallint NOT NULL,
    band text NOT NULL,
    completes boolean NOT NULL,
    doses integer NOT NULL,
    CONSTRAINT rollup_district_day_band_check CHECK ((band = ANY (ARRAY['0-4'::text, '5-11'::text, '12-17'::text, '18+'::text])))
);

COMMENT ON TABLE public.rollup_district_day IS 'Doses by where people lived that day; band is the age of that year, completes marks the dose that ends a basic course.';

CREATE TABLE public.rollup_district_group (
    district_code text NOT NULL,
    day date NOT NULL,
    priority_group_id smallint NOT NULL,
    age_band text NOT NULL,
    sex text NOT NULL,
    dose_role text NOT NULL,
    ordinal smallint NOT NULL,
    completes boolean NOT NULL,
    doses integer NOT NULL,
    CONSTRAINT rollup_district_group_age_band_check CHECK ((age_band = ANY (ARRAY['0-4'::text, '5-11'::text, '12-17'::text, '18-49'::text, '50-64'::text, '65+'::text])))
);

COMMENT ON TABLE public.rollup_district_group IS 'Doses of a district by day, priority group (0: none), age of that year, sex and place in the course.';

CREATE TABLE public.rollup_minute (
    minute timestamp with time zone NOT NULL,
    province_code text NOT NULL,
    doses integer NOT NULL
);

COMMENT ON TABLE public.rollup_minute IS 'Doses recorded at the sites of a province in each minute of the last day: the pace of now.';

CREATE TABLE public.rollup_nation (
    day date NOT NULL,
    doses integer NOT NULL,
    first integer NOT NULL,
    complete integer NOT NULL,
    adults_first integer NOT NULL,
    adults_complete integer NOT NULL,
    additional integer NOT NULL,
    booster integer NOT NULL
);

COMMENT ON TABLE public.rollup_nation IS 'The nation''s day: the sum of its provinces, counted as they are.';

CREATE TABLE public.rollup_place_hour (
    place_id uuid NOT NULL,
    day date NOT NULL,
    hour smallint NOT NULL,
    product text NOT NULL,
    doses integer NOT NULL,
    CONSTRAINT rollup_place_hour_hour_check CHECK (((hour >= 0) AND (hour <= 23)))
);

COMMENT ON TABLE public.rollup_place_hour IS 'Doses given at a site in an hour of a day, on Viet Nam''s clock.';

CREATE TABLE public.rollup_place_total (
    place_id uuid NOT NULL,
    doses integer NOT NULL
);

COMMENT ON TABLE public.rollup_place_total IS 'A site in all: the sum of its hours, counted as they are.';

CREATE TABLE public.rollup_province (
    province_code text NOT NULL,
    day date NOT NULL,
    doses integer NOT NULL,
    first integer NOT NULL,
    complete integer NOT NULL,
    adults_first integer NOT NULL,
    adults_complete integer NOT NULL,
    additional integer NOT NULL,
    booster integer NOT NULL
);

COMMENT ON TABLE public.rollup_province IS 'A province''s day: all doses, first doses, completed basic courses (both of people of 18 and older too), additional, booster.';

CREATE TABLE public.rollup_province_day (
    province_code text NOT NULL,
    day date NOT NULL,
    product text NOT NULL,
    dose_role text NOT NULL,
    ordinal smallint NOT NULL,
    band text NOT NULL,
    completes boolean NOT NULL,
    doses integer NOT NULL,
    CONSTRAINT rollup_province_day_band_check CHECK ((band = ANY (ARRAY['0-4'::text, '5-11'::text, '12-17'::text, '18+'::text])))
);

COMMENT ON TABLE public.rollup_province_day IS 'Doses by province of residence and day: what national figures are summed from.';

CREATE TABLE public.rollup_province_hour (
    province_code text NOT NULL,
    day date NOT NULL,
    hour smallint NOT NULL,
    doses integer NOT NULL,
    CONSTRAINT rollup_province_hour_hour_check CHECK (((hour >= 0) AND (hour <= 23)))
);

COMMENT ON TABLE public.rollup_province_hour IS 'Doses given at the sites of a province in an hour of a day: where they were given, not where people live.';

CREATE TABLE public.rollup_province_total (
    province_code text NOT NULL,
    doses integer NOT NULL,
    first integer NOT NULL,
    complete integer NOT NULL,
    adults_first integer NOT NULL,
    adults_complete integer NOT NULL,
    additional integer NOT NULL,
    booster integer NOT NULL
);

COMMENT ON TABLE public.rollup_province_total IS 'A province in all: the sum of its days, counted as they are.';

CREATE TABLE public.rollup_reached (
    area_code text NOT NULL,
    kind text NOT NULL,
    code text NOT NULL,
    dose_role text NOT NULL,
    ordinal smallint NOT NULL,
    completes boolean NOT NULL,
    doses integer NOT NULL,
    CONSTRAINT rollup_reached_kind_check CHECK ((kind = ANY (ARRAY['age'::text, 'sex'::text, 'group'::text, 'distance'::text, 'ethnicity'::text])))
);

COMMENT ON TABLE public.rollup_reached IS 'Doses of a province, or of the nation (VN), by age of that year, sex, priority group (its id; 0: none), distance from home to the site and ethnic group as it was known when the dose was counted; never one with the other.';

CREATE TABLE public.rollup_recorded (
    province_code text NOT NULL,
    recorded_on date NOT NULL,
    day date NOT NULL,
    entry text NOT NULL,
    doses integer NOT NULL,
    CONSTRAINT rollup_recorded_entry_check CHECK ((entry = ANY (ARRAY['recorded'::text, 'corrected'::text, 'taken_back'::text])))
);

COMMENT ON TABLE public.rollup_recorded IS 'Doses on both clocks: the day they were written and the day they were given. First entries, later versions and what was taken back (negative) stand apart.';

CREATE TABLE public.rollup_version (
    name text NOT NULL,
    version bigint NOT NULL,
    counted_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.rollup_version IS 'How often the rollups have changed: what a page that was made from them is compared with.';

CREATE TABLE public.room_arrival (
    room_id uuid NOT NULL,
    tenth bigint NOT NULL,
    arrivals integer NOT NULL,
    CONSTRAINT room_arrival_arrivals_check CHECK ((arrivals > 0))
);

COMMENT ON TABLE public.room_arrival IS 'Arrivals at a waiting room by tenths of a second: all that the server knows of who waits. Tickets are kept by people themselves.';

CREATE TABLE public.rule_set (
    rule_set_id uuid NOT NULL,
    code text NOT NULL,
    valid_from date NOT NULL,
    body text NOT NULL,
    digest bytea NOT NULL,
    published_at timestamp with time zone,
    author_id uuid,
    approved_by uuid,
    note text,
    disease text NOT NULL,
    CONSTRAINT rule_set_two_people CHECK (((author_id IS NULL) OR ((approved_by IS NOT NULL) AND (approved_by <> author_id))))
);

COMMENT ON TABLE public.rule_set IS 'Published schedules as they were: every answer names the one that gave it.';

COMMENT ON COLUMN public.rule_set.author_id IS 'Who wrote it; null for the one that came with the platform.';

COMMENT ON COLUMN public.rule_set.disease IS 'The vaccine group that the schedule is for: the disease of its products.';

CREATE TABLE public.rule_set_draft (
    draft_id uuid NOT NULL,
    code text NOT NULL,
    body jsonb NOT NULL,
    digest bytea NOT NULL,
    note text NOT NULL,
    based_on uuid NOT NULL,
    author_id uuid NOT NULL,
    drafted_at timestamp with time zone NOT NULL,
    comparison jsonb,
    compared_digest bytea,
    compared_at timestamp with time zone,
    approved_by uuid,
    approved_at timestamp with time zone,
    rule_set_id uuid,
    withdrawn_at timestamp with time zone,
    CONSTRAINT draft_compared_as_it_is CHECK (((approved_by IS NULL) OR ((compared_digest IS NOT NULL) AND (compared_digest = digest)))),
    CONSTRAINT draft_published_when_approved CHECK (((rule_set_id IS NULL) OR (approved_by IS NOT NULL))),
    CONSTRAINT draft_two_people CHECK ((approved_by <> author_id)),
    CONSTRAINT rule_set_draft_body_check CHECK ((jsonb_typeof(body) = 'object'::text)),
    CONSTRAINT rule_set_draft_check CHECK ((num_nonnulls(comparison, compared_digest, compared_at) = ANY (ARRAY[0, 3]))),
    CONSTRAINT rule_set_draft_check1 CHECK (((approved_by IS NULL) = (approved_at IS NULL))),
    CONSTRAINT rule_set_draft_check2 CHECK (((withdrawn_at IS NULL) OR (rule_set_id IS NULL))),
    CONSTRAINT rule_set_draft_note_check CHECK ((note <> ''::text))
);

COMMENT ON TABLE public.rule_set_draft IS 'A change to a schedule on its way: its files, the comparison of the very text, who approved. A new text loses both.';

CREATE TABLE public.rule_set_reading (
    draft_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    digest bytea NOT NULL,
    read_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.rule_set_reading IS 'Who had the comparison of a draft before them, of which text, and when first.';

CREATE TABLE public.schedule_age (
    rule_set_id uuid NOT NULL,
    product text NOT NULL,
    since date NOT NULL,
    until date,
    from_months smallint NOT NULL,
    from_days smallint NOT NULL,
    to_months smallint,
    to_days smallint,
    CONSTRAINT schedule_age_check CHECK ((until >= since)),
    CONSTRAINT schedule_age_check1 CHECK (((to_months IS NULL) = (to_days IS NULL))),
    CONSTRAINT schedule_age_from_months_check CHECK ((from_months >= 0))
);

COMMENT ON TABLE public.schedule_age IS 'What the engine says of a rule set: from which age to before which a product may be given, on which days. Written once, when the rule set is published.';

CREATE TABLE public.schedule_course (
    rule_set_id uuid NOT NULL,
    product text NOT NULL,
    number smallint NOT NULL,
    completes boolean NOT NULL,
    CONSTRAINT schedule_course_number_check CHECK ((number > 0))
);

COMMENT ON TABLE public.schedule_course IS 'What the engine says of a rule set: whether a product as this dose of a basic course ends it. Written once, when the rule set is published.';

CREATE TABLE public.session (
    place_id uuid NOT NULL,
    session_id uuid NOT NULL,
    campaign_id smallint NOT NULL,
    kind text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    product text NOT NULL,
    tables smallint NOT NULL,
    status text NOT NULL,
    planned_by uuid,
    approved_by uuid,
    opened_at timestamp with time zone,
    closed_at timestamp with time zone,
    reconciliation jsonb,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT session_approved_by_another CHECK ((approved_by <> planned_by)),
    CONSTRAINT session_check CHECK ((ends_at > starts_at)),
    CONSTRAINT session_check2 CHECK (((status = ANY (ARRAY['planned'::text, 'cancelled'::text])) OR (approved_by IS NOT NULL) OR (planned_by IS NULL))),
    CONSTRAINT session_kind_check CHECK ((kind = ANY (ARRAY['fixed'::text, 'outreach'::text, 'mobile'::text]))),
    CONSTRAINT session_status_check CHECK ((status = ANY (ARRAY['planned'::text, 'approved'::text, 'open'::text, 'closed'::text, 'signed'::text, 'cancelled'::text]))),
    CONSTRAINT session_tables_check CHECK ((tables > 0))
);

COMMENT ON TABLE public.session IS 'A WHO vaccination session: one place, one part of a day, one product; planned by one person and approved by another.';

CREATE TABLE public.session_poster (
    place_id uuid NOT NULL,
    session_id uuid NOT NULL,
    kid bytea NOT NULL,
    code text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.session_poster IS 'Codes for the posters of approved sessions, signed by the signing process. Of a cancelled session the code is withdrawn; of a withdrawn key another takes its place.';

CREATE TABLE public.vial (
    place_id uuid NOT NULL,
    vial_id uuid NOT NULL,
    session_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    number smallint NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    opened_by uuid,
    use_by timestamp with time zone NOT NULL,
    doses_nominal smallint NOT NULL,
    doses_extra smallint DEFAULT 0 NOT NULL,
    doses_left smallint NOT NULL,
    closed_at timestamp with time zone,
    doses_wasted smallint DEFAULT 0 NOT NULL,
    table_number smallint,
    CONSTRAINT vial_doses_extra_check CHECK ((doses_extra >= 0)),
    CONSTRAINT vial_doses_nominal_check CHECK ((doses_nominal > 0)),
    CONSTRAINT vial_never_overdrawn CHECK (((doses_left >= 0) AND (doses_left <= (doses_nominal + doses_extra)))),
    CONSTRAINT vial_number_check CHECK ((number > 0)),
    CONSTRAINT vial_table_number CHECK ((table_number > 0)),
    CONSTRAINT vial_wasted_within CHECK (((doses_wasted >= 0) AND ((doses_left + doses_wasted) <= (doses_nominal + doses_extra))))
);

COMMENT ON TABLE public.vial IS 'An opened vial at a table, its clock and the doses left in it.';

COMMENT ON COLUMN public.vial.doses_wasted IS 'Doses that were thrown away with the vial; given = nominal + extra - left - wasted.';

COMMENT ON COLUMN public.vial.table_number IS 'The table of the session at which it is used; of each dose from it too.';

CREATE VIEW public.session_tally AS
 SELECT place_id,
    session_id,
    (( SELECT COALESCE(sum((((v.doses_nominal + v.doses_extra) - v.doses_left) - v.doses_wasted)), (0)::bigint) AS "coalesce"
           FROM public.vial v
          WHERE ((v.place_id = s.place_id) AND (v.session_id = s.session_id))))::integer AS drawn,
    (( SELECT count(*) AS count
           FROM public.immunization i
          WHERE ((i.place_id = s.place_id) AND (i.session_id = s.session_id) AND (i.status = 'completed'::text) AND (NOT (EXISTS ( SELECT
                   FROM public.immunization n
                  WHERE ((n.person_id = i.person_id) AND (n.immunization_id = i.immunization_id) AND (n.version > i.version))))))))::integer AS recorded
   FROM public.session s;

COMMENT ON VIEW public.session_tally IS 'Doses that left the vials of a session (opened + extra - left - wasted) and doses that its records count; the gap is their difference.';

CREATE TABLE public.setting (
    name text NOT NULL,
    value jsonb NOT NULL
);

COMMENT ON TABLE public.setting IS 'Facts about this installation, such as what the demonstration has loaded.';

CREATE TABLE public.shipment (
    place_id uuid NOT NULL,
    shipment_id uuid NOT NULL,
    number text NOT NULL,
    to_place_id uuid NOT NULL,
    decision text NOT NULL,
    vehicle text,
    sent_at timestamp with time zone NOT NULL,
    sent_by uuid,
    expected_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone,
    received_by uuid,
    kind text DEFAULT 'supply'::text NOT NULL,
    sscc text,
    logger text,
    override_reason text,
    allocation_id uuid,
    request_place_id uuid,
    request_id uuid,
    consumables jsonb,
    CONSTRAINT shipment_check CHECK ((to_place_id <> place_id)),
    CONSTRAINT shipment_kind CHECK ((kind = ANY (ARRAY['supply'::text, 'transfer'::text, 'return'::text])))
);

COMMENT ON TABLE public.shipment IS 'Doses on the way; they belong to the sender until the receiver has signed.';

COMMENT ON COLUMN public.shipment.sscc IS 'The number of the carton (GS1 SSCC) that the receiver scans.';

COMMENT ON COLUMN public.shipment.override_reason IS 'Why other units went than those that must be used first.';

CREATE TABLE public.shipment_line (
    place_id uuid NOT NULL,
    shipment_id uuid NOT NULL,
    line smallint NOT NULL,
    lot_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    doses integer NOT NULL,
    accepted integer,
    broken integer,
    missing integer,
    warm integer DEFAULT 0 NOT NULL,
    wrong integer DEFAULT 0 NOT NULL,
    extra integer DEFAULT 0 NOT NULL,
    wrong_lot_id uuid,
    CONSTRAINT shipment_line_accepted_check CHECK ((accepted >= 0)),
    CONSTRAINT shipment_line_adds_up CHECK (((accepted IS NULL) OR ((((accepted + broken) + missing) + wrong) = doses))),
    CONSTRAINT shipment_line_broken_check CHECK ((broken >= 0)),
    CONSTRAINT shipment_line_doses_check CHECK ((doses > 0)),
    CONSTRAINT shipment_line_found CHECK ((((warm >= 0) AND (warm <= COALESCE(accepted, 0))) AND (wrong >= 0) AND (extra >= 0) AND ((wrong = 0) = (wrong_lot_id IS NULL)))),
    CONSTRAINT shipment_line_line_check CHECK ((line > 0)),
    CONSTRAINT shipment_line_missing_check CHECK ((missing >= 0))
);

COMMENT ON TABLE public.shipment_line IS 'What was sent of a lot, and what the receiver found of it.';

COMMENT ON COLUMN public.shipment_line.accepted IS 'Doses taken over; warm of them into quarantine. Extra ones came beyond what was sent, wrong ones are of another lot.';

CREATE TABLE public.sign_in (
    sign_in_id bytea NOT NULL,
    account_id uuid,
    staff_id uuid,
    started_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    second_factor_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT sign_in_check CHECK ((num_nonnulls(account_id, staff_id) = 1)),
    CONSTRAINT sign_in_second_factor CHECK (((staff_id IS NULL) OR (second_factor_at IS NOT NULL) OR (ended_at IS NOT NULL)))
);

COMMENT ON TABLE public.sign_in IS 'Open sign-ins by the SHA-256 of the cookie''s random token.';

CREATE TABLE public.signing_key (
    kid bytea NOT NULL,
    name text NOT NULL,
    use text NOT NULL,
    scope smallint NOT NULL,
    certificate bytea NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    opening boolean NOT NULL,
    published_at timestamp with time zone NOT NULL,
    signs_from timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_reason text,
    CONSTRAINT signing_key_check CHECK ((signs_from >= published_at)),
    CONSTRAINT signing_key_check1 CHECK (((withdrawn_at IS NULL) = (withdrawn_reason IS NULL))),
    CONSTRAINT signing_key_gate CHECK ((opening OR (signs_from >= (published_at + '48:00:00'::interval)))),
    CONSTRAINT signing_key_kid_check CHECK ((octet_length(kid) = 8)),
    CONSTRAINT signing_key_scope_check CHECK ((scope > 0)),
    CONSTRAINT signing_key_use_check CHECK ((use = ANY (ARRAY['certificates'::text, 'sessions'::text, 'lists'::text])))
);

COMMENT ON TABLE public.signing_key IS 'Published keys, never their private halves. scope is the share of the provinces; only the first key of a scope may sign without its 48 hours, since no verifier can hold an older list.';

CREATE TABLE public.site_signature (
    place_id uuid NOT NULL,
    session_id uuid NOT NULL,
    signature_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    covers jsonb NOT NULL,
    digest bytea NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    second_factor text NOT NULL,
    CONSTRAINT site_signature_second_factor_check CHECK ((second_factor = 'totp'::text))
);

COMMENT ON TABLE public.site_signature IS 'Whoever answers for a session''s records signed these versions of them with a second factor.';

CREATE TABLE public.slot (
    place_id uuid NOT NULL,
    session_id uuid NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    minutes smallint NOT NULL,
    capacity smallint NOT NULL,
    taken smallint DEFAULT 0 NOT NULL,
    self_capacity smallint DEFAULT 0 NOT NULL,
    self_taken smallint DEFAULT 0 NOT NULL,
    release_at timestamp with time zone,
    released boolean DEFAULT false NOT NULL,
    CONSTRAINT slot_capacity_check CHECK ((capacity >= 0)),
    CONSTRAINT slot_channels_kept CHECK ((released OR ((self_taken <= self_capacity) AND ((taken - self_taken) <= (capacity - self_capacity))))),
    CONSTRAINT slot_minutes_check CHECK ((minutes > 0)),
    CONSTRAINT slot_never_oversold CHECK (((taken >= 0) AND (taken <= capacity))),
    CONSTRAINT slot_self_counted CHECK (((self_taken >= 0) AND (self_taken <= taken))),
    CONSTRAINT slot_self_within CHECK (((self_capacity >= 0) AND (self_capacity <= capacity)))
);

COMMENT ON TABLE public.slot IS 'Places in a stretch of time of a session; the database never lets taken pass capacity.';

COMMENT ON COLUMN public.slot.self_capacity IS 'Places that people and phone agents book themselves; lists and walk-ins have the others until the release.';

COMMENT ON COLUMN public.slot.release_at IS 'From then on every channel may take every place that is left; null: never.';

CREATE TABLE public.staff_role (
    staff_role_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    role text NOT NULL,
    area_id integer,
    place_id uuid,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT staff_role_check CHECK ((num_nonnulls(area_id, place_id) <= 1)),
    CONSTRAINT staff_role_role_check CHECK ((role = ANY (ARRAY['registrar'::text, 'doctor'::text, 'nurse'::text, 'storekeeper'::text, 'site_head'::text, 'district_officer'::text, 'province_officer'::text, 'national_operator'::text, 'station_clerk'::text, 'commune_police'::text])))
);

COMMENT ON TABLE public.staff_role IS 'What somebody may do, where (an area, a place, or the nation) and until when.';

CREATE TABLE public.staff_try (
    try_id uuid NOT NULL,
    login_index bytea NOT NULL,
    address_index bytea NOT NULL,
    tried_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.staff_try IS 'Refused staff sign-ins: login and address as blind indexes, for the limits.';

CREATE TABLE public.stock_account (
    place_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    state text NOT NULL,
    balance bigint NOT NULL,
    held boolean GENERATED ALWAYS AS (((state = ANY (ARRAY['on_hand'::text, 'in_transit'::text])) AND (balance > 0))) STORED NOT NULL,
    CONSTRAINT stock_account_state_check CHECK ((state = ANY (ARRAY['on_hand'::text, 'in_transit'::text, 'opened'::text, 'quarantined'::text, 'administered'::text, 'wasted'::text, 'lost'::text, 'returned'::text, 'destroyed'::text, 'external'::text, 'unexplained'::text]))),
    CONSTRAINT stock_never_negative CHECK (((balance >= 0) OR (state = ANY (ARRAY['external'::text, 'unexplained'::text]))))
);

COMMENT ON TABLE public.stock_account IS 'Doses of a lot at a place in a state; written only by the statement that posts.';

COMMENT ON COLUMN public.stock_account.held IS 'Doses lie there or are on their way.';

CREATE TABLE public.stock_posting (
    place_id uuid NOT NULL,
    posting_id uuid NOT NULL,
    line smallint NOT NULL,
    entry_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    state text NOT NULL,
    doses integer NOT NULL,
    reason text NOT NULL,
    actor_id uuid,
    device_at timestamp with time zone,
    recorded_at timestamp with time zone NOT NULL,
    reverses uuid,
    tx xid8 DEFAULT pg_current_xact_id(),
    CONSTRAINT stock_posting_doses_check CHECK ((doses <> 0)),
    CONSTRAINT stock_posting_line_check CHECK ((line > 0))
);

COMMENT ON TABLE public.stock_posting IS 'Double-entry lines: the lines of an entry sum to zero; a mistake is reversed, never changed.';

COMMENT ON COLUMN public.stock_posting.device_at IS 'When it happened by the clock of the device, where one sent it; recorded_at is the server''s.';

COMMENT ON COLUMN public.stock_posting.tx IS 'The transaction that posted: with it a stocktake knows what its moment could see, whatever commits later. Null in rows older than the column: visible to all.';

CREATE TABLE public.stock_request (
    place_id uuid NOT NULL,
    request_id uuid NOT NULL,
    supplier_id uuid NOT NULL,
    product text NOT NULL,
    doses integer NOT NULL,
    needed_on date NOT NULL,
    reason text NOT NULL,
    status text NOT NULL,
    asked_by uuid NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    approved_doses integer,
    decided_by uuid,
    decided_at timestamp with time zone,
    decision_note text,
    CONSTRAINT request_decided_by_another CHECK ((decided_by <> asked_by)),
    CONSTRAINT stock_request_approved_doses_check CHECK ((approved_doses > 0)),
    CONSTRAINT stock_request_check CHECK ((supplier_id <> place_id)),
    CONSTRAINT stock_request_check1 CHECK (((status = 'asked'::text) = (decided_at IS NULL))),
    CONSTRAINT stock_request_check2 CHECK (((status = ANY (ARRAY['asked'::text, 'refused'::text])) OR (approved_doses IS NOT NULL))),
    CONSTRAINT stock_request_doses_check CHECK ((doses > 0)),
    CONSTRAINT stock_request_status_check CHECK ((status = ANY (ARRAY['asked'::text, 'approved'::text, 'refused'::text, 'sent'::text])))
);

COMMENT ON TABLE public.stock_request IS 'Doses that a place asks another for, as its supplier or its neighbour; another person decides.';

CREATE TABLE public.stock_review (
    place_id uuid NOT NULL,
    review_id uuid NOT NULL,
    kind text NOT NULL,
    lot_id uuid NOT NULL,
    doses integer NOT NULL,
    entry_id uuid NOT NULL,
    note text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    opened_by uuid,
    settled_at timestamp with time zone,
    settled_by uuid,
    outcome text,
    outcome_note text,
    outcome_entry_id uuid,
    CONSTRAINT stock_review_check CHECK (((settled_at IS NULL) = (outcome IS NULL))),
    CONSTRAINT stock_review_check1 CHECK (((settled_at IS NULL) OR (outcome_note IS NOT NULL))),
    CONSTRAINT stock_review_doses_check CHECK ((doses > 0)),
    CONSTRAINT stock_review_kind_check CHECK ((kind = ANY (ARRAY['dose'::text, 'surplus'::text, 'extra'::text, 'wrong_lot'::text, 'recalled'::text]))),
    CONSTRAINT stock_review_outcome_check CHECK ((outcome = ANY (ARRAY['found'::text, 'sent'::text, 'unknown'::text, 'told'::text, 'undone'::text])))
);

COMMENT ON TABLE public.stock_review IS 'A real dose that no stock explains, or that was given from a recalled lot: posted, counted as unexplained, and open until somebody says where it came from.';

CREATE TABLE public.stocktake (
    place_id uuid NOT NULL,
    stocktake_id uuid NOT NULL,
    frozen_at timestamp with time zone NOT NULL,
    seen pg_snapshot NOT NULL,
    status text NOT NULL,
    counted_by uuid NOT NULL,
    counted_at timestamp with time zone,
    verified_by uuid,
    verified_at timestamp with time zone,
    entry_id uuid,
    CONSTRAINT stocktake_check CHECK (((status = 'verified'::text) = (verified_at IS NOT NULL))),
    CONSTRAINT stocktake_status_check CHECK ((status = ANY (ARRAY['counting'::text, 'counted'::text, 'verified'::text])))
);

COMMENT ON TABLE public.stocktake IS 'A count, frozen at its moment: it is compared with what the ledger could see then, whatever is posted later.';

CREATE TABLE public.stocktake_line (
    place_id uuid NOT NULL,
    stocktake_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    counted integer NOT NULL,
    expected integer,
    note text,
    CONSTRAINT stocktake_line_counted_check CHECK ((counted >= 0))
);

COMMENT ON TABLE public.stocktake_line IS 'What was counted of a unit, and what the ledger held at the moment of the count.';

CREATE TABLE public.storage_limit (
    product text NOT NULL,
    state text NOT NULL,
    temperature_c_min numeric(4,1),
    temperature_c_max numeric(4,1),
    days numeric(6,2),
    note text NOT NULL,
    confidence text NOT NULL,
    CONSTRAINT storage_limit_confidence_check CHECK ((confidence = ANY (ARRAY['sourced'::text, 'unsure'::text]))),
    CONSTRAINT storage_limit_days_check CHECK ((days > (0)::numeric))
);

COMMENT ON TABLE public.storage_limit IS 'How long a product keeps in each state: frozen, minus20, fridge, open.';

CREATE TABLE public.ticket (
    person_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    number text NOT NULL,
    kind text NOT NULL,
    about jsonb NOT NULL,
    said_sealed bytea NOT NULL,
    place_id uuid,
    province_code text NOT NULL,
    channel text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    opened_by uuid,
    answer_by timestamp with time zone NOT NULL,
    escalated_at timestamp with time zone,
    CONSTRAINT ticket_channel_check CHECK ((channel = ANY (ARRAY['app'::text, 'code'::text, 'staff'::text]))),
    CONSTRAINT ticket_kind_check CHECK ((kind = ANY (ARRAY['field'::text, 'dose'::text, 'missing'::text, 'see'::text, 'restrict'::text, 'erase'::text])))
);

COMMENT ON TABLE public.ticket IS 'A person disputes a field or a dose, claims a missing one, or asks to see, restrict or erase their data: owned by a place, or by the province. What they wrote is encrypted.';

CREATE TABLE public.ticket_photo (
    person_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    picture_sealed bytea NOT NULL
);

COMMENT ON TABLE public.ticket_photo IS 'A picture of a paper certificate, encrypted, while its ticket is open; deleted when the ticket closes.';

CREATE TABLE public.ticket_step (
    person_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    step smallint NOT NULL,
    state text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    message text NOT NULL,
    at timestamp with time zone NOT NULL,
    by uuid,
    CONSTRAINT ticket_step_check CHECK (((step = 1) OR (message <> ''::text))),
    CONSTRAINT ticket_step_state_check CHECK ((state = ANY (ARRAY['open'::text, 'answered'::text, 'extended'::text, 'done'::text, 'refused'::text]))),
    CONSTRAINT ticket_step_step_check CHECK ((step > 0))
);

COMMENT ON TABLE public.ticket_step IS 'What happened to a ticket, append-only: the highest step is where it stands. The message is what the person reads.';

CREATE VIEW public.ticket_now AS
 SELECT t.person_id,
    t.ticket_id,
    t.number,
    t.kind,
    t.about,
    t.said_sealed,
    t.place_id,
    place.name AS place_name,
    t.province_code,
    t.channel,
    t.opened_at,
    t.answer_by,
    t.escalated_at,
    s.step,
    s.state,
    s.due_at,
    s.message,
    s.at,
    person.name AS person_name,
    (EXISTS ( SELECT
           FROM public.ticket_photo f
          WHERE ((f.person_id = t.person_id) AND (f.ticket_id = t.ticket_id)))) AS has_photo
   FROM (((public.ticket t
     JOIN public.person ON ((person.person_id = t.person_id)))
     LEFT JOIN public.place ON ((place.place_id = t.place_id)))
     JOIN public.ticket_step s ON (((s.person_id = t.person_id) AND (s.ticket_id = t.ticket_id))))
  WHERE (s.step = ( SELECT max(l.step) AS max
           FROM public.ticket_step l
          WHERE ((l.person_id = t.person_id) AND (l.ticket_id = t.ticket_id))));

COMMENT ON VIEW public.ticket_now IS 'Each ticket as it stands.';

CREATE TABLE public.trade_item (
    gtin text NOT NULL,
    product text NOT NULL,
    level text NOT NULL,
    doses integer NOT NULL,
    CONSTRAINT trade_item_doses_check CHECK ((doses > 0)),
    CONSTRAINT trade_item_gtin_check CHECK ((gtin ~ '^[0-9]{14}$'::text)),
    CONSTRAINT trade_item_level_check CHECK ((level = ANY (ARRAY['vial'::text, 'box'::text, 'carton'::text])))
);

COMMENT ON TABLE public.trade_item IS 'Trade item numbers (GS1 GTIN-14): which product, packed how, with how many doses. Those that begin with 04 are restricted numbers of this installation, printed on its own tray labels.';

CREATE TABLE public.vvm_look (
    place_id uuid NOT NULL,
    look_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    stage smallint NOT NULL,
    at timestamp with time zone NOT NULL,
    by uuid,
    CONSTRAINT vvm_look_stage_check CHECK (((stage >= 1) AND (stage <= 4)))
);

COMMENT ON TABLE public.vvm_look IS 'What somebody saw on the vial monitors of a unit, look by look.';

CREATE TABLE public.waiting_list_entry (
    person_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    place_id uuid NOT NULL,
    campaign_id smallint NOT NULL,
    priority smallint NOT NULL,
    status text NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    session_id uuid,
    appointment_id uuid,
    offered_until timestamp with time zone,
    token_digest bytea,
    answered_at timestamp with time zone,
    CONSTRAINT waiting_list_entry_check CHECK (((status <> 'offered'::text) OR (num_nonnulls(session_id, appointment_id, offered_until, token_digest) = 4))),
    CONSTRAINT waiting_list_entry_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'offered'::text, 'accepted'::text, 'declined'::text, 'expired'::text, 'left'::text])))
);

COMMENT ON TABLE public.waiting_list_entry IS 'Who would come at short notice to a place: offered in the order of priority and waiting, each offer with its minutes.';

ALTER TABLE ONLY public.access_entry
    ADD CONSTRAINT access_entry_pkey PRIMARY KEY (person_id, at, access_id);

ALTER TABLE ONLY public.account_person
    ADD CONSTRAINT account_person_pkey PRIMARY KEY (person_id, account_id);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_phone UNIQUE (phone_index);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY public.adjustment
    ADD CONSTRAINT adjustment_pkey PRIMARY KEY (place_id, adjustment_id);

ALTER TABLE ONLY public.aefi_case
    ADD CONSTRAINT aefi_case_pkey PRIMARY KEY (person_id, case_id, version);

ALTER TABLE ONLY public.aefi_report
    ADD CONSTRAINT aefi_report_pkey PRIMARY KEY (person_id, report_id);

ALTER TABLE ONLY public.alert_comment
    ADD CONSTRAINT alert_comment_pkey PRIMARY KEY (alert_id, at, by);

ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_pkey PRIMARY KEY (alert_id);

ALTER TABLE ONLY public.alert_rule
    ADD CONSTRAINT alert_rule_pkey PRIMARY KEY (rule);

ALTER TABLE ONLY public.alert_rule
    ADD CONSTRAINT alert_rule_place_key UNIQUE (place);

ALTER TABLE ONLY public.allocation_line
    ADD CONSTRAINT allocation_line_pkey PRIMARY KEY (place_id, allocation_id, to_place_id);

ALTER TABLE ONLY public.allocation
    ADD CONSTRAINT allocation_pkey PRIMARY KEY (place_id, allocation_id);

ALTER TABLE ONLY public.allocation
    ADD CONSTRAINT allocation_round UNIQUE (place_id, product, round);

ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_pkey PRIMARY KEY (place_id, appointment_id);

ALTER TABLE ONLY public.area
    ADD CONSTRAINT area_code_valid_from UNIQUE (code, valid_from);

ALTER TABLE ONLY public.area
    ADD CONSTRAINT area_pkey PRIMARY KEY (area_id);

ALTER TABLE ONLY public.area_population
    ADD CONSTRAINT area_population_pkey PRIMARY KEY (area_code, year, band);

ALTER TABLE ONLY public.area_succession
    ADD CONSTRAINT area_succession_pkey PRIMARY KEY (from_code, to_code, on_date);

ALTER TABLE ONLY public.booking_audit
    ADD CONSTRAINT booking_audit_pkey PRIMARY KEY (audit_id);

ALTER TABLE ONLY public.booking_code
    ADD CONSTRAINT booking_code_pkey PRIMARY KEY (person_id, code_id);

ALTER TABLE ONLY public.booking_request
    ADD CONSTRAINT booking_request_pkey PRIMARY KEY (person_id, command_id);

ALTER TABLE ONLY public.campaign
    ADD CONSTRAINT campaign_code UNIQUE (code, valid_from);

ALTER TABLE ONLY public.campaign
    ADD CONSTRAINT campaign_pkey PRIMARY KEY (campaign_id);

ALTER TABLE ONLY public.certificate_due
    ADD CONSTRAINT certificate_due_pkey PRIMARY KEY (person_id, immunization_id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_pkey PRIMARY KEY (person_id, certificate_id);

ALTER TABLE ONLY public.claim
    ADD CONSTRAINT claim_once UNIQUE (place_id, shipment_id, line, kind);

ALTER TABLE ONLY public.claim
    ADD CONSTRAINT claim_pkey PRIMARY KEY (place_id, claim_id);

ALTER TABLE ONLY public.cleansing_batch
    ADD CONSTRAINT cleansing_batch_pkey PRIMARY KEY (batch_id);

ALTER TABLE ONLY public.cleansing_line
    ADD CONSTRAINT cleansing_line_pkey PRIMARY KEY (person_id, batch_id);

ALTER TABLE ONLY public.command
    ADD CONSTRAINT command_pkey PRIMARY KEY (command_id);

ALTER TABLE ONLY public.consent
    ADD CONSTRAINT consent_pkey PRIMARY KEY (person_id, consent_id);

ALTER TABLE ONLY public.consent_text
    ADD CONSTRAINT consent_text_code UNIQUE (code, valid_from);

ALTER TABLE ONLY public.consent_text
    ADD CONSTRAINT consent_text_pkey PRIMARY KEY (consent_text_id);

ALTER TABLE ONLY public.consumable
    ADD CONSTRAINT consumable_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (person_id, contact_id);

ALTER TABLE ONLY public.country
    ADD CONSTRAINT country_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.declaration
    ADD CONSTRAINT declaration_pkey PRIMARY KEY (person_id, declaration_id);

ALTER TABLE ONLY public.destruction
    ADD CONSTRAINT destruction_pkey PRIMARY KEY (place_id, destruction_id);

ALTER TABLE ONLY public.destruction
    ADD CONSTRAINT destruction_protocol UNIQUE (place_id, protocol);

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (device_id);

ALTER TABLE ONLY public.dose_claim
    ADD CONSTRAINT dose_claim_pkey PRIMARY KEY (person_id, disease, role, ordinal, copy);

ALTER TABLE ONLY public.dose_review
    ADD CONSTRAINT dose_review_pkey PRIMARY KEY (place_id, review_id);

ALTER TABLE ONLY public.draw_entry
    ADD CONSTRAINT draw_entry_pkey PRIMARY KEY (person_id, draw_id);

ALTER TABLE ONLY public.draw
    ADD CONSTRAINT draw_pkey PRIMARY KEY (draw_id);

ALTER TABLE ONLY public.ethnic_count
    ADD CONSTRAINT ethnic_count_pkey PRIMARY KEY (province_code, ethnic_group);

ALTER TABLE ONLY public.ethnic_group
    ADD CONSTRAINT ethnic_group_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY public.finding
    ADD CONSTRAINT finding_pkey PRIMARY KEY (person_id, finding_id, version);

ALTER TABLE ONLY public.follower
    ADD CONSTRAINT follower_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.handling_unit
    ADD CONSTRAINT handling_unit_pkey PRIMARY KEY (place_id, unit_id);

ALTER TABLE ONLY public.handling_unit_step
    ADD CONSTRAINT handling_unit_step_pkey PRIMARY KEY (place_id, step_id);

ALTER TABLE ONLY public.help_answer
    ADD CONSTRAINT help_answer_pkey PRIMARY KEY (question_id, step);

ALTER TABLE ONLY public.help_question
    ADD CONSTRAINT help_question_number UNIQUE (number);

ALTER TABLE ONLY public.help_question
    ADD CONSTRAINT help_question_pkey PRIMARY KEY (question_id);

ALTER TABLE ONLY public.identity_check
    ADD CONSTRAINT identity_check_pkey PRIMARY KEY (person_id, check_id);

ALTER TABLE ONLY public.identity_claim
    ADD CONSTRAINT identity_claim_pkey PRIMARY KEY (blind_index, kind, country);

ALTER TABLE ONLY public.identity_count
    ADD CONSTRAINT identity_count_pkey PRIMARY KEY (province_code, identity_status);

ALTER TABLE ONLY public.identity_question
    ADD CONSTRAINT identity_question_pkey PRIMARY KEY (person_id);

ALTER TABLE ONLY public.immunization
    ADD CONSTRAINT immunization_pkey PRIMARY KEY (person_id, immunization_id, version);

ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_pkey PRIMARY KEY (person_id, invitation_id);

ALTER TABLE ONLY public.lot_expiry
    ADD CONSTRAINT lot_expiry_pkey PRIMARY KEY (lot_id, from_on);

ALTER TABLE ONLY public.lot
    ADD CONSTRAINT lot_number UNIQUE (product, number);

ALTER TABLE ONLY public.lot
    ADD CONSTRAINT lot_pkey PRIMARY KEY (lot_id);

ALTER TABLE ONLY public.message_reply
    ADD CONSTRAINT message_reply_pkey PRIMARY KEY (reply_id);

ALTER TABLE ONLY public.message_template
    ADD CONSTRAINT message_template_code UNIQUE (code, valid_from);

ALTER TABLE ONLY public.message_template
    ADD CONSTRAINT message_template_pkey PRIMARY KEY (message_template_id);

ALTER TABLE ONLY public.operation_now
    ADD CONSTRAINT operation_now_pkey PRIMARY KEY (province_code);

ALTER TABLE ONLY public.organisation_list
    ADD CONSTRAINT organisation_list_pkey PRIMARY KEY (account_id, list_id);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_tax_code_key UNIQUE (tax_code);

ALTER TABLE ONLY public.otp_challenge
    ADD CONSTRAINT otp_challenge_pkey PRIMARY KEY (challenge_id);

ALTER TABLE ONLY public.outbox_message
    ADD CONSTRAINT outbox_message_pkey PRIMARY KEY (message_id);

ALTER TABLE ONLY public.paper_entry
    ADD CONSTRAINT paper_entry_pkey PRIMARY KEY (place_id, entry_id);

ALTER TABLE ONLY public.passport_name
    ADD CONSTRAINT passport_name_pkey PRIMARY KEY (person_id);

ALTER TABLE ONLY public.person_identifier
    ADD CONSTRAINT person_identifier_pkey PRIMARY KEY (person_id, kind, country, blind_index);

ALTER TABLE ONLY public.person_merge
    ADD CONSTRAINT person_merge_pkey PRIMARY KEY (person_id, merge_id);

ALTER TABLE ONLY public.person_pair
    ADD CONSTRAINT person_pair_pkey PRIMARY KEY (person_id, other_id);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (person_id);

ALTER TABLE ONLY public.person_version
    ADD CONSTRAINT person_version_pkey PRIMARY KEY (person_id, version);

ALTER TABLE ONLY public.place_application
    ADD CONSTRAINT place_application_code UNIQUE (code);

ALTER TABLE ONLY public.place_application_decision
    ADD CONSTRAINT place_application_decided PRIMARY KEY (application_id, version);

ALTER TABLE ONLY public.place_application
    ADD CONSTRAINT place_application_pkey PRIMARY KEY (application_id);

ALTER TABLE ONLY public.place_application_version
    ADD CONSTRAINT place_application_version_pkey PRIMARY KEY (application_id, version);

ALTER TABLE ONLY public.place
    ADD CONSTRAINT place_code UNIQUE (code);

ALTER TABLE ONLY public.place
    ADD CONSTRAINT place_pkey PRIMARY KEY (place_id);

ALTER TABLE ONLY public.priority_group
    ADD CONSTRAINT priority_group_code UNIQUE (code, valid_from);

ALTER TABLE ONLY public.priority_group
    ADD CONSTRAINT priority_group_pkey PRIMARY KEY (priority_group_id);

ALTER TABLE ONLY public.product_code
    ADD CONSTRAINT product_code_pkey PRIMARY KEY (product, system, code);

ALTER TABLE ONLY public.product_pack
    ADD CONSTRAINT product_pack_pkey PRIMARY KEY (product, doses_per_vial, valid_from);

ALTER TABLE ONLY public.product
    ADD CONSTRAINT product_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.publication
    ADD CONSTRAINT publication_pkey PRIMARY KEY (published_on, name);

ALTER TABLE ONLY public.published_list
    ADD CONSTRAINT published_list_pkey PRIMARY KEY (kind, seq);

ALTER TABLE ONLY public.push_browser
    ADD CONSTRAINT push_browser_pkey PRIMARY KEY (sign_in_id);

ALTER TABLE ONLY public.reaction_check
    ADD CONSTRAINT reaction_check_pkey PRIMARY KEY (person_id, immunization_id, day);

ALTER TABLE ONLY public.recall
    ADD CONSTRAINT recall_once UNIQUE (lot_id);

ALTER TABLE ONLY public.recall_person
    ADD CONSTRAINT recall_person_pkey PRIMARY KEY (person_id, recall_id, immunization_id);

ALTER TABLE ONLY public.recall
    ADD CONSTRAINT recall_pkey PRIMARY KEY (recall_id);

ALTER TABLE ONLY public.recommendation_due
    ADD CONSTRAINT recommendation_due_pkey PRIMARY KEY (person_id);

ALTER TABLE ONLY public.recommendation
    ADD CONSTRAINT recommendation_pkey PRIMARY KEY (person_id, recommendation_id);

ALTER TABLE ONLY public.registration_draft
    ADD CONSTRAINT registration_draft_pkey PRIMARY KEY (draft_id);

ALTER TABLE ONLY public.registration
    ADD CONSTRAINT registration_pkey PRIMARY KEY (person_id, registration_id);

ALTER TABLE ONLY public.restriction
    ADD CONSTRAINT restriction_pkey PRIMARY KEY (person_id, ticket_id);

ALTER TABLE ONLY public.revocation
    ADD CONSTRAINT revocation_pkey PRIMARY KEY (revocation_id);

ALTER TABLE ONLY public.rollup_channel_day
    ADD CONSTRAINT rollup_channel_day_pkey PRIMARY KEY (province_code, day, channel);

ALTER TABLE ONLY public.rollup_commune_day
    ADD CONSTRAINT rollup_commune_day_pkey PRIMARY KEY (commune_code, day, product, dose_role);

ALTER TABLE ONLY public.rollup_district_day
    ADD CONSTRAINT rollup_district_day_pkey PRIMARY KEY (district_code, day, product, dose_role, ordinal, band);

ALTER TABLE ONLY public.rollup_district_group
    ADD CONSTRAINT rollup_district_group_pkey PRIMARY KEY (district_code, day, priority_group_id, age_band, sex, dose_role, ordinal, completes);

ALTER TABLE ONLY public.rollup_district
    ADD CONSTRAINT rollup_district_pkey PRIMARY KEY (district_code, day);

ALTER TABLE ONLY public.rollup_minute
    ADD CONSTRAINT rollup_minute_pkey PRIMARY KEY (minute, province_code);

ALTER TABLE ONLY public.rollup_nation
    ADD CONSTRAINT rollup_nation_pkey PRIMARY KEY (day);

ALTER TABLE ONLY public.rollup_place_hour
    ADD CONSTRAINT rollup_place_hour_pkey PRIMARY KEY (place_id, day, hour, product);

ALTER TABLE ONLY public.rollup_place_total
    ADD CONSTRAINT rollup_place_total_pkey PRIMARY KEY (place_id);

ALTER TABLE ONLY public.rollup_province_day
    ADD CONSTRAINT rollup_province_day_pkey PRIMARY KEY (province_code, day, product, dose_role, ordinal, band);

ALTER TABLE ONLY public.rollup_province_hour
    ADD CONSTRAINT rollup_province_hour_pkey PRIMARY KEY (province_code, day, hour);

ALTER TABLE ONLY public.rollup_province
    ADD CONSTRAINT rollup_province_pkey PRIMARY KEY (province_code, day);

ALTER TABLE ONLY public.rollup_province_total
    ADD CONSTRAINT rollup_province_total_pkey PRIMARY KEY (province_code);

ALTER TABLE ONLY public.rollup_reached
    ADD CONSTRAINT rollup_reached_pkey PRIMARY KEY (area_code, kind, code, dose_role, ordinal, completes);

ALTER TABLE ONLY public.rollup_recorded
    ADD CONSTRAINT rollup_recorded_pkey PRIMARY KEY (province_code, recorded_on, day, entry);

ALTER TABLE ONLY public.rollup_version
    ADD CONSTRAINT rollup_version_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.room_arrival
    ADD CONSTRAINT room_arrival_pkey PRIMARY KEY (room_id, tenth);

ALTER TABLE ONLY public.rule_set
    ADD CONSTRAINT rule_set_code UNIQUE (code, valid_from, digest);

ALTER TABLE ONLY public.rule_set_draft
    ADD CONSTRAINT rule_set_draft_pkey PRIMARY KEY (draft_id);

ALTER TABLE ONLY public.rule_set
    ADD CONSTRAINT rule_set_pkey PRIMARY KEY (rule_set_id);

ALTER TABLE ONLY public.rule_set_reading
    ADD CONSTRAINT rule_set_reading_pkey PRIMARY KEY (draft_id, staff_id, digest);

ALTER TABLE ONLY public.schedule_age
    ADD CONSTRAINT schedule_age_pkey PRIMARY KEY (rule_set_id, product, since, from_months, from_days);

ALTER TABLE ONLY public.schedule_course
    ADD CONSTRAINT schedule_course_pkey PRIMARY KEY (rule_set_id, product, number);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_no_overlap EXCLUDE USING gist (place_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (((status <> 'cancelled'::text) AND (planned_by IS NOT NULL)));

COMMENT ON CONSTRAINT session_no_overlap ON public.session IS 'A place''s tables and seats serve one planned session at a time.';

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (place_id, session_id);

ALTER TABLE ONLY public.session_poster
    ADD CONSTRAINT session_poster_pkey PRIMARY KEY (place_id, session_id, kid);

ALTER TABLE ONLY public.setting
    ADD CONSTRAINT setting_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.shipment_line
    ADD CONSTRAINT shipment_line_pkey PRIMARY KEY (place_id, shipment_id, line);

ALTER TABLE ONLY public.shipment
    ADD CONSTRAINT shipment_pkey PRIMARY KEY (place_id, shipment_id);

ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT sign_in_pkey PRIMARY KEY (sign_in_id);

ALTER TABLE ONLY public.signing_key
    ADD CONSTRAINT signing_key_name UNIQUE (name);

ALTER TABLE ONLY public.signing_key
    ADD CONSTRAINT signing_key_pkey PRIMARY KEY (kid);

ALTER TABLE ONLY public.site_signature
    ADD CONSTRAINT site_signature_pkey PRIMARY KEY (place_id, session_id, signature_id);

ALTER TABLE ONLY public.slot
    ADD CONSTRAINT slot_pkey PRIMARY KEY (place_id, session_id, starts_at);

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_login UNIQUE (login);

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_pkey PRIMARY KEY (staff_id);

ALTER TABLE ONLY public.staff_role
    ADD CONSTRAINT staff_role_pkey PRIMARY KEY (staff_role_id);

ALTER TABLE ONLY public.staff_try
    ADD CONSTRAINT staff_try_pkey PRIMARY KEY (try_id);

ALTER TABLE ONLY public.stock_account
    ADD CONSTRAINT stock_account_pkey PRIMARY KEY (place_id, lot_id, unit_id, state);

ALTER TABLE ONLY public.stock_posting
    ADD CONSTRAINT stock_posting_pkey PRIMARY KEY (place_id, posting_id, line);

ALTER TABLE ONLY public.stock_request
    ADD CONSTRAINT stock_request_pkey PRIMARY KEY (place_id, request_id);

ALTER TABLE ONLY public.stock_review
    ADD CONSTRAINT stock_review_pkey PRIMARY KEY (place_id, review_id);

ALTER TABLE ONLY public.stocktake_line
    ADD CONSTRAINT stocktake_line_pkey PRIMARY KEY (place_id, stocktake_id, unit_id);

ALTER TABLE ONLY public.stocktake
    ADD CONSTRAINT stocktake_pkey PRIMARY KEY (place_id, stocktake_id);

ALTER TABLE ONLY public.storage_limit
    ADD CONSTRAINT storage_limit_pkey PRIMARY KEY (product, state);

ALTER TABLE ONLY public.ticket_photo
    ADD CONSTRAINT ticket_photo_pkey PRIMARY KEY (person_id, ticket_id);

ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_pkey PRIMARY KEY (person_id, ticket_id);

ALTER TABLE ONLY public.ticket_step
    ADD CONSTRAINT ticket_step_pkey PRIMARY KEY (person_id, ticket_id, step);

ALTER TABLE ONLY public.trade_item
    ADD CONSTRAINT trade_item_pkey PRIMARY KEY (gtin);

ALTER TABLE ONLY public.vial
    ADD CONSTRAINT vial_number UNIQUE (place_id, session_id, number);

ALTER TABLE ONLY public.vial
    ADD CONSTRAINT vial_pkey PRIMARY KEY (place_id, vial_id);

ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_number UNIQUE (place_id, session_id, number);

ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_once_a_session UNIQUE (place_id, session_id, person_id);

ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_pkey PRIMARY KEY (place_id, visit_id);

ALTER TABLE ONLY public.vvm_look
    ADD CONSTRAINT vvm_look_pkey PRIMARY KEY (place_id, look_id);

ALTER TABLE ONLY public.waiting_list_entry
    ADD CONSTRAINT waiting_list_entry_pkey PRIMARY KEY (person_id, entry_id);

CREATE INDEX access_entry_actor ON public.access_entry USING btree (actor_id, at);

CREATE INDEX account_person_account ON public.account_person USING btree (account_id);

CREATE INDEX aefi_case_place ON public.aefi_case USING btree (place_id, opened_at);

CREATE INDEX aefi_report_dose ON public.aefi_report USING btree (person_id, immunization_id, reported_at);

CREATE UNIQUE INDEX alert_open_once ON public.alert USING btree (rule, subject) WHERE (resolved_at IS NULL);

CREATE INDEX allocation_line_to ON public.allocation_line USING btree (to_place_id, allocation_id);

CREATE INDEX appointment_code ON public.appointment USING btree (code);

CREATE INDEX appointment_held ON public.appointment USING btree (held_until) WHERE (status = 'held'::text);

CREATE INDEX appointment_person ON public.appointment USING btree (person_id);

CREATE INDEX appointment_session ON public.appointment USING btree (place_id, session_id, starts_at);

CREATE INDEX area_parent ON public.area USING btree (parent_id);

CREATE INDEX area_path ON public.area USING gist (path);

CREATE INDEX area_search_name ON public.area USING gin (search_name public.gin_trgm_ops);

CREATE INDEX area_wide ON public.area USING btree (level, code) WHERE (level = ANY (ARRAY['region'::text, 'province'::text, 'district'::text]));

CREATE INDEX booking_code_digest ON public.booking_code USING btree (code_digest);

CREATE INDEX booking_request_waiting ON public.booking_request USING btree (asked_at) WHERE (answered_at IS NULL);

CREATE INDEX certificate_due_queue ON public.certificate_due USING btree (queued_at);

CREATE INDEX certificate_ends ON public.certificate USING btree (expires_at) WHERE (retired_at IS NULL);

CREATE INDEX certificate_kid ON public.certificate USING btree (kid, expires_at);

CREATE UNIQUE INDEX certificate_live ON public.certificate USING btree (person_id, immunization_id, version, format, renewal) WHERE (retired_at IS NULL);

CREATE INDEX certificate_uvci ON public.certificate USING btree (uvci);

CREATE INDEX certificate_withdrawn ON public.certificate USING btree (expires_at) WHERE (retired_at IS NOT NULL);

CREATE INDEX claim_to ON public.claim USING btree (to_place_id, answered_at);

CREATE INDEX cleansing_batch_area ON public.cleansing_batch USING btree (area_id, made_at);

CREATE INDEX cleansing_line_batch ON public.cleansing_line USING btree (batch_id);

CREATE UNIQUE INDEX cleansing_line_live ON public.cleansing_line USING btree (person_id) WHERE (done_at IS NULL);

CREATE INDEX contact_blind ON public.contact USING btree (blind_index);

CREATE INDEX declaration_code ON public.declaration USING btree (code);

CREATE INDEX device_place ON public.device USING btree (place_id);

CREATE INDEX dose_review_open ON public.dose_review USING btree (place_id, session_id) WHERE (settled_at IS NULL);

CREATE INDEX draw_entry_draw ON public.draw_entry USING btree (draw_id, tier, pseudonym);

CREATE INDEX event_person ON ONLY public.event USING btree (person_id, event_id) WHERE (person_id IS NOT NULL);

CREATE INDEX event_place ON ONLY public.event USING btree (place_id, event_id) WHERE (place_id IS NOT NULL);

CREATE INDEX event_tx ON ONLY public.event USING btree (tx);

CREATE INDEX handling_unit_step_unit ON public.handling_unit_step USING btree (place_id, unit_id, at);

CREATE INDEX help_answer_by ON public.help_answer USING btree (by);

CREATE INDEX help_question_asked ON public.help_question USING btree (asked_at);

CREATE INDEX identity_question_wanted ON public.identity_question USING btree (wanted_at);

CREATE INDEX immunization_lot ON public.immunization USING btree (lot_id);

CREATE INDEX immunization_session ON public.immunization USING btree (place_id, session_id);

CREATE INDEX message_reply_address ON public.message_reply USING btree (address_index, received_at);

CREATE INDEX otp_challenge_address ON public.otp_challenge USING btree (address_index, sent_at);

CREATE INDEX otp_challenge_phone ON public.otp_challenge USING btree (phone_index, sent_at);

CREATE INDEX outbox_message_address ON public.outbox_message USING btree (address_index, created_at);

CREATE INDEX outbox_message_person ON public.outbox_message USING btree (person_id, created_at) WHERE (person_id IS NOT NULL);

CREATE INDEX outbox_message_receipt ON public.outbox_message USING btree (receipt) WHERE (receipt IS NOT NULL);

CREATE INDEX outbox_message_sent ON public.outbox_message USING btree (sent_at) WHERE (sent_at IS NOT NULL);

CREATE INDEX outbox_message_waiting ON public.outbox_message USING btree (COALESCE(next_at, created_at)) WHERE (state = 'waiting'::text);

CREATE INDEX paper_entry_session ON public.paper_entry USING btree (place_id, session_id, entered_at);

CREATE INDEX person_area ON public.person USING btree (area_id);

CREATE INDEX person_identifier_blind ON public.person_identifier USING btree (blind_index);

CREATE UNIQUE INDEX person_merge_live ON public.person_merge USING btree (merged_id) WHERE (undone_at IS NULL);

CREATE INDEX person_name_birth ON public.person USING btree (search_name, birth_date);

CREATE INDEX place_application_decision_by ON public.place_application_decision USING btree (decided_by);

CREATE INDEX place_application_decision_place ON public.place_application_decision USING btree (place_id) WHERE (place_id IS NOT NULL);

CREATE INDEX place_application_province ON public.place_application USING btree (province_code, opened_at);

CREATE INDEX place_application_version_area ON public.place_application_version USING btree (area_id);

CREATE INDEX place_area ON public.place USING btree (area_id);

CREATE INDEX place_parent ON public.place USING btree (parent_id);

CREATE INDEX place_search_name ON public.place USING gin (search_name public.gin_trgm_ops);

CREATE INDEX place_working ON public.place USING btree (area_id) WHERE ((closed_on IS NULL) AND (kind = ANY (ARRAY['station'::text, 'hospital'::text, 'clinic'::text, 'mobile_team'::text])));

CREATE INDEX push_browser_endpoint ON public.push_browser USING btree (endpoint_index) WHERE (ended_at IS NULL);

CREATE INDEX reaction_check_due ON public.reaction_check USING btree (due_on) WHERE (sampled AND (asked_at IS NULL));

CREATE INDEX recall_person_place ON public.recall_person USING btree (recall_id, place_id);

CREATE INDEX recall_person_untold ON public.recall_person USING btree (recall_id) WHERE (told_at IS NULL);

CREATE UNIQUE INDEX recommendation_current ON public.recommendation USING btree (person_id, disease) WHERE (superseded_at IS NULL);

CREATE INDEX recommendation_due_since ON public.recommendation_due USING btree (since);

CREATE INDEX recommendation_next_change ON public.recommendation USING btree (next_change) WHERE ((superseded_at IS NULL) AND (next_change IS NOT NULL));

CREATE INDEX recommendation_rule_set ON public.recommendation USING btree (rule_set_id, person_id) WHERE (superseded_at IS NULL);

CREATE INDEX registration_by_id ON public.registration USING btree (registration_id);

CREATE INDEX registration_code ON public.registration USING btree (code);

CREATE INDEX registration_draft_account ON public.registration_draft USING btree (account_id, updated_at);

CREATE INDEX registration_draft_guest ON public.registration_draft USING btree (guest_digest, updated_at) WHERE (guest_digest IS NOT NULL);

CREATE INDEX registration_place ON public.registration USING btree (assigned_place_id, status) WHERE (assigned_place_id IS NOT NULL);

CREATE INDEX registration_suspected ON public.registration USING btree (province_code, registered_at) WHERE ((suspected_person_id IS NOT NULL) AND (status = 'registered'::text));

CREATE INDEX registration_to_approve ON public.registration USING btree (province_code) WHERE (status = 'registered'::text);

CREATE INDEX registration_worklist ON public.registration USING btree (province_code, status, registered_at);

CREATE UNIQUE INDEX restriction_live ON public.restriction USING btree (person_id) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX revocation_open ON public.revocation USING btree (scope, certificate_id, session_id, kid) NULLS NOT DISTINCT WHERE (decided_at IS NULL);

CREATE INDEX rollup_district_day_province ON public.rollup_district_day USING btree (province_code);

CREATE INDEX rollup_province_day_day ON public.rollup_province_day USING btree (day);

CREATE INDEX rollup_province_hour_day ON public.rollup_province_hour USING btree (day);

CREATE INDEX rollup_province_on ON public.rollup_province USING btree (day);

CREATE INDEX rule_set_draft_code ON public.rule_set_draft USING btree (code, drafted_at);

CREATE UNIQUE INDEX rule_set_first ON public.rule_set USING btree (code) WHERE (author_id IS NULL);

CREATE INDEX session_day ON public.session USING btree (starts_at);

CREATE INDEX session_open ON public.session USING btree (place_id) WHERE (status = 'open'::text);

CREATE INDEX session_poster_end ON public.session_poster USING btree (expires_at);

CREATE INDEX session_starts ON public.session USING btree (place_id, starts_at);

CREATE INDEX session_to_come ON public.session USING btree (ends_at) WHERE (status = ANY (ARRAY['approved'::text, 'open'::text]));

CREATE INDEX shipment_allocation ON public.shipment USING btree (place_id, allocation_id) WHERE (allocation_id IS NOT NULL);

CREATE INDEX shipment_to ON public.shipment USING btree (to_place_id, received_at);

CREATE INDEX sign_in_account ON public.sign_in USING btree (account_id) WHERE (account_id IS NOT NULL);

CREATE INDEX sign_in_staff ON public.sign_in USING btree (staff_id) WHERE (staff_id IS NOT NULL);

CREATE UNIQUE INDEX signing_key_opening ON public.signing_key USING btree (use, scope) WHERE opening;

CREATE INDEX slot_release ON public.slot USING btree (release_at) WHERE ((NOT released) AND (release_at IS NOT NULL));

CREATE INDEX staff_role_staff ON public.staff_role USING btree (staff_id);

CREATE INDEX staff_try_login ON public.staff_try USING btree (login_index, tried_at);

CREATE INDEX stock_account_held ON public.stock_account USING btree (lot_id, place_id) WHERE held;

CREATE INDEX stock_account_lot ON public.stock_account USING btree (lot_id, state);

CREATE INDEX stock_posting_lot ON public.stock_posting USING btree (lot_id, place_id);

CREATE INDEX stock_request_supplier ON public.stock_request USING btree (supplier_id, status);

CREATE UNIQUE INDEX stock_reversed_once ON public.stock_posting USING btree (place_id, reverses, line) WHERE (reverses IS NOT NULL);

CREATE UNIQUE INDEX stock_review_entry ON public.stock_review USING btree (place_id, entry_id, lot_id, kind);

CREATE INDEX stock_review_open ON public.stock_review USING btree (place_id, opened_at) WHERE (settled_at IS NULL);

CREATE UNIQUE INDEX stocktake_one_open ON public.stocktake USING btree (place_id) WHERE (status <> 'verified'::text);

CREATE INDEX ticket_number ON public.ticket USING btree (number);

CREATE INDEX ticket_place ON public.ticket USING btree (place_id, opened_at) WHERE (place_id IS NOT NULL);

CREATE INDEX ticket_province ON public.ticket USING btree (province_code, opened_at);

CREATE INDEX trade_item_product ON public.trade_item USING btree (product);

CREATE INDEX vvm_look_unit ON public.vvm_look USING btree (place_id, unit_id, at);

CREATE INDEX waiting_list_line ON public.waiting_list_entry USING btree (place_id, campaign_id, priority, joined_at) WHERE (status = 'waiting'::text);

CREATE INDEX waiting_list_offered ON public.waiting_list_entry USING btree (offered_until) WHERE (status = 'offered'::text);

CREATE UNIQUE INDEX waiting_list_once ON public.waiting_list_entry USING btree (person_id, place_id) WHERE (status = ANY (ARRAY['waiting'::text, 'offered'::text]));

CREATE INDEX waiting_list_token ON public.waiting_list_entry USING btree (token_digest) WHERE (token_digest IS NOT NULL);

ALTER TABLE ONLY public.account_person
    ADD CONSTRAINT account_person_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.account_person
    ADD CONSTRAINT account_person_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.adjustment
    ADD CONSTRAINT adjustment_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES public.lot(lot_id);

ALTER TABLE ONLY public.adjustment
    ADD CONSTRAINT adjustment_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.aefi_case
    ADD CONSTRAINT aefi_case_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.aefi_case
    ADD CONSTRAINT aefi_case_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.aefi_report
    ADD CONSTRAINT aefi_report_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.aefi_report
    ADD CONSTRAINT aefi_report_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_claimed_by_fkey FOREIGN KEY (claimed_by) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.alert_comment
    ADD CONSTRAINT alert_comment_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES public.alert(alert_id);

ALTER TABLE ONLY public.alert_comment
    ADD CONSTRAINT alert_comment_by_fkey FOREIGN KEY (by) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.alert_rule
    ADD CONSTRAINT alert_rule_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.allocation_line
    ADD CONSTRAINT allocation_line_place_id_allocation_id_fkey FOREIGN KEY (place_id, allocation_id) REFERENCES public.allocation(place_id, allocation_id);

ALTER TABLE ONLY public.allocation_line
    ADD CONSTRAINT allocation_line_to_place_id_fkey FOREIGN KEY (to_place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.allocation
    ADD CONSTRAINT allocation_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.allocation
    ADD CONSTRAINT allocation_product_fkey FOREIGN KEY (product) REFERENCES public.product(code);

ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_place_id_session_id_starts_at_fkey FOREIGN KEY (place_id, session_id, starts_at) REFERENCES public.slot(place_id, session_id, starts_at);

ALTER TABLE ONLY public.area
    ADD CONSTRAINT area_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.booking_code
    ADD CONSTRAINT booking_code_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.certificate_due
    ADD CONSTRAINT certificate_due_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_revocation_id_fkey FOREIGN KEY (revocation_id) REFERENCES public.revocation(revocation_id);

ALTER TABLE ONLY public.claim
    ADD CONSTRAINT claim_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES public.lot(lot_id);

ALTER TABLE ONLY public.claim
    ADD CONSTRAINT claim_place_id_shipment_id_fkey FOREIGN KEY (place_id, shipment_id) REFERENCES public.shipment(place_id, shipment_id);

ALTER TABLE ONLY public.claim
    ADD CONSTRAINT claim_to_place_id_fkey FOREIGN KEY (to_place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.cleansing_batch
    ADD CONSTRAINT cleansing_batch_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.cleansing_line
    ADD CONSTRAINT cleansing_line_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES public.cleansing_batch(batch_id);

ALTER TABLE ONLY public.cleansing_line
    ADD CONSTRAINT cleansing_line_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.consent
    ADD CONSTRAINT consent_consent_text_id_fkey FOREIGN KEY (consent_text_id) REFERENCES public.consent_text(consent_text_id);

ALTER TABLE ONLY public.consent
    ADD CONSTRAINT consent_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.consumable
    ADD CONSTRAINT consumable_pair_of_fkey FOREIGN KEY (pair_of) REFERENCES public.product(code);

ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.declaration
    ADD CONSTRAINT declaration_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.destruction
    ADD CONSTRAINT destruction_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_enrolled_by_fkey FOREIGN KEY (enrolled_by) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.dose_claim
    ADD CONSTRAINT dose_claim_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.dose_review
    ADD CONSTRAINT dose_review_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.rule_set_draft
    ADD CONSTRAINT draft_read_before_approved FOREIGN KEY (draft_id, approved_by, compared_digest) REFERENCES public.rule_set_reading(draft_id, staff_id, digest);

ALTER TABLE ONLY public.draw_entry
    ADD CONSTRAINT draw_entry_draw_id_fkey FOREIGN KEY (draw_id) REFERENCES public.draw(draw_id);

ALTER TABLE ONLY public.draw_entry
    ADD CONSTRAINT draw_entry_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.draw
    ADD CONSTRAINT draw_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.finding
    ADD CONSTRAINT finding_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.finding
    ADD CONSTRAINT finding_product_fkey FOREIGN KEY (product) REFERENCES public.product(code);

ALTER TABLE ONLY public.handling_unit
    ADD CONSTRAINT handling_unit_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES public.lot(lot_id);

ALTER TABLE ONLY public.handling_unit
    ADD CONSTRAINT handling_unit_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.handling_unit_step
    ADD CONSTRAINT handling_unit_step_place_id_unit_id_fkey FOREIGN KEY (place_id, unit_id) REFERENCES public.handling_unit(place_id, unit_id);

ALTER TABLE ONLY public.help_answer
    ADD CONSTRAINT help_answer_by_fkey FOREIGN KEY (by) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.help_answer
    ADD CONSTRAINT help_answer_question_id_fkey FOREIGN KEY (question_id) REFERENCES public.help_question(question_id);

ALTER TABLE ONLY public.identity_check
    ADD CONSTRAINT identity_check_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.identity_question
    ADD CONSTRAINT identity_question_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.immunization
    ADD CONSTRAINT immunization_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.immunization
    ADD CONSTRAINT immunization_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES public.lot(lot_id);

ALTER TABLE ONLY public.immunization
    ADD CONSTRAINT immunization_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.immunization
    ADD CONSTRAINT immunization_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.immunization
    ADD CONSTRAINT immunization_product_fkey FOREIGN KEY (product) REFERENCES public.product(code);

ALTER TABLE ONLY public.immunization
    ADD CONSTRAINT immunization_rule_set_id_fkey FOREIGN KEY (rule_set_id) REFERENCES public.rule_set(rule_set_id);

ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.lot_expiry
    ADD CONSTRAINT lot_expiry_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES public.lot(lot_id);

ALTER TABLE ONLY public.lot
    ADD CONSTRAINT lot_product_fkey FOREIGN KEY (product) REFERENCES public.product(code);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.organisation_list
    ADD CONSTRAINT organisation_list_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.organisation(account_id);

ALTER TABLE ONLY public.paper_entry
    ADD CONSTRAINT paper_entry_entered_by_fkey FOREIGN KEY (entered_by) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.paper_entry
    ADD CONSTRAINT paper_entry_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.passport_name
    ADD CONSTRAINT passport_name_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_ethnic_group_fkey FOREIGN KEY (ethnic_group) REFERENCES public.ethnic_group(code);

ALTER TABLE ONLY public.person_identifier
    ADD CONSTRAINT person_identifier_country_fkey FOREIGN KEY (country) REFERENCES public.country(code);

ALTER TABLE ONLY public.person_identifier
    ADD CONSTRAINT person_identifier_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.person_merge
    ADD CONSTRAINT person_merge_merged_id_fkey FOREIGN KEY (merged_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.person_merge
    ADD CONSTRAINT person_merge_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_nationality_fkey FOREIGN KEY (nationality) REFERENCES public.country(code);

ALTER TABLE ONLY public.person_pair
    ADD CONSTRAINT person_pair_other_id_fkey FOREIGN KEY (other_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.person_pair
    ADD CONSTRAINT person_pair_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_permanent_area_id_fkey FOREIGN KEY (permanent_area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_priority_group_id_fkey FOREIGN KEY (priority_group_id) REFERENCES public.priority_group(priority_group_id);

ALTER TABLE ONLY public.person_version
    ADD CONSTRAINT person_version_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.place_application_decision
    ADD CONSTRAINT place_application_decision_application_id_version_fkey FOREIGN KEY (application_id, version) REFERENCES public.place_application_version(application_id, version);

ALTER TABLE ONLY public.place_application_decision
    ADD CONSTRAINT place_application_decision_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.place_application_decision
    ADD CONSTRAINT place_application_decision_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.place_application_version
    ADD CONSTRAINT place_application_version_application_id_fkey FOREIGN KEY (application_id) REFERENCES public.place_application(application_id);

ALTER TABLE ONLY public.place_application_version
    ADD CONSTRAINT place_application_version_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.place
    ADD CONSTRAINT place_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.place
    ADD CONSTRAINT place_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.product_code
    ADD CONSTRAINT product_code_product_fkey FOREIGN KEY (product) REFERENCES public.product(code);

ALTER TABLE ONLY public.product_pack
    ADD CONSTRAINT product_pack_product_fkey FOREIGN KEY (product) REFERENCES public.product(code);

ALTER TABLE ONLY public.push_browser
    ADD CONSTRAINT push_browser_sign_in_id_fkey FOREIGN KEY (sign_in_id) REFERENCES public.sign_in(sign_in_id);

ALTER TABLE ONLY public.reaction_check
    ADD CONSTRAINT reaction_check_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.recall
    ADD CONSTRAINT recall_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES public.lot(lot_id);

ALTER TABLE ONLY public.recommendation_due
    ADD CONSTRAINT recommendation_due_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.recommendation
    ADD CONSTRAINT recommendation_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.recommendation
    ADD CONSTRAINT recommendation_rule_set_id_fkey FOREIGN KEY (rule_set_id) REFERENCES public.rule_set(rule_set_id);

ALTER TABLE ONLY public.registration
    ADD CONSTRAINT registration_assigned_place_id_fkey FOREIGN KEY (assigned_place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.registration
    ADD CONSTRAINT registration_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaign(campaign_id);

ALTER TABLE ONLY public.registration_draft
    ADD CONSTRAINT registration_draft_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.registration
    ADD CONSTRAINT registration_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.registration
    ADD CONSTRAINT registration_wanted_place_id_fkey FOREIGN KEY (wanted_place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.restriction
    ADD CONSTRAINT restriction_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.revocation
    ADD CONSTRAINT revocation_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.revocation
    ADD CONSTRAINT revocation_kid_fkey FOREIGN KEY (kid) REFERENCES public.signing_key(kid);

ALTER TABLE ONLY public.revocation
    ADD CONSTRAINT revocation_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.rule_set
    ADD CONSTRAINT rule_set_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.rule_set
    ADD CONSTRAINT rule_set_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.rule_set_draft
    ADD CONSTRAINT rule_set_draft_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.rule_set_draft
    ADD CONSTRAINT rule_set_draft_based_on_fkey FOREIGN KEY (based_on) REFERENCES public.rule_set(rule_set_id);

ALTER TABLE ONLY public.rule_set_draft
    ADD CONSTRAINT rule_set_draft_rule_set_id_fkey FOREIGN KEY (rule_set_id) REFERENCES public.rule_set(rule_set_id);

ALTER TABLE ONLY public.rule_set_reading
    ADD CONSTRAINT rule_set_reading_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES public.rule_set_draft(draft_id);

ALTER TABLE ONLY public.rule_set_reading
    ADD CONSTRAINT rule_set_reading_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.schedule_age
    ADD CONSTRAINT schedule_age_rule_set_id_fkey FOREIGN KEY (rule_set_id) REFERENCES public.rule_set(rule_set_id);

ALTER TABLE ONLY public.schedule_course
    ADD CONSTRAINT schedule_course_rule_set_id_fkey FOREIGN KEY (rule_set_id) REFERENCES public.rule_set(rule_set_id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaign(campaign_id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.session_poster
    ADD CONSTRAINT session_poster_kid_fkey FOREIGN KEY (kid) REFERENCES public.signing_key(kid);

ALTER TABLE ONLY public.session_poster
    ADD CONSTRAINT session_poster_place_id_session_id_fkey FOREIGN KEY (place_id, session_id) REFERENCES public.session(place_id, session_id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_product_fkey FOREIGN KEY (product) REFERENCES public.product(code);

ALTER TABLE ONLY public.shipment_line
    ADD CONSTRAINT shipment_line_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES public.lot(lot_id);

ALTER TABLE ONLY public.shipment_line
    ADD CONSTRAINT shipment_line_place_id_shipment_id_fkey FOREIGN KEY (place_id, shipment_id) REFERENCES public.shipment(place_id, shipment_id);

ALTER TABLE ONLY public.shipment_line
    ADD CONSTRAINT shipment_line_wrong_lot FOREIGN KEY (wrong_lot_id) REFERENCES public.lot(lot_id);

ALTER TABLE ONLY public.shipment
    ADD CONSTRAINT shipment_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.shipment
    ADD CONSTRAINT shipment_to_place_id_fkey FOREIGN KEY (to_place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT sign_in_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(account_id);

ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT sign_in_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.site_signature
    ADD CONSTRAINT site_signature_place_id_session_id_fkey FOREIGN KEY (place_id, session_id) REFERENCES public.session(place_id, session_id);

ALTER TABLE ONLY public.site_signature
    ADD CONSTRAINT site_signature_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.slot
    ADD CONSTRAINT slot_place_id_session_id_fkey FOREIGN KEY (place_id, session_id) REFERENCES public.session(place_id, session_id);

ALTER TABLE ONLY public.staff_role
    ADD CONSTRAINT staff_role_area_id_fkey FOREIGN KEY (area_id) REFERENCES public.area(area_id);

ALTER TABLE ONLY public.staff_role
    ADD CONSTRAINT staff_role_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.staff_role
    ADD CONSTRAINT staff_role_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.stock_account
    ADD CONSTRAINT stock_account_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES public.lot(lot_id);

ALTER TABLE ONLY public.stock_account
    ADD CONSTRAINT stock_account_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.stock_posting
    ADD CONSTRAINT stock_posting_place_id_lot_id_unit_id_state_fkey FOREIGN KEY (place_id, lot_id, unit_id, state) REFERENCES public.stock_account(place_id, lot_id, unit_id, state) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.stock_request
    ADD CONSTRAINT stock_request_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.stock_request
    ADD CONSTRAINT stock_request_product_fkey FOREIGN KEY (product) REFERENCES public.product(code);

ALTER TABLE ONLY public.stock_request
    ADD CONSTRAINT stock_request_supplier_id_fkey FOREIGN KEY (supplier_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.stock_review
    ADD CONSTRAINT stock_review_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES public.lot(lot_id);

ALTER TABLE ONLY public.stock_review
    ADD CONSTRAINT stock_review_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.stocktake_line
    ADD CONSTRAINT stocktake_line_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES public.lot(lot_id);

ALTER TABLE ONLY public.stocktake_line
    ADD CONSTRAINT stocktake_line_place_id_stocktake_id_fkey FOREIGN KEY (place_id, stocktake_id) REFERENCES public.stocktake(place_id, stocktake_id);

ALTER TABLE ONLY public.stocktake
    ADD CONSTRAINT stocktake_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.storage_limit
    ADD CONSTRAINT storage_limit_product_fkey FOREIGN KEY (product) REFERENCES public.product(code);

ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.ticket_photo
    ADD CONSTRAINT ticket_photo_person_id_ticket_id_fkey FOREIGN KEY (person_id, ticket_id) REFERENCES public.ticket(person_id, ticket_id);

ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);

ALTER TABLE ONLY public.ticket_step
    ADD CONSTRAINT ticket_step_person_id_ticket_id_fkey FOREIGN KEY (person_id, ticket_id) REFERENCES public.ticket(person_id, ticket_id);

ALTER TABLE ONLY public.trade_item
    ADD CONSTRAINT trade_item_product_fkey FOREIGN KEY (product) REFERENCES public.product(code);

ALTER TABLE ONLY public.vial
    ADD CONSTRAINT vial_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES public.lot(lot_id);

ALTER TABLE ONLY public.vial
    ADD CONSTRAINT vial_place_id_session_id_fkey FOREIGN KEY (place_id, session_id) REFERENCES public.session(place_id, session_id);

ALTER TABLE ONLY public.vial
    ADD CONSTRAINT vial_place_id_unit_id_fkey FOREIGN KEY (place_id, unit_id) REFERENCES public.handling_unit(place_id, unit_id);

ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_place_id_session_id_fkey FOREIGN KEY (place_id, session_id) REFERENCES public.session(place_id, session_id);

ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_rule_set_id_fkey FOREIGN KEY (rule_set_id) REFERENCES public.rule_set(rule_set_id);

ALTER TABLE ONLY public.vvm_look
    ADD CONSTRAINT vvm_look_by_fkey FOREIGN KEY (by) REFERENCES public.staff(staff_id);

ALTER TABLE ONLY public.vvm_look
    ADD CONSTRAINT vvm_look_place_id_unit_id_fkey FOREIGN KEY (place_id, unit_id) REFERENCES public.handling_unit(place_id, unit_id);

ALTER TABLE ONLY public.waiting_list_entry
    ADD CONSTRAINT waiting_list_entry_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaign(campaign_id);

ALTER TABLE ONLY public.waiting_list_entry
    ADD CONSTRAINT waiting_list_entry_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id);

ALTER TABLE ONLY public.waiting_list_entry
    ADD CONSTRAINT waiting_list_entry_place_id_fkey FOREIGN KEY (place_id) REFERENCES public.place(place_id);
