-- What is measured of a summary and its text without a reference: statistics, unsupported places, failure classes.

-- One row per summary, written in the transaction that scores its health and ROUGE. It holds numbers, places and codes, no text.
create table pipeline.text_statistics (
    recipe_id            int              not null,
    text_id              bigint           not null,
    signature_id         int              not null references pipeline.signatures,
    coverage             double precision not null,
    density              double precision not null,
    compression_newsroom double precision not null,
    novel_1gram          double precision,
    novel_2gram          double precision,
    novel_3gram          double precision,
    repeated_1gram       double precision,
    repeated_2gram       double precision,
    number_precision     double precision,
    facts                int              not null,
    fact_precision       double precision,
    unsupported          jsonb            not null,
    at_risk              text[]           not null,
    failures             text[]           not null,
    scored_at            timestamptz      not null default now(),
    primary key (text_id, recipe_id)
);
comment on table pipeline.text_statistics is 'Text statistics of a summary and its text; docs/metrics.md defines each.';

-- Ends of the 95 % interval of a share, by Wilson (1927): within 0..1 and usable for few and for extreme counts.
create function pipeline.share_low(hits bigint, total bigint) returns double precision language sql immutable parallel safe as $$
    select case when total > 0
        then greatest(0, (hits + 1.920729 - 1.959964 * sqrt(hits * (total - hits)::float8 / total + 0.960365)) / (total + 3.841459)) end
$$;
create function pipeline.share_high(hits bigint, total bigint) returns double precision language sql immutable parallel safe as $$
    select case when total > 0
        then least(1, (hits + 1.920729 + 1.959964 * sqrt(hits * (total - hits)::float8 / total + 0.960365)) / (total + 3.841459)) end
$$;
comment on function pipeline.share_low(bigint, bigint) is 'Lower end of the 95 % interval of a share (Wilson); null of nothing.';
comment on function pipeline.share_high(bigint, bigint) is 'Upper end of the 95 % interval of a share (Wilson); null of nothing.';

-- The parameter of a recipe that is meant against a class of failures (docs/recipes.md), and whether a recipe has it.
create function pipeline.failure_cure(failure_class text) returns text language sql immutable parallel safe as $$
    select case failure_class
        when 'multi-event' then 'events: split'
        when 'implicit-cause' then 'cause: prompt'
        when 'abbreviation' then 'glossary: [...]'
        when 'number-unit' then 'numbers: repair'
    end
$$;
create function pipeline.failure_cure_state(failure_class text, definition jsonb) returns text language sql immutable parallel safe as $$
    select case
        when not coalesce(definition -> 'parameters' ? 'events', false) then 'other-engine'
        when case failure_class
            when 'multi-event' then definition -> 'parameters' ->> 'events' = 'split'
            when 'implicit-cause' then definition -> 'parameters' ->> 'cause' = 'prompt'
            when 'abbreviation' then coalesce(definition -> 'parameters' ->> 'glossary', '[]') <> '[]'
            when 'number-unit' then definition -> 'parameters' ->> 'numbers' = 'repair'
        end then 'in-force'
        else 'available'
    end
$$;
comment on function pipeline.failure_cure(text) is 'Parameter of a recipe that is meant against a class of failures.';
comment on function pipeline.failure_cure_state(text, jsonb) is 'available, in-force, or other-engine where the engine does not know the parameter.';

create view pipeline.text_scores as
select l.batch_id, b.name as batch, b.tenant, l.line, d.external_id as id, r.name as recipe, sig.value as signature,
       x.coverage, x.density, x.compression_newsroom, x.novel_1gram, x.novel_2gram, x.novel_3gram, x.repeated_1gram, x.repeated_2gram,
       x.number_precision, x.facts, x.fact_precision, x.unsupported, x.at_risk, x.failures, x.scored_at,
       l.recipe_id, l.text_id, l.summary_text_id
