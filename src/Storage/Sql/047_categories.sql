-- What a document is filed under, by which searches are narrowed.
alter table pipeline.documents add column category text check (length(category) between 1 and 200);
comment on column pipeline.documents.category is 'What the submitter files it under; null for nothing';

-- A search counts what each of its filters leaves before it decides how to go about it (docs/adr/0074-search-filters.md).
create index documents_category on pipeline.documents (tenant, category) where category is not null;
create index documents_accepted on pipeline.documents (tenant, accepted_at);

create view pipeline.line_categories as
select i.batch_id, b.tenant, i.line, d.external_id as id, d.category
from pipeline.batch_items i
join pipeline.batches b on b.id = i.batch_id
join pipeline.documents d on d.id = i.document_id
where d.category is not null;
comment on view pipeline.line_categories is 'Category of every accepted line that has one: submit --category-column';
comment on column pipeline.line_categories.batch_id is 'Id of the batch';
comment on column pipeline.line_categories.tenant is 'Owner of the batch';
comment on column pipeline.line_categories.line is 'Line of the input; with batch_id it meets pipeline.results and the other views of lines';
comment on column pipeline.line_categories.id is 'Id of the document as submitted';
comment on column pipeline.line_categories.category is 'What its submitter files it under, as last submitted';
