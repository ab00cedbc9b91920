-- name: announce
insert into draw (draw_id, name, place_id, session_id, places, tiers, opens_at, closes_at, seed_sealed, seed_digest,
                  announced_at, announced_by)
values (:draw_id, :name, :place_id, :session_id, :places, :tiers, :opens_at, :closes_at, :seed_sealed, :seed_digest, :at,
        :by);

-- name: draws
-- Draws, the newest first: all, or one.
select draw_id, draw.name, draw.place_id, place.name as place_name, session_id, places, tiers, opens_at, closes_at, seed_digest,
       announced_at, announced_by, seed, beacon, entries_digest, entries, winners, drawn_at
  from draw
  join place using (place_id)
 where :draw_id::uuid is null or draw_id = :draw_id
 order by announced_at desc
 limit 200;

-- name: enter
-- A person takes part once; the tier is that of their priority group, or the last.
insert into draw_entry (person_id, draw_id, pseudonym, tier, entered_at)
select p.person_id, d.draw_id, :pseudonym,
       coalesce((select min(t.n)::int
                   from jsonb_array_elements(d.tiers) with ordinality t(groups, n)
                  where t.groups @> to_jsonb(g.code)), jsonb_array_length(d.tiers) + 1), :at
  from draw d
  join person p on p.person_id = :person_id
  left join priority_group g using (priority_group_id)
 where d.draw_id = :draw_id and :at >= d.opens_at and :at < d.closes_at and d.drawn_at is null
on conflict do nothing;

-- name: entry
select draw_id, pseudonym, tier, entered_at, rank from draw_entry where draw_id = :draw_id and person_id = :person_id;

-- name: lock
-- A draw is drawn once.
select seed_sealed from draw where draw_id = :draw_id and drawn_at is null and closes_at <= :at for update;

-- name: entries
-- The published list: tier and pseudonym, in order.
select convert_to('tier,pseudonym' || chr(10)
                  || coalesce(string_agg(tier || ',' || pseudonym || chr(10), '' order by tier, pseudonym), ''), 'utf8')
  from draw_entry where draw_id = :draw_id;

-- name: hold
-- The draw in one pass: tier by tier, within a tier by the digest that nobody could choose. The published script does the
-- same with a text of its own. A digest has one length, so the order of its bytes is that of its hexadecimal digits.
with list as (
    select count(*)::int as entries,
           encode(sha256(convert_to('tier,pseudonym' || chr(10) || coalesce(
               string_agg(tier || ',' || pseudonym || chr(10), '' order by tier, pseudonym), ''), 'utf8')), 'hex') as digest
      from draw_entry where draw_id = :draw_id
), lot as materialized (
    select person_id, tier, pseudonym,
           sha256(convert_to(:seed || ':' || :beacon || ':' || digest || ':' || pseudonym, 'utf8')) as lot
      from draw_entry, list where draw_id = :draw_id
), won as (
    select person_id, row_number() over (order by tier, lot, pseudonym) as rank
      from lot order by tier, lot, pseudonym limit :places
), ranked as (
    update draw_entry e set rank = won.rank from won where e.draw_id = :draw_id and e.person_id = won.person_id returning 1
)
update draw set seed = :seed, beacon = :beacon, entries_digest = list.digest, entries = list.entries,
                winners = (select count(*) from ranked), drawn_at = :at, drawn_by = :by
  from list where draw_id = :draw_id
returning winners;

-- name: listed_winners
-- The winners in order, as the published script prints them.
select convert_to('rank,tier,pseudonym' || chr(10)
                  || coalesce(string_agg(rank || ',' || tier || ',' || pseudonym || chr(10), '' order by rank), ''), 'utf8')
  from draw_entry where draw_id = :draw_id and rank is not null;

-- name: winners
select person_id, rank from draw_entry where draw_id = :draw_id and rank is not null order by rank;

-- name: issue
insert into booking_code (person_id, code_id, code_digest, cohort, place_id, session_id, issued_at, issued_by, valid_until)
values (:person_id, :code_id, :code_digest, :cohort, :place_id, :session_id, :at, :by, :valid_until);

-- name: use
-- A code is used by its person, for its session, in time, once.
update booking_code set used_at = :at, appointment_id = :appointment_id
 where person_id = :person_id and code_digest = :code_digest and place_id = :place_id and session_id = :session_id
   and used_at is null and valid_until > :at
returning code_id;

-- name: codes
-- Invitations of a person that they may still use.
select code_id, cohort, place_id, place.name as place_name, session_id, s.starts_at, s.ends_at, valid_until
  from booking_code
  join place using (place_id)
  join session s using (place_id, session_id)
 where person_id = :person_id and used_at is null and valid_until > :at and s.status in ('approved', 'open')
 order by valid_until
 limit 20;
