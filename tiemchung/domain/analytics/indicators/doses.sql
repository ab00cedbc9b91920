-- indicator: Tổng số mũi đã tiêm
-- indicator_en: Doses given
-- code: doses
-- unit: dose
-- numerator: Số mũi tiêm đã hoàn thành, tính theo ngày tiêm; mũi ghi nhầm được trừ ra
-- numerator_en: Completed doses by the day they were given; doses entered in error are taken away
-- denominator: Không có
-- denominator_en: None
-- source: Hồ sơ tiêm: bản có hiệu lực cao nhất của từng mũi
-- source_en: Dose records: the highest version of each dose that counts
select coalesce(sum(doses), 0)::bigint as numerator, null::bigint as denominator
  from rollup_province
 where day <= :day;
