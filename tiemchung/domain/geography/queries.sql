-- name: provinces
-- The provinces of a day.
select area_id, code, level, kind, name, name_en, parent_id, path::text
  from area
 where level = 'province' and valid_from <= :on_date and (valid_to is null or valid_to > :on_date);

-- name: children
-- The units directly under one unit on a day.
select area_id, code, level, kind, name, name_en, parent_id, path::text
  from area
 where parent_id = :parent_id and valid_from <= :on_date and (valid_to is null or valid_to > :on_date)
 order by area_id;

-- name: communes_in
-- The communes within a unit on a day.
select c.area_id, c.code, c.level, c.kind, c.name, c.name_en, c.parent_id, c.path::text
  from area within
  join area c on c.path <@ within.path and c.level = 'commune'
 where within.area_id = :area_id and c.valid_from <= :on_date and (c.valid_to is null or c.valid_to > :on_date)
 limit 2000;

-- name: communes_by_code
-- The communes that bore these codes on a day.
select area_id, code, level, kind, name, name_en, parent_id, path::text
  from area
 where code = any(:codes::text[]) and level = 'commune' and valid_from <= :on_date and (valid_to is null or valid_to > :on_date)
 limit 2000;

-- name: by_code
select area_id, code, level, kind, name, name_en, parent_id, path::text
  from area
 where code = :code and valid_from <= :on_date and (valid_to is null or valid_to > :on_date)
 order by valid_from desc
 limit 1;

-- name: by_id
select area_id, code, level, kind, name, name_en, parent_id, path::text from area where area_id = :area_id;

-- name: search
-- Communes of a day by the words typed of commune, district and province, in any order; the closest name first.
select jsonb_build_object('area_id', c.area_id, 'code', c.code, 'level', c.level, 'kind', c.kind, 'name', c.name,
                          'name_en', c.name_en, 'parent_id', c.parent_id, 'path', c.path::text) as area,
       array_remove(array[
           jsonb_build_object('area_id', d.area_id, 'code', d.code, 'level', d.level, 'kind', d.kind, 'name', d.name,
                              'name_en', d.name_en, 'parent_id', d.parent_id, 'path', d.path::text),
           case when p.level = 'province' then
               jsonb_build_object('area_id', p.area_id, 'code', p.code, 'level', p.level, 'kind', p.kind, 'name', p.name,
                                  'name_en', p.name_en, 'parent_id', p.parent_id, 'path', p.path::text) end], null) as within
  from area c
  join area d on d.area_id = c.parent_id
  left join area p on p.area_id = d.parent_id
 where c.level = 'commune' and c.valid_from <= :on_date and (c.valid_to is null or c.valid_to > :on_date)
   and concat_ws(' ', c.search_name, d.search_name, p.search_name) like all (:patterns::text[])
 order by c.search_name like '%' || :words || '%' desc, similarity(c.search_name, :words::text) desc, c.area_id
 limit :most;

-- name: lineage
-- A unit and its district and province, the smallest first.
select up.area_id, up.code, up.level, up.kind, up.name, up.name_en, up.parent_id, up.path::text
  from area
  join area up on up.path @> area.path and up.valid_from <= coalesce(area.valid_to - 1, area.valid_from)
              and (up.valid_to is null or up.valid_to > area.valid_from)
 where area.area_id = any(:area_ids::int[]) and up.level in ('province', 'district', 'commune')
 order by nlevel(up.path) desc;

-- name: lineages
select area.area_id as of_area,
       jsonb_build_object('area_id', up.area_id, 'code', up.code, 'level', up.level, 'kind', up.kind, 'name', up.name,
                          'name_en', up.name_en, 'parent_id', up.parent_id, 'path', up.path::text) as area
  from area
  join area up on up.path @> area.path and up.valid_from <= coalesce(area.valid_to - 1, area.valid_from)
              and (up.valid_to is null or up.valid_to > area.valid_from)
 where area.area_id = any(:area_ids::int[]) and up.level in ('province', 'district', 'commune')
 order by area.area_id, nlevel(up.path) desc;
