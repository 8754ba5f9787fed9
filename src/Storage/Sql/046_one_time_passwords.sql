-- Passwords for one log-in to the dashboard. Whoever may write here holds the database already.

create table pipeline.one_time_passwords (
    sha256     bytea       primary key check (length(sha256) = 32),
    expires_at timestamptz not null
);
comment on table pipeline.one_time_passwords is 'Passwords that open the dashboard once. Of a password only its SHA-256 is kept; a used one is gone.';
