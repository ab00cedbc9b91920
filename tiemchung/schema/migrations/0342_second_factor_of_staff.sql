-- Nobody of the staff is signed in without a second factor.
update sign_in set ended_at = now() where staff_id is not null and second_factor_at is null and ended_at is null;
alter table sign_in add constraint sign_in_second_factor
    check (staff_id is null or second_factor_at is not null or ended_at is not null) not valid;
alter table sign_in validate constraint sign_in_second_factor;
