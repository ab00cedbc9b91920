-- Two sums of rollup_province that each wall asks for each second: the nation's days, and a province in all. What the follower has not
-- read yet it adds itself.

create table rollup_nation (
    day date primary key,
    doses integer not null,
    first integer not null,
    complete integer not null,
    adults_first integer not null,
    adults_complete integer not null,
    additional integer not null,
    booster integer not null
);
comment on table rollup_nation is 'The nation''s day: the sum of its provinces, counted as they are.';

create table rollup_province_total (
    province_code text primary key,
    doses integer not null,
    first integer not null,
    complete integer not null,
    adults_first integer not null,
    adults_complete integer not null,
    additional integer not null,
    booster integer not null
);
comment on table rollup_province_total is 'A province in all: the sum of its days, counted as they are.';

insert into rollup_nation
select day, sum(doses), sum(first), sum(complete), sum(adults_first), sum(adults_complete), sum(additional), sum(booster)
  from rollup_province group by day;

insert into rollup_province_total
select province_code, sum(doses), sum(first), sum(complete), sum(adults_first), sum(adults_complete), sum(additional), sum(booster)
  from rollup_province group by province_code;
