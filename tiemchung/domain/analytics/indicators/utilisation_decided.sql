-- indicator: Đã tiêm so với số phân bổ theo quyết định
-- indicator_en: Doses given per dose allocated by decision
-- code: utilisation_decided
-- unit: percent
-- numerator: Số liều ở trạng thái đã tiêm trong sổ kho
-- numerator_en: Doses that the ledger holds as administered
-- denominator: Số liều mà các quyết định phân bổ cho các tỉnh
-- denominator_en: Doses that decisions allocated to the provinces
-- source: Sổ kho kép và các dòng quyết định phân bổ của kho quốc gia, kho khu vực
-- source_en: The double-entry ledger and the lines of allocation decisions of the national and regional stores
-- Both hold their state of now: the day only bounds figures of doses.
select (select coalesce(sum(balance) filter (where state = 'administered'), 0) from stock_account)::bigint as numerator,
       (select coalesce(sum(l.doses), 0)
          from allocation_line l
          join place giver on giver.place_id = l.place_id and giver.kind in ('national_store', 'regional_institute')
          join place taker on taker.place_id = l.to_place_id and taker.kind not in ('national_store', 'regional_institute'))::bigint as denominator
 where :day::date is not null;
