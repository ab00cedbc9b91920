-- The lines go first: an entry that was posted or reversed before says so, instead of what its balances would say.

create or replace function stock_post(
    entry_id uuid, reason text, actor_id uuid, device_at timestamptz, recorded_at timestamptz, reverses uuid,
    place_ids uuid[], lot_ids uuid[], unit_ids uuid[], states text[], doses integer[]
) returns uuid language plpgsql as $$
declare
    moved record;
begin
    if (select coalesce(sum(d), 0) <> 0 or count(*) < 2 from unnest(doses) as d) then
        raise exception 'the lines of an entry sum to zero'
            using errcode = 'check_violation', constraint = 'stock_entry_sums_to_zero';
    end if;
    insert into stock_posting (place_id, posting_id, line, entry_id, lot_id, unit_id, state, doses, reason, actor_id,
                               device_at, recorded_at, reverses)
    select l.place_id, stock_post.entry_id, l.line, stock_post.entry_id, l.lot_id, l.unit_id, l.state, l.doses,
           stock_post.reason, stock_post.actor_id, stock_post.device_at, stock_post.recorded_at, stock_post.reverses
      from unnest(place_ids, lot_ids, unit_ids, states, doses)
           with ordinality as l(place_id, lot_id, unit_id, state, doses, line);
    -- Accounts are taken in the order of their keys, so that two entries never wait for each other.
    for moved in
        select l.place_id, l.lot_id, l.unit_id, l.state, sum(l.doses) as doses
          from unnest(place_ids, lot_ids, unit_ids, states, doses) as l(place_id, lot_id, unit_id, state, doses)
         group by l.place_id, l.lot_id, l.unit_id, l.state
         order by l.place_id, l.lot_id, l.unit_id, l.state
    loop
        update stock_account a set balance = a.balance + moved.doses
         where a.place_id = moved.place_id and a.lot_id = moved.lot_id and a.unit_id = moved.unit_id
           and a.state = moved.state;
        if not found then
            insert into stock_account as a (place_id, lot_id, unit_id, state, balance)
            values (moved.place_id, moved.lot_id, moved.unit_id, moved.state, moved.doses)
            on conflict (place_id, lot_id, unit_id, state) do update set balance = a.balance + excluded.balance;
        end if;
    end loop;
    return stock_post.entry_id;
end
$$;
