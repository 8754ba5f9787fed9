-- A vector index holds source texts only. A partial index can ask only the row itself, so the row knows: true for every text that a
-- document has under this embedder (and for some others that no harm comes from). See docs/adr/0020-vector-index.md.
alter table pipeline.embeddings add column is_source boolean not null default true;
update pipeline.embeddings e set is_source = false where not exists (select from pipeline.documents d where d.text_id = e.text_id);
