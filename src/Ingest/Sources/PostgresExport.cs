using System.Data;
using System.Text;
using Npgsql;

namespace Pipeline.Ingest.Sources;

/// <summary>
/// Copies the rows of a table or query of another PostgreSQL to an input of JSON Lines, one row a line: streamed, in one read-only
/// transaction. A query that breaks off leaves no input. What the connection string says, but for the server, is never in a message.
/// </summary>
public sealed class PostgresExport
{
    private const int ProgressRows = 1000;
    private const string ApplicationName = "pipeline-submit";

    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly string? _table;
    private readonly string? _query;

    private PostgresExport(string connectionString, string? table, string? query) =>
        (_settings, _table, _query) = (Parse(connectionString), table, query);

    private string Name => _table is null ? "the query" : $"the table {_table}";

    private string Server => $"PostgreSQL at {_settings.Host}:{_settings.Port}, database {_settings.Database},";

    /// <summary>The rows of a table or view; only columns that are used are read.</summary>
    /// <exception cref="SourceException">The connection string is none.</exception>
    public static PostgresExport OfTable(string connectionString, string table) => new(connectionString, table, query: null);

    /// <summary>The rows of one query, which is run as it is.</summary>
    /// <exception cref="SourceException">The connection string is none.</exception>
    public static PostgresExport OfQuery(string connectionString, string query) => new(connectionString, table: null, query);

    /// <summary>Runs the query to its end.</summary>
    /// <param name="options">Names of the columns, where they are given.</param>
    /// <param name="progress">Told how many rows are copied.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <returns>The rows as JSON Lines, and the options to read them with.</returns>
    /// <exception cref="SourceException">The query cannot be run to its end; the message says why and after which row.</exception>
    public async Task<(SpooledInput Input, SourceOptions Options)> CopyAsync(
        SourceOptions options, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var rows = 0L;
        try
        {
            await using var connection = new NpgsqlConnection(_settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            await using (var readOnly = new NpgsqlCommand("set transaction read only", connection, transaction))
            {
                await readOnly.ExecuteNonQueryAsync(cancellationToken);
            }

            var table = _table is null ? null : await QuoteTableAsync(connection, cancellationToken);
            var columns = await PostgresColumns.ChooseAsync(connection, _query ?? $"select * from {table}", options, Name, cancellationToken);
            var input = await SpooledInput.CreateAsync(
                Name, _table ?? _settings.Database ?? ApplicationName,
                async file =>
                {
                    await foreach (var line in columns.ReadAsync(connection, _query ?? $"select {columns.Quoted} from {table}", cancellationToken))
                    {
                        await file.WriteAsync(line, cancellationToken);
                        if (++rows % ProgressRows == 0)
                        {
                            progress.Report(rows);
                        }
                    }

                    if (rows == 0)
                    {
                        throw new SourceException($"No row comes from {Name}; nothing was submitted.") { Chinese = "查询或表没有返回任何行；没有提交任何内容。" };
                    }
                },
                cancellationToken);
            return (input, columns.Apply(options));
        }
        catch (NpgsqlException exception)
        {
            throw new SourceException(Explain(exception, rows), exception) { Chinese = ExplainInChinese(exception, rows) };
        }
        catch (DecoderFallbackException exception)
        {
            throw new SourceException(
                $"Row {rows + 1} of {Name} holds bytes that are not text in the database's encoding. Leave the row out or convert it; "
                + "nothing was submitted.", exception);
        }
    }

    private static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        const string Form = "--from-postgres takes a connection string such as 'Host=db;Database=crm;Username=reader' "
            + "(the password in PGPASSWORD or ~/.pgpass, or as Password=...)";
        const string ChineseForm = "--from-postgres 需要连接字符串，例如 'Host=db;Database=crm;Username=reader'（密码放在 PGPASSWORD 或 ~/.pgpass，或写作 Password=...）";
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString)
            {
                ApplicationName = ApplicationName, Pooling = false, CommandTimeout = 0, KeepAlive = 15, IncludeErrorDetail = false,
            };
            return settings.Host is { Length: > 0 } ? settings : throw new SourceException($"{Form}; this one names no Host.") { Chinese = $"{ChineseForm}；给出的缺少 Host。" };
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException)
        {
            // The message of the exception may repeat what was given, and with it the password. So may the exception itself.
            throw new SourceException($"{Form}; this one cannot be read.") { Chinese = $"{ChineseForm}；给出的无法解析。" };
        }
    }

    private async Task<string> QuoteTableAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select to_regclass($1)::text", connection) { Parameters = { new() { Value = _table } } };
        return await command.ExecuteScalarAsync(cancellationToken) as string
            ?? throw new SourceException($"{Server} has no table {_table}; write it as schema.table, with double quotes around capitals.")
            {
                Chinese = $"数据库中没有表 {_table}；请写成 schema.table，大写字母须加双引号。",
            };
    }

    private string Explain(NpgsqlException exception, long rows)
    {
        var place = rows > 0 ? $"broke off after {rows} rows" : "could not be run";
        return exception switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
                $"{Server} refuses the user or password of --from-postgres.",
            PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } =>
                $"{Capital(Name)} writes, and a source is only read. Nothing was changed or submitted.",
            // The server quotes the value that it could not convert: ticket text.
            PostgresException { SqlState: ['2', '2', ..] } data =>
                $"{Capital(Name)} {place}: a value cannot be converted or computed ({data.SqlState}). Nothing was submitted; correct the query or "
                + "leave the row out, and run the same command again.",
            PostgresException error =>
                $"{Capital(Name)} {place}: {error.MessageText} ({error.SqlState}). Nothing was submitted; correct that and run the same command again.",
            _ => $"{Server} does not answer; {Name} {place} ({exception.InnerException?.Message ?? exception.Message}). Nothing was submitted; "
                + "run the same command again when it does.",
        };
    }

    private static string ExplainInChinese(NpgsqlException exception, long rows)
    {
        var place = rows > 0 ? $"读取 {rows} 行后中断" : "无法执行查询";
        return exception switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
                "该 PostgreSQL 拒绝 --from-postgres 中的用户或密码。",
            PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => "查询会写入数据，而来源只能读取。没有改动或提交任何内容。",
            PostgresException { SqlState: ['2', '2', ..] } data => $"{place}：有值无法转换或计算（{data.SqlState}）。没有提交任何内容；请改正查询或排除该行后重新运行。",
            PostgresException error => $"{place}：{error.MessageText}（{error.SqlState}）。没有提交任何内容；请改正后重新运行同一命令。",
            _ => $"该 PostgreSQL 没有响应；{place}（{exception.InnerException?.Message ?? exception.Message}）。没有提交任何内容；恢复后请重新运行同一命令。",
        };
    }

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
