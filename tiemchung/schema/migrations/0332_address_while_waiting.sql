-- A message keeps the address that it goes to until it went out or never will; a report finds it by its receipt.
-- squawk-ignore ban-drop-not-null
alter table outbox_message alter column address_sealed drop not null;
update outbox_message set address_sealed = null where state <> 'waiting';
alter table outbox_message add constraint outbox_message_address_while_waiting
    check ((state = 'waiting') = (address_sealed is not null)) not valid;
alter table outbox_message validate constraint outbox_message_address_while_waiting;
comment on column outbox_message.address_sealed is 'Where the message goes, encrypted, and only as long as it waits to go.';
