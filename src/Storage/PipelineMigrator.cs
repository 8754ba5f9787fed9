using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Pipeline.Storage;

/// <summary>Brings the database up to this version. Run by the <c>migrate</c> command, never by a service at its start.</summary>
public static class PipelineMigrator
{
    /// <summary>The oldest pgvector with <c>halfvec</c> and iterative index scans.</summary>
    public static readonly Version MinimumPgvector = new(0, 8, 0);

    /// <summary>The role that analysts and dashboards use: may read the views, may write nothing.</summary>
    public const string ReaderRole = "pipeline_reader";

    /// <summary>Applies pending migrations and grants the read-only role what it needs. Harmless when repeated.</summary>
    /// <exception cref="PipelineStorageException">pgvector is missing or too old; the message says what to do.</exception>
    public static async Task MigrateAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await EnsurePgvectorAsync(dataSource, cancellationToken);
        await using (var context = PipelineDbContext.Create(dataSource))
        {
            await context.Database.MigrateAsync(cancellationToken);
        }

        await using var grants = dataSource.CreateCommand($"""
            do $$
            begin
                if exists (select 1 from pg_roles where rolname = '{ReaderRole}') then
                    grant usage on schema pipeline to {ReaderRole};
                    grant select on all tables in schema pipeline to {ReaderRole};
                    revoke select on pipeline.api_keys, pipeline.one_time_passwords from {ReaderRole};
                    alter default privileges in schema pipeline grant select on tables to {ReaderRole};
                end if;
            end $$
            """);
        await grants.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task EnsurePgvectorAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var installed = await VersionAsync("select extversion from pg_extension where extname = 'vector'");
        var available = await VersionAsync("select default_version from pg_available_extensions where name = 'vector'");
        if (installed is null && available is null)
        {
            throw new PipelineStorageException(
                $"PostgreSQL at {connection.Host}:{connection.Port} has no pgvector. Install pgvector {MinimumPgvector} or newer on that server.");
        }

        if ((installed ?? available) < MinimumPgvector)
        {
            throw new PipelineStorageException(
                $"pgvector {installed ?? available} on {connection.Host}:{connection.Port} is too old; {MinimumPgvector} or newer is needed "
                + "(then, as a superuser: ALTER EXTENSION vector UPDATE).");
        }

        if (installed is null)
        {
            try
            {
                await using var create = new NpgsqlCommand("create extension if not exists vector", connection);
                await create.ExecuteNonQueryAsync(cancellationToken);
                await connection.ReloadTypesAsync(cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw new PipelineStorageException(
                    $"The role in Pipeline:Postgres may not create extensions. Run once as a superuser in database '{connection.Database}': "
                    + "CREATE EXTENSION vector;", exception);
            }
        }

        async Task<Version?> VersionAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(cancellationToken) is string text && Version.TryParse(text, out var version) ? version : null;
        }
    }
}
