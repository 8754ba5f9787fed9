-- Blind reviews: people rate the summaries of several recipes without knowing whose they are.

create table pipeline.reviews (
    id         bigint generated always as identity primary key,
    tenant     text        not null,
    name       text        not null unique,
    batch_id   bigint      not null,
    batch      text        not null,
    seed       bigint      not null,
    created_at timestamptz not null default now(),
    closed_at  timestamptz
);

-- What reviewers see, copied: a review stays what it was when its batch is pruned.
create table pipeline.review_documents (
    review_id   bigint not null references pipeline.reviews on delete cascade,
    document    int    not null check (document > 0),
    line        bigint not null,
    external_id text   not null,
    body        text   not null,
    primary key (review_id, document)
);

create table pipeline.review_summaries (
    review_id bigint not null,
    document  int    not null,
    label     text   not null check (label between 'A' and 'Z'),
    recipe_id int    not null references pipeline.recipes,
    body      text   not null,
    primary key (review_id, document, label),
    unique (review_id, document, recipe_id),
    foreign key (review_id, document) references pipeline.review_documents on delete cascade
);

create table pipeline.ratings (
    review_id   bigint      not null,
    document    int         not null,
    label       text        not null,
    reviewer    text        not null,
    consistency smallint    not null check (consistency between 1 and 5),
    density     smallint    not null check (density between 1 and 5),
    readability smallint    not null check (readability between 1 and 5),
    rated_at    timestamptz not null default now(),
    primary key (review_id, reviewer, document, label),
    foreign key (review_id, document, label) references pipeline.review_summaries on delete cascade
);

create view pipeline.review_ratings as
select v.id as review_id, v.name as review, v.batch_id, v.batch, d.document, d.line, d.external_id as id, s.label, r.name as recipe, g.reviewer,
       g.consistency, g.density, g.readability, g.rated_at, v.tenant
from pipeline.ratings g
join pipeline.reviews v on v.id = g.review_id
join pipeline.review_documents d on d.review_id = g.review_id and d.document = g.document
join pipeline.review_summaries s on s.review_id = g.review_id and s.document = g.document and s.label = g.label
join pipeline.recipes r on r.id = s.recipe_id;

-- The document is what varies: of several reviewers its mean counts once, so that more reviewers of few documents do not look like more documents.
create view pipeline.review_means as
with document as (
    select r.review_id, r.review, r.recipe, c.criterion, r.document, count(*) as raters, avg(c.rating)::float8 as rating
    from pipeline.review_ratings r
    cross join lateral (values ('consistency', r.consistency), ('density', r.density), ('readability', r.readability)) c(criterion, rating)
    group by 1, 2, 3, 4, 5)
select review_id, review, recipe, criterion, count(*) as documents, sum(raters)::bigint as ratings, avg(rating) as mean,
       avg(rating) - 1.959964 * stddev_samp(rating) / sqrt(count(*)) as low, avg(rating) + 1.959964 * stddev_samp(rating) / sqrt(count(*)) as high
from document
group by 1, 2, 3, 4;

-- Krippendorff's alpha for ordered ratings: docs/metrics.md.
create view pipeline.review_agreement as
with rated as (
    select r.review_id, r.review, r.document, r.label, r.reviewer, c.criterion, c.rating,
           count(*) over (partition by r.review_id, r.document, r.label, c.criterion) as raters
    from pipeline.review_ratings r
    cross join lateral (values ('consistency', r.consistency), ('density', r.density), ('readability', r.readability)) c(criterion, rating)),
pair as (
    select a.review_id, a.criterion, a.rating as c, b.rating as k, sum(1.0::float8 / (a.raters - 1)) as coincidences
    from rated a join rated b using (review_id, criterion, document, label)
    where a.reviewer <> b.reviewer
    group by 1, 2, 3, 4),
margin as (
    select review_id, criterion, c as rating, n, sum(n) over (partition by review_id, criterion order by c) as upto,
           sum(n) over (partition by review_id, criterion) as total
    from (select review_id, criterion, c, sum(coincidences) as n from pair group by 1, 2, 3) m),
disagreement as (
    select a.review_id, a.criterion, min(a.total) as total, sum(coalesce(p.coincidences, 0) * d.squared) as observed, sum(a.n * b.n * d.squared) as expected
    from margin a
    join margin b using (review_id, criterion)
    left join pair p on p.review_id = a.review_id and p.criterion = a.criterion and p.c = a.rating and p.k = b.rating
    cross join lateral (select (b.upto - a.upto + (a.n - b.n) / 2) ^ 2 as squared) d
    where a.rating < b.rating
    group by 1, 2)
select x.review_id, x.review, x.criterion, count(distinct x.reviewer) as reviewers,
       count(distinct (x.document, x.label)) filter (where x.raters > 1) as summaries,
       min(1 - (d.total - 1) * d.observed / d.expected) as alpha
from rated x
left join disagreement d using (review_id, criterion)
group by 1, 2, 3;

comment on view pipeline.review_ratings is 'Ratings of blind reviews: one row per review, document, summary and reviewer';
comment on column pipeline.review_ratings.review_id is 'Id of the review';
comment on column pipeline.review_ratings.review is 'Its name';
comment on column pipeline.review_ratings.batch_id is 'Id of the batch that the documents were sampled from; it may be pruned';
comment on column pipeline.review_ratings.batch is 'Its name then';
comment on column pipeline.review_ratings.document is 'Number of the document in the review, from 1';
comment on column pipeline.review_ratings.line is 'Its line in the batch';
comment on column pipeline.review_ratings.id is 'Its id at its source';
comment on column pipeline.review_ratings.label is 'What reviewers knew the summary as: A, B, ...';
comment on column pipeline.review_ratings.recipe is 'The recipe that made it';
comment on column pipeline.review_ratings.reviewer is 'Who rated';
comment on column pipeline.review_ratings.consistency is '1 (worst) to 5: the summary says nothing that the text does not say';
comment on column pipeline.review_ratings.density is '1 to 5: what matters, and little else';
comment on column pipeline.review_ratings.readability is '1 to 5: fluent and clear';
comment on column pipeline.review_ratings.rated_at is 'When';
comment on column pipeline.review_ratings.tenant is 'Owner of the documents';
comment on view pipeline.review_means is 'Mean ratings of blind reviews by recipe and criterion';
comment on column pipeline.review_means.review_id is 'Id of the review';
comment on column pipeline.review_means.review is 'Its name';
comment on column pipeline.review_means.recipe is 'The recipe';
comment on column pipeline.review_means.criterion is 'consistency, density or readability';
comment on column pipeline.review_means.documents is 'Documents that somebody rated';
comment on column pipeline.review_means.ratings is 'Ratings, of all reviewers';
comment on column pipeline.review_means.mean is 'Mean over documents of the mean over reviewers, 1 to 5';
comment on column pipeline.review_means.low is 'Lower end of the 95 % interval, by the normal approximation; null with one document';
comment on column pipeline.review_means.high is 'Upper end';
comment on view pipeline.review_agreement is 'How well the reviewers of a blind review agree, by criterion';
comment on column pipeline.review_agreement.review_id is 'Id of the review';
comment on column pipeline.review_agreement.review is 'Its name';
comment on column pipeline.review_agreement.criterion is 'consistency, density or readability';
comment on column pipeline.review_agreement.reviewers is 'Who rated something';
comment on column pipeline.review_agreement.summaries is 'Summaries that at least two reviewers rated';
comment on column pipeline.review_agreement.alpha is 'Krippendorff''s alpha (ordinal): 1 is full agreement, 0 what chance gives; null without two ratings of a summary, or when all are equal';
