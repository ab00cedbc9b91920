-- A vial that was put away still says what became of its doses, so that a session's count adds up after it.

alter table vial add column doses_wasted smallint not null default 0;
alter table vial add constraint vial_wasted_within
    check (doses_wasted >= 0 and doses_left + doses_wasted <= doses_nominal + doses_extra) not valid;
alter table vial validate constraint vial_wasted_within;
comment on column vial.doses_wasted is 'Doses that were thrown away with the vial; given = nominal + extra - left - wasted.';
