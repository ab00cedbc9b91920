-- indicator: Mũi tiêm trong ngày
-- indicator_en: Doses of the day
-- code: doses_today
-- unit: dose
-- numerator: Số mũi tiêm có giờ tiêm trong ngày, theo giờ Việt Nam
-- numerator_en: Doses given within the day, on Viet Nam's clock
-- denominator: Không có
-- denominator_en: None
-- source: Hồ sơ tiêm: bản có hiệu lực cao nhất của từng mũi
-- source_en: Dose records: the highest version of each dose that counts
select coalesce(sum(doses), 0)::bigint as numerator, null::bigint as denominator
  from rollup_province
 where day = :day;
