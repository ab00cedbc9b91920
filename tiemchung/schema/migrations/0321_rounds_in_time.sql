-- By when the doses of a round must be given; two rules say where a round is late: at its delivery, and at its end.

alter table allocation add column finish_by date;
comment on column allocation.finish_by is 'The last day on which the doses of the round should be given, where the decision names one.';
alter table allocation add constraint allocation_finishes_after_decision check (finish_by >= decided_on) not valid;
alter table allocation validate constraint allocation_finishes_after_decision;

-- squawk-ignore require-concurrent-index-creation
create index allocation_line_to on allocation_line (to_place_id, allocation_id);

insert into alert_rule (rule, place, topic, kind, title, above, unit, severity, owner) values
    ('allocation_overdue', 24, 'logistics', 'threshold', 'Vắc xin đã phân bổ nhưng quá hạn giao', 0, 'liều', 'serious', 'national_operator'),
    ('round_unfinished', 25, 'logistics', 'threshold', 'Quá ngày phải tiêm xong của đợt phân bổ mà còn tồn', 100, 'liều', 'warning', 'province_officer');
