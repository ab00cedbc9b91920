-- Registering somebody new in one round trip.

-- People who may be the one described: same number, or same name and sex with a birth date that does not contradict.
-- Two arms of a union, so that each walks its own index.
create function people_like(p_indexes bytea[], p_search_name text, p_sex text, p_birth_date date, p_precision text)
    returns setof uuid language sql stable as $$
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

comment on function people_like(bytea[], text, text, date, text) is
    'Who may be the person that a form describes; a human or the action decides who is';

-- Everything that a registration of somebody new writes, with the key of the act, in one statement. False, and nothing is
-- written, for a key that was used and for whoever may be known already: those take the way that recognises people.
create function register_new(p jsonb) returns boolean language plpgsql as $$
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

comment on function register_new(jsonb) is
    'The first registration of somebody whom nobody resembles: person, numbers, contacts, wish, consent, family, message, events';
