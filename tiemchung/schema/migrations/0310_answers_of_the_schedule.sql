-- What the schedule engine says that is the same for everybody, as rows for statements that look at many people; and booking
-- that asks the engine itself about whoever has had a dose.

alter table rule_set add column disease text;
update rule_set set disease = 'COVID-19' where code = 'vn-covid19';
-- squawk-ignore adding-not-nullable-field
alter table rule_set alter column disease set not null;
comment on column rule_set.disease is 'The vaccine group that the schedule is for: the disease of its products.';

create table schedule_age (
    rule_set_id uuid not null references rule_set,
    product text not null,
    since date not null,
    until date check (until >= since),
    from_months smallint not null check (from_months >= 0),
    from_days smallint not null,
    to_months smallint,
    to_days smallint,
    constraint schedule_age_pkey primary key (rule_set_id, product, since, from_months, from_days),
    check ((to_months is null) = (to_days is null))
);
comment on table schedule_age is 'What the engine says of a rule set: from which age to before which a product may be given, on which days. Written once, when the rule set is published.';

create table schedule_course (
    rule_set_id uuid not null references rule_set,
    product text not null,
    number smallint not null check (number > 0),
    completes boolean not null,
    constraint schedule_course_pkey primary key (rule_set_id, product, number)
);
comment on table schedule_course is 'What the engine says of a rule set: whether a product as this dose of a basic course ends it. Written once, when the rule set is published.';

create function schedule_on(p_disease text, p_day date) returns uuid language sql stable as $$
    select rule_set_id from rule_set
     where disease = p_disease and valid_from <= p_day
     order by valid_from desc, published_at desc
     limit 1
$$;
comment on function schedule_on is 'The rule set that answers for a disease on a day: the last to begin by then, of two that begin together the later published.';

create function day_of_age(p_birth date, p_months int, p_days int) returns date language sql immutable as $$
    select case when extract(day from reached) = extract(day from p_birth) then reached::date
                else (date_trunc('month', reached) + interval '1 month')::date end + p_days
      from (select p_birth + make_interval(months => p_months) as reached) r
$$;
comment on function day_of_age is 'The day on which an age is reached; a day that does not exist is the first of the next month, as the engine counts.';

create function may_be_given(p_product text, p_disease text, p_birth date, p_precision text, p_day date) returns boolean language sql stable as $$
    select exists (
        select from schedule_age a
         where a.rule_set_id = schedule_on(p_disease, p_day) and a.product = p_product
           and a.since <= p_day and (a.until is null or p_day <= a.until)
           and p_day >= day_of_age(case p_precision when 'year' then (p_birth + interval '1 year - 1 day')::date
                                                    when 'month' then (p_birth + interval '1 month - 1 day')::date
                                                    else p_birth end, a.from_months, a.from_days)
           and (a.to_months is null or p_day < day_of_age(p_birth, a.to_months, a.to_days)))
$$;
comment on function may_be_given is 'Whether a product may be given to somebody of an age on a day, as far as the age is asked; a birth known by year or month is looked at from both its ends.';

create function deferred_until(p_person uuid, p_disease text) returns date language sql stable as $$
    select m.deferred_until from recommendation m
     where m.person_id = p_person and m.disease = p_disease and m.superseded_at is null
$$;
comment on function deferred_until is 'The day until which a finding puts a person''s next dose off, by what the schedule last said.';

-- squawk-ignore ban-drop-function
drop function take_places(timestamptz, timestamptz, uuid[], text[], text[], bytea[], uuid[], text[], uuid[], smallint[], uuid[], uuid[], timestamptz[], text[]);
-- squawk-ignore ban-drop-function
drop function judge_places(timestamptz, uuid[], text[], text[], bytea[], uuid[], uuid[], smallint[], uuid[], uuid[], timestamptz[]);
-- squawk-ignore ban-drop-function
drop function move_place(timestamptz, uuid, uuid, uuid, text, uuid, uuid, timestamptz);
-- squawk-ignore ban-drop-function
drop function earliest_day(uuid, text, text, smallint, date);

create function judge_places(
    p_at timestamptz, p_ids uuid[], p_acts text[], p_channels text[], p_sign_ins bytea[], p_staff uuid[], p_people uuid[],
    p_roles text[], p_ordinals smallint[], p_places uuid[], p_sessions uuid[], p_starts timestamptz[], p_due text[], p_against text[]
) returns setof place_request language sql stable as $$
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
comment on function judge_places is 'What stands against each request for a place, or taken: sign-in, family, registration, dose, session, time, then the schedule''s word, then first come first served. p_due and p_against: the dose that the engine allows to who has had one already, or what it says against it.';

create function take_places(
    p_at timestamptz, p_held_until timestamptz,
    p_ids uuid[], p_acts text[], p_channels text[], p_sign_ins bytea[], p_staff uuid[], p_requests text[],
    p_people uuid[], p_roles text[], p_ordinals smallint[], p_places uuid[], p_sessions uuid[], p_starts timestamptz[], p_codes text[],
    p_due text[], p_against text[]
) returns table (command_id uuid, answer text) language plpgsql
-- One plan for every batch, along the keys: planning costs more than booking, and statistics of a quiet table mislead.
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
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
comment on function take_places is 'Holds or books places for many people at once: one row of slot, claim, answer, appointment and event each, or a refusal by name. Outcomes: taken, sign_in_needed, not_found, not_registered, under_review, session_closed, slot_past, already_booked, too_early, too_young, not_due, other_vaccine, slot_full, key_used; again asks the caller to send the request once more.';

create function move_place(
    p_at timestamptz, p_from_place uuid, p_from uuid, p_to uuid, p_code text, p_place uuid, p_session uuid, p_starts timestamptz,
    p_asked boolean, p_against text
) returns text language plpgsql as $$
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
comment on function move_place is 'Another half hour for a booked appointment: the new place is taken, then the old one given back and the claim carried over, or nothing. Answers moved, or what stands against it; p_asked and p_against: the engine was asked, and what it says against it.';
