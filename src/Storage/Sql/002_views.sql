-- The SQL interface. Columns are only ever added; a change of meaning gets a new view.

-- The one rule by which a document's state follows from its three work items (docs/architecture.md).
create function pipeline.document_state(embed text, summarize text, summary_embed text) returns text
language sql immutable parallel safe as $$
    select case
        when 'quarantined' in (embed, summarize, summary_embed) then 'quarantined'
        when 'rejected' in (embed, summarize, summary_embed) then 'rejected'
        when embed = 'done' and summarize = 'done' and summary_embed = 'done' then 'done'
        when embed in ('running', 'done') or summarize in ('running', 'done') then 'running'
        else 'pending'
    end
$$;

-- One row per line of a batch and recipe: what every other view of a batch is counted from.
create view pipeline.batch_lines as
select bi.batch_id, bi.line, br.recipe_id, b.embedder_id, bi.document_id, bi.duplicate, d.text_id, s.summary_text_id,
       e.state as embed_state, w.state as summarize_state, se.state as summary_embed_state,
       pipeline.document_state(e.state, w.state, se.state) as state
from pipeline.batch_items bi
join pipeline.batches b on b.id = bi.batch_id
join pipeline.batch_recipes br on br.batch_id = bi.batch_id
join pipeline.documents d on d.id = bi.document_id
left join pipeline.work_items e on e.recipe_id = b.embedder_id and e.text_id = d.text_id
left join pipeline.work_items w on w.recipe_id = br.recipe_id and w.text_id = d.text_id
left join pipeline.summaries s on s.recipe_id = br.recipe_id and s.text_id = d.text_id
left join pipeline.work_items se on se.recipe_id = b.embedder_id and se.text_id = s.summary_text_id;

-- Exact at any moment: pending + running + done + rejected + quarantined = accepted.
create view pipeline.batch_progress as
select b.id as batch_id, b.tenant, b.name as batch, b.state as batch_state, r.name as recipe,
       (select count(*) from pipeline.batch_rejects x where x.batch_id = b.id) as rejected_lines,
       count(l.line) as accepted,
       count(*) filter (where l.duplicate) as duplicates,
       count(*) filter (where l.state = 'pending') as pending,
       count(*) filter (where l.state = 'running') as running,
       count(*) filter (where l.state = 'done') as done,
       count(*) filter (where l.state = 'rejected') as rejected,
       count(*) filter (where l.state = 'quarantined') as quarantined,
       count(*) filter (where l.embed_state = 'done') as embedded,
       count(*) filter (where l.summarize_state = 'done') as summarized,
       count(*) filter (where l.summary_embed_state = 'done') as summaries_embedded,
       count(*) filter (where l.summary_text_id is not null and u.text_id is null) as scored,
       b.created_at, b.loaded_at
from pipeline.batches b
join pipeline.batch_recipes br on br.batch_id = b.id
join pipeline.recipes r on r.id = br.recipe_id
left join pipeline.batch_lines l on l.batch_id = b.id and l.recipe_id = br.recipe_id
left join pipeline.unscored u on u.recipe_id = l.recipe_id and u.text_id = l.text_id
group by b.id, r.id;

create view pipeline.results as
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
       s.created_at as summarized_at
from pipeline.batch_lines l
join pipeline.batches b on b.id = l.batch_id
join pipeline.recipes r on r.id = l.recipe_id
join pipeline.documents d on d.id = l.document_id
join pipeline.texts t on t.id = l.text_id
left join pipeline.summaries s on s.recipe_id = l.recipe_id and s.text_id = l.text_id
left join pipeline.texts st on st.id = s.summary_text_id
left join pipeline.texts rt on rt.id = d.reference_text_id
left join pipeline.health_scores h on h.embedder_id = l.embedder_id and h.text_id = l.text_id and h.summary_text_id = l.summary_text_id
-- Under several signatures the latest counts here; rouge_by_recipe shows them all.
left join lateral (
    select * from pipeline.rouge_scores x
    where x.summary_text_id = l.summary_text_id and x.reference_text_id = d.reference_text_id
    order by x.scored_at desc, x.signature_id desc limit 1) g on true
left join pipeline.signatures sig on sig.id = g.signature_id;

-- Several signatures never share a row.
create view pipeline.rouge_by_recipe as
select l.batch_id, b.name as batch, r.name as recipe, sig.value as rouge_signature, count(*) as documents,
       avg(g.rouge1_f) as rouge1_f, avg(g.rouge2_f) as rouge2_f, avg(g.rougel_f) as rougel_f, avg(g.rougelsum_f) as rougelsum_f
from pipeline.batch_lines l
join pipeline.batches b on b.id = l.batch_id
join pipeline.recipes r on r.id = l.recipe_id
join pipeline.documents d on d.id = l.document_id
join pipeline.rouge_scores g on g.summary_text_id = l.summary_text_id and g.reference_text_id = d.reference_text_id
join pipeline.signatures sig on sig.id = g.signature_id
group by l.batch_id, b.name, r.name, sig.value;

create view pipeline.health_daily as
select (s.created_at at time zone 'UTC')::date as day, r.name as recipe, e.name as embedder, count(*) as summaries,
       avg(h.cosine) as cosine_mean, stddev_samp(h.cosine) as cosine_stdev,
       avg(h.compression) as compression_mean,
       count(*) filter (where h.drift_alarm) as drift_alarms,
       count(*) filter (where h.compression_alarm) as compression_alarms,
       count(*) filter (where h.cosine is null) as without_cosine
from pipeline.summaries s
join pipeline.recipes r on r.id = s.recipe_id
join pipeline.health_scores h on h.text_id = s.text_id and h.summary_text_id = s.summary_text_id
join pipeline.recipes e on e.id = h.embedder_id
group by 1, 2, 3;

-- What failed, at which step, why: lines refused at the door and work that ended badly.
create view pipeline.failures as
select bi.batch_id, b.name as batch, bi.line, d.external_id as id, r.stage as step, r.name as recipe, w.state, w.attempts,
       w.error_code, w.error_reason, w.updated_at as failed_at, w.recipe_id, w.text_id
from pipeline.work_items w
join pipeline.recipes r on r.id = w.recipe_id
left join pipeline.documents d on d.text_id = w.text_id
    or (r.stage = 'embed' and d.text_id in (select s.text_id from pipeline.summaries s where s.summary_text_id = w.text_id))
left join pipeline.batch_items bi on bi.document_id = d.id
left join pipeline.batches b on b.id = bi.batch_id
where w.state in ('rejected', 'quarantined')
  and (b.id is null
       or exists (select 1 from pipeline.batch_recipes br where br.batch_id = b.id and br.recipe_id = w.recipe_id)
       or (b.embedder_id = w.recipe_id
           and (d.text_id = w.text_id
                or exists (select 1 from pipeline.summaries s join pipeline.batch_recipes br on br.recipe_id = s.recipe_id
                           where br.batch_id = b.id and s.text_id = d.text_id and s.summary_text_id = w.text_id))))
union all
select x.batch_id, b.name, x.line, x.external_id, 'ingest', null, 'rejected', null, x.code, x.reason, b.created_at, null, null
from pipeline.batch_rejects x
join pipeline.batches b on b.id = x.batch_id;
