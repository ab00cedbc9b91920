-- Open data as they stood on a day: what was published stays, so that a number that was quoted can be found again.

create table publication (
    published_on date not null,
    name text not null,
    made_at timestamptz not null,
    lines integer not null check (lines >= 0),
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    body bytea not null,
    primary key (published_on, name)
);
comment on table publication is 'The files of open data of a day, compressed; sha256 is that of the file as it is read.';
