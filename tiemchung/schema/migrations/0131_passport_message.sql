-- The message that answers a look-up without an account, for databases that have their reference data already.
insert into message_template (code, valid_from, body, body_en)
select 'passport_sent', '2021-12-20',
       'Tiêm Chủng: hộ chiếu vắc xin mà bạn yêu cầu nằm trong Sổ sức khỏe {address}; đăng nhập bằng số điện thoại này. Nếu không phải bạn yêu cầu, gọi 1900 9095.',
       'Tiêm Chủng: the vaccine passport you asked for is in the health book {address}; sign in with this phone number. If it was not you, call 1900 9095.'
 where exists (select from message_template)
on conflict do nothing;
