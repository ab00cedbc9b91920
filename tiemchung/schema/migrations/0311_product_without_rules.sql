-- Ages and courses are the schedule's; nothing may judge by a copy of them.

-- squawk-ignore ban-drop-column
alter table product drop column course_doses;
-- squawk-ignore ban-drop-column
alter table product drop column from_age_years;
