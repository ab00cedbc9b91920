-- A dose given with a line is one statement, which keeps the key of the act and its answer; two requests with one key are one dose.
-- squawk-ignore ban-drop-function
drop function give_dose(uuid, text, uuid, uuid, uuid, uuid, uuid, uuid, uuid, timestamptz, text, text, numeric, uuid, timestamptz, timestamptz, uuid);

create function give_dose(
    p_command_id uuid, p_request_id text, p_event_id uuid, p_immunization_id uuid,
    p_place_id uuid, p_visit_id uuid, p_vial_id uuid, p_staff_id uuid, p_device_id uuid, p_device_at timestamptz,
    p_disease text, p_body_site text, p_volume_ml numeric, p_rule_set_id uuid, p_observe_until timestamptz, p_at timestamptz,
    p_given_by uuid default null, p_command_kind text default null, p_command_answer jsonb default null
) returns uuid language plpgsql as $$
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

comment on function give_dose is 'Visit, vial, stock, immunization, claim, appointment, event and answer of one dose, together. The same dose again changes nothing. Refuses by the names of what is not so: command_pkey, visit_waits_for_injection, visit_screened_eligible, session_is_open, vial_is_open, vial_in_time, vial_never_overdrawn, lot_is_released, lot_in_date, dose_given_once. p_staff_id enters it, p_given_by gave it where that is somebody else. p_command_id is the key of the act, kept with the dose and the act''s answer; null where the transaction keeps it.';
