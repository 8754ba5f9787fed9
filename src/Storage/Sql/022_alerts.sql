-- Alerts: what is wrong now, since when, and the query that shows it. A message names recipes, counts and limits, never a text.
create table pipeline.alerts (
    id              bigint generated always as identity primary key,
    tenant          text        not null,
    rule            text        not null check (rule <> ''),
    subject         text        not null check (subject <> ''),
    severity        text        not null check (severity in ('warning', 'critical')),
    message         text        not null,
    value           double precision,
    threshold       double precision,
    detail          jsonb       not null default '{}',
    query           text        not null,
    opened_at       timestamptz not null default now(),
    last_seen_at    timestamptz not null default now(),
    occurrences     int         not null default 1,
    resolved_at     timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    check ((acknowledged_at is null) = (acknowledged_by is null))
);
-- What is wrong is said once, however often it is seen.
create unique index alerts_open on pipeline.alerts (tenant, rule, subject) where resolved_at is null;
create index alerts_opened on pipeline.alerts (opened_at);

-- News of an alert on its way out. Written with the alert itself, so none is lost; given up after a time, so none is sent for ever.
create table pipeline.alert_deliveries (
    id              bigint generated always as identity primary key,
    alert_id        bigint      not null references pipeline.alerts on delete cascade,
    event           text        not null check (event in ('opened', 'resolved')),
    created_at      timestamptz not null default now(),
    attempts        int         not null default 0,
    next_attempt_at timestamptz not null default now(),
    delivered_at    timestamptz,
    abandoned_at    timestamptz,
    last_error      text,
    unique (alert_id, event)
);
create index alert_deliveries_due on pipeline.alert_deliveries (next_attempt_at) where delivered_at is null and abandoned_at is null;

create view pipeline.open_alerts as
select id, tenant, rule, subject, severity, message, value, threshold, opened_at, last_seen_at, occurrences,
       acknowledged_at, acknowledged_by, detail, query
from pipeline.alerts where resolved_at is null;

create view pipeline.alert_history as
select a.id, a.tenant, a.rule, a.subject, a.severity, a.message, a.value, a.threshold, a.opened_at, a.last_seen_at, a.occurrences,
       a.resolved_at, a.acknowledged_at, a.acknowledged_by, a.detail, a.query,
       case when d.alert_id is null then 'none' when d.abandoned > 0 then 'abandoned' when d.open > 0 then 'pending' else 'delivered' end as delivery,
       d.attempts as delivery_attempts, d.last_error as delivery_error
from pipeline.alerts a
left join (
    select alert_id, count(*) filter (where abandoned_at is not null) as abandoned,
           count(*) filter (where delivered_at is null and abandoned_at is null) as open, sum(attempts) as attempts,
           (array_agg(last_error order by id desc) filter (where last_error is not null))[1] as last_error
    from pipeline.alert_deliveries group by alert_id) d on d.alert_id = a.id;

comment on table pipeline.alerts is 'Alerts, open and resolved; at most one open alert per tenant, rule and subject';
comment on column pipeline.alerts.tenant is 'Owner of what the alert is about';
comment on column pipeline.alerts.rule is 'What was broken, such as drift-share';
comment on column pipeline.alerts.subject is 'Name of the recipe, embedder or schedule that it is about';
comment on column pipeline.alerts.severity is 'warning or critical';
comment on column pipeline.alerts.message is 'One sentence for people; never contains a text';
comment on column pipeline.alerts.value is 'What was measured when the alert was last seen';
comment on column pipeline.alerts.threshold is 'The limit that it passed';
comment on column pipeline.alerts.detail is 'Numbers behind the message';
comment on column pipeline.alerts.query is 'SQL that shows what the alert is about';
comment on column pipeline.alerts.opened_at is 'When it was first seen';
comment on column pipeline.alerts.last_seen_at is 'When it was last seen';
comment on column pipeline.alerts.occurrences is 'How often it was seen since it was opened';
comment on column pipeline.alerts.resolved_at is 'When it was over; null while it is open';
comment on column pipeline.alerts.acknowledged_at is 'When somebody said that they know';
comment on column pipeline.alerts.acknowledged_by is 'Who did';
comment on table pipeline.alert_deliveries is 'News of alerts on their way to the webhook: one row when an alert opens, one when it is resolved';
comment on view pipeline.open_alerts is 'What is wrong now';
comment on view pipeline.alert_history is 'Every alert with the state of its delivery: none, pending, delivered or abandoned';
comment on column pipeline.alert_history.delivery is 'none, pending, delivered or abandoned';
comment on column pipeline.alert_history.delivery_attempts is 'Requests made to the webhook';
comment on column pipeline.alert_history.delivery_error is 'Why the last request failed, if one did';
