-- Batches can be cancelled and pruned; progress is counted to the last step.

alter table pipeline.batches add column cancelled_at timestamptz;
alter table pipeline.batches drop constraint batches_state_check;
-- A batch in 'pruning' loses its lines, window by window, until its own row goes.
alter table pipeline.batches add constraint batches_state_check check (state in ('loading', 'loaded', 'pruning'));

-- Whether a text is somebody's reference is asked whenever one is removed.
create index documents_reference on pipeline.documents (reference_text_id) where reference_text_id is not null;

-- A fourth end of a document: a work item that was taken out of the ledger because its batch was cancelled and no other needs it.
create or replace function pipeline.document_state(embed text, summarize text, summary_embed text) returns text
language sql immutable parallel safe as $$
    select case
        when 'quarantined' in (embed, summarize, summary_embed) then 'quarantined'
        when 'rejected' in (embed, summarize, summary_embed) then 'rejected'
        when embed = 'done' and summarize = 'done' and summary_embed = 'done' then 'done'
        when 'running' in (embed, summarize, summary_embed) then 'running'
        when 'cancelled' in (embed, summarize, summary_embed) then 'cancelled'
        when 'done' in (embed, summarize) then 'running'
        else 'pending'
    end
$$;

-- A work item as its batch sees it. Where one is missing it was cancelled, or else its line is being loaded again.
create function pipeline.state_in_batch(item_state text, cancelled boolean) returns text
language sql immutable parallel safe as $$
    select case when cancelled and item_state is null then 'cancelled' else item_state end
$$;

-- Nothing more will come of a work item for its batch.
create function pipeline.is_settled(item_state text, cancelled boolean) returns boolean
language sql immutable parallel safe as $$
    select coalesce(pipeline.state_in_batch(item_state, cancelled) in ('done', 'rejected', 'quarantined', 'cancelled'), false)
$$;

-- How many of a line's four steps have ended: embed, summarize, embed the summary, score. Without a summary the last two never come.
create function pipeline.settled_steps(embed text, summarize text, summary_embed text, unscored boolean, cancelled boolean) returns int
language sql immutable parallel safe as $$
    select pipeline.is_settled(embed, cancelled)::int
        + case when not pipeline.is_settled(summarize, cancelled) then 0
               when summarize = 'done' then 1 + pipeline.is_settled(summary_embed, cancelled)::int + (not unscored)::int
               else 3 end
$$;

create or replace view pipeline.batch_lines as
select bi.batch_id, bi.line, br.recipe_id, b.embedder_id, bi.document_id, bi.duplicate, d.text_id, s.summary_text_id,
       e.state as embed_state, w.state as summarize_state, se.state as summary_embed_state,
       pipeline.document_state(
           pipeline.state_in_batch(e.state, b.cancelled_at is not null),
           pipeline.state_in_batch(w.state, b.cancelled_at is not null),
           pipeline.state_in_batch(se.state, b.cancelled_at is not null and s.summary_text_id is not null)) as state
from pipeline.batch_items bi
join pipeline.batches b on b.id = bi.batch_id
join pipeline.batch_recipes br on br.batch_id = bi.batch_id
join pipeline.documents d on d.id = bi.document_id
left join pipeline.work_items e on e.recipe_id = b.embedder_id and e.text_id = d.text_id
left join pipeline.work_items w on w.recipe_id = br.recipe_id and w.text_id = d.text_id
left join pipeline.summaries s on s.recipe_id = br.recipe_id and s.text_id = d.text_id
left join pipeline.work_items se on se.recipe_id = b.embedder_id and se.text_id = s.summary_text_id;

-- Exact at any moment: pending + running + done + rejected + quarantined + cancelled = accepted.
create or replace view pipeline.batch_progress as
select b.id as batch_id, b.tenant, b.name as batch, case when b.cancelled_at is not null and b.state <> 'pruning' then 'cancelled' else b.state end as batch_state,
       r.name as recipe,
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
       b.created_at, b.loaded_at,
       count(*) filter (where l.state = 'cancelled') as cancelled,
       coalesce(sum(pipeline.settled_steps(l.embed_state, l.summarize_state, l.summary_embed_state, u.text_id is not null, b.cancelled_at is not null))
                filter (where l.line is not null), 0) as settled_steps,
       b.cancelled_at
from pipeline.batches b
join pipeline.batch_recipes br on br.batch_id = b.id
join pipeline.recipes r on r.id = br.recipe_id
left join pipeline.batch_lines l on l.batch_id = b.id and l.recipe_id = br.recipe_id
left join pipeline.unscored u on u.recipe_id = l.recipe_id and u.text_id = l.text_id
group by b.id, r.id;
