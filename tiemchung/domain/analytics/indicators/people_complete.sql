-- indicator: Dân số: đủ liều cơ bản
-- indicator_en: Population: basic course complete
-- code: people_complete
-- unit: percent
-- numerator: Số người ở mọi lứa tuổi đã tiêm mũi kết thúc liều cơ bản
-- numerator_en: People of any age who have had the dose that ends the basic course
-- denominator: Toàn bộ dân số, năm 2021
-- denominator_en: The whole population, 2021
-- source: Hồ sơ tiêm; dân số theo nơi cư trú, có nguồn trong tệp dân số của dữ liệu mở
-- source_en: Dose records; population of the place of residence, with its source in the population file of the open data
select coalesce(sum(complete), 0)::bigint as numerator,
       (select coalesce(sum(people), 0) from area_population p join area a on a.code = p.area_code
         where a.level = 'province' and a.valid_to = '2025-07-01' and p.year = 2021 and p.band = 'all')::bigint as denominator
  from rollup_province
 where day <= :day;
