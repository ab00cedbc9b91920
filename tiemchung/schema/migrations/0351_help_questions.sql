-- Questions of anybody to the help desk, and what was answered.

create table help_question (
    question_id uuid primary key,
    number text not null constraint help_question_number unique,
    topic text not null check (topic in ('register', 'invitation', 'certificate', 'site', 'reaction', 'data', 'other')),
    province_code text,
    said_sealed bytea not null,
    phone_sealed bytea,
    asked_at timestamptz not null,
    answer_by timestamptz not null
);
create index help_question_asked on help_question (asked_at);
comment on table help_question is 'Somebody asks for help, without an account; what they wrote and their phone are encrypted. The number is how they read the answer.';

create table help_answer (
    question_id uuid not null references help_question,
    step smallint not null check (step > 0),
    outcome text not null check (outcome in ('answered', 'closed')),
    message text not null check (message <> ''),
    at timestamptz not null,
    by uuid not null references staff,
    constraint help_answer_pkey primary key (question_id, step)
);
create index help_answer_by on help_answer (by);
comment on table help_answer is 'What the help desk answered, append-only: the highest step is where the question stands.';
