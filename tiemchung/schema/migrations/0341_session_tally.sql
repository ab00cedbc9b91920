-- What the vials of a session gave and what its records say: one definition for every page that compares the two.
create view session_tally as
select s.place_id, s.session_id,
       (select coalesce(sum(v.doses_nominal + v.doses_extra - v.doses_left - v.doses_wasted), 0) from vial v
         where v.place_id = s.place_id and v.session_id = s.session_id)::int as drawn,
       (select count(*) from immunization i
         where i.place_id = s.place_id and i.session_id = s.session_id and i.status = 'completed'
           and not exists (select from immunization n where n.person_id = i.person_id and n.immunization_id = i.immunization_id
                              and n.version > i.version))::int as recorded
  from session s;
comment on view session_tally is 'Doses that left the vials of a session (opened + extra - left - wasted) and doses that its records count; the gap is their difference.';
