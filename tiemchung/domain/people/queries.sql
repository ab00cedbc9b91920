-- name: lock_identity
-- Two registrations of the same human being wait for one another; the lock ends with the transaction.
select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest(:keys::text[]) as key order by key;

-- name: candidates
-- People who may be the one described, the surest first.
select p.person_id, p.name, p.search_name, p.sex, p.birth_date, p.birth_precision, coalesce(a.name, '') as area_name,
       exists (select from person_identifier i
                where i.person_id = p.person_id and i.ended_at is null
                  and i.blind_index = any(:indexes::bytea[])) as same_identifier,
       exists (select from contact c
                where c.person_id = p.person_id and c.kind = 'phone' and c.ended_at is null
                  and c.blind_index = any(:phones::bytea[])) as same_phone
  from people_like(:indexes::bytea[], :search_name, :sex, :birth_date, :birth_precision) as like_them
  join person p on p.person_id = like_them
  left join area a on a.area_id = p.area_id
 order by same_identifier desc, same_phone desc, p.created_at
 limit 20;

-- name: insert_person
insert into person (person_id, name, search_name, sort_key, sex, birth_date, birth_precision, nationality, ethnic_group,
                    occupation, workplace, area_id, address, priority_group_id, tags, identity_status, created_at)
values (:person_id, :name, :search_name, :sort_key, :sex, :birth_date, :birth_precision, :nationality, :ethnic_group,
        :occupation, :workplace, :area_id, :address, :priority_group_id, :tags::text[], :identity_status, :at);

-- name: refresh_person
-- What a new registration of a known person says about where they stay and work now.
update person
   set area_id = :area_id, address = :address, occupation = coalesce(:occupation, occupation),
       workplace = coalesce(:workplace, workplace), priority_group_id = coalesce(:priority_group_id, priority_group_id),
       ethnic_group = coalesce(:ethnic_group, ethnic_group),
       tags = array(select distinct unnest(tags || :tags::text[]) order by 1)
 where person_id = :person_id;

-- name: insert_identifier
-- A number, unless the person has another one of the same kind and form: which of two is right, a human decides.
insert into person_identifier (person_id, kind, country, blind_index, value_sealed, added_at)
values (:person_id, :kind, :country, :blind_index, :value_sealed, :at)
on conflict (person_id, kind, country, blind_index) do update set ended_at = null, verified_at = null
 where person_identifier.ended_at is not null;

-- name: person_no_longer_without_number
update person set identity_status = 'unchecked' where person_id = :person_id and identity_status = 'no_identifier';

-- name: insert_contact
insert into contact (person_id, contact_id, kind, relation, holder_name, blind_index, value_sealed, added_at)
select :person_id, :contact_id, :kind, :relation, :holder_name, :blind_index, :value_sealed, :at
 where not exists (select from contact c
                    where c.person_id = :person_id and c.kind = :kind and c.blind_index = :blind_index
                      and c.relation = :relation and c.ended_at is null);

-- name: person
select person_id, name, sex, birth_date, birth_precision, nationality, ethnic_group, occupation, workplace, area_id,
       address, priority_group_id, tags, identity_status, created_at
  from person
 where person_id = :person_id;

-- name: identifiers
select person_id, kind, country, value_sealed, verified_at
  from person_identifier
 where person_id = any(:person_ids::uuid[]) and ended_at is null
 order by added_at;

-- name: contacts
select person_id, contact_id, kind, relation, holder_name, value_sealed
  from contact
 where person_id = any(:person_ids::uuid[]) and ended_at is null
 order by added_at desc;

-- name: members
-- The people whom an account may open: oneself first, then in the order they were added.
select p.person_id, p.name, ap.relation, ap.proof
  from account_person ap
  join person p on p.person_id = ap.person_id
 where ap.account_id = :account_id and ap.ended_at is null and p.merged_into is null
 order by ap.relation <> 'self', ap.since
 limit 30;

