-- Where the results of a batch come from. Recipes never change, so a batch and the name of one of its recipes tell it.

create view pipeline.provenance as
select b.id as batch_id, b.name as batch, b.tenant, b.source, r.name as recipe, r.engine, r.definition ->> 'engine_version' as engine_version,
       r.definition -> 'parameters' ->> 'model' as model, r.definition -> 'parameters' ->> 'model_sha256' as model_sha256,
       encode(r.sha256, 'hex') as recipe_sha256, r.definition, e.name as embedder, encode(e.sha256, 'hex') as embedder_sha256
from pipeline.batches b
join pipeline.batch_recipes x on x.batch_id = b.id
join pipeline.recipes r on r.id = x.recipe_id
join pipeline.recipes e on e.id = b.embedder_id;

comment on view pipeline.provenance is 'What made the results of a batch: one row per batch and recipe';
comment on column pipeline.provenance.batch_id is 'Id of the batch';
comment on column pipeline.provenance.batch is 'Name of the batch';
comment on column pipeline.provenance.tenant is 'Owner of the batch';
comment on column pipeline.provenance.source is 'Where its documents come from';
comment on column pipeline.provenance.recipe is 'Name of the recipe';
comment on column pipeline.provenance.engine is 'The engine that ran it';
comment on column pipeline.provenance.engine_version is 'Version of that engine: another one may give other results';
comment on column pipeline.provenance.model is 'The model; null for engines without one';
comment on column pipeline.provenance.model_sha256 is 'SHA-256 over the files of the imported model, hexadecimal; null without one';
comment on column pipeline.provenance.recipe_sha256 is 'SHA-256 of the definition, hexadecimal: equal values mean the same recipe';
comment on column pipeline.provenance.definition is 'The whole recipe: engine, model, prompts, decoding, pre- and post-processing';
comment on column pipeline.provenance.embedder is 'The embedder of the batch';
comment on column pipeline.provenance.embedder_sha256 is 'SHA-256 of its definition, hexadecimal';
