-- What the HTTP APIs keep: keys, answers to repeated requests, uploaded files, batches of the OpenAI kind.

create table pipeline.api_keys (
    id           bigint generated always as identity primary key,
    name         text        not null check (length(name) between 1 and 100),
    tenant       text        not null check (length(tenant) between 1 and 100),
    role         text        not null check (role in ('reader', 'writer', 'admin')),
    sha256       bytea       not null unique check (length(sha256) = 32),
    created_at   timestamptz not null default now(),
    last_used_at timestamptz,
    revoked_at   timestamptz
);
-- The name of a revoked key may be used again.
create unique index api_keys_name on pipeline.api_keys (tenant, name) where revoked_at is null;
comment on table pipeline.api_keys is 'API keys. Of a secret only its SHA-256 is kept.';
comment on column pipeline.api_keys.last_used_at is 'Exact to a minute.';

create table pipeline.api_requests (
    tenant     text        not null,
    key        text        not null,
    sha256     bytea       not null check (length(sha256) = 32),
    status     int,
    answer     text,
    created_at timestamptz not null default now(),
    primary key (tenant, key)
);
create index api_requests_age on pipeline.api_requests (created_at);
comment on table pipeline.api_requests is 'Requests with an Idempotency-Key, for a day: what was asked (SHA-256) and what was answered.';
comment on column pipeline.api_requests.status is 'Null until the request was answered.';

create table pipeline.files (
    id         text        primary key,
    number     bigint      not null generated always as identity unique,
    tenant     text        not null,
    name       text        not null,
    purpose    text        not null check (purpose in ('batch', 'batch_output')),
    bytes      bigint      not null default 0,
    complete   boolean     not null default false,
    created_at timestamptz not null default now()
);
create index files_tenant on pipeline.files (tenant, number);
comment on table pipeline.files is 'Files of the OpenAI-compatible API: uploads, and outputs of batches.';
comment on column pipeline.files.complete is 'False while parts are added; such a file is seen by nobody and removed after a day.';

create table pipeline.file_parts (
    file_id text  not null references pipeline.files on delete cascade,
    part    int   not null,
    content bytea not null,
    primary key (file_id, part)
);
comment on table pipeline.file_parts is 'Content of files, in parts of up to 1 MiB.';

create table pipeline.openai_batches (
    id                text        primary key,
    number            bigint      not null generated always as identity unique,
    tenant            text        not null,
    input_file_id     text        not null,
    endpoint          text        not null,
    completion_window text        not null,
    metadata          jsonb,
    embedder_id       int         not null references pipeline.recipes,
    recipe_id         int         not null references pipeline.recipes,
    state             text        not null default 'validating'
        check (state in ('validating', 'failed', 'in_progress', 'finalizing', 'completed', 'cancelling', 'cancelled')),
    batch_id          bigint      references pipeline.batches on delete set null,
    error_code        text,
    error_message     text,
    output_file_id    text,
    error_file_id     text,
    total             bigint      not null default 0,
    completed         bigint      not null default 0,
    failed            bigint      not null default 0,
    created_at        timestamptz not null default now(),
    in_progress_at    timestamptz,
    finalizing_at     timestamptz,
    completed_at      timestamptz,
    failed_at         timestamptz,
    cancelling_at     timestamptz,
    cancelled_at      timestamptz
);
create index openai_batches_tenant on pipeline.openai_batches (tenant, number);
create index openai_batches_open on pipeline.openai_batches (number) where state in ('validating', 'in_progress', 'finalizing', 'cancelling');
comment on table pipeline.openai_batches is 'Batches of the OpenAI-compatible API. Each becomes a batch of ours (batch_id) once its input file is read.';
