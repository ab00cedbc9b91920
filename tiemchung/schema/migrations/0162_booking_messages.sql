-- The text for who has booked, on installations whose texts are loaded already.

insert into message_template (code, valid_from, body, body_en)
select 'appointment_booked', '2021-07-10',
       'Tiêm Chủng: bạn đã đặt lịch tại {place} lúc {time}. Mã check-in: {code}. Đổi hoặc hủy trong Sổ sức khỏe.',
       'Tiêm Chủng: you booked {place} at {time}. Check-in code: {code}. Change or cancel in the health book.'
 where exists (select from message_template);
