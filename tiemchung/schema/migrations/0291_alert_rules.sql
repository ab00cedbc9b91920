-- Rules of alerts as data: what is measured, from which limit on, how grave, whose it is. Comments stand under an alert.
-- squawk-ignore-file adding-required-field

create table alert_rule (
    rule text primary key,
    place smallint not null unique,
    topic text not null check (topic in ('operations', 'logistics', 'safety', 'quality', 'fraud')),
    kind text not null check (kind in ('threshold', 'trend', 'silence')),
    title text not null,
    above integer not null check (above >= 0),
    unit text not null,
    severity text not null check (severity in ('serious', 'warning', 'notice')),
    owner text not null check (owner in ('national_operator', 'province_officer')),
    active boolean not null default true,
    changed_at timestamptz,
    changed_by uuid references staff
);
comment on table alert_rule is 'What the response centre is told of: each rule has a measure of its name, and holds where the measure is above the limit.';

insert into alert_rule (rule, place, topic, kind, title, above, unit, severity, owner) values
    ('out_of_stock', 10, 'operations', 'threshold', 'Hết vắc xin trong phiên', 0, 'phút', 'serious', 'province_officer'),
    ('long_wait', 11, 'operations', 'threshold', 'Có người chờ tiêm quá lâu', 60, 'phút', 'warning', 'province_officer'),
    ('site_silent', 12, 'operations', 'silence', 'Phiên đang mở nhưng không có tin', 60, 'phút', 'warning', 'province_officer'),
    ('site_overloaded', 13, 'operations', 'threshold', 'Điểm tiêm quá tải: người chờ mỗi bàn', 20, 'người', 'warning', 'province_officer'),
    ('session_not_closed', 14, 'operations', 'threshold', 'Phiên quá giờ chưa đóng', 2, 'giờ', 'warning', 'province_officer'),
    ('doses_fall', 15, 'operations', 'trend', 'Số mũi tiêm hôm qua giảm so với cùng ngày tuần trước', 50, '%', 'notice', 'national_operator'),
    ('shipment_late', 20, 'logistics', 'threshold', 'Chuyến vắc xin đến muộn', 0, 'giờ', 'warning', 'province_officer'),
    ('shipment_overdue', 21, 'logistics', 'threshold', 'Chuyến vắc xin quá hạn giao', 0, 'giờ', 'serious', 'national_operator'),
    ('claim_overdue', 22, 'logistics', 'threshold', 'Khiếu nại giao nhận quá hạn trả lời', 0, 'giờ', 'warning', 'national_operator'),
    ('near_expiry', 23, 'logistics', 'threshold', 'Vắc xin sắp hết hạn: liều còn hạn không quá 7 ngày', 100, 'liều', 'warning', 'province_officer'),
    ('reaction_late', 30, 'safety', 'threshold', 'Ca phản ứng nghiêm trọng quá hạn', 0, 'ca', 'serious', 'province_officer'),
    ('unsigned', 40, 'quality', 'silence', 'Phiên đã đóng chưa ký', 24, 'giờ', 'warning', 'province_officer'),
    ('entered_late', 41, 'quality', 'threshold', 'Mũi tiêm nhập muộn trong 7 ngày', 10, '%', 'warning', 'province_officer'),
    ('correction_late', 42, 'quality', 'threshold', 'Phản ánh của người dân quá hạn trả lời', 0, 'phiếu', 'warning', 'province_officer'),
    ('impossible_pace', 50, 'fraud', 'threshold', 'Nhịp tiêm bất thường: mũi mỗi giờ mỗi bàn', 40, 'mũi', 'serious', 'province_officer'),
    ('at_night', 51, 'fraud', 'threshold', 'Mũi tiêm ghi vào ban đêm (22 giờ đến 5 giờ)', 5, 'mũi', 'warning', 'province_officer'),
    ('ghost_session', 52, 'fraud', 'threshold', 'Có mũi tiêm nhưng không có phiên trong ngày', 0, 'mũi', 'serious', 'province_officer'),
    ('far_from_home', 53, 'fraud', 'threshold', 'Phần lớn người tiêm sống ở tỉnh khác', 50, '%', 'warning', 'province_officer'),
    ('back_dated', 54, 'fraud', 'threshold', 'Mũi tiêm nhập lùi ngày quá 7 ngày', 20, 'mũi', 'warning', 'national_operator');

create table alert_comment (
    alert_id uuid not null references alert,
    at timestamptz not null,
    by uuid not null references staff,
    text text not null check (text <> ''),
    primary key (alert_id, at, by)
);
comment on table alert_comment is 'What was said about an alert while it was open, in order.';

alter table alert add column province_code text;
alter table alert add column value integer;
comment on column alert.province_code is 'Where the subject is no place: the province that it is about.';
comment on column alert.value is 'What was measured when the alert was raised, in the unit of its rule.';
update alert set title = 'Có người chờ tiêm quá lâu' where rule = 'long_wait';
update alert set title = 'Phiên đang mở nhưng không có tin' where rule = 'site_silent';

create function alert_within(a alert, p_path ltree) returns boolean language sql stable as $$
    select p_path is null
        or (a.place_id is null and a.province_code = ltree2text(subpath(p_path, 2, 1)))
        or exists (select from place p join area on area.area_id = p.area_id where p.place_id = a.place_id and area.path <@ p_path)
$$;
comment on function alert_within is 'Whether an alert is about somewhere within an area; the path is a province''s or below, null for the nation.';
