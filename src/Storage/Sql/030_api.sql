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
comment on column pipeline.health_now.recipe is 'Recipe that summarised.';
comment on column pipeline.health_now.embedder is 'Embedder whose vectors are compared.';
comment on column pipeline.health_now.samples is 'Summaries that were looked at, the latest ones.';
comment on column pipeline.health_now.cosine_mean is 'Mean similarity of text and summary.';
comment on column pipeline.health_now.cosine_stdev is 'Standard deviation of it.';
comment on column pipeline.health_now.compression_mean is 'Mean length of the summary / length of the text.';
comment on column pipeline.health_now.oldest_at is 'When the oldest of these summaries was made.';
comment on column pipeline.health_now.newest_at is 'When the newest was made.';
comment on column pipeline.health_now.evaluated_at is 'When they were looked at.';
comment on column pipeline.health_now.baseline_samples is 'Summaries of the baseline; null while there is none.';
comment on column pipeline.health_now.baseline_cosine_mean is 'Mean similarity of the baseline.';
comment on column pipeline.health_now.baseline_cosine_stdev is 'Standard deviation of it.';
comment on column pipeline.health_now.baseline_compression_mean is 'Mean compression of the baseline.';
comment on column pipeline.health_now.baseline_alarm_share is 'Share of the baseline that was beyond a limit.';
comment on column pipeline.health_now.baseline_at is 'When the baseline was taken.';
comment on column pipeline.health_now.recipe_id is 'Id of the recipe.';
comment on column pipeline.health_now.embedder_id is 'Id of the embedder.';
comment on column pipeline.health_limits.recipe is 'Recipe whose summaries are judged.';
comment on column pipeline.health_limits.embedder is 'Embedder whose cosines are judged.';
comment on column pipeline.health_limits.min_chars is 'Least length of the text, in Unicode code points.';
comment on column pipeline.health_limits.max_chars is 'Greatest length of the text; null for no end.';
comment on column pipeline.health_limits.min_cosine is 'Alarm below this similarity.';
comment on column pipeline.health_limits.min_compression is 'Alarm below this compression.';
comment on column pipeline.health_limits.max_compression is 'Alarm above this compression.';
comment on column pipeline.health_limits.samples is 'Summaries that the limits were calibrated with.';
comment on column pipeline.health_limits.created_at is 'Since when they hold.';
comment on column pipeline.health_limits.band_id is 'Id of the limits.';
comment on column pipeline.health_limits.recipe_id is 'Id of the recipe.';
comment on column pipeline.health_limits.embedder_id is 'Id of the embedder.';
comment on column pipeline.fallback_summaries.recipe is 'Recipe whose summary was beyond its limits.';
comment on column pipeline.fallback_summaries.fallback_recipe is 'Recipe that was asked instead.';
comment on column pipeline.fallback_summaries.embedder is 'Embedder whose cosines are shown.';
comment on column pipeline.fallback_summaries.text_id is 'The text.';
comment on column pipeline.fallback_summaries.text is 'The text itself.';
comment on column pipeline.fallback_summaries.summary is 'Summary beyond its limits.';
comment on column pipeline.fallback_summaries.cosine is 'Similarity of text and that summary.';
comment on column pipeline.fallback_summaries.compression is 'Compression of that summary.';
comment on column pipeline.fallback_summaries.fallback_summary is 'The other summary; null until it is made.';
comment on column pipeline.fallback_summaries.fallback_cosine is 'Similarity of text and the other summary.';
comment on column pipeline.fallback_summaries.fallback_compression is 'Compression of the other summary.';
comment on column pipeline.fallback_summaries.fallback_alarm is 'The other summary is beyond its limits too.';
comment on column pipeline.fallback_summaries.requested_at is 'When it was asked for.';
comment on column pipeline.open_alerts.id is 'Id of the alert.';
comment on column pipeline.open_alerts.tenant is 'Owner of what the alert is about.';
comment on column pipeline.open_alerts.rule is 'What was broken, such as drift-share.';
comment on column pipeline.open_alerts.subject is 'Name of the recipe, embedder or schedule that it is about.';
comment on column pipeline.open_alerts.severity is 'warning or critical.';
comment on column pipeline.open_alerts.message is 'One sentence for people; never contains a text.';
comment on column pipeline.open_alerts.value is 'What was measured when the alert was last seen.';
comment on column pipeline.open_alerts.threshold is 'The limit that it passed.';
comment on column pipeline.open_alerts.opened_at is 'When it was first seen.';
comment on column pipeline.open_alerts.last_seen_at is 'When it was last seen.';
comment on column pipeline.open_alerts.occurrences is 'How often it was seen since it was opened.';
comment on column pipeline.open_alerts.acknowledged_at is 'When somebody said that they know.';
comment on column pipeline.open_alerts.acknowledged_by is 'Who did.';
comment on column pipeline.open_alerts.detail is 'Numbers behind the message.';
comment on column pipeline.open_alerts.query is 'SQL that shows what the alert is about.';
comment on column pipeline.alert_history.id is 'Id of the alert.';
comment on column pipeline.alert_history.tenant is 'Owner of what the alert is about.';
comment on column pipeline.alert_history.rule is 'What was broken, such as drift-share.';
comment on column pipeline.alert_history.subject is 'Name of the recipe, embedder or schedule that it is about.';
comment on column pipeline.alert_history.severity is 'warning or critical.';
comment on column pipeline.alert_history.message is 'One sentence for people; never contains a text.';
comment on column pipeline.alert_history.value is 'What was measured when the alert was last seen.';
comment on column pipeline.alert_history.threshold is 'The limit that it passed.';
comment on column pipeline.alert_history.opened_at is 'When it was first seen.';
comment on column pipeline.alert_history.last_seen_at is 'When it was last seen.';
comment on column pipeline.alert_history.occurrences is 'How often it was seen since it was opened.';
comment on column pipeline.alert_history.acknowledged_at is 'When somebody said that they know.';
comment on column pipeline.alert_history.acknowledged_by is 'Who did.';
comment on column pipeline.alert_history.detail is 'Numbers behind the message.';
comment on column pipeline.alert_history.query is 'SQL that shows what the alert is about.';
comment on column pipeline.alert_history.resolved_at is 'When it was over; null while it is open.';
comment on column pipeline.evaluation_runs.run is 'Id of the run.';
comment on column pipeline.evaluation_runs.kind is 'reevaluation or stability.';
comment on column pipeline.evaluation_runs.schedule is 'Schedule that it belongs to; null for a stability check.';
comment on column pipeline.evaluation_runs.state is 'running until everything is generated and scored, then done.';
comment on column pipeline.evaluation_runs.temperature is 'Temperature of a stability check.';
comment on column pipeline.evaluation_runs.rouge_signature is 'Tokenizer and rules of its scores; null until done.';
comment on column pipeline.evaluation_runs.started_at is 'When it was started.';
comment on column pipeline.evaluation_runs.finished_at is 'When it was done.';
comment on column pipeline.evaluation_runs.is_baseline is 'Runs of the schedule are compared with this one.';
comment on column pipeline.evaluation_runs.open is 'Generations that are still to come.';
comment on column pipeline.evaluation_runs.done is 'Generations made.';
comment on column pipeline.evaluation_runs.failed is 'Generations that could not be made.';
comment on column pipeline.evaluation_runs.engine_seconds is 'Time that the engine took.';
comment on column pipeline.evaluation_runs.alarm is 'One of its figures is an alarm.';
comment on column pipeline.evaluation_scores.run is 'Id of the run.';
comment on column pipeline.evaluation_scores.schedule is 'Schedule of the run; null for a stability check.';
comment on column pipeline.evaluation_scores.recipe is 'Recipe that is evaluated.';
comment on column pipeline.evaluation_scores.part is 'pinned, fresh or stability.';
comment on column pipeline.evaluation_scores.measure is 'reference, baseline, source, stdev or pairs.';
comment on column pipeline.evaluation_scores.texts is 'Texts behind the figure.';
comment on column pipeline.evaluation_scores.failed is 'Texts without a generation.';
comment on column pipeline.evaluation_scores.rouge1_f is 'Mean ROUGE-1 F, 0 to 1.';
comment on column pipeline.evaluation_scores.rouge2_f is 'Mean ROUGE-2 F, 0 to 1.';
comment on column pipeline.evaluation_scores.rougel_f is 'Mean ROUGE-L F, 0 to 1.';
comment on column pipeline.evaluation_scores.exact_share is 'Share of texts whose summary is exactly the other one.';
comment on column pipeline.evaluation_scores.low is 'Lower end of the 95 % interval.';
comment on column pipeline.evaluation_scores.high is 'Upper end of the 95 % interval.';
comment on column pipeline.evaluation_scores.baseline_run is 'Run that it is compared with.';
comment on column pipeline.evaluation_scores.verdict is 'ok, drop, unstable, no-baseline, other-signature, too-few or failed.';
comment on column pipeline.evaluation_scores.alarm is 'The figure raised an alert.';
comment on column pipeline.evaluation_scores.rouge_signature is 'Tokenizer and rules behind the scores.';
comment on column pipeline.evaluation_scores.finished_at is 'When the run was done.';
