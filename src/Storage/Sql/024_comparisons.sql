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
left join pipeline.health_scores h on h.text_id = l.text_id and h.recipe_id = l.recipe_id and h.embedder_id = l.embedder_id;
comment on view pipeline.line_scores is 'Scores of each summary: one row per line, recipe and ROUGE signature';
comment on column pipeline.line_scores.batch_id is 'Id of the batch';
comment on column pipeline.line_scores.line is 'Physical line on which the record starts in the submitted file; a header is line 1';
comment on column pipeline.line_scores.recipe_id is 'Id of the recipe that summarised';
comment on column pipeline.line_scores.recipe is 'Its name';
comment on column pipeline.line_scores.id is 'Id of the document at its source';
comment on column pipeline.line_scores.text_id is 'Text of the document';
comment on column pipeline.line_scores.summary_text_id is 'Text of the summary';
comment on column pipeline.line_scores.reference_text_id is 'Text of the reference; null without one';
comment on column pipeline.line_scores.text_chars is 'Length of the text in Unicode code points';
comment on column pipeline.line_scores.summary_chars is 'Length of the summary';
comment on column pipeline.line_scores.reference_chars is 'Length of the reference; null without one';
comment on column pipeline.line_scores.signature_id is 'Id of the ROUGE signature; null while, or because, there is no score';
comment on column pipeline.line_scores.rouge_signature is 'Tokenizer and rules behind the next four';
comment on column pipeline.line_scores.rouge1_f is 'ROUGE-1 F against the reference, 0 to 1';
comment on column pipeline.line_scores.rouge2_f is 'ROUGE-2 F';
comment on column pipeline.line_scores.rougel_f is 'ROUGE-L F';
comment on column pipeline.line_scores.rougelsum_f is 'ROUGE-Lsum F';
comment on column pipeline.line_scores.cosine is 'Similarity of text and summary as the embedder of the batch sees it; null until scored, or without an embedding';
comment on column pipeline.line_scores.compression is 'Length of the summary / length of the text';
comment on column pipeline.line_scores.seconds is 'Wall time of the engine since the result before this one; means count, single values do not';
