-- A site in all, as for provinces: the page of a province lists hundreds of sites, each with years of hours.

create table rollup_place_total (
    place_id uuid primary key,
    doses integer not null
);
comment on table rollup_place_total is 'A site in all: the sum of its hours, counted as they are.';

insert into rollup_place_total select place_id, sum(doses) from rollup_place_hour group by place_id;
