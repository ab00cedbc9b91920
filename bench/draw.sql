-- name: people
-- People who take part in a draw, in three tiers.
with who as (
    insert into person (person_id, name, search_name, sort_key, sex, birth_date, birth_precision, nationality, area_id,
                        address, identity_status, created_at)
    select uuidv7(), 'Người thử ' || n, 'nguoi thu ' || n, n::text, 'female', '1990-01-01', 'day', 'VN',
           (select min(area_id) from place), 'địa chỉ', 'unchecked', now()
      from generate_series(1, :people) n returning person_id)
insert into draw_entry (person_id, draw_id, pseudonym, tier, entered_at)
select person_id, :draw_id, gen_random_uuid(), 1 + row_number() over () % 3, now() from who;
