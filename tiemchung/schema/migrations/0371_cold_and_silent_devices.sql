-- Two more rules: vaccine that was set aside for heat or a doubt, and devices of open sessions that send nothing.

insert into alert_rule (rule, place, topic, kind, title, above, unit, severity, owner) values
    ('device_silent', 16, 'operations', 'silence', 'Thiết bị của phiên đang mở chưa gửi dữ liệu', 60, 'phút', 'notice', 'province_officer'),
    ('set_aside', 26, 'logistics', 'threshold', 'Vắc xin đang cách ly vì nhiệt độ hoặc nghi ngờ', 0, 'liều', 'serious', 'province_officer');
