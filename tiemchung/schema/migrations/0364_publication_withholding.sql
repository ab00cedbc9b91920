-- Which rules of withholding small numbers a version was made under: 0 for those put aside before that was written down.

alter table publication add column withholding integer not null default 0 check (withholding >= 0);
comment on column publication.withholding is
    'The number of the rules by which small numbers were withheld; 0: not known, such a file of doses is not given out.';
