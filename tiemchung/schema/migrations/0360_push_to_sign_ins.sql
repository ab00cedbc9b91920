-- Push messages go to browsers in which somebody of the family is signed in, and to no browser after that.
create table push_browser (
    sign_in_id bytea primary key references sign_in,
    sealed bytea not null,
    endpoint_index bytea not null,
    created_at timestamptz not null,
    ended_at timestamptz
);
comment on table push_browser is 'Where push messages for the people of an account go: the browser of one sign-in, as long as it lasts; address and keys are encrypted.';
create index push_browser_endpoint on push_browser (endpoint_index) where ended_at is null;

-- squawk-ignore ban-drop-table
drop table push_subscription;
