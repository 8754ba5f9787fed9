using System.Buffers;
using System.Text.Json;
using Pipeline.TextMetrics.Rouge;
using Pipeline.TextMetrics.Tokenization;

namespace Pipeline.Cli.Evaluation;

/// <summary>Writes one JSON object a line, gathered into larger writes.</summary>
internal sealed class ScoreLines(Stream stream, Tokenizer tokenizer) : IDisposable
{
    private const int FlushBytes = 1 << 16;

    private readonly ArrayBufferWriter<byte> _buffer = new(FlushBytes * 2);
    private Utf8JsonWriter? _json;

    public ValueTask WriteAsync(EvaluationPair pair, RougeScores scores, CancellationToken cancellationToken)
    {
        _json ??= new Utf8JsonWriter(_buffer);
        _json.Reset();
        _json.WriteStartObject();
        _json.WritePropertyName("id");
        _json.WriteRawValue(pair.Id);
        Write(_json, "rouge1", scores.Rouge1);
        Write(_json, "rouge2", scores.Rouge2);
        Write(_json, "rougeL", scores.RougeL);
        Write(_json, "rougeLsum", scores.RougeLsum);
        if (scores.HasNoTokens)
        {
            _json.WriteBoolean("no_tokens", true);
        }

        if (pair.Source is not null)
        {
            StatisticsJson.Write(_json, pair.Candidate, pair.Source, tokenizer);
        }

        _json.WriteEndObject();
        _json.Flush();
        _buffer.Write("\n"u8);
        return _buffer.WrittenCount >= FlushBytes ? FlushAsync(cancellationToken) : ValueTask.CompletedTask;
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_buffer.WrittenMemory, cancellationToken);
        await stream.FlushAsync(cancellationToken);
        _buffer.ResetWrittenCount();
    }

    public void Dispose() => _json?.Dispose();

    private static void Write(Utf8JsonWriter json, string name, RougeScore score)
    {
        json.WriteStartObject(name);
        json.WriteNumber("p", score.Precision);
        json.WriteNumber("r", score.Recall);
        json.WriteNumber("f", score.F);
        json.WriteEndObject();
    }
}
