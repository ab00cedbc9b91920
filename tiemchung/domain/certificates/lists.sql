-- name: lock
select pg_advisory_xact_lock(hashtext('tiemchung.published_list'));

-- name: newest
select seq, issued_at, expires_at, text from published_list where kind = :kind order by seq desc limit 1;

-- name: delta
select seq, issued_at, expires_at, text from published_list where kind = 'revocations_delta' and seq = :seq;

-- name: last
select seq, issued_at, digest, text from published_list where kind = :kind order by seq desc limit 1;

-- name: insert
insert into published_list (kind, seq, issued_at, expires_at, digest, text) values (:kind, :seq, :at, :expires_at, :digest, :text);

-- name: forget
-- Past their end for three weeks, and not the newest of their kind.
delete from published_list l
 where l.issued_at < :before and l.seq < (select max(newer.seq) from published_list newer where newer.kind = l.kind);

-- name: withdrawn
-- Retired certificates, and posters of cancelled sessions, whose codes have not ended by themselves. Those of withdrawn keys need no
-- entry: the trust list lacks the key.
with gone as (
    select c.kid, c.uvci as identifier from certificate c where c.retired_at is not null and c.expires_at > :at
    union all
    select o.kid, o.session_id::text from session_poster o join session s on s.place_id = o.place_id and s.session_id = o.session_id
     where s.status = 'cancelled' and o.expires_at > :at)
select kid, identifier from gone
 where not exists (select from signing_key k where k.kid = gone.kid and k.withdrawn_at is not null);
