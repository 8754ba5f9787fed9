-- What the dashboard and the HTTP API for schedules need.

alter table pipeline.schedules add column tenant text check (length(tenant) between 1 and 100);
comment on column pipeline.schedules.tenant is 'Only documents of this tenant, who alone sees the schedule; null for all.';
alter table pipeline.schedules add column paused_at timestamptz;
comment on column pipeline.schedules.paused_at is 'Since when it does not run by itself; null while it does.';

-- As in 002_views.sql, with the embedders beside a batch, and led by what failed: an OR between documents and summaries made the planner hold every line against every failure.
create or replace view pipeline.failures as
select bi.batch_id, b.name as batch, bi.line, d.external_id as id, r.stage as step, r.name as recipe, w.state, w.attempts,
       w.error_code, w.error_reason, w.updated_at as failed_at, w.recipe_id, w.text_id
from pipeline.work_items w
join pipeline.recipes r on r.id = w.recipe_id
left join lateral (
    select o.id, o.external_id, o.text_id from pipeline.documents o where o.text_id = w.text_id
    union
    select o.id, o.external_id, o.text_id
    from pipeline.summaries s join pipeline.documents o on o.text_id = s.text_id
    where r.stage = 'embed' and s.summary_text_id = w.text_id) d on true
left join pipeline.batch_items bi on bi.document_id = d.id
left join pipeline.batches b on b.id = bi.batch_id
where w.state in ('rejected', 'quarantined')
  and (b.id is null
       or exists (select 1 from pipeline.batch_recipes br where br.batch_id = b.id and br.recipe_id = w.recipe_id)
       or ((b.embedder_id = w.recipe_id
            or exists (select 1 from pipeline.batch_embedders be where be.batch_id = b.id and be.recipe_id = w.recipe_id))
           and (d.text_id = w.text_id
                or exists (select 1 from pipeline.summaries s join pipeline.batch_recipes br on br.recipe_id = s.recipe_id
                           where br.batch_id = b.id and s.text_id = d.text_id and s.summary_text_id = w.text_id))))
union all
select x.batch_id, b.name, x.line, x.external_id, 'ingest', null, 'rejected', null, x.code, x.reason, b.created_at, null, null
from pipeline.batch_rejects x
join pipeline.batches b on b.id = x.batch_id;

-- A pair of summary and reference counts once in a batch and recipe, however many lines share it: repetition would only make an interval look narrower.
create view pipeline.rouge_daily as
select p.day, p.batch_id, b.tenant, b.name as batch, r.name as recipe, sig.value as rouge_signature, count(*) as pairs,
       avg(p.rouge1_f) as rouge1_f, avg(p.rouge2_f) as rouge2_f, avg(p.rougel_f) as rougel_f, avg(p.rougelsum_f) as rougelsum_f,
       1.96 * stddev_samp(p.rouge1_f) / sqrt(count(*)) as rouge1_margin, 1.96 * stddev_samp(p.rouge2_f) / sqrt(count(*)) as rouge2_margin,
       1.96 * stddev_samp(p.rougel_f) / sqrt(count(*)) as rougel_margin, 1.96 * stddev_samp(p.rougelsum_f) / sqrt(count(*)) as rougelsum_margin
from (select distinct bi.batch_id, s.recipe_id, g.signature_id, g.summary_text_id, g.reference_text_id, (g.scored_at at time zone 'UTC')::date as day,
             g.rouge1_f, g.rouge2_f, g.rougel_f, g.rougelsum_f
      from pipeline.batch_items bi
      join pipeline.batch_recipes br on br.batch_id = bi.batch_id
      join pipeline.documents d on d.id = bi.document_id
      join pipeline.summaries s on s.recipe_id = br.recipe_id and s.text_id = d.text_id
      join pipeline.rouge_scores g on g.summary_text_id = s.summary_text_id and g.reference_text_id = d.reference_text_id) p
join pipeline.batches b on b.id = p.batch_id
join pipeline.recipes r on r.id = p.recipe_id
join pipeline.signatures sig on sig.id = p.signature_id
group by p.day, p.batch_id, b.tenant, b.name, r.name, sig.value;
comment on view pipeline.rouge_daily is 'Mean ROUGE by day of scoring, batch, recipe and signature, with the margins of its 95 % intervals.';
comment on column pipeline.rouge_daily.day is 'Day (UTC) on which the scores were made.';
comment on column pipeline.rouge_daily.batch_id is 'Id of the batch.';
comment on column pipeline.rouge_daily.tenant is 'Owner of the documents.';
comment on column pipeline.rouge_daily.batch is 'Name of the batch.';
comment on column pipeline.rouge_daily.recipe is 'Name of the recipe.';
comment on column pipeline.rouge_daily.rouge_signature is 'Tokenizer and rules; scores of different signatures must not be compared.';
comment on column pipeline.rouge_daily.pairs is 'Different pairs of summary and reference.';
comment on column pipeline.rouge_daily.rouge1_f is 'Mean ROUGE-1 F, 0 to 1.';
comment on column pipeline.rouge_daily.rouge2_f is 'Mean ROUGE-2 F.';
comment on column pipeline.rouge_daily.rougel_f is 'Mean ROUGE-L F.';
comment on column pipeline.rouge_daily.rougelsum_f is 'Mean ROUGE-Lsum F.';
comment on column pipeline.rouge_daily.rouge1_margin is 'The 95 % interval of rouge1_f is rouge1_f -/+ this (1.96 standard errors); null for one pair.';
comment on column pipeline.rouge_daily.rouge2_margin is 'The same for rouge2_f.';
comment on column pipeline.rouge_daily.rougel_margin is 'The same for rougel_f.';
comment on column pipeline.rouge_daily.rougelsum_margin is 'The same for rougelsum_f.';
