-- Stability checks at set times: a schedule says what its runs are.

alter table pipeline.schedules
    add column kind text not null default 'reevaluation' check (kind in ('reevaluation', 'stability')),
    add column samples smallint check (samples between 2 and 100),
    add column temperature double precision check (temperature > 0 and temperature <= 2),
    add constraint schedules_stability check (
        (kind = 'stability') = (samples is not null) and (kind = 'stability') = (temperature is not null));
comment on column pipeline.schedules.kind is 'What its runs are: reevaluation or stability.';
comment on column pipeline.schedules.samples is 'Generations of each text in a stability check; null for re-evaluations.';
comment on column pipeline.schedules.temperature is 'Temperature of a stability check; null for re-evaluations.';

alter table pipeline.evaluations drop constraint evaluations_check;
alter table pipeline.evaluations add constraint evaluations_schedule check (kind = 'stability' or schedule_id is not null);
comment on column pipeline.evaluation_runs.schedule is 'Schedule that it belongs to; null for a stability check that was asked for by hand.';
comment on column pipeline.evaluation_scores.schedule is 'Schedule of the run; null for a stability check that was asked for by hand.';
