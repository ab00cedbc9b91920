-- A rule for clocks that jump: doses of a day that has not come.

insert into alert_rule (rule, place, topic, kind, title, above, unit, severity, owner) values
    ('future_dated', 43, 'quality', 'threshold', 'Mũi tiêm mang ngày chưa tới', 0, 'mũi', 'serious', 'national_operator');
