using System.Buffers;
using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;

namespace Pipeline.Ingest.Sources;

/// <summary>Which columns of a query are used, and its rows as lines of JSON.</summary>
internal sealed class PostgresColumns
{
    private static readonly string[] TextTypes = ["text", "character varying", "character", "citext", "name"];
    private static readonly string[] IdTypes = [.. TextTypes, "smallint", "integer", "bigint", "uuid"];
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ColumnSelection _columns;
    private readonly string[] _used;

    private PostgresColumns(ColumnSelection columns)
    {
        _columns = columns;
        _used = [.. ((string?[])[columns.Text, columns.Id, columns.Reference, columns.Candidate, columns.Category]).OfType<string>().Distinct()];
    }

    /// <summary>The columns as SQL names them.</summary>
    public string Quoted => string.Join(", ", _used.Select(name => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    /// <summary>Lets the server describe a query, without running it, and chooses.</summary>
    /// <exception cref="SourceException">A column is not there, there twice, or of a type that cannot be used.</exception>
    public static async Task<PostgresColumns> ChooseAsync(
        NpgsqlConnection connection, string sql, SourceOptions options, string name, CancellationToken cancellationToken)
    {
        var types = new Dictionary<string, string>();
        await using (var batch = Batch(connection, sql))
        await using (var reader = await batch.ExecuteReaderAsync(CommandBehavior.SchemaOnly, cancellationToken))
        {
            for (var column = 0; column < reader.FieldCount; column++)
            {
                if (!types.TryAdd(reader.GetName(column), reader.GetDataTypeName(column)))
                {
                    throw new SourceException($"The column '{reader.GetName(column)}' comes twice from {name}; rename one with 'as'.");
                }
            }
        }

        var columns = ColumnSelection.Choose(types.Keys, options, name);
        Check(columns.Text, "the text", "--text-column", TextTypes);
        Check(columns.Id, "the id", "--id-column", IdTypes);
        Check(columns.Reference, "the reference", "--reference-column", TextTypes);
        Check(columns.Candidate, "the candidate", "--candidate-column", TextTypes);
        Check(columns.Category, "the category", "--category-column", IdTypes);
        return new PostgresColumns(columns);

        void Check(string? column, string role, string option, string[] fit)
        {
            if (column is not null && !IsOneOf(types[column], fit))
            {
                var others = types.Where(other => IsOneOf(other.Value, fit)).Select(other => other.Key).ToList();
                throw new SourceException(
                    $"The column '{column}' of {name} is of the type {types[column]} and cannot be {role}. Columns that can: "
                    + $"{(others.Count > 0 ? string.Join(", ", others) : "none")}. Name one with {option}, or cast it in the query: {column}::text.");
            }
        }
    }

    /// <summary>The options with the columns that were chosen: a column that was found must not be looked for once more.</summary>
    public SourceOptions Apply(SourceOptions options) => options with
    {
        TextColumn = _columns.Text, IdColumn = _columns.Id, ReferenceColumn = _columns.Reference, CandidateColumn = _columns.Candidate,
        CategoryColumn = _columns.Category,
    };

    /// <summary>Runs a query: each row is an object with the columns that are used, and a line end. A line is valid until the next.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        NpgsqlConnection connection, string sql, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var batch = Batch(connection, sql);
        await using var reader = await batch.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        var places = _used.Select(name => (Name: JsonEncodedText.Encode(name, WriterOptions.Encoder), Place: reader.GetOrdinal(name)))
            .OrderBy(column => column.Place).ToList();
        var line = new ArrayBufferWriter<byte>();
        await using var writer = new Utf8JsonWriter(line, WriterOptions);
        while (await reader.ReadAsync(cancellationToken))
        {
            line.ResetWrittenCount();
            writer.Reset();
            writer.WriteStartObject();
            foreach (var (name, place) in places)
            {
                if (await reader.IsDBNullAsync(place, cancellationToken))
                {
                    writer.WriteNull(name);
                }
                else
                {
                    writer.WriteString(name, Value(reader, place));
                }
            }

            writer.WriteEndObject();
            await writer.FlushAsync(cancellationToken);
            line.Write("\n"u8);
            yield return line.WrittenMemory;
        }
    }

    // A batch, and not a command, because a command may hold several statements: the second could end the read-only transaction.
    private static NpgsqlBatch Batch(NpgsqlConnection connection, string sql) => new(connection) { BatchCommands = { new(sql) } };

    private static string Value(NpgsqlDataReader reader, int place) => reader.GetFieldType(place) == typeof(string)
        ? reader.GetString(place)
        : Convert.ToString(reader.GetValue(place), CultureInfo.InvariantCulture) ?? "";

    // Names of types come as "character varying(200)", and those of extensions with their schema.
    private static bool IsOneOf(string type, string[] names) => names.Contains(type.Split('(')[0].Split('.')[^1]);
}
