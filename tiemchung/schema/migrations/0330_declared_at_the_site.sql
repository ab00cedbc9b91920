-- Who comes without a declaration is asked at the site.

-- squawk-ignore ban-drop-constraint
alter table declaration drop constraint declaration_channel_check;
alter table declaration add constraint declaration_channel_check check (channel in ('app', 'code', 'site')) not valid;
alter table declaration validate constraint declaration_channel_check;
