-- Similar documents, and documents that say the same twice. docs/search.md has what was measured.

-- What near-duplicates of different things differ in: the room, the device, the amount, and whether it works or not.
create function pipeline.marks_in(body text) returns text[] language sql immutable parallel safe as $$
    select coalesce(array_agg(m[1] order by m[1] collate "C"), '{}')
    from regexp_matches(lower(body), '\d+(?:[.:]\d+)*|[未不没无勿否]|\m(?:not|no|never|without|cannot)\M|n''t', 'g') m
$$;
comment on function pipeline.marks_in is 'The numbers of a text in digits and its words of negation, sorted';

create function pipeline.similar_to(document bigint, most int default 10)
returns table (document_id bigint, batch_id bigint, line bigint, source text, id text, similarity double precision, body text)
language plpgsql as $$
declare
    origin record;
begin
    if most not between 1 and 1000 then
        raise exception 'similar_to gives 1 to 1000 documents, not %', most using errcode = 'invalid_parameter_value';
    end if;
    select d.tenant, d.text_id, b.embedder_id, r.dimensions into origin
    from pipeline.documents d join pipeline.batches b on b.id = d.last_batch_id join pipeline.recipes r on r.id = b.embedder_id
    where d.id = document;
    if not found then
        raise exception 'There is no document %', document
            using errcode = 'no_data_found', hint = 'pipeline.batch_lines has the document_id of every line.';
    end if;
    perform set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', greatest(most, 100)::text, true);
    -- Each embedder has a table and an index of its own; an index is found by its own words.
    return query execute format($search$
        with nearest as materialized (
            select e.text_id, e.vector::halfvec(%2$s) <=> $1 as distance
            from pipeline.embeddings_%1$s e
            where e.is_source and exists (
                select from pipeline.documents d
                where d.text_id = e.text_id and d.tenant = $2 and d.id <> $3 and not exists (
                    select from pipeline.documents n
                    where n.tenant = d.tenant and n.source = d.source and n.external_id = d.external_id
                      and (n.last_batch_id, n.id) > (d.last_batch_id, d.id)))
            order by e.vector::halfvec(%2$s) <=> $1 limit $4)
        select d.id, i.batch_id, i.line, d.source, d.external_id, 1 - n.distance, t.body
        from nearest n
        join pipeline.documents d on d.text_id = n.text_id and d.tenant = $2 and d.id <> $3
        join pipeline.texts t on t.id = d.text_id
        cross join lateral (select x.batch_id, x.line from pipeline.batch_items x where x.document_id = d.id order by x.batch_id desc, x.line limit 1) i
        where not exists (
            select from pipeline.documents l
            where l.tenant = d.tenant and l.source = d.source and l.external_id = d.external_id and (l.last_batch_id, l.id) > (d.last_batch_id, d.id))
        order by n.distance, d.id limit $4
        $search$, origin.embedder_id, origin.dimensions)
    using (select e.vector from pipeline.embeddings e where e.recipe_id = origin.embedder_id and e.text_id = origin.text_id),
          origin.tenant, document, most;
end $$;
comment on function pipeline.similar_to is 'Documents of the same tenant nearest to a document, as the embedder of its batch sees them; nothing before it is embedded';

create function pipeline.near_duplicates(batch bigint, at_least double precision default 0.85, neighbours int default 50, pairs_up_to int default 2000)
returns table (line bigint, id text, kept_line bigint, kept_id text, similarity double precision)
language plpgsql as $$
declare
    embedder record;
    texts bigint;
    near text;
begin
    if at_least not between -1 and 1 or neighbours not between 1 and 1000 then
        raise exception 'near_duplicates takes a similarity of -1 to 1 and 1 to 1000 neighbours, not % and %', at_least, neighbours
            using errcode = 'invalid_parameter_value';
    end if;
    select r.id, r.dimensions into embedder from pipeline.batches b join pipeline.recipes r on r.id = b.embedder_id where b.id = batch;
    if not found then
        raise exception 'There is no batch %', batch using errcode = 'no_data_found', hint = 'pipeline.batch_progress has the batch_id of every batch.';
    end if;
    select count(*) into texts from pipeline.batch_items i where i.batch_id = batch;
    -- Up to so many lines are compared with each other; beyond, each with its nearest texts, which an index makes fast.
    near := case when texts <= pairs_up_to
        then format('select y.text_id, y.line, 1 - (o.vector <=> e.vector) as similarity
                     from texts y join pipeline.embeddings_%1$s o on o.text_id = y.text_id where y.line < x.line', embedder.id)
        else format('select y.text_id, y.line, c.similarity
                     from (select o.text_id, 1 - (o.vector::halfvec(%2$s) <=> e.vector::halfvec(%2$s)) as similarity
                           from pipeline.embeddings_%1$s o where o.is_source
                           order by o.vector::halfvec(%2$s) <=> e.vector::halfvec(%2$s) limit %3$s) c
                     join texts y on y.text_id = c.text_id where y.line < x.line', embedder.id, embedder.dimensions, neighbours) end;
    return query execute format($search$
        with texts as materialized (
            select d.text_id, min(i.line) as line, pipeline.marks_in(t.body) as marks
            from pipeline.batch_items i join pipeline.documents d on d.id = i.document_id join pipeline.texts t on t.id = d.text_id
            where i.batch_id = $1 group by d.text_id, t.body),
        pairs as materialized (
            select x.text_id, n.text_id as kept, n.line as kept_line, n.similarity
            from texts x
            join pipeline.embeddings_%1$s e on e.text_id = x.text_id
            cross join lateral (%2$s) n
            join texts y on y.text_id = n.text_id and y.marks = x.marks
            where n.similarity >= $2),
        -- Only what is like nothing before it is kept for others: no chain leads from one thing to another.
        joined as (
            select distinct on (p.text_id) p.text_id, p.kept_line, p.similarity
            from pairs p where not exists (select from pairs q where q.text_id = p.kept)
            order by p.text_id, p.similarity desc, p.kept_line)
        select i.line, d.external_id, coalesce(j.kept_line, x.line), kd.external_id, coalesce(j.similarity, 1)
        from pipeline.batch_items i
        join pipeline.documents d on d.id = i.document_id
        join texts x on x.text_id = d.text_id
        left join joined j on j.text_id = x.text_id
        join pipeline.batch_items ki on ki.batch_id = i.batch_id and ki.line = coalesce(j.kept_line, x.line)
        join pipeline.documents kd on kd.id = ki.document_id
        where i.batch_id = $1 and i.line <> coalesce(j.kept_line, x.line)
        order by i.line
        $search$, embedder.id, near)
    using batch, at_least;
end $$;
comment on function pipeline.near_duplicates is 'Lines of a batch that say what an earlier line says: very similar, with the same numbers and negations. Lines that are not in it are kept';
