-- What the dashboard and the HTTP API for schedules need.

alter table pipeline.schedules add column tenant text check (length(tenant) between 1 and 100);
comment on column pipeline.schedules.tenant is 'Only documents of this tenant, who alone sees the schedule; null for all.';
alter table pipeline.schedules add column paused_at timestamptz;
comment on column pipeline.schedules.paused_at is 'Since when it does not run by itself; null while it does.';

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