-- name: link
insert into account_person (person_id, account_id, relation, proof, since)
values (:person_id, :account_id, :relation, :proof, :at)
on conflict (person_id, account_id) do update
   set relation = excluded.relation, proof = excluded.proof, since = excluded.since, ended_at = null
 where account_person.ended_at is not null;

-- name: unlink
update account_person set ended_at = :at
 where person_id = :person_id and account_id = :account_id and ended_at is null;

-- name: has_self
select exists (select from account_person where account_id = :account_id and relation = 'self' and ended_at is null);

-- name: account_reaches
-- Whether the account's own number is one of the numbers that the person is reached at, or the account is linked already.
select exists (select from account_person ap
                where ap.account_id = :account_id and ap.person_id = :person_id and ap.ended_at is null)
    or exists (select from account a
                 join contact c on c.blind_index = a.phone_index and c.kind = 'phone' and c.ended_at is null
                where a.account_id = :account_id and c.person_id = :person_id) as reaches;

-- name: reach
-- The phone of each person, their own before a registrant's, with the language of the account that has this number.
select distinct on (c.person_id) c.person_id, c.contact_id, c.value_sealed, coalesce(a.lang, 'vi') as lang
  from contact c
  left join account a on a.phone_index = c.blind_index
 where c.person_id = any(:person_ids::uuid[]) and c.kind = 'phone' and c.ended_at is null
 order by c.person_id, c.relation <> 'self', c.added_at desc;

-- name: looks
-- Who opened a person's record, newest first.
select at, actor_kind, actor_label, purpose, page
  from access_entry
 where person_id = :person_id
 order by at desc, access_id desc
 limit 200;

-- name: insert_check
insert into identity_check (person_id, check_id, registry, answer, finding, answered_at)
values (:person_id, :check_id, :registry, :answer, :finding, :at);

-- name: set_identity_status
update person set identity_status = :status where person_id = :person_id;

-- name: claim_numbers
insert into identity_claim (blind_index, kind, country, person_id)
select blind_index, kind, country, person_id from person_identifier
 where person_id = :person_id and kind in ('national_id', 'personal_code', 'passport') and verified_at is null
   and ended_at is null;

-- name: verify_numbers
update person_identifier set verified_at = :at
 where person_id = :person_id and kind in ('national_id', 'personal_code', 'passport') and verified_at is null
   and ended_at is null;

-- name: ethnic_groups
select code, name from ethnic_group order by code;

-- name: countries
select code, name, name_en from country order by code;

-- name: lock_person
-- What a record says about who somebody is, held until the act ends.
select name, sex, birth_date, birth_precision from person where person_id = :person_id for update;

-- name: keep_version
-- What the record says now, before it is corrected.
insert into person_version (person_id, version, name, sex, birth_date, birth_precision, until_at, cause, reason, changed_by)
select p.person_id, 1 + (select count(*) from person_version v where v.person_id = p.person_id), p.name, p.sex, p.birth_date,
       p.birth_precision, :at, :cause, :reason, :by
  from person p
 where p.person_id = :person_id;

-- name: correct_person
-- The identity is open again: a registry matched what the record said before.
update person
   set name = :name, search_name = :search_name, sort_key = :sort_key, birth_date = :birth_date,
       birth_precision = :birth_precision,
       identity_status = case when identity_status in ('matched', 'mismatched') then 'unchecked' else identity_status end
 where person_id = :person_id;

-- name: reopen_identity
update person set identity_status = 'unchecked' where person_id = :person_id and identity_status in ('matched', 'mismatched');

-- name: end_numbers
-- Numbers that were wrong: kept, found no more, and free for whom they belong to.
with ended as (
    update person_identifier set ended_at = :at
     where person_id = :person_id and kind = any(:kinds::text[]) and ended_at is null
    returning blind_index, kind, country)
delete from identity_claim c using ended e
 where c.blind_index = e.blind_index and c.kind = e.kind and c.country = e.country and c.person_id = :person_id;

