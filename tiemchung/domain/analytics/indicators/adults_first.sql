-- indicator: Người từ 18 tuổi: ít nhất 1 mũi
-- indicator_en: People of 18 and older: at least one dose
-- code: adults_first
-- unit: percent
-- numerator: Số người từ 18 tuổi đã tiêm mũi cơ bản thứ nhất
-- numerator_en: People of 18 and older who have had the first basic dose
-- denominator: Dân số từ 18 tuổi, năm 2021
-- denominator_en: People of 18 and older, 2021
-- source: Hồ sơ tiêm; dân số theo nơi cư trú, có nguồn trong tệp dân số của dữ liệu mở
-- source_en: Dose records; population of the place of residence, with its source in the population file of the open data
select coalesce(sum(adults_first), 0)::bigint as numerator,
       (select coalesce(sum(people), 0) from area_population p join area a on a.code = p.area_code
         where a.level = 'province' and a.valid_to = '2025-07-01' and p.year = 2021 and p.band = '18+')::bigint as denominator
  from rollup_province
 where day <= :day;
