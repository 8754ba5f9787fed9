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
        Description = Say(
            "CSV, TSV, JSON Lines, OpenAI batch or Parquet (.csv, .tsv, .jsonl, .ndjson, .parquet); text also as .gz or .zst. - is standard input.",
            "CSV、TSV、JSON Lines、OpenAI 批处理或 Parquet（.csv、.tsv、.jsonl、.ndjson、.parquet）；文本也可为 .gz 或 .zst。- 为标准输入。"),
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _postgres = new("--from-postgres")
    {
        Description = Say(
            "Read from this PostgreSQL instead of a file: 'Host=db;Database=crm;Username=reader', the password in PGPASSWORD or ~/.pgpass.",
            "不读文件而读此 PostgreSQL：'Host=db;Database=crm;Username=reader'，密码放在 PGPASSWORD 或 ~/.pgpass。"),
        HelpName = "CONNECTION",
    };

    private readonly Option<string?> _table = new("--table") { Description = Say("Table or view to read, with --from-postgres.", "与 --from-postgres 合用：要读取的表或视图。"), HelpName = "T" };
    private readonly Option<string?> _query = new("--query") { Description = Say(
        "Query to read, with --from-postgres; give it an 'order by'.",
        "与 --from-postgres 合用：要读取的查询；请带 'order by'。"), HelpName = "SQL" };
    private readonly Option<string?> _text = new("--text-column") { Description = Say(
        "Column with the text. Default: text, content, 内容, ...",
        "正文所在的列。默认：text、content、内容……"), HelpName = "C" };
    private readonly Option<string?> _id = new("--id-column") { Description = Say(
        "Column with the id. Default: id, ticket_id, 工单编号, ...",
        "编号所在的列。默认：id、ticket_id、工单编号……"), HelpName = "C" };
    private readonly Option<string?> _reference = new("--reference-column") { Description = Say("Column with a human summary to score against.", "人工摘要所在的列，用于评分。"), HelpName = "C" };
    private readonly Option<string?> _candidate = new("--candidate-column")
    {
        Description = Say(
            "Column with a summary that people or another system made: it is scored like one of ours, and nothing is generated unless --recipe asks for it.",
            "已有摘要（人工或其他系统）所在的列：与本系统的摘要同样评分；不加 --recipe 则不生成。"), HelpName = "C",
    };

    private readonly Option<string?> _category = new("--category-column")
    {
        Description = Say("Column with a category, by which searches can be narrowed.", "类别所在的列，可用于缩小查找范围。"), HelpName = "C",
    };

    private readonly Option<string?> _format = new("--format") { Description = Say(
        "csv, tsv, jsonl, openai, parquet or lcsts, where the input does not tell.",
        "csv、tsv、jsonl、openai、parquet 或 lcsts，用于无法自动判断时。"), HelpName = "F" };
    private readonly Option<int?> _minScore = new("--min-score") { Description = Say(
        "Smallest human label, 1 to 5, with --format lcsts; the papers take 3. Documents below are left out.",
        "与 --format lcsts 合用：最低人工评分，1 到 5；论文取 3。低于它的文档不取。"), HelpName = "N" };

    private readonly Option<string?> _encoding = new("--encoding")
    {
        Description = Say(
            "Encoding of the text: gb18030, gbk, big5, utf-16, ... Default: utf-8, or what a byte order mark tells.",
            "文本编码：gb18030、gbk、big5、utf-16……默认：utf-8，或按字节顺序标记。"), HelpName = "E",
    };

    private readonly Option<char?> _delimiter = new("--delimiter") { Description = Say("Delimiter of a CSV file. Default: found in the header.", "CSV 的分隔符。默认：从表头判断。"), HelpName = "C" };

    private readonly Option<TextPolicy> _policy = new("--bad-characters")
    {
        Description = Say("NUL characters and lone surrogates: replace (by U+FFFD, counted) or reject (the line).", "NUL 字符和孤立的代理项：replace（换成 U+FFFD 并计数）或 reject（拒绝该行）。"),
        HelpName = "replace|reject", DefaultValueFactory = _ => TextPolicy.Replace,
    };

    private readonly Option<int> _limit = new("--max-text-bytes") { Description = Say("Largest text in UTF-8 bytes.", "文本的最大 UTF-8 字节数。"), HelpName = "N", DefaultValueFactory = _ => 1024 * 1024 };

    private readonly Option<string?> _rejects = new("--rejects")
    {
        Description = Say(
            "Where refused lines are listed. Default: FILE.rejects.jsonl, or SOURCE.rejects.jsonl in the working folder.",
            "被拒绝的行写到哪里。默认：FILE.rejects.jsonl，或当前目录下的 SOURCE.rejects.jsonl。"), HelpName = "FILE",
    };

    /// <summary>Adds them to the command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_file);
        foreach (var option in (Option[])[_postgres, _table, _query, _text, _id, _reference, _candidate, _category, _format, _minScore, _encoding, _delimiter, _policy, _limit, _rejects])
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
            CandidateColumn = result.GetValue(_candidate),
            CategoryColumn = result.GetValue(_category),
            Encoding = result.GetValue(_encoding)?.ToLowerInvariant(),
            Delimiter = result.GetValue(_delimiter),
            MaxTextBytes = result.GetValue(_limit),
            TextPolicy = result.GetValue(_policy),
            MinScore = result.GetValue(_minScore),
        };
        SourceFormat? format = result.GetValue(_format) is { } name ? DocumentSources.ParseFormat(name) : null;
        var (file, connection) = (result.GetValue(_file), result.GetValue(_postgres));
        var (table, query, rejects) = (result.GetValue(_table), result.GetValue(_query), result.GetValue(_rejects));
        switch (file, connection)
        {
            case (null, null):
                throw new UsageException(Say("Name a FILE, - for standard input, or --from-postgres.", "请给出 FILE，或用 - 表示标准输入，或用 --from-postgres。"));
            case (not null, not null):
                throw new UsageException(Say("Name a FILE or --from-postgres, not both.", "FILE 和 --from-postgres 只能给出其一。"));
            case (null, not null):
                if (format is not null || options.Encoding is not null || options.Delimiter is not null)
                {
                    throw new UsageException(Say(
                        "--format, --encoding and --delimiter say how a file is written; leave them out with --from-postgres.",
                        "--format、--encoding 和 --delimiter 说明文件的写法；与 --from-postgres 合用时请去掉。"));
                }

                var (rows, columns) = await CopyAsync(connection, table, query, options, display, cancellationToken);
                return new SubmitInput(rows, columns, SourceFormat.JsonLines, rejects ?? ListOf(rows));
            case var _ when table is not null || query is not null:
                throw new UsageException(Say("--table and --query need --from-postgres.", "--table 和 --query 需要 --from-postgres。"));
            case (StandardInput, _):
                await using (var input = Console.OpenStandardInput())
                {
                    var copy = await SpooledInput.CopyAsync(
                        Say("standard input", "标准输入"), "stdin", input, new Reporter<long>(bytes => display.Show(Say($"reading  {bytes / 1e6:N0} MB", $"读取中  {bytes / 1e6:N0} MB"))), cancellationToken);
                    return new SubmitInput(copy, options, format, rejects ?? ListOf(copy));
                }

            case var _ when rejects is not null && Path.GetFullPath(rejects) == Path.GetFullPath(file):
                throw new UsageException(Say("--rejects names the input itself; choose another file.", "--rejects 指向了输入文件本身；请另选一个文件。"));
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
        return export.CopyAsync(options, new Reporter<long>(count => display.Show(Say($"reading  {count:N0} rows", $"读取中  {count:N0} 行"))), cancellationToken);
    }

    private static string ListOf(SpooledInput copy) => copy.SourceName.Replace(Path.DirectorySeparatorChar, '_') + RejectsFile.Suffix;
}
