-- Nobody books before the day that the schedule in force allows for their dose.

create function earliest_day(p_person uuid, p_disease text, p_role text, p_ordinal smallint, p_registered date)
returns date language sql stable as $$
    select greatest(p_registered, (
        select greatest(m.deferred_until, case when m.dose_role = p_role and m.ordinal = p_ordinal then m.earliest end)
          from recommendation m
         where m.person_id = p_person and m.disease = p_disease and m.superseded_at is null))
$$;
comment on function earliest_day is 'The first day of a dose: what the schedule last said of the person, and what the registration says of a dose that is booked with the one before.';

create or replace function judge_places(
    p_at timestamptz, p_ids uuid[], p_acts text[], p_channels text[], p_sign_ins bytea[], p_staff uuid[], p_people uuid[],
    p_ordinals smallint[], p_places uuid[], p_sessions uuid[], p_starts timestamptz[]
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
                    when earliest_day(a.person_id, c.disease, g.dose_role, g.ordinal, g.earliest_on) > (s.starts_at at time zone 'Asia/Ho_Chi_Minh')::date then 'too_early'
                    when p.birth_date + make_interval(years => v.from_age_years)
                         > (s.starts_at at time zone 'Asia/Ho_Chi_Minh')::date then 'too_young'
               end as refusal
          from unnest(p_ids, p_acts, p_channels, p_sign_ins, p_staff, p_people, p_ordinals, p_places, p_sessions, p_starts)
               with ordinality as a(id, act, channel, sign_in_id, staff_id, person_id, ordinal, place_id, session_id,
                                    starts_at, n)
          left join sign_in si on si.sign_in_id = a.sign_in_id and si.ended_at is null and si.expires_at > p_at
          left join command k on k.command_id = a.id
          left join slot s on s.place_id = a.place_id and s.session_id = a.session_id and s.starts_at = a.starts_at
          left join session e on e.place_id = a.place_id and e.session_id = a.session_id
          left join campaign c on c.campaign_id = e.campaign_id
          left join product v on v.code = e.product
          left join person p on p.person_id = a.person_id
          left join lateral (
              select r.registration_id, r.dose_role, r.ordinal, r.status, r.suspected_person_id, r.earliest_on
                from registration r
               where r.person_id = a.person_id and r.campaign_id = e.campaign_id
                 and r.status not in ('refused', 'withdrawn', 'done', 'checked_in')
                 and (a.ordinal is null or r.ordinal = a.ordinal)
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
create or replace function move_place(
    p_at timestamptz, p_from_place uuid, p_from uuid, p_to uuid, p_code text, p_place uuid, p_session uuid, p_starts timestamptz
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
                join campaign c using (campaign_id)
                where g.person_id = v.person_id and g.dose_role = v.dose_role and g.ordinal = v.ordinal
                  and g.status not in ('refused', 'withdrawn')
                  and earliest_day(v.person_id, c.disease, v.dose_role, v.ordinal, g.earliest_on) > v_day) then
        return 'too_early';
    end if;
    if exists (select from person p, session e join product on product.code = e.product
                where p.person_id = v.person_id and e.place_id = p_place and e.session_id = p_session
                  and p.birth_date + make_interval(years => product.from_age_years) > v_day) then
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
