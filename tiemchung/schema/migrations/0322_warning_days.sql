-- How many days before its expiry a lot is warned of is a fact of the rule, not of the code.

alter table alert_rule add column days smallint check (days between 1 and 365);
comment on column alert_rule.days is 'Where the rule looks ahead: over how many days.';
update alert_rule set days = 7, title = 'Vắc xin sắp hết hạn' where rule = 'near_expiry';