from pipeline.batch_lines l
join pipeline.batches b on b.id = l.batch_id
join pipeline.recipes r on r.id = l.recipe_id
join pipeline.documents d on d.id = l.document_id
join pipeline.text_statistics x on x.text_id = l.text_id and x.recipe_id = l.recipe_id
join pipeline.signatures sig on sig.id = x.signature_id;

create view pipeline.unsupported_spans as
select x.batch_id, x.batch, x.line, x.id, x.recipe, u.start, u.length, u.kind, substr(st.body, u.start + 1, u.length) as words, st.body as summary
from pipeline.text_scores x
join pipeline.texts st on st.id = x.summary_text_id
cross join lateral jsonb_to_recordset(x.unsupported) as u(start int, length int, kind text);

-- How often a recipe falls into each class, over its summaries of a day, of a batch, and all of them.
create view pipeline.failure_classes_daily as
select (s.created_at at time zone 'UTC')::date as day, r.name as recipe, c.failure_class, count(*) as summaries,
       count(*) filter (where c.failure_class = any(x.at_risk)) as at_risk,
       count(*) filter (where c.failure_class = any(x.failures)) as failed,
       avg((c.failure_class = any(x.failures))::int)::float8 as rate,
       s.recipe_id
from pipeline.summaries s
join pipeline.text_statistics x on x.text_id = s.text_id and x.recipe_id = s.recipe_id
join pipeline.recipes r on r.id = s.recipe_id
cross join (values ('multi-event'), ('implicit-cause'), ('abbreviation'), ('number-unit')) as c(failure_class)
group by 1, s.recipe_id, r.name, c.failure_class;

create view pipeline.failure_classes_by_batch as
select n.batch_id, b.name as batch, b.tenant, r.name as recipe, n.failure_class, n.summaries, n.at_risk, n.failed,
       n.failed::float8 / n.summaries as rate, pipeline.share_low(n.failed, n.summaries) as rate_low,
       pipeline.share_high(n.failed, n.summaries) as rate_high,
       0.1::float8 as rate_limit, 30 as summaries_needed,
       n.summaries >= 30 and pipeline.share_low(n.failed, n.summaries) > 0.1 as is_frequent,
       pipeline.failure_cure(n.failure_class) as cure, pipeline.failure_cure_state(n.failure_class, r.definition) as cure_state,
       n.recipe_id
from (
    select l.batch_id, l.recipe_id, c.failure_class, count(*) as summaries,
           count(*) filter (where c.failure_class = any(x.at_risk)) as at_risk,
           count(*) filter (where c.failure_class = any(x.failures)) as failed
    from pipeline.batch_lines l
    join pipeline.text_statistics x on x.text_id = l.text_id and x.recipe_id = l.recipe_id
    cross join (values ('multi-event'), ('implicit-cause'), ('abbreviation'), ('number-unit')) as c(failure_class)
    group by 1, 2, 3) n
join pipeline.batches b on b.id = n.batch_id
join pipeline.recipes r on r.id = n.recipe_id;

create view pipeline.failure_classes as
select r.name as recipe, n.failure_class, n.summaries, n.at_risk, n.failed,
       n.failed::float8 / n.summaries as rate, pipeline.share_low(n.failed, n.summaries) as rate_low,
       pipeline.share_high(n.failed, n.summaries) as rate_high,
       0.1::float8 as rate_limit, 30 as summaries_needed,
       n.summaries >= 30 and pipeline.share_low(n.failed, n.summaries) > 0.1 as is_frequent,
       pipeline.failure_cure(n.failure_class) as cure, pipeline.failure_cure_state(n.failure_class, r.definition) as cure_state,
       n.recipe_id
from (
    select x.recipe_id, c.failure_class, count(*) as summaries,
           count(*) filter (where c.failure_class = any(x.at_risk)) as at_risk,
           count(*) filter (where c.failure_class = any(x.failures)) as failed
    from pipeline.text_statistics x
    cross join (values ('multi-event'), ('implicit-cause'), ('abbreviation'), ('number-unit')) as c(failure_class)
    group by 1, 2) n
