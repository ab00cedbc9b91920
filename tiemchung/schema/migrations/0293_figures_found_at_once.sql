-- Provinces and districts among fifteen thousand areas, and what lies on shelves among all that ever lay there.

create index area_wide on area (level, code) where level in ('province', 'district');
create index stock_account_held on stock_account (lot_id, place_id) where state in ('on_hand', 'in_transit');
