-- How good the data are, and whom the campaign reaches.

-- name: forget_people
with of_identities as (delete from identity_count)
delete from ethnic_count;

-- name: count_people
-- People by the state of their identity and by ethnic group, in one look at the register.
with counted as materialized (
    select ltree2text(subpath(a.path, 2, 1)) as province_code, p.identity_status, coalesce(p.ethnic_group, 'unknown') as ethnic_group,
           count(*) as people
      from person p join area a on a.area_id = p.area_id
     where p.merged_into is null and nlevel(a.path) > 2
     group by 1, 2, 3),
of_identities as (
    insert into identity_count (province_code, identity_status, people, counted_at)
    select province_code, identity_status, sum(people), :at from counted group by 1, 2)
insert into ethnic_count (province_code, ethnic_group, people, counted_at)
select province_code, ethnic_group, sum(people), :at from counted group by 1, 2;

-- name: identities
-- People by the state of their identity, in the nation or in a province, and when they were counted.
select identity_status as state, sum(people)::bigint as people, max(counted_at) as counted_at
  from identity_count where :province::text is null or province_code = :province
 group by identity_status order by 2 desc, 1;

-- name: quality
-- What is late, changed, unsigned, disputed or awaits a look, in the nation or in a province.
select coalesce(sum(r.doses) filter (where r.entry = 'recorded' and r.recorded_on > :today::date - 7), 0)::bigint as recorded,
       coalesce(sum(r.doses) filter (where r.entry = 'recorded' and r.recorded_on > :today::date - 7 and r.recorded_on > r.day + 1), 0)::bigint as late,
       coalesce(sum(r.doses) filter (where r.entry = 'corrected'), 0)::bigint as corrected,
       coalesce(-sum(r.doses) filter (where r.entry = 'taken_back'), 0)::bigint as taken_back,
       (select count(*) from session s
         where s.status = 'closed' and s.starts_at > :at::timestamptz - interval '30 days'
           and exists (select from place p join area a on a.area_id = p.area_id
                        where p.place_id = s.place_id and (:path::ltree is null or a.path <@ :path::ltree))
           and exists (select from immunization i where i.place_id = s.place_id and i.session_id = s.session_id and i.status = 'completed')
           and not exists (select from site_signature g where g.place_id = s.place_id and g.session_id = s.session_id))::int as unsigned,
       (select count(*) from dose_review d join place p on p.place_id = d.place_id join area a on a.area_id = p.area_id
         where d.settled_at is null and (:path::ltree is null or a.path <@ :path::ltree))::int as reviews,
       (select count(*) from registration g
         where g.suspected_person_id is not null and g.status = 'registered'
           and (:province::text is null or g.province_code = :province))::int as duplicates,
       t.tickets, t.tickets_late, t.oldest_ticket
  from (select count(*)::int as tickets, (count(*) filter (where n.due_at < :at))::int as tickets_late, min(n.opened_at) as oldest_ticket
          from ticket_now n
         where n.state not in ('done', 'refused') and (:province::text is null or n.province_code = :province)) t
  left join rollup_recorded r on r.recorded_on > :today::date - 30 and (:province::text is null or r.province_code = :province)
 group by t.tickets, t.tickets_late, t.oldest_ticket;

-- name: channels
-- Doses by how people came to them, in the nation or in a province.
select channel, sum(doses)::bigint as doses
  from rollup_channel_day where :province::text is null or province_code = :province
 group by channel having sum(doses) <> 0 order by 2 desc, 1;
