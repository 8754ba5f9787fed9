-- Rows of :documents documents as the pipeline leaves them: one batch with nine in ten of them and ten small ones on later days, summarised under
-- two recipes, all scored. Ids: text of document i is i, its summaries n + i and 2n + i, its reference 3n + i (every fifth has one).
\set n :documents
set synchronous_commit = off;
-- Neither foreign keys nor hashes are looked at row by row.
set session_replication_role = replica;
set work_mem = '256MB';
set maintenance_work_mem = '512MB';
set search_path = pipeline;
select id as embedder from recipes where name = 'hashing' \gset
select id as first from recipes where name = 'lead' \gset
select id as second from recipes where name = 'extractive' \gset

create function pg_temp.thing(i bigint) returns text language sql immutable as $$
    select (array['打印机', '空调', '电梯', '水泵', '门禁', '监控'])[i % 6 + 1]
$$;
create function pg_temp.trouble(i bigint) returns text language sql immutable as $$
    select (array['无法启动', '漏水', '间歇性断电', '温度过高', '读不到卡'])[i / 7 % 5 + 1]
$$;
create function pg_temp.cause(i bigint) returns text language sql immutable as $$
    select (array['电源模块损坏', '滤网堵塞', '线路老化', '主板故障'])[i / 11 % 4 + 1]
$$;
create function pg_temp.opening(i bigint) returns text language sql immutable as $$
    select format('工单%s：用户反映%s楼%s房间的%s从上周%s开始%s', i, i % 30 + 1, i % 97 + 100, pg_temp.thing(i), (array['一', '二', '三', '四', '五'])[i % 5 + 1],
        pg_temp.trouble(i))
$$;
create function pg_temp.finding(i bigint) returns text language sql immutable as $$
    select format('工单%s现场检查发现%s，更换后恢复正常，费用%s元', i, pg_temp.cause(i), i % 977 + 20)
$$;
create function pg_temp.body(i bigint) returns text language sql immutable as $$
    select pg_temp.opening(i) || '，已联系物业两次，均未处理。' || pg_temp.finding(i) || '，用户要求本周内回访确认并说明原因。'
$$;
create function pg_temp.batch(i bigint, n bigint) returns bigint language sql immutable as $$
    select case when i <= n * 9 / 10 then 1 else 2 + (i - 1 - n * 9 / 10) * 100 / n end
$$;

alter table texts drop constraint texts_sha256_key;
insert into texts (id, sha256, body, chars) overriding system value
select id, sha256(convert_to(body, 'UTF8')), body, length(body)
from (select i as id, pg_temp.body(i) as body from generate_series(1, :n) i
      union all select :n + i, pg_temp.opening(i) from generate_series(1, :n) i where i % 5000 <> 0
      union all select 2 * :n + i, pg_temp.finding(i) from generate_series(1, :n) i
      union all select 3 * :n + i, format('工单%s的%s%s，%s', i, pg_temp.thing(i), pg_temp.trouble(i), pg_temp.cause(i)) from generate_series(5, :n, 5) i) made;
alter table texts add constraint texts_sha256_key unique (sha256);

insert into batches (id, tenant, name, source, fingerprint, embedder_id, state, created_at, loaded_at) overriding system value
select b, 'default', 'batch-' || b, 'bench', sha256(convert_to(b::text, 'UTF8')), :embedder, 'loaded', now() - (11 - b) * interval '1 day',
       now() - (11 - b) * interval '1 day'
from generate_series(1, 11) b;
insert into batch_recipes select b, r from generate_series(1, 11) b, (values (:first), (:second)) r(r);
insert into documents (id, tenant, source, external_id, text_id, reference_text_id, last_batch_id, accepted_at) overriding system value
select i, 'default', 'bench', 'T-' || i, i, case when i % 5 = 0 then 3 * :n + i end, pg_temp.batch(i, :n), now() - (11 - pg_temp.batch(i, :n)) * interval '1 day'
from generate_series(1, :n) i;
insert into batch_items select pg_temp.batch(i, :n), i, i, false from generate_series(1, :n) i;

insert into work_items (recipe_id, text_id, state, attempts, error_code, error_reason)
select recipe, text, case when failed then 'quarantined' else 'done' end, case when failed then 3 else 1 end,
       case when failed then 'timeout' end, case when failed then 'no result within 5 minutes' end
from (select i as text, :embedder as recipe, false as failed from generate_series(1, :n) i
      union all select i, :first, i % 5000 = 0 from generate_series(1, :n) i
      union all select i, :second, false from generate_series(1, :n) i
      union all select :n + i, :embedder, false from generate_series(1, :n) i where i % 5000 <> 0
      union all select 2 * :n + i, :embedder, false from generate_series(1, :n) i) made;
insert into summaries (recipe_id, text_id, summary_text_id, finish_reason, truncated, created_at, seconds)
select recipe, i, text, reason, false, now() - (11 - pg_temp.batch(i, :n)) * interval '1 day', 0.01
from (select :first as recipe, i, :n + i as text, 'lead' as reason from generate_series(1, :n) i where i % 5000 <> 0
      union all select :second, i, 2 * :n + i, 'extracted' from generate_series(1, :n) i) made;
insert into health_scores (embedder_id, text_id, summary_text_id, recipe_id, cosine, compression, drift_alarm, compression_alarm, scored_at)
select :embedder, text_id, summary_text_id, recipe_id, cosine, 0.2 + text_id % 20 * 0.01, cosine < 0.45, text_id % 20 > 15, created_at
from (select *, 0.4 + hashint8(summary_text_id) % 1000 * 0.0002 + 0.2 as cosine from summaries) s;

insert into signatures (value) values ('rouge|tok:char-1|stem:no|lsum:newline|multi:best-f|alpha:0.5|v:1') on conflict do nothing;
insert into rouge_scores
select sig.id, s.summary_text_id, d.reference_text_id, f, f, f, f * 0.7, f * 0.7, f * 0.7, f * 0.9, f * 0.9, f * 0.9, f * 0.9, f * 0.9, f * 0.9,
       30, 20, 15, 10, 14, 14, s.created_at
from signatures sig, documents d
join lateral (select s.*, 0.45 + (s.recipe_id = :second)::int * 0.02 + (hashint8(s.summary_text_id) % 1000) * 0.0003 as f from summaries s where s.text_id = d.text_id) s on true
where d.reference_text_id is not null;

insert into api_keys (name, tenant, role, sha256) values ('bench', 'default', 'admin', sha256('pipeline-bench'::bytea));
insert into alerts (rule, tenant, subject, severity, message, query)
select 'drift-share', 'default', 'recipe ' || i, 'warning', 'The share of drift alarms is 0.12.', 'select 1' from generate_series(1, 20) i;
