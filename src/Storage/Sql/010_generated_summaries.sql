-- What is known of a summary that a model wrote: what its checks found, and the tokens that it took. The other engines know no tokens.
alter table pipeline.summaries
    add column flags         text[] not null default '{}',
    add column source_tokens int,
    add column read_tokens   int,
    add column prompt_tokens int,
    add column output_tokens int;

-- As in 002_views.sql, with the new columns at the end.
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
left join pipeline.health_scores h on h.embedder_id = l.embedder_id and h.text_id = l.text_id and h.summary_text_id = l.summary_text_id
left join lateral (
    select * from pipeline.rouge_scores x
    where x.summary_text_id = l.summary_text_id and x.reference_text_id = d.reference_text_id
    order by x.scored_at desc, x.signature_id desc limit 1) g on true
left join pipeline.signatures sig on sig.id = g.signature_id;
