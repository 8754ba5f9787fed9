-- Embedders beside the one of a batch: to compare with it, and to switch over.

-- Whose vectors a batch has beside those of batches.embedder_id. Lines, states and progress know the latter alone.
create table pipeline.batch_embedders (
    batch_id  bigint      not null references pipeline.batches on delete cascade,
    recipe_id int         not null references pipeline.recipes,
    added_at  timestamptz not null default now(),
    primary key (batch_id, recipe_id)
);

create view pipeline.embedder_progress as
select e.batch_id, b.name as batch, r.name as embedder, e.is_current, count(*) as texts, count(*) filter (where w.state = 'done') as embedded,
       count(*) filter (where w.state in ('rejected', 'quarantined')) as failed, e.recipe_id as embedder_id
from (select id as batch_id, embedder_id as recipe_id, true as is_current from pipeline.batches
      union all select batch_id, recipe_id, false from pipeline.batch_embedders) e
join pipeline.batches b on b.id = e.batch_id
join pipeline.recipes r on r.id = e.recipe_id
join (select bi.batch_id, d.text_id from pipeline.batch_items bi join pipeline.documents d on d.id = bi.document_id
      union
      select l.batch_id, l.summary_text_id from pipeline.batch_lines l where l.summary_text_id is not null) t on t.batch_id = e.batch_id
left join pipeline.work_items w on w.recipe_id = e.recipe_id and w.text_id = t.text_id
group by e.batch_id, b.name, r.name, e.is_current, e.recipe_id;

comment on view pipeline.embedder_progress is 'Embedders of each batch: its own and those beside it, and how far they are';
comment on column pipeline.embedder_progress.batch_id is 'Id of the batch';
comment on column pipeline.embedder_progress.batch is 'Its name';
comment on column pipeline.embedder_progress.embedder is 'The embedder';
comment on column pipeline.embedder_progress.is_current is 'True for the one whose cosines results, health and comparisons of the batch show';
comment on column pipeline.embedder_progress.texts is 'Different texts and summaries of the batch';
comment on column pipeline.embedder_progress.embedded is 'Those with a vector of this embedder';
comment on column pipeline.embedder_progress.failed is 'Those that it could not embed';
comment on column pipeline.embedder_progress.embedder_id is 'Id of the embedder';
