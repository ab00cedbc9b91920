-- Whoever left a phone with a question hears of its answer, in the language that they asked in.

alter table help_question add column lang text not null default 'vi' constraint help_question_lang check (lang in ('vi', 'en'));

insert into message_template (code, valid_from, body, body_en)
select 'question_answered', '2021-07-10',
       'Tiêm Chủng: câu hỏi {number} đã có trả lời. Xem ở mục Hỏi đáp của cổng thông tin, bằng số này.',
       'Tiêm Chủng: question {number} has an answer. Read it under Questions on the portal, by this number.'
 where exists (select from message_template);