join pipeline.recipes r on r.id = n.recipe_id;

comment on view pipeline.text_scores is 'Text statistics of each scored summary: one row per line of a batch and recipe. docs/metrics.md defines each number.';
comment on column pipeline.text_scores.batch_id is 'Id of the batch.';
comment on column pipeline.text_scores.batch is 'Name of the batch.';
comment on column pipeline.text_scores.tenant is 'Owner of the documents.';
comment on column pipeline.text_scores.line is 'Physical line on which the record starts in the submitted file; a header is line 1.';
comment on column pipeline.text_scores.id is 'Id of the document at its source.';
comment on column pipeline.text_scores.recipe is 'Recipe that summarised.';
comment on column pipeline.text_scores.signature is 'Tokenizer and version of the statistics. Rows that differ in it are not compared.';
comment on column pipeline.text_scores.coverage is 'Share of the tokens of the summary that lie in an extractive fragment.';
comment on column pipeline.text_scores.density is 'Mean length of the fragment that a token of the summary lies in, in tokens.';
comment on column pipeline.text_scores.compression_newsroom is 'Tokens of the text / tokens of the summary. pipeline.results.compression is about the inverse.';
comment on column pipeline.text_scores.novel_1gram is 'Share of the distinct tokens of the summary that the text does not have; null without tokens.';
comment on column pipeline.text_scores.novel_2gram is 'The same of pairs of tokens.';
comment on column pipeline.text_scores.novel_3gram is 'The same of triples.';
comment on column pipeline.text_scores.repeated_1gram is 'Share of the distinct tokens of the summary that occur more than once; null without tokens.';
comment on column pipeline.text_scores.repeated_2gram is 'The same of pairs of tokens.';
comment on column pipeline.text_scores.number_precision is 'Share of the numbers of the summary that the text has, as written; null without numbers.';
comment on column pipeline.text_scores.facts is 'Numbers, amounts, dates, times and identifiers of the summary.';
comment on column pipeline.text_scores.fact_precision is 'Share of the facts that the text supports; null without facts.';
comment on column pipeline.text_scores.unsupported is 'Places that the text does not support: [{start, length, kind}] in Unicode code points, start from 0.';
comment on column pipeline.text_scores.at_risk is 'Failure classes whose trap the text sets.';
comment on column pipeline.text_scores.failures is 'Failure classes that the summary shows.';
comment on column pipeline.text_scores.scored_at is 'When they were measured.';
comment on column pipeline.text_scores.recipe_id is 'Id of the recipe.';
comment on column pipeline.text_scores.text_id is 'Text of the document.';
comment on column pipeline.text_scores.summary_text_id is 'Text of the summary.';
comment on view pipeline.unsupported_spans is 'Each place of a summary that its text does not support, with its words.';
comment on column pipeline.unsupported_spans.batch_id is 'Id of the batch.';
comment on column pipeline.unsupported_spans.batch is 'Name of the batch.';
comment on column pipeline.unsupported_spans.line is 'Physical line on which the record starts in the submitted file; a header is line 1.';
comment on column pipeline.unsupported_spans.id is 'Id of the document at its source.';
comment on column pipeline.unsupported_spans.recipe is 'Recipe that summarised.';
comment on column pipeline.unsupported_spans.start is 'Unicode code points of the summary before it.';
comment on column pipeline.unsupported_spans.length is 'Its code points.';
comment on column pipeline.unsupported_spans.kind is 'number, percentage, amount, date, time, identifier, converted or negation.';
comment on column pipeline.unsupported_spans.words is 'The words there.';
comment on column pipeline.unsupported_spans.summary is 'The whole summary.';
comment on view pipeline.failure_classes_daily is 'Failure classes of the summaries made on one day, per recipe.';
comment on column pipeline.failure_classes_daily.day is 'Day (UTC) on which the summaries were made.';
comment on column pipeline.failure_classes_daily.recipe is 'Recipe that summarised.';
comment on column pipeline.failure_classes_daily.failure_class is 'multi-event, implicit-cause, abbreviation or number-unit.';
comment on column pipeline.failure_classes_daily.summaries is 'Summaries with statistics.';
comment on column pipeline.failure_classes_daily.at_risk is 'Those whose text sets the trap.';
comment on column pipeline.failure_classes_daily.failed is 'Those that show the failure.';
comment on column pipeline.failure_classes_daily.rate is 'failed / summaries.';
comment on column pipeline.failure_classes_daily.recipe_id is 'Id of the recipe.';
comment on view pipeline.failure_classes_by_batch is 'Failure classes of a batch, per recipe, with the cure of those that are frequent. A text on several lines counts as often.';
comment on column pipeline.failure_classes_by_batch.batch_id is 'Id of the batch.';
comment on column pipeline.failure_classes_by_batch.batch is 'Name of the batch.';
comment on column pipeline.failure_classes_by_batch.tenant is 'Owner of the documents.';
comment on column pipeline.failure_classes_by_batch.recipe is 'Recipe that summarised.';
comment on column pipeline.failure_classes_by_batch.failure_class is 'multi-event, implicit-cause, abbreviation or number-unit.';
comment on column pipeline.failure_classes_by_batch.summaries is 'Summaries with statistics.';
comment on column pipeline.failure_classes_by_batch.at_risk is 'Those whose text sets the trap.';
comment on column pipeline.failure_classes_by_batch.failed is 'Those that show the failure.';
comment on column pipeline.failure_classes_by_batch.rate is 'failed / summaries.';
comment on column pipeline.failure_classes_by_batch.rate_low is 'Lower end of the 95 % interval of the rate (Wilson).';
comment on column pipeline.failure_classes_by_batch.rate_high is 'Upper end of it.';
comment on column pipeline.failure_classes_by_batch.rate_limit is 'Above this the class counts as frequent.';
comment on column pipeline.failure_classes_by_batch.summaries_needed is 'With fewer summaries nothing counts as frequent.';
comment on column pipeline.failure_classes_by_batch.is_frequent is 'There are enough summaries, and the whole interval lies above the limit.';
comment on column pipeline.failure_classes_by_batch.cure is 'Parameter of a recipe that is meant against the class.';
comment on column pipeline.failure_classes_by_batch.cure_state is 'available, in-force, or other-engine where the engine of the recipe does not know the parameter.';
comment on column pipeline.failure_classes_by_batch.recipe_id is 'Id of the recipe.';
comment on view pipeline.failure_classes is 'Failure classes of all summaries of a recipe, with the cure of those that are frequent.';
comment on column pipeline.failure_classes.recipe is 'Recipe that summarised.';
comment on column pipeline.failure_classes.failure_class is 'multi-event, implicit-cause, abbreviation or number-unit.';
comment on column pipeline.failure_classes.summaries is 'Summaries with statistics.';
comment on column pipeline.failure_classes.at_risk is 'Those whose text sets the trap.';
comment on column pipeline.failure_classes.failed is 'Those that show the failure.';
comment on column pipeline.failure_classes.rate is 'failed / summaries.';
comment on column pipeline.failure_classes.rate_low is 'Lower end of the 95 % interval of the rate (Wilson).';
comment on column pipeline.failure_classes.rate_high is 'Upper end of it.';
comment on column pipeline.failure_classes.rate_limit is 'Above this the class counts as frequent.';
comment on column pipeline.failure_classes.summaries_needed is 'With fewer summaries nothing counts as frequent.';
comment on column pipeline.failure_classes.is_frequent is 'There are enough summaries, and the whole interval lies above the limit.';
comment on column pipeline.failure_classes.cure is 'Parameter of a recipe that is meant against the class.';
comment on column pipeline.failure_classes.cure_state is 'available, in-force, or other-engine where the engine of the recipe does not know the parameter.';
comment on column pipeline.failure_classes.recipe_id is 'Id of the recipe.';
