-- A registration form may be filled without an account: it then belongs to a browser, known by a random cookie.

-- Nobody reads this column but this package.
-- squawk-ignore ban-drop-not-null
alter table registration_draft alter column account_id drop not null;
alter table registration_draft add column guest_digest bytea;
alter table registration_draft add constraint registration_draft_owner check (num_nonnulls(account_id, guest_digest) = 1);
create index registration_draft_guest on registration_draft (guest_digest, updated_at) where guest_digest is not null;
comment on column registration_draft.guest_digest is 'Digest of the cookie of a browser without an account; the phone is proven before the form is sent.';
