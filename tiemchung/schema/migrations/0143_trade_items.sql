-- A GTIN stands for a package of a product, not for the product and never for its maker.

create table trade_item (
    gtin text primary key check (gtin ~ '^[0-9]{14}$'),
    product text not null references product,
    level text not null check (level in ('vial', 'box', 'carton')),
    doses integer not null check (doses > 0)
);
create index trade_item_product on trade_item (product);
comment on table trade_item is 'Trade item numbers (GS1 GTIN-14): which product, packed how, with how many doses. Those that begin with 04 are restricted numbers of this installation, printed on its own tray labels.';

-- A fresh database gets these from trade_item.csv, after its products.
insert into trade_item (gtin, product, level, doses)
select i.gtin, i.product, i.level, i.doses
  from (values ('00400000000015', 'AZ', 'box', 100),
               ('00400000000022', 'PF', 'box', 1170),
               ('00400000000039', 'PFC', 'box', 100),
               ('00400000000046', 'MOD', 'box', 100),
               ('00400000000053', 'VC', 'box', 6),
               ('00400000000060', 'HV', 'box', 6),
               ('00400000000077', 'SPU1', 'box', 50),
               ('00400000000084', 'SPU2', 'box', 50),
               ('00400000000091', 'JAN', 'box', 50),
               ('00400000000107', 'ABD', 'box', 100)) as i(gtin, product, level, doses)
 where exists (select from product);
