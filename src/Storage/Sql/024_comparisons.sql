-- Comparing recipes.

-- Engine time: the wall time between this result and the one before it in its chunk. The mean over many texts is the time per text of
-- one worker; a single value says little where an engine works on several texts at once.
alter table pipeline.summaries add column seconds real check (seconds >= 0);
comment on column pipeline.summaries.seconds is 'Wall time of the engine since the result before this one; means count, single values do not. Null for results of earlier versions';

-- One row per line, recipe and ROUGE signature: what recipes are compared on. Without a reference there is one row without ROUGE.
create view pipeline.line_scores as
select l.batch_id, l.line, l.recipe_id, r.name as recipe, d.external_id as id, l.text_id, l.summary_text_id, d.reference_text_id,
       t.chars as text_chars, st.chars as summary_chars, rt.chars as reference_chars,
       g.signature_id, sig.value as rouge_signature, g.rouge1_f, g.rouge2_f, g.rougel_f, g.rougelsum_f,
       h.cosine, h.compression, s.seconds
from pipeline.batch_lines l
join pipeline.recipes r on r.id = l.recipe_id
join pipeline.documents d on d.id = l.document_id
join pipeline.texts t on t.id = l.text_id
join pipeline.summaries s on s.recipe_id = l.recipe_id and s.text_id = l.text_id
join pipeline.texts st on st.id = l.summary_text_id
left join pipeline.texts rt on rt.id = d.reference_text_id
left join pipeline.rouge_scores g on g.summary_text_id = l.summary_text_id and g.reference_text_id = d.reference_text_id
left join pipeline.signatures sig on sig.id = g.signature_id
left join pipeline.health_scores h on h.embedder_id = l.embedder_id and h.text_id = l.text_id and h.summary_text_id = l.summary_text_id;
comment on view pipeline.line_scores is 'Scores of each summary: one row per line, recipe and ROUGE signature';
