-- indicator: Đã tiêm so với đã nhận
-- indicator_en: Doses given per dose received
-- code: utilisation
-- unit: percent
-- numerator: Số liều ở trạng thái đã tiêm trong sổ kho
-- numerator_en: Doses that the ledger holds as administered
-- denominator: Số liều cả nước đã nhận từ nhà cung cấp
-- denominator_en: Doses that the country has received from makers
-- source: Sổ kho kép: đã nhận = đã tiêm + hao hụt + còn lại
-- source_en: The double-entry ledger: received = given + wasted + left
-- The ledger holds its state of now: the day only bounds figures of doses.
select coalesce(sum(balance) filter (where state = 'administered'), 0)::bigint as numerator,
       coalesce(-sum(balance) filter (where state = 'external'), 0)::bigint as denominator
  from stock_account
 where :day::date is not null;
