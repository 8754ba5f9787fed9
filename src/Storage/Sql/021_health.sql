-- Limits of health per recipe, embedder and length of the text; what to do with a summary beyond them; windows and baselines.

-- A change of limits is a new row: a judged summary keeps pointing at the limits that judged it.
create table pipeline.health_bands (
    id               int generated always as identity primary key,
    recipe_id        int              not null references pipeline.recipes,
    embedder_id      int              not null references pipeline.recipes,
    min_chars        int              not null check (min_chars >= 1),
    max_chars        int              check (max_chars >= min_chars),
    min_cosine       double precision not null check (min_cosine between -1.001 and 1.001),
    min_compression  double precision not null check (min_compression >= 0),
    max_compression  double precision not null check (max_compression >= min_compression),
    samples          bigint           not null,
    false_alarm_rate double precision not null check (false_alarm_rate between 0 and 1),
    created_at       timestamptz      not null default now(),
    replaced_at      timestamptz
);
create unique index health_bands_current on pipeline.health_bands (recipe_id, embedder_id, min_chars) where replaced_at is null;

-- Limits belong to a recipe, so health does too: two recipes that give a text the same summary are judged each by its own.
alter table pipeline.health_scores add column recipe_id int;
alter table pipeline.health_scores add column band_id int references pipeline.health_bands;
alter table pipeline.health_scores drop constraint health_scores_pkey;
update pipeline.health_scores h set recipe_id = s.recipe_id
from (select text_id, summary_text_id, min(recipe_id) as recipe_id from pipeline.summaries group by 1, 2) s
where s.text_id = h.text_id and s.summary_text_id = h.summary_text_id;
delete from pipeline.health_scores where recipe_id is null;
insert into pipeline.health_scores (embedder_id, text_id, summary_text_id, cosine, compression, drift_alarm, compression_alarm, scored_at, recipe_id)
select h.embedder_id, h.text_id, h.summary_text_id, h.cosine, h.compression, h.drift_alarm, h.compression_alarm, h.scored_at, s.recipe_id
from pipeline.health_scores h
join pipeline.summaries s on s.text_id = h.text_id and s.summary_text_id = h.summary_text_id and s.recipe_id <> h.recipe_id;
alter table pipeline.health_scores alter column recipe_id set not null;
alter table pipeline.health_scores add primary key (text_id, recipe_id, embedder_id);
-- The latest ones of a recipe are looked at every minute.
create index health_scores_latest on pipeline.health_scores (recipe_id, embedder_id, scored_at, text_id);

-- What a recipe's health is held against: its first summaries, or those that its limits were calibrated on.
create table pipeline.health_baselines (
    recipe_id         int              not null references pipeline.recipes,
    embedder_id       int              not null references pipeline.recipes,
    samples           bigint           not null,
    cosine_samples    bigint           not null,
    cosine_mean       double precision,
    cosine_stdev      double precision,
    compression_mean  double precision not null,
    compression_stdev double precision not null,
    alarm_share       double precision not null,
    created_at        timestamptz      not null default now(),
    primary key (recipe_id, embedder_id)
);

-- The latest summaries of a recipe, as they were last looked at.
create table pipeline.health_windows (
    recipe_id         int              not null references pipeline.recipes,
    embedder_id       int              not null references pipeline.recipes,
    samples           bigint           not null,
    cosine_samples    bigint           not null,
    cosine_mean       double precision,
    cosine_stdev      double precision,
    compression_mean  double precision not null,
    compression_stdev double precision not null,
    alarm_share       double precision not null,
    drift_share       double precision not null,
    compression_share double precision not null,
    oldest_at         timestamptz      not null,
    newest_at         timestamptz      not null,
    evaluated_at      timestamptz      not null default now(),
    primary key (recipe_id, embedder_id)
);

-- What becomes of a summary beyond its limits, besides being flagged.
create table pipeline.breach_actions (
    recipe_id          int         primary key references pipeline.recipes,
    action             text        not null check (action in ('quarantine', 'fallback')),
    fallback_recipe_id int         references pipeline.recipes,
    created_at         timestamptz not null default now(),
    check ((action = 'fallback') = (fallback_recipe_id is not null)),
    check (fallback_recipe_id <> recipe_id)
);

-- A text that another recipe summarised too because the first summary was beyond its limits. Once: a fallback has no fallback.
create table pipeline.fallbacks (
    recipe_id          int         not null,
    text_id            bigint      not null,
    fallback_recipe_id int         not null,
    created_at         timestamptz not null default now(),
    primary key (text_id, recipe_id)
);

-- As in 010_generated_summaries.sql; health is joined by recipe.
create or replace view pipeline.results as
select l.batch_id, b.name as batch, b.tenant, l.line, d.source, d.external_id as id, r.name as recipe, l.state,
       not exists (select 1 from pipeline.documents n
                   where n.tenant = d.tenant and n.source = d.source and n.external_id = d.external_id
                     and (n.last_batch_id, n.id) > (d.last_batch_id, d.id)) as is_latest,
       t.body as text, st.body as summary, rt.body as reference, s.finish_reason, s.truncated,
       h.cosine, h.compression, h.drift_alarm, h.compression_alarm,
       sig.value as rouge_signature, g.rouge1_f, g.rouge2_f, g.rougel_f, g.rougelsum_f,
       case when l.state in ('rejected', 'quarantined') then coalesce(
           (select string_agg(f.stage || ': ' || f.error_code || ': ' || coalesce(f.error_reason, ''), '; ')
            from (select fr.stage, fw.error_code, fw.error_reason
                  from pipeline.work_items fw join pipeline.recipes fr on fr.id = fw.recipe_id
                  where fw.state in ('rejected', 'quarantined')
                    and ((fw.recipe_id = l.embedder_id and fw.text_id in (l.text_id, l.summary_text_id))
                      or (fw.recipe_id = l.recipe_id and fw.text_id = l.text_id))) f), 'unknown') end as error,
       s.created_at as summarized_at,
       s.flags, s.source_tokens, s.read_tokens, s.prompt_tokens, s.output_tokens
