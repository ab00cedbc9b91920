-- indicator: Mũi bổ sung, nhắc lại
-- indicator_en: Additional and booster doses
-- code: booster
-- unit: dose
-- numerator: Số mũi có loại bổ sung hoặc nhắc lại
-- numerator_en: Doses recorded as additional or booster
-- denominator: Không có
-- denominator_en: None
-- source: Hồ sơ tiêm: bản có hiệu lực cao nhất của từng mũi
-- source_en: Dose records: the highest version of each dose that counts
select coalesce(sum(additional + booster), 0)::bigint as numerator, null::bigint as denominator
  from rollup_province
 where day <= :day;
