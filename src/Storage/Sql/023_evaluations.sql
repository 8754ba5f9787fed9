-- Evaluations generate afresh, apart from production results: how stable an engine is, and whether engine or input have changed.

create table pipeline.schedules (
    id           bigint generated always as identity primary key,
    name         text             not null,
    cron         text             not null,
    time_zone    text             not null,
    batch_id     bigint,
    pinned       int              not null check (pinned >= 0),
    fresh        int              not null check (fresh >= 0),
    min_drop     double precision not null check (min_drop > 0),
    min_change   double precision not null check (min_change > 0),
    alarm_after  smallint         not null,
    alarm_window smallint         not null,
    baseline_id  bigint,
    created_at   timestamptz      not null default now(),
    removed_at   timestamptz,
    check (pinned + fresh > 0),
    check (alarm_after between 1 and alarm_window)
);
-- The runs of a removed schedule stay, its name becomes free.
create unique index schedules_name on pipeline.schedules (name) where removed_at is null;

create table pipeline.schedule_recipes (
    schedule_id bigint not null references pipeline.schedules,
    recipe_id   int    not null references pipeline.recipes,
    primary key (schedule_id, recipe_id)
);

-- The pinned sample. Pruning leaves its texts and references alone while the schedule exists.
create table pipeline.schedule_texts (
    schedule_id       bigint not null references pipeline.schedules,
    text_id           bigint not null references pipeline.texts,
    reference_text_id bigint references pipeline.texts,
    primary key (text_id, schedule_id)
);
create index schedule_texts_reference on pipeline.schedule_texts (reference_text_id) where reference_text_id is not null;

create table pipeline.evaluations (
    id           bigint generated always as identity primary key,
    kind         text        not null check (kind in ('reevaluation', 'stability')),
    schedule_id  bigint references pipeline.schedules,
    -- Who asked, once: a request that is repeated finds its run.
    request      text unique,
    temperature  real check (temperature > 0),
    -- The newest document when it was started: what comes later is the new inflow of the next run.
    last_document_id bigint,
    state        text        not null default 'running' check (state in ('running', 'done')),
    signature_id int references pipeline.signatures,
    started_at   timestamptz not null default now(),
    finished_at  timestamptz,
    check ((kind = 'reevaluation') = (schedule_id is not null)),
    check ((state = 'done') = (finished_at is not null and signature_id is not null))
);
alter table pipeline.schedules add foreign key (baseline_id) references pipeline.evaluations;
-- A schedule has one run at a time, whoever starts it.
create unique index evaluations_open on pipeline.evaluations (schedule_id) where state = 'running';
create index evaluations_schedule on pipeline.evaluations (schedule_id, id);

-- What a run looks at. A text that is pruned takes its rows along; the figures of the run stay.
create table pipeline.evaluation_texts (
    evaluation_id     bigint not null references pipeline.evaluations,
    text_id           bigint not null references pipeline.texts on delete cascade,
    part              text   not null check (part in ('pinned', 'fresh', 'stability')),
    reference_text_id bigint references pipeline.texts on delete set null,
    primary key (text_id, evaluation_id)
);
create index evaluation_texts_evaluation on pipeline.evaluation_texts (evaluation_id);
create index evaluation_texts_reference on pipeline.evaluation_texts (reference_text_id) where reference_text_id is not null;

-- One generation: work first, then its result, which is written once. Never read from production results, never written to them.
-- recipe_id is what runs; for stability it is a variant of of_recipe_id that names its temperature and seed.
create table pipeline.generations (
    id            bigint generated always as identity primary key,
    evaluation_id bigint      not null references pipeline.evaluations,
    text_id       bigint      not null references pipeline.texts on delete cascade,
    recipe_id     int         not null references pipeline.recipes,
    of_recipe_id  int         not null references pipeline.recipes,
    sample        smallint    not null check (sample > 0),
    seed          int,
    state         text        not null default 'pending' check (state in ('pending', 'running', 'done', 'rejected', 'quarantined')),
    attempts      smallint    not null default 0,
    chunk_id      bigint,
    error_code    text,
    error_reason  text,
    updated_at    timestamptz not null default now(),
    summary       text,
    finish_reason text,
    truncated     boolean,
    output_tokens int,
    seconds       real,
    unique (text_id, evaluation_id, recipe_id, sample),
    check (summary is null or state = 'done'),
    check (state not in ('rejected', 'quarantined') or error_code is not null),
    check (state in ('pending', 'running') or chunk_id is null),
    check (state <> 'running' or chunk_id is not null)
);
create index generations_evaluation on pipeline.generations (evaluation_id);
create index generations_ready on pipeline.generations (recipe_id, id) where state = 'pending' and chunk_id is null;
create index generations_open on pipeline.generations (evaluation_id) where state in ('pending', 'running');
create index generations_chunk on pipeline.generations (chunk_id) where chunk_id is not null;

