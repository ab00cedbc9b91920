-- What the wall reads each second lies ready: vaccine that is there (most accounts have run empty), sites that work, regions, days.
-- `held` changes only when an account fills or empties: an index over the balance itself would make every dose write to it.

-- squawk-ignore adding-field-with-default
alter table stock_account add column held boolean not null generated always as (state in ('on_hand', 'in_transit') and balance > 0) stored;
comment on column stock_account.held is 'Doses lie there or are on their way.';

-- squawk-ignore require-concurrent-index-deletion
drop index stock_account_held;
create index stock_account_held on stock_account (lot_id, place_id) where held;

create index place_working on place (area_id)
 where closed_on is null and kind in ('station', 'hospital', 'clinic', 'mobile_team');

-- squawk-ignore require-concurrent-index-deletion
drop index area_wide;
create index area_wide on area (level, code) where level in ('region', 'province', 'district');

create index rollup_province_on on rollup_province (day);
