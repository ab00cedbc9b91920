-- name: begin
-- Take the key. A second request with it waits here until the first has committed, then changes nothing.
insert into command (command_id, actor_id, kind) values (:command_id, :actor_id, :kind) on conflict do nothing;

-- name: kept
-- The answer under a key, to the same actor and act alone.
select status, answer from command
 where command_id = :command_id and actor_id is not distinct from :actor_id and kind = :kind;

-- name: answer
update command set status = :status, answer = :answer where command_id = :command_id;

-- name: refuse
insert into command (command_id, actor_id, kind, status, answer)
values (:command_id, :actor_id, :kind, :status, :answer) on conflict do nothing;