-- What a generation is worth by itself: ROUGE-L F against the reference of its text, ROUGE-L F against what the baseline run made of the
-- same text, or the share of its tokens that the text has (ROUGE-1 precision against the source).
create table pipeline.generation_scores (
    generation_id bigint           not null references pipeline.generations on delete cascade,
    measure       text             not null check (measure in ('reference', 'baseline', 'source')),
    value         double precision not null check (value between 0 and 1),
    rouge1_f      double precision not null,
    rouge2_f      double precision not null,
    rougel_f      double precision not null,
    exact         boolean          not null,
    primary key (generation_id, measure)
);

-- How much the generations of one text differ. stdev needs a reference.
create table pipeline.stability_scores (
    evaluation_id bigint           not null references pipeline.evaluations,
    recipe_id     int              not null references pipeline.recipes,
    text_id       bigint           not null references pipeline.texts on delete cascade,
    samples       smallint         not null check (samples > 1),
    rougel_stdev  double precision,
    rougel_pairs  double precision not null,
    primary key (text_id, evaluation_id, recipe_id)
);

-- The figures of a run: what is left when its texts are pruned.
create table pipeline.evaluation_figures (
    evaluation_id bigint  not null references pipeline.evaluations,
    recipe_id     int     not null references pipeline.recipes,
    part          text    not null check (part in ('pinned', 'fresh', 'stability')),
    measure       text    not null check (measure in ('reference', 'baseline', 'source', 'stdev', 'pairs')),
    texts         int     not null,
    failed        int     not null,
    rouge1_f      double precision,
    rouge2_f      double precision,
    rougel_f      double precision,
    exact_share   double precision,
    value         double precision,
    change        double precision,
    low           double precision,
    high          double precision,
    baseline_id   bigint references pipeline.evaluations,
    verdict       text    not null check (verdict in
        ('ok', 'drop', 'unstable', 'no-baseline', 'other-signature', 'too-few', 'failed')),
    alarm         boolean not null,
    primary key (evaluation_id, recipe_id, part, measure)
);

create view pipeline.evaluation_runs as
select e.id as run, e.kind, s.name as schedule, e.state, e.temperature, sig.value as rouge_signature, e.started_at, e.finished_at,
       s.baseline_id = e.id as is_baseline,
       count(g.id) filter (where g.state in ('pending', 'running')) as open,
       count(g.id) filter (where g.state = 'done') as done,
       count(g.id) filter (where g.state in ('rejected', 'quarantined')) as failed,
       sum(g.seconds) as engine_seconds,
       coalesce((select bool_or(f.alarm) from pipeline.evaluation_figures f where f.evaluation_id = e.id), false) as alarm
from pipeline.evaluations e
left join pipeline.schedules s on s.id = e.schedule_id
left join pipeline.signatures sig on sig.id = e.signature_id
left join pipeline.generations g on g.evaluation_id = e.id
group by e.id, s.id, sig.id;
comment on view pipeline.evaluation_runs is 'One row per run of a schedule or stability check; docs/sql.md';

create view pipeline.evaluation_scores as
select f.evaluation_id as run, s.name as schedule, r.name as recipe, f.part, f.measure, f.texts, f.failed,
       f.rouge1_f, f.rouge2_f, f.rougel_f, f.exact_share, f.value, f.change, f.low, f.high, f.baseline_id as baseline_run, f.verdict, f.alarm,
       sig.value as rouge_signature, e.finished_at
from pipeline.evaluation_figures f
join pipeline.evaluations e on e.id = f.evaluation_id
join pipeline.recipes r on r.id = f.recipe_id
left join pipeline.schedules s on s.id = e.schedule_id
left join pipeline.signatures sig on sig.id = e.signature_id;
comment on view pipeline.evaluation_scores is 'The figures of the runs, one row per run, recipe, part of the sample and measure; docs/sql.md';
comment on column pipeline.evaluation_scores.value is 'The mean of the measure, 0 to 1; for stdev the pooled standard deviation';
comment on column pipeline.evaluation_scores.change is 'value less that of the baseline run; low and high are its 95 % interval, or that of value for stability';
