using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Pipeline.Cli.Evaluation;

/// <summary>Splits a stream into lines without holding more than one of them.</summary>
internal static class JsonLines
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The lines that are not blank, numbered from 1 with the blank ones. Each is valid until the next is asked for.</summary>
    public static async IAsyncEnumerable<(int Number, ReadOnlySequence<byte> Line)> ReadAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 1 << 16, leaveOpen: true));
        var number = 0;
        while (true)
        {
            // A read of a terminal or a pipe ignores the token; the wait does not.
            var result = await reader.ReadAsync(cancellationToken).AsTask().WaitAsync(cancellationToken);
            var buffer = result.Buffer;
            while (TakeLine(ref buffer, result.IsCompleted, out var line))
            {
                number++;
                line = number == 1 ? WithoutMark(line) : line;
                if (!IsBlank(line))
                {
                    yield return (number, line);
                }
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        await reader.CompleteAsync();
    }

    private static bool TakeLine(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }

        line = buffer;
        if (!isLast || buffer.IsEmpty)
        {
            return false;
        }

        buffer = buffer.Slice(buffer.End);
        return true;
    }

    private static ReadOnlySequence<byte> WithoutMark(ReadOnlySequence<byte> line)
    {
        var reader = new SequenceReader<byte>(line);
        return reader.IsNext(ByteOrderMark, advancePast: true) ? reader.UnreadSequence : line;
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        var reader = new SequenceReader<byte>(line);
        reader.AdvancePastAny(" \t\r"u8);
        return reader.End;
    }
}