from pipeline.batch_lines l
join pipeline.batches b on b.id = l.batch_id
join pipeline.recipes r on r.id = l.recipe_id
join pipeline.documents d on d.id = l.document_id
join pipeline.texts t on t.id = l.text_id
left join pipeline.summaries s on s.recipe_id = l.recipe_id and s.text_id = l.text_id
left join pipeline.texts st on st.id = s.summary_text_id
left join pipeline.texts rt on rt.id = d.reference_text_id
left join pipeline.health_scores h on h.text_id = l.text_id and h.recipe_id = l.recipe_id and h.embedder_id = l.embedder_id
left join lateral (
    select * from pipeline.rouge_scores x
    where x.summary_text_id = l.summary_text_id and x.reference_text_id = d.reference_text_id
    order by x.scored_at desc, x.signature_id desc limit 1) g on true
left join pipeline.signatures sig on sig.id = g.signature_id;

create or replace view pipeline.health_daily as
select (s.created_at at time zone 'UTC')::date as day, r.name as recipe, e.name as embedder, count(*) as summaries,
       avg(h.cosine) as cosine_mean, stddev_samp(h.cosine) as cosine_stdev,
       avg(h.compression) as compression_mean,
       count(*) filter (where h.drift_alarm) as drift_alarms,
       count(*) filter (where h.compression_alarm) as compression_alarms,
       count(*) filter (where h.cosine is null) as without_cosine
from pipeline.summaries s
join pipeline.recipes r on r.id = s.recipe_id
join pipeline.health_scores h on h.text_id = s.text_id and h.recipe_id = s.recipe_id
join pipeline.recipes e on e.id = h.embedder_id
group by 1, 2, 3;

create view pipeline.health_now as
select r.name as recipe, e.name as embedder, w.samples, w.cosine_mean, w.cosine_stdev, w.compression_mean, w.alarm_share, w.drift_share,
       w.compression_share, w.oldest_at, w.newest_at, w.evaluated_at, b.samples as baseline_samples, b.cosine_mean as baseline_cosine_mean,
       b.cosine_stdev as baseline_cosine_stdev, b.compression_mean as baseline_compression_mean, b.alarm_share as baseline_alarm_share,
       b.created_at as baseline_at, w.recipe_id, w.embedder_id
from pipeline.health_windows w
join pipeline.recipes r on r.id = w.recipe_id
join pipeline.recipes e on e.id = w.embedder_id
left join pipeline.health_baselines b on b.recipe_id = w.recipe_id and b.embedder_id = w.embedder_id;

create view pipeline.health_limits as
select r.name as recipe, e.name as embedder, b.min_chars, b.max_chars, b.min_cosine, b.min_compression, b.max_compression, b.samples,
       b.false_alarm_rate, b.created_at, b.id as band_id, b.recipe_id, b.embedder_id
from pipeline.health_bands b
join pipeline.recipes r on r.id = b.recipe_id
join pipeline.recipes e on e.id = b.embedder_id
where b.replaced_at is null;

create view pipeline.fallback_summaries as
select r.name as recipe, fr.name as fallback_recipe, e.name as embedder, f.text_id, t.body as text,
       st.body as summary, h.cosine, h.compression,
       fst.body as fallback_summary, fh.cosine as fallback_cosine, fh.compression as fallback_compression,
       fh.drift_alarm or fh.compression_alarm as fallback_alarm, f.created_at as requested_at
from pipeline.fallbacks f
join pipeline.recipes r on r.id = f.recipe_id
join pipeline.recipes fr on fr.id = f.fallback_recipe_id
join pipeline.texts t on t.id = f.text_id
join pipeline.summaries s on s.text_id = f.text_id and s.recipe_id = f.recipe_id
join pipeline.texts st on st.id = s.summary_text_id
join pipeline.health_scores h on h.text_id = f.text_id and h.recipe_id = f.recipe_id
join pipeline.recipes e on e.id = h.embedder_id
left join pipeline.summaries fs on fs.text_id = f.text_id and fs.recipe_id = f.fallback_recipe_id
left join pipeline.texts fst on fst.id = fs.summary_text_id
left join pipeline.health_scores fh on fh.text_id = f.text_id and fh.recipe_id = f.fallback_recipe_id and fh.embedder_id = h.embedder_id;

comment on table pipeline.health_bands is 'Limits of health by recipe, embedder and length of the text, in Unicode code points; where there are none those of the settings hold';
comment on column pipeline.health_scores.band_id is 'The limits that judged the summary; null for those of the settings';
comment on view pipeline.health_now is 'The latest summaries of each recipe beside its baseline, as last looked at';
comment on column pipeline.health_now.alarm_share is 'Share of the summaries that are beyond a limit';
comment on column pipeline.health_now.drift_share is 'Share of the summaries whose cosine is below its limit';
comment on column pipeline.health_now.compression_share is 'Share of the summaries whose compression is beyond its limits';
comment on view pipeline.health_limits is 'Limits of health in force';
comment on column pipeline.health_limits.false_alarm_rate is 'Share of texts that did not set the limits and were beyond them when they were calibrated';
comment on view pipeline.fallback_summaries is 'Summaries beyond their limits beside those that the fallback recipe made; both are kept';
