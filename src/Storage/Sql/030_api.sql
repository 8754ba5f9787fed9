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

-- What the views and their columns mean, for tools that show it. The long form is docs/sql.md.
comment on view pipeline.batch_lines is 'One row per accepted line of a batch and recipe, ids only: what every other view of a batch is counted from.';
comment on column pipeline.batch_lines.batch_id is 'Id of the batch.';
comment on column pipeline.batch_lines.line is 'Physical line on which the record starts in the submitted file; a header is line 1.';
comment on column pipeline.batch_lines.recipe_id is 'Recipe that summarises.';
comment on column pipeline.batch_lines.embedder_id is 'Embedder of the batch.';
comment on column pipeline.batch_lines.document_id is 'The document.';
comment on column pipeline.batch_lines.duplicate is 'The document was known before this line.';
comment on column pipeline.batch_lines.text_id is 'Text of the document.';
comment on column pipeline.batch_lines.summary_text_id is 'Text of the summary; null while there is none.';
comment on column pipeline.batch_lines.embed_state is 'State of the work item that embeds the text; null while, or because, there is none.';
comment on column pipeline.batch_lines.summarize_state is 'State of the work item that summarises the text.';
comment on column pipeline.batch_lines.summary_embed_state is 'State of the work item that embeds the summary.';
comment on column pipeline.batch_lines.state is 'State of the line, by pipeline.document_state.';
comment on view pipeline.batch_progress is 'One row per batch and recipe, exact at any moment: pending + running + done + rejected + quarantined + cancelled = accepted.';
comment on column pipeline.batch_progress.batch_id is 'Id of the batch.';
comment on column pipeline.batch_progress.tenant is 'Owner of the documents.';
comment on column pipeline.batch_progress.batch is 'Name of the batch, unique within its tenant.';
comment on column pipeline.batch_progress.batch_state is 'loading, loaded, cancelled or pruning.';
comment on column pipeline.batch_progress.recipe is 'Name of the recipe.';
comment on column pipeline.batch_progress.rejected_lines is 'Lines refused when they were read.';
comment on column pipeline.batch_progress.accepted is 'Lines accepted.';
comment on column pipeline.batch_progress.duplicates is 'Accepted lines whose document was known before.';
comment on column pipeline.batch_progress.pending is 'Accepted lines that wait.';
comment on column pipeline.batch_progress.running is 'Accepted lines that are worked on.';
comment on column pipeline.batch_progress.done is 'Accepted lines with embedding, summary and its embedding.';
comment on column pipeline.batch_progress.rejected is 'Accepted lines that an engine refused.';
comment on column pipeline.batch_progress.quarantined is 'Accepted lines given up after three attempts.';
comment on column pipeline.batch_progress.embedded is 'Accepted lines whose text is embedded.';
comment on column pipeline.batch_progress.summarized is 'Accepted lines with a summary.';
comment on column pipeline.batch_progress.summaries_embedded is 'Accepted lines whose summary is embedded.';
comment on column pipeline.batch_progress.scored is 'Accepted lines whose summary is scored.';
comment on column pipeline.batch_progress.created_at is 'When the batch was submitted.';
comment on column pipeline.batch_progress.loaded_at is 'When its last line was committed.';
comment on column pipeline.batch_progress.cancelled is 'Accepted lines whose work was cancelled.';
comment on column pipeline.batch_progress.settled_steps is 'Of four steps per accepted line (embed, summarise, embed the summary, score) those that have ended; 4 x accepted means that nothing is left.';
comment on column pipeline.batch_progress.cancelled_at is 'When the batch was cancelled; null when it was not.';
comment on view pipeline.results is 'One row per accepted line of a batch and recipe: texts, summary, scores. Always give a batch.';
comment on column pipeline.results.batch_id is 'Id of the batch.';
comment on column pipeline.results.batch is 'Name of the batch.';
comment on column pipeline.results.tenant is 'Owner of the documents.';
comment on column pipeline.results.line is 'Physical line on which the record starts in the submitted file; a header is line 1.';
comment on column pipeline.results.source is 'Where the document comes from.';
comment on column pipeline.results.id is 'Id of the document there.';
comment on column pipeline.results.recipe is 'Recipe that summarised it.';
comment on column pipeline.results.state is 'pending, running, done, rejected, quarantined or cancelled.';
comment on column pipeline.results.is_latest is 'False when a later submission has another text for the same tenant, source and id.';
comment on column pipeline.results.text is 'Text of the document.';
comment on column pipeline.results.summary is 'The summary; null while there is none.';
comment on column pipeline.results.reference is 'Summary written by a person, or null.';
comment on column pipeline.results.finish_reason is 'How the summary ended: extracted, cut, copied, lead, generated or length.';
comment on column pipeline.results.truncated is 'The engine read only a part of the text.';
comment on column pipeline.results.cosine is 'Similarity of text and summary, -1 to 1; null until scored, or without an embedding.';
comment on column pipeline.results.compression is 'Length of the summary / length of the text, in Unicode code points.';
comment on column pipeline.results.drift_alarm is 'The cosine was below the limit when this was scored.';
comment on column pipeline.results.compression_alarm is 'The compression was outside the limits when this was scored.';
comment on column pipeline.results.rouge_signature is 'Tokenizer and rules behind the ROUGE scores; of several the latest.';
comment on column pipeline.results.rouge1_f is 'ROUGE-1 F against the reference, 0 to 1; null without a reference.';
comment on column pipeline.results.rouge2_f is 'ROUGE-2 F, 0 to 1.';
comment on column pipeline.results.rougel_f is 'ROUGE-L F, 0 to 1.';
comment on column pipeline.results.rougelsum_f is 'ROUGE-Lsum F, 0 to 1.';
comment on column pipeline.results.error is 'step: code: reason, when rejected or quarantined.';
comment on column pipeline.results.summarized_at is 'When the summary was first made, perhaps for an earlier batch.';
comment on column pipeline.results.flags is 'Codes of what was noticed about the summary.';
comment on column pipeline.results.source_tokens is 'Tokens of the text; null for engines without tokens.';
comment on column pipeline.results.read_tokens is 'Tokens of the text that the model read.';
comment on column pipeline.results.prompt_tokens is 'Tokens of all prompts together.';
comment on column pipeline.results.output_tokens is 'Tokens of all answers together.';
comment on view pipeline.rouge_by_recipe is 'Mean ROUGE F per batch, recipe and signature. Rows with different signatures must not be compared.';
comment on column pipeline.rouge_by_recipe.batch_id is 'Id of the batch.';
comment on column pipeline.rouge_by_recipe.batch is 'Name of the batch.';
comment on column pipeline.rouge_by_recipe.recipe is 'Name of the recipe.';
comment on column pipeline.rouge_by_recipe.rouge_signature is 'Tokenizer and rules behind the scores.';
comment on column pipeline.rouge_by_recipe.documents is 'Lines with a reference that were scored.';
comment on column pipeline.rouge_by_recipe.rouge1_f is 'Mean ROUGE-1 F, 0 to 1.';
comment on column pipeline.rouge_by_recipe.rouge2_f is 'Mean ROUGE-2 F, 0 to 1.';
comment on column pipeline.rouge_by_recipe.rougel_f is 'Mean ROUGE-L F, 0 to 1.';
comment on column pipeline.rouge_by_recipe.rougelsum_f is 'Mean ROUGE-Lsum F, 0 to 1.';
comment on view pipeline.health_daily is 'Health of the summaries made on one day, over all tenants, by recipe and embedder.';
comment on column pipeline.health_daily.day is 'Day (UTC) on which the summaries were made.';
comment on column pipeline.health_daily.recipe is 'Recipe that summarised.';
comment on column pipeline.health_daily.embedder is 'Embedder whose vectors are compared.';
comment on column pipeline.health_daily.summaries is 'Distinct texts summarised.';
comment on column pipeline.health_daily.cosine_mean is 'Mean similarity of text and summary.';
comment on column pipeline.health_daily.cosine_stdev is 'Standard deviation of it.';
comment on column pipeline.health_daily.compression_mean is 'Mean length of the summary / length of the text.';
comment on column pipeline.health_daily.drift_alarms is 'Summaries whose cosine was below the limit.';
comment on column pipeline.health_daily.compression_alarms is 'Summaries whose compression was outside the limits.';
comment on column pipeline.health_daily.without_cosine is 'Summaries for which an embedding could not be had.';
comment on view pipeline.failures is 'What failed, at which step, why: refused lines and work that ended badly. A failed text that several lines share has a row for each.';
comment on column pipeline.failures.batch_id is 'Id of the batch; null for work that belongs to none any more.';
comment on column pipeline.failures.batch is 'Name of the batch.';
comment on column pipeline.failures.line is 'Line that suffers.';
comment on column pipeline.failures.id is 'Id of its document.';
comment on column pipeline.failures.step is 'ingest, embed or summarize.';
comment on column pipeline.failures.recipe is 'Recipe or embedder; null at ingest.';
comment on column pipeline.failures.state is 'rejected or quarantined.';
comment on column pipeline.failures.attempts is 'Attempts made; null at ingest.';
comment on column pipeline.failures.error_code is 'Stable code.';
comment on column pipeline.failures.error_reason is 'A sentence.';
comment on column pipeline.failures.failed_at is 'When it failed; at ingest when the batch was begun.';
comment on column pipeline.failures.recipe_id is 'Recipe of the work item; null at ingest.';
comment on column pipeline.failures.text_id is 'Text of the work item; null at ingest.';
