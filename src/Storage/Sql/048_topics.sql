-- What an imported classifier says of texts, remembered so that each text is classified once (docs/adr/0075-topics-from-a-classifier.md).
create table pipeline.classifiers (
    id         int         generated always as identity primary key,
    name       text        not null,
    sha256     bytea       not null unique check (length(sha256) = 32),
    created_at timestamptz not null default now()
);
comment on table pipeline.classifiers is 'Classifiers that topics of texts came from; the hash is that of the model';

-- With the text its topics go. The foreign key is the pruning: this table is written by searches, not by the bulk work.
create table pipeline.text_topics (
    text_id       bigint not null references pipeline.texts on delete cascade,
    classifier_id int    not null references pipeline.classifiers,
    topic         text   not null,
    probability   real   not null check (probability between 0 and 1),
    primary key (text_id, classifier_id)
);
comment on table pipeline.text_topics is 'The most probable class of a text under a classifier, for texts that a search has met';
