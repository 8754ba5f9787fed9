-- The ledger. PostgreSQL is the truth: what is accepted, what is to be done, what was done. Results are insert-only.
create schema if not exists pipeline;

-- A recipe names everything that shaped a result; it never changes (a change is a new row), and every result points at one.
create table pipeline.recipes (
    id               int generated always as identity primary key,
    name             text        not null,
    stage            text        not null check (stage in ('embed', 'summarize')),
    engine           text        not null,
    definition       jsonb       not null,
    sha256           bytea       not null unique check (length(sha256) = 32),
    dimensions       int,
    seconds_per_text real        not null check (seconds_per_text > 0),
    created_at       timestamptz not null default now()
);

-- Every distinct text once: tickets, references and summaries alike. chars counts Unicode code points.
create table pipeline.texts (
    id         bigint generated always as identity primary key,
    sha256     bytea       not null unique check (length(sha256) = 32),
    body       text        not null,
    chars      int         not null check (chars > 0),
    created_at timestamptz not null default now()
);

create table pipeline.batches (
    id          bigint generated always as identity primary key,
    tenant      text        not null,
    name        text        not null,
    source      text        not null,
    fingerprint bytea       not null check (length(fingerprint) = 32),
    embedder_id int         not null references pipeline.recipes,
    state       text        not null default 'loading' check (state in ('loading', 'loaded')),
    created_at  timestamptz not null default now(),
    loaded_at   timestamptz,
    unique (tenant, fingerprint),
    unique (tenant, name)
);

create table pipeline.batch_recipes (
    batch_id  bigint not null references pipeline.batches,
    recipe_id int    not null references pipeline.recipes,
    primary key (batch_id, recipe_id)
);

-- A changed text under the same external id is a new row (a version); the one submitted last wins in the views.
create table pipeline.documents (
    id                bigint generated always as identity primary key,
    tenant            text        not null,
    source            text        not null,
    external_id       text        not null,
    text_id           bigint      not null references pipeline.texts,
    reference_text_id bigint      references pipeline.texts,
    last_batch_id     bigint      not null,
    accepted_at       timestamptz not null default now(),
    unique (tenant, source, external_id, text_id)
);
create index documents_text on pipeline.documents (text_id);

create table pipeline.batch_items (
    batch_id    bigint  not null references pipeline.batches,
    line        bigint  not null,
    document_id bigint  not null references pipeline.documents,
    duplicate   boolean not null,
    primary key (batch_id, line)
);
create index batch_items_document on pipeline.batch_items (document_id);

create table pipeline.batch_rejects (
    batch_id    bigint not null references pipeline.batches,
    line        bigint not null,
    external_id text,
    code        text   not null,
    reason      text   not null,
    primary key (batch_id, line)
);

-- A chunk is a group of work items sent in one message. Only outstanding chunks have a row.
create table pipeline.chunks (
    id            bigint generated always as identity primary key,
    recipe_id     int         not null references pipeline.recipes,
    queue         text        not null,
    size          int         not null,
    dispatched_at timestamptz not null default now(),
    begun_at      timestamptz,
    lease_until   timestamptz,
    worker        text
);

