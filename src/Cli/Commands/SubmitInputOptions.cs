using System.CommandLine;
using Pipeline.Cli.Output;
using Pipeline.Cli.Submission;
using Pipeline.Ingest;
using Pipeline.Ingest.Sources;

namespace Pipeline.Cli.Commands;

/// <summary>The part of <c>submit</c> that says what is read, and how.</summary>
internal sealed class SubmitInputOptions
{
    private const string StandardInput = "-";

    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "CSV, TSV, JSON Lines, OpenAI batch or Parquet (.csv, .tsv, .jsonl, .ndjson, .parquet); text also as .gz or .zst. - is standard input.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _postgres = new("--from-postgres")
    {
        Description = "Read from this PostgreSQL instead of a file: 'Host=db;Database=crm;Username=reader', the password in PGPASSWORD or ~/.pgpass.",
        HelpName = "CONNECTION",
    };

    private readonly Option<string?> _table = new("--table") { Description = "Table or view to read, with --from-postgres.", HelpName = "T" };
    private readonly Option<string?> _query = new("--query") { Description = "Query to read, with --from-postgres; give it an 'order by'.", HelpName = "SQL" };
    private readonly Option<string?> _text = new("--text-column") { Description = "Column with the text. Default: text, content, 内容, ...", HelpName = "C" };
    private readonly Option<string?> _id = new("--id-column") { Description = "Column with the id. Default: id, ticket_id, 工单编号, ...", HelpName = "C" };
    private readonly Option<string?> _reference = new("--reference-column") { Description = "Column with a human summary to score against.", HelpName = "C" };
    private readonly Option<string?> _format = new("--format") { Description = "csv, tsv, jsonl, openai or parquet, where the input does not tell.", HelpName = "F" };

    private readonly Option<string?> _encoding = new("--encoding")
    {
        Description = "Encoding of the text: gb18030, gbk, big5, utf-16, ... Default: utf-8, or what a byte order mark tells.", HelpName = "E",
    };

    private readonly Option<char?> _delimiter = new("--delimiter") { Description = "Delimiter of a CSV file. Default: found in the header.", HelpName = "C" };

    private readonly Option<TextPolicy> _policy = new("--bad-characters")
    {
        Description = "NUL characters and lone surrogates: replace (by U+FFFD, counted) or reject (the line).",
        HelpName = "replace|reject", DefaultValueFactory = _ => TextPolicy.Replace,
    };

    private readonly Option<int> _limit = new("--max-text-bytes") { Description = "Largest text in UTF-8 bytes.", HelpName = "N", DefaultValueFactory = _ => 1024 * 1024 };

    private readonly Option<string?> _rejects = new("--rejects")
    {
        Description = "Where refused lines are listed. Default: FILE.rejects.jsonl, or SOURCE.rejects.jsonl in the working folder.", HelpName = "FILE",
    };

    /// <summary>Adds them to the command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_file);
        foreach (var option in (Option[])[_postgres, _table, _query, _text, _id, _reference, _format, _encoding, _delimiter, _policy, _limit, _rejects])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Opens what the command line names. Standard input and the rows of a query are copied first.</summary>
    /// <exception cref="UsageException">It names nothing, or too much.</exception>
    /// <exception cref="SourceException">It cannot be read; the message says why.</exception>
    public async Task<SubmitInput> OpenAsync(ParseResult result, ProgressDisplay display, CancellationToken cancellationToken)
    {
        var options = new SourceOptions
        {
            TextColumn = result.GetValue(_text),
            IdColumn = result.GetValue(_id),
            ReferenceColumn = result.GetValue(_reference),
            Encoding = result.GetValue(_encoding)?.ToLowerInvariant(),
            Delimiter = result.GetValue(_delimiter),
            MaxTextBytes = result.GetValue(_limit),
            TextPolicy = result.GetValue(_policy),
        };
        SourceFormat? format = result.GetValue(_format) is { } name ? DocumentSources.ParseFormat(name) : null;
        var (file, connection) = (result.GetValue(_file), result.GetValue(_postgres));
        var (table, query, rejects) = (result.GetValue(_table), result.GetValue(_query), result.GetValue(_rejects));
        switch (file, connection)
        {
            case (null, null):
                throw new UsageException("Name a FILE, - for standard input, or --from-postgres.");
            case (not null, not null):
                throw new UsageException("Name a FILE or --from-postgres, not both.");
            case (null, not null):
                if (format is not null || options.Encoding is not null || options.Delimiter is not null)
                {
                    throw new UsageException("--format, --encoding and --delimiter say how a file is written; leave them out with --from-postgres.");
                }

                var (rows, columns) = await CopyAsync(connection, table, query, options, display, cancellationToken);
                return new SubmitInput(rows, columns, SourceFormat.JsonLines, rejects ?? ListOf(rows));
            case var _ when table is not null || query is not null:
                throw new UsageException("--table and --query need --from-postgres.");
            case (StandardInput, _):
                await using (var input = Console.OpenStandardInput())
                {
                    var copy = await SpooledInput.CopyAsync(
                        "standard input", "stdin", input, new Reporter<long>(bytes => display.Show($"reading  {bytes / 1e6:N0} MB")), cancellationToken);
                    return new SubmitInput(copy, options, format, rejects ?? ListOf(copy));
                }

            case var _ when rejects is not null && Path.GetFullPath(rejects) == Path.GetFullPath(file):
                throw new UsageException("--rejects names the input itself; choose another file.");
            default:
                return new SubmitInput(new FileInput(file), options, format, rejects ?? file + RejectsFile.Suffix);
        }
    }

    private static Task<(SpooledInput, SourceOptions)> CopyAsync(
        string connection, string? table, string? query, SourceOptions options, ProgressDisplay display, CancellationToken cancellationToken)
    {
        var export = (table, query) switch
        {
            (not null, null) => PostgresExport.OfTable(connection, table),
            (null, not null) => PostgresExport.OfQuery(connection, query),
            _ => throw new UsageException("--from-postgres needs --table T or --query 'select ...', one of them."),
        };
        return export.CopyAsync(options, new Reporter<long>(count => display.Show($"reading  {count:N0} rows")), cancellationToken);
    }

    private static string ListOf(SpooledInput copy) => copy.SourceName.Replace(Path.DirectorySeparatorChar, '_') + RejectsFile.Suffix;
}
