-- name: enrol
insert into device (device_id, place_id, name, public_key, enrolled_at, enrolled_by, seen_at)
values (:device_id, :place_id, :name, :public_key, :at, :by, :at)
on conflict (device_id) do nothing;

-- name: revoke
update device set revoked_at = :at, revoked_by = :by where device_id = :device_id and place_id = :place_id and revoked_at is null;

-- name: saw
update device set seen_at = :at where device_id = :device_id;

-- name: device
select d.device_id, d.place_id, d.name, d.public_key, d.enrolled_at, s.name as enrolled_by_name, d.seen_at, d.revoked_at
  from device d
  join staff s on s.staff_id = d.enrolled_by
 where d.device_id = :device_id;

-- name: devices
select d.device_id, d.place_id, d.name, d.public_key, d.enrolled_at, s.name as enrolled_by_name, d.seen_at, d.revoked_at
  from device d
  join staff s on s.staff_id = d.enrolled_by
 where d.place_id = :place_id
 order by d.revoked_at nulls first, d.seen_at desc
 limit 200;

-- name: author
-- Who acted, with the roles of the day of the act.
select staff.name,
       coalesce((select jsonb_agg(jsonb_build_object('role', r.role, 'area_id', r.area_id, 'area_code', a.code,
                                                     'area_name', a.name, 'area_path', a.path::text,
                                                     'place_id', r.place_id, 'place_name', p.name) order by r.staff_role_id)
                   from staff_role r
                   left join area a on a.area_id = r.area_id
                   left join place p on p.place_id = r.place_id
                  where r.staff_id = staff.staff_id and r.valid_from <= :on_day and (r.valid_to is null or r.valid_to > :on_day)),
                '[]') as roles
  from staff
 where staff.staff_id = :staff_id;