-- One (text, recipe). Foreign keys are left out on the hot tables: their ids come from the same transaction or from this ledger.
create table pipeline.work_items (
    recipe_id    int         not null,
    text_id      bigint      not null,
    state        text        not null default 'pending' check (state in ('pending', 'running', 'done', 'rejected', 'quarantined')),
    attempts     smallint    not null default 0,
    chunk_id     bigint,
    error_code   text,
    error_reason text,
    updated_at   timestamptz not null default now(),
    -- The selective column comes first in this and every other key: a planner without statistics cannot go wrong with it.
    primary key (text_id, recipe_id),
    check (state not in ('rejected', 'quarantined') or error_code is not null),
    check (state in ('pending', 'running') or chunk_id is null),
    check (state <> 'running' or chunk_id is not null)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
create index work_items_ready on pipeline.work_items (recipe_id, text_id) where state = 'pending' and chunk_id is null;
create index work_items_chunk on pipeline.work_items (chunk_id) where chunk_id is not null;
create index work_items_failed on pipeline.work_items (recipe_id, text_id) where state in ('rejected', 'quarantined');

-- One partition per embedder, made when the embedder is registered: vectors of two models never share a table or an index.
create table pipeline.embeddings (
    recipe_id int     not null,
    text_id   bigint  not null,
    vector    halfvec not null,
    primary key (text_id, recipe_id)
) partition by list (recipe_id);

create function pipeline.add_embedder(embedder int) returns void language plpgsql as $$
begin
    -- Altering it again would wait for every reader of the vectors.
    if to_regclass(format('pipeline.embeddings_%s', embedder)) is not null then
        return;
    end if;
    execute format('create table if not exists pipeline.embeddings_%s partition of pipeline.embeddings for values in (%s)', embedder, embedder);
    -- A 1024-d halfvec is 2,052 bytes: just over the threshold at which PostgreSQL would move every vector out of line.
    execute format('alter table pipeline.embeddings_%s alter column vector set storage plain', embedder);
end $$;

create table pipeline.summaries (
    recipe_id       int         not null,
    text_id         bigint      not null,
    summary_text_id bigint      not null,
    finish_reason   text        not null,
    truncated       boolean     not null,
    created_at      timestamptz not null default now(),
    primary key (text_id, recipe_id)
);
create index summaries_summary_text on pipeline.summaries (summary_text_id);
create index summaries_day on pipeline.summaries (created_at);

-- Summaries that wait for their scores; Scoring takes a row away in the transaction that writes the scores.
create table pipeline.unscored (
    recipe_id int    not null,
    text_id   bigint not null,
    primary key (text_id, recipe_id)
);

create table pipeline.signatures (
    id    int generated always as identity primary key,
    value text not null unique
);

-- ROUGE of (summary text, reference text) under one signature. The hit counts are kept so that a re-test never re-scores.
create table pipeline.rouge_scores (
    signature_id      int              not null references pipeline.signatures,
    summary_text_id   bigint           not null,
    reference_text_id bigint           not null,
    rouge1_p          double precision not null,
    rouge1_r          double precision not null,
    rouge1_f          double precision not null,
    rouge2_p          double precision not null,
    rouge2_r          double precision not null,
    rouge2_f          double precision not null,
    rougel_p          double precision not null,
    rougel_r          double precision not null,
    rougel_f          double precision not null,
    rougelsum_p       double precision not null,
    rougelsum_r       double precision not null,
    rougelsum_f       double precision not null,
    summary_tokens    int              not null,
    reference_tokens  int              not null,
    rouge1_hits       int              not null,
    rouge2_hits       int              not null,
    rougel_hits       int              not null,
    rougelsum_hits    int              not null,
    scored_at         timestamptz      not null default now(),
    primary key (summary_text_id, reference_text_id, signature_id)
);

-- Health of one summary as a given embedder sees it. cosine is null where an embedding could not be had, never NaN.
create table pipeline.health_scores (
    embedder_id       int              not null,
    text_id           bigint           not null,
    summary_text_id   bigint           not null,
    cosine            double precision check (cosine between -1.001 and 1.001),
    compression       double precision not null check (compression > 0),
    drift_alarm       boolean          not null,
    compression_alarm boolean          not null,
    scored_at         timestamptz      not null default now(),
    primary key (text_id, summary_text_id, embedder_id)
);

-- Who is at work. A row is refreshed every few seconds and removed at a clean stop.
create table pipeline.workers (
    name             text        primary key,
    queue            text        not null,
    started_at       timestamptz not null default now(),
    heartbeat_at     timestamptz not null default now(),
    settled          bigint      not null default 0,
    texts_per_second real        not null default 0
);
