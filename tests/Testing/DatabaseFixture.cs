using Npgsql;
using Pipeline.Storage;

namespace Pipeline.Testing;

/// <summary>An empty database of the current schema, made for one test class and dropped after it.</summary>
public sealed class DatabaseFixture : IAsyncLifetime
{
    private readonly string _name = $"test_{Guid.NewGuid():N}";
    private NpgsqlDataSource? _dataSource;

    /// <summary>The database; skips the test when there is no server.</summary>
    public NpgsqlDataSource DataSource => _dataSource ?? throw new InvalidOperationException(TestServers.Postgres);

    /// <summary>Its connection string, password included.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(TestServers.Postgres) { Database = _name }.ConnectionString;

    /// <summary>False leaves the database without the schema.</summary>
    public bool Migrate { get; init; } = true;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        if (!TestServers.HasPostgres)
        {
            return;
        }

        await ServerAsync($"create database {_name}");
        await ServerAsync($"""
            do $$ begin
                if not exists (select from pg_roles where rolname = '{PipelineMigrator.ReaderRole}') then create role {PipelineMigrator.ReaderRole}; end if;
            end $$
            """);
        _dataSource = PipelineDataSource.Create(ConnectionString, "pipeline-tests");
        if (Migrate)
        {
            await PipelineMigrator.MigrateAsync(_dataSource, CancellationToken.None);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_dataSource is not null)
        {
            await _dataSource.DisposeAsync();
            await ServerAsync($"drop database if exists {_name} with (force)");
        }
    }

    /// <summary>Whether PostgreSQL lets anybody in who is not yet.</summary>
    public Task AllowConnectionsAsync(bool allow) => ServerAsync($"alter database {_name} allow_connections {allow}");

    /// <summary>The first column of the first row.</summary>
    public Task<T> ScalarAsync<T>(string sql, params object[] parameters) => DataSource.ScalarAsync<T>(sql, parameters);

    private static async Task ServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(TestServers.Postgres) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
