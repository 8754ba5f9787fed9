-- The message in Chinese beside the English one: both are made by the rule that has the numbers, and a reader gets his own.
alter table pipeline.alerts add column message_zh text;
comment on column pipeline.alerts.message_zh is 'The message in Chinese; null for alerts that were raised before there was one';
