-- A dose that was asked about and was not given after all: its question falls away with it.

-- squawk-ignore ban-drop-constraint
alter table stock_review drop constraint stock_review_outcome_check;
alter table stock_review add constraint stock_review_outcome_check
    check (outcome in ('found', 'sent', 'unknown', 'told', 'undone')) not valid;
alter table stock_review validate constraint stock_review_outcome_check;
