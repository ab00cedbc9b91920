-- The text for who won a draw, on installations whose texts are loaded already.

insert into message_template (code, valid_from, body, body_en)
select 'draw_won', '2021-07-10',
       'Tiêm Chủng: bạn trúng đợt {name} tại {place}. Mã mời của bạn: {code}, dùng một lần trong 3 ngày, mục Mã mời trong Sổ sức khỏe.',
       'Tiêm Chủng: you won {name} at {place}. Your personal code: {code}, to be used once within 3 days, under Invitation code in the health book.'
 where exists (select from message_template);
