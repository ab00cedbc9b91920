-- The text for whose accepted booking did not succeed, on installations whose texts are loaded already.

insert into message_template (code, valid_from, body, body_en)
select 'booking_refused', '2021-07-10', 'Tiêm Chủng: yêu cầu đặt lịch của bạn chưa thành. {reason}',
       'Tiêm Chủng: your booking did not succeed. {reason}'
 where exists (select from message_template);
