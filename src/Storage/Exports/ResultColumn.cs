using System.Globalization;
using Pipeline.Storage.Reports;

namespace Pipeline.Storage.Exports;

/// <summary>One column of the results, for every format that has columns.</summary>
public abstract class ResultColumn
{
    private protected ResultColumn(string name) => Name = name;

    /// <summary>All columns in their order. New ones are added at the end: scripts read some formats by position.</summary>
    public static IReadOnlyList<ResultColumn> All { get; } =
    [
        new ResultColumn<long>("line", row => row.Line),
        new ResultColumn<string?>("id", row => row.Id),
        new ResultColumn<string?>("state", row => row.State),
        new ResultColumn<string?>("recipe", row => row.Recipe),
        new ResultColumn<string?>("summary", row => row.Summary),
        new ResultColumn<string?>("error", row => row.Error),
        new ResultColumn<string?>("finish_reason", row => row.FinishReason),
        new ResultColumn<bool?>("truncated", row => row.Truncated),
        new ResultColumn<double?>("cosine", row => row.Cosine),
        new ResultColumn<double?>("compression", row => row.Compression),
        new ResultColumn<double?>("rouge1_f", row => row.Rouge1F),
        new ResultColumn<double?>("rouge2_f", row => row.Rouge2F),
        new ResultColumn<double?>("rougel_f", row => row.RougeLF),
        new ResultColumn<double?>("rougelsum_f", row => row.RougeLsumF),
        new ResultColumn<string[]?>("flags", row => row.Flags?.ToArray()),
        new ResultColumn<string?>("category", row => row.Category),
    ];

    /// <summary>Where each result comes from.</summary>
    public static IReadOnlyList<ResultColumn> Provenance { get; } =
    [
        new ResultColumn<string?>("source", row => row.Provenance?.Source),
        new ResultColumn<string?>("engine", row => row.Provenance?.Engine),
        new ResultColumn<string?>("model", row => row.Provenance?.Model),
        new ResultColumn<string?>("recipe_sha256", row => row.Provenance?.RecipeSha256),
        new ResultColumn<string?>("embedder", row => row.Provenance?.Embedder),
        new ResultColumn<string?>("embedder_sha256", row => row.Provenance?.EmbedderSha256),
        new ResultColumn<string?>("rouge_signature", row => row.Provenance?.RougeSignature),
        new ResultColumn<string?>("summarized_at", row => row.SummarizedAt?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
        new ResultColumn<long?>("source_tokens", row => row.Provenance?.SourceTokens),
        new ResultColumn<long?>("read_tokens", row => row.Provenance?.ReadTokens),
        new ResultColumn<long?>("prompt_tokens", row => row.PromptTokens),
        new ResultColumn<long?>("output_tokens", row => row.OutputTokens),
    ];

    /// <summary>What its words are like, measured against its text.</summary>
    public static IReadOnlyList<ResultColumn> Statistics { get; } =
    [
        new ResultColumn<string?>("statistics_signature", row => row.Statistics?.Signature),
        new ResultColumn<double?>("coverage", row => row.Statistics?.Coverage),
        new ResultColumn<double?>("density", row => row.Statistics?.Density),
        new ResultColumn<double?>("compression_newsroom", row => row.Statistics?.CompressionNewsroom),
        new ResultColumn<double?>("novel_1gram", row => row.Statistics?.Novel1Gram),
        new ResultColumn<double?>("novel_2gram", row => row.Statistics?.Novel2Gram),
        new ResultColumn<double?>("novel_3gram", row => row.Statistics?.Novel3Gram),
        new ResultColumn<double?>("repeated_1gram", row => row.Statistics?.Repeated1Gram),
        new ResultColumn<double?>("repeated_2gram", row => row.Statistics?.Repeated2Gram),
        new ResultColumn<double?>("number_precision", row => row.Statistics?.NumberPrecision),
        new ResultColumn<long?>("facts", row => row.Statistics?.Facts),
        new ResultColumn<double?>("fact_precision", row => row.Statistics?.FactPrecision),
        new ResultColumn<string?>("unsupported", row => row.Statistics?.Unsupported),
        new ResultColumn<string[]?>("at_risk", row => row.Statistics?.AtRisk.ToArray()),
        new ResultColumn<string[]?>("failures", row => row.Statistics?.Failures.ToArray()),
    ];

    /// <summary><see cref="All"/>, and behind them those that were asked for.</summary>
    public static IReadOnlyList<ResultColumn> Choose(bool provenance, bool statistics) =>
        [.. All, .. provenance ? Provenance : [], .. statistics ? Statistics : []];

    /// <summary>Name in headers and JSON.</summary>
    public string Name { get; }

    /// <summary>The value of a row: a string, a number, a boolean, an array of strings, or null.</summary>
    public abstract object? Value(ResultRow row);
}

/// <summary>A column of values of one type.</summary>
/// <typeparam name="T">Type of the values.</typeparam>
public sealed class ResultColumn<T> : ResultColumn
{
    private readonly Func<ResultRow, T> _read;

    internal ResultColumn(string name, Func<ResultRow, T> read)
        : base(name) => _read = read;

    /// <summary>The value of a row.</summary>
    public T Read(ResultRow row) => _read(row);

    /// <inheritdoc/>
    public override object? Value(ResultRow row) => _read(row);
}
