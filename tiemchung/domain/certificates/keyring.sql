-- name: lock
select pg_advisory_xact_lock(hashtext('tiemchung.signing_key'));

-- name: published
select kid, name, use, scope, certificate, ends_at, published_at, signs_from, withdrawn_at
  from signing_key
 order by published_at, name;

-- name: insert
insert into signing_key (kid, name, use, scope, certificate, ends_at, opening, published_at, signs_from)
values (:kid, :name, :use, :scope, :certificate, :ends_at, :opening, :at, :signs_from);
