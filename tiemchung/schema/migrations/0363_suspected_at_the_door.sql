-- Somebody was received as new while a person of the same name, sex and birth is known, and nobody could be asked.
alter table visit add column suspected_person_id uuid;
comment on column visit.suspected_person_id is 'Who may be the same person as one who was received as new without an answer, from paper or without a line; the dose is looked at for it.';
