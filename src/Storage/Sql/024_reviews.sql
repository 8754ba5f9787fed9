-- Comparing recipes and embedders, and blind reviews.

-- Engine time: the wall time between this result and the one before it in its chunk. The mean over many texts is the time per text of
-- one worker; a single value says little where an engine works on several texts at once.
alter table pipeline.summaries add column seconds real check (seconds >= 0);
comment on column pipeline.summaries.seconds is 'Wall time of the engine since the result before this one; means count, single values do not. Null for results of earlier versions.';

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

-- Embedders beside the one of the batch: their vectors are made and kept like those of the batch's own, nothing else looks at them.
create table pipeline.batch_embedders (
    batch_id    bigint      not null references pipeline.batches on delete cascade,
    embedder_id int         not null references pipeline.recipes,
    added_at    timestamptz not null default now(),
    primary key (batch_id, embedder_id)
);
comment on table pipeline.batch_embedders is 'Embedders of a batch beside its own';

-- A blind review: a sample of a batch. An item is one summary of one document, whatever recipes wrote it.
create table pipeline.review_sets (
    id         bigint generated always as identity primary key,
    batch_id   bigint      not null references pipeline.batches on delete cascade,
    name       text        not null unique,
    seed       int         not null,
    created_at timestamptz not null default now()
);
create table pipeline.review_items (
    id              bigint generated always as identity primary key,
    set_id          bigint not null references pipeline.review_sets on delete cascade,
    document        int    not null,
    position        int    not null,
    text_id         bigint not null,
    summary_text_id bigint not null,
    unique (set_id, document, position)
);
create table pipeline.review_item_recipes (
    item_id   bigint not null references pipeline.review_items on delete cascade,
    recipe_id int    not null references pipeline.recipes,
    primary key (item_id, recipe_id)
);
create table pipeline.review_ratings (
    item_id     bigint      not null references pipeline.review_items on delete cascade,
    reviewer    text        not null check (reviewer <> ''),
    consistency smallint    not null check (consistency between 1 and 5),
    density     smallint    not null check (density between 1 and 5),
    readability smallint    not null check (readability between 1 and 5),
    rated_at    timestamptz not null default now(),
    primary key (item_id, reviewer)
);
comment on table pipeline.review_items is 'What reviewers see: document and position are shuffled by the seed of the set; the recipes are elsewhere';

create view pipeline.reviews as
select s.name as review, b.name as batch, i.id as item, i.document, r.name as recipe, x.reviewer, x.consistency, x.density, x.readability, x.rated_at
from pipeline.review_ratings x
join pipeline.review_items i on i.id = x.item_id
join pipeline.review_sets s on s.id = i.set_id
join pipeline.batches b on b.id = s.batch_id
join pipeline.review_item_recipes ir on ir.item_id = i.id
join pipeline.recipes r on r.id = ir.recipe_id;
comment on view pipeline.reviews is 'Ratings of blind reviews, 1 to 5, with the recipes that reviewers do not see: one row per item, recipe and reviewer';
