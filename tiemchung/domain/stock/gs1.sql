-- name: package
select gtin, product, level, doses from trade_item where gtin = :gtin;

-- name: packages
-- All trade items, the smallest package of each product first.
select gtin, product, level, doses from trade_item order by product, doses, gtin;

-- name: numbers
-- Lots of a product with whose number a fused text begins.
select number from lot where product = :product and starts_with(:fused, number) order by number;