-- name: by_number_and_phone
-- Who has one of these numbers and is reached at this phone.
select p.person_id, c.relation
  from person_identifier i
  join person p on p.person_id = i.person_id and p.merged_into is null
  join contact c on c.person_id = p.person_id and c.kind = 'phone' and c.ended_at is null and c.blind_index = :phone_index
 where i.blind_index = any(:indexes::bytea[]) and i.ended_at is null
 order by c.relation <> 'self', p.created_at
 limit 1;

-- name: emails
select contact_id, value_sealed from contact where person_id = :person_id and kind = 'email' and ended_at is null limit 5;


-- name: keep_whole_version
-- What the record says now, before a ticket amends it.
insert into person_version (person_id, version, name, sex, birth_date, birth_precision, nationality, address, until_at, cause, reason,
                            changed_by, ticket_id)
select p.person_id, 1 + (select count(*) from person_version v where v.person_id = p.person_id), p.name, p.sex, p.birth_date,
       p.birth_precision, p.nationality, p.address, :at, 'ticket', :reason, :by, :ticket_id
  from person p
 where p.person_id = :person_id;

-- name: amend_person
-- A person whose identity was checked under other facts is checked again.
update person
   set name = coalesce(:name, name), search_name = coalesce(:search_name, search_name), sort_key = coalesce(:sort_key, sort_key),
       sex = coalesce(:sex, sex), birth_date = coalesce(:birth_date::date, birth_date),
       birth_precision = coalesce(:birth_precision, birth_precision), nationality = coalesce(:nationality, nationality),
       address = coalesce(:address, address),
       identity_status = case when coalesce(:name, :sex, :birth_date::date::text) is not null
                               and identity_status in ('matched', 'mismatched') then 'unchecked' else identity_status end
 where person_id = :person_id;

-- name: number_of_another
select person_id from person_identifier where blind_index = :blind_index and person_id <> :person_id and ended_at is null limit 1;

-- name: described
select p.person_id
  from person_identifier i
  join person p on p.person_id = i.person_id
 where i.blind_index = any(:indexes::bytea[]) and i.ended_at is null and p.birth_date = :born_on and p.merged_into is null
 limit 1;

-- name: guards
-- A minor whose guardian gave the account's own number.
select exists (select from account a
                 join contact c on c.blind_index = a.phone_index and c.kind = 'phone' and c.relation = 'guardian' and c.ended_at is null
                 join person p on p.person_id = c.person_id
                where a.account_id = :account_id and c.person_id = :person_id and p.birth_date > :adult_born_on) as guards;

-- name: erase_circumstances
update person set occupation = null, workplace = null, ethnic_group = null where person_id = :person_id;

-- name: erase_contacts
-- E-mail addresses, and numbers that no longer reach anybody.
delete from contact where person_id = :person_id and (kind = 'email' or ended_at is not null);

-- name: erase_numbers
delete from person_identifier where person_id = :person_id and kind = 'insurance';

-- name: forget_person
-- The row stays for the counts, under its id alone; so do those that were united with it.
update person
   set name = '–', search_name = '', sort_key = '', birth_date = date_trunc('year', birth_date)::date, birth_precision = 'year',
       ethnic_group = null, occupation = null, workplace = null, address = '', permanent_area_id = null,
       permanent_address = null, tags = '{}', identity_status = 'no_identifier'
 where person_id = :person_id or merged_into = :person_id;

-- name: forget_numbers
delete from person_identifier i using person p
 where p.person_id = i.person_id and (p.person_id = :person_id or p.merged_into = :person_id);

-- name: forget_claims
delete from identity_claim i using person p
 where p.person_id = i.person_id and (p.person_id = :person_id or p.merged_into = :person_id);

-- name: forget_contacts
delete from contact c using person p
 where p.person_id = c.person_id and (p.person_id = :person_id or p.merged_into = :person_id);

-- name: forget_versions
delete from person_version v using person p
 where p.person_id = v.person_id and (p.person_id = :person_id or p.merged_into = :person_id);

-- name: forget_families
update account_person set ended_at = :at where person_id = :person_id and ended_at is null;
