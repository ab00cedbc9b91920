-- name: state
-- How far the load of the demonstration has come.
select value from setting where name = 'demo_load';

-- name: alone
-- Whoever copies holds this until the connection ends.
select pg_advisory_lock(hashtextextended('demo_load', 0));

-- name: remember
insert into setting (name, value) values ('demo_load', :value)
on conflict (name) do update set value = excluded.value;

-- name: known
-- Areas of the geography of the campaign, priority groups, the campaign and a consent text, by the ids that rows name.
select (select jsonb_object_agg(code, area_id) from area where valid_from <= '2021-07-01' and valid_to > '2021-07-01') as areas,
       (select jsonb_object_agg(code, priority_group_id) from priority_group where valid_from <= '2021-07-08') as groups,
       campaign.campaign_id, campaign.disease,
       (select consent_text_id from consent_text order by valid_from, consent_text_id limit 1) as consent_text_id
  from campaign
 where campaign.disease = (select disease from product where code = 'AZ')
 order by campaign.valid_from
 limit 1;
