-- The message by which somebody agrees to be family.

insert into message_template (code, valid_from, body, body_en)
select 'family_code', '2021-07-10',
       'Tiêm Chủng: có người muốn thêm bạn vào gia đình trong Sổ sức khỏe và xem hồ sơ của bạn. Nếu đồng ý, đọc cho họ mã {code}, dùng trong 5 phút. Nếu không, bỏ qua tin này.',
       'Tiêm Chủng: somebody wants to add you to their family in the health book and see your record. If you agree, tell them the code {code}, valid for 5 minutes. If not, ignore this message.'
 where exists (select from message_template);
