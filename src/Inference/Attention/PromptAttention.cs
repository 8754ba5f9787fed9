using System.Numerics.Tensors;

namespace Pipeline.Inference.Attention;

/// <summary>Causal attention within a prompt, in float32; its keys and values go to a <see cref="QuantizedCache"/> for the steps that follow.</summary>
internal static unsafe class PromptAttention
{
    private const int Panel = PanelProduct.PanelWidth;

    // Queries that are worked out together. Those of a block meet the keys up to its end, so it is as wide as a panel.
    private const int QueryBlock = Panel;

    /// <summary>Writes what the queries of a head see; the first head of a group also writes the keys and values that its group shares.</summary>
    /// <param name="shape">Heads and their size.</param>
    /// <param name="positions">How places are told apart.</param>
    /// <param name="tokens">The tokens' queries, keys and values.</param>
    /// <param name="count">Tokens.</param>
    /// <param name="head">Head of the queries.</param>
    /// <param name="keys">The row's keys of its group.</param>
    /// <param name="values">The row's values of its group.</param>
    /// <param name="output">[tokens, heads * headSize].</param>
    public static void Run(
        AttentionShape shape, Positions positions, float* tokens, int count, int head, sbyte* keys, sbyte* values, float* output)
    {
        var (size, kvHead) = (shape.HeadSize, head / shape.Group);
        var (panels, valuePanels) = (Panels(count), Panels(size));
        var padded = panels * Panel;
        var keyPanels = Scratch.Take(0, (padded * size) + (padded * valuePanels * Panel));
        var columns = keyPanels + (padded * size);
        PackKeys(shape, positions, tokens, count, kvHead, keyPanels);
        PackValues(shape, tokens, count, kvHead, columns);
        if (head % shape.Group == 0)
        {
            Keep(shape, tokens, count, kvHead, keyPanels, keys, values);
        }

        var queries = Scratch.Take(1, QueryBlock * (size + padded + (valuePanels * Panel)));
        var scores = queries + (QueryBlock * size);
        var sums = scores + (QueryBlock * padded);
        var totals = stackalloc float[QueryBlock];
        for (var first = 0; first < count; first += QueryBlock)
        {
            var rows = Math.Min(QueryBlock, count - first);
            PackQueries(shape, positions, tokens, first, rows, head, queries);
            var (met, width) = (Panels(first + rows), Panels(first + rows) * Panel);
            PanelProduct.Multiply(queries, size, QueryBlock, size, keyPanels, Panel * size, met, scores);
            for (var row = 0; row < rows; row++)
            {
                var line = scores + (row * width);
                totals[row] = Scores.Weigh(line, first + row + 1, positions.Slope(head));
                new Span<float>(line + first + row + 1, width - first - row - 1).Clear();
            }

            PanelProduct.Multiply(scores, width, QueryBlock, width, columns, (long)padded * Panel, valuePanels, sums);
            for (var row = 0; row < rows; row++)
            {
                TensorPrimitives.Divide(
                    new ReadOnlySpan<float>(sums + (row * valuePanels * Panel), size), totals[row],
                    new(output + ((long)(first + row) * shape.Heads * size) + (head * size), size));
            }
        }
    }

    private static int Panels(int columns) => (columns + Panel - 1) / Panel;

    /// <summary>Keys become columns: [panels, headSize, 32].</summary>
    private static void PackKeys(
        AttentionShape shape, Positions positions, float* tokens, int count, int kvHead, float* panels)
    {
        var size = shape.HeadSize;
        Span<float> key = stackalloc float[size];
        for (var token = 0; token < Panels(count) * Panel; token++)
        {
            if (token < count)
            {
                positions.Turn(tokens + ((long)token * shape.TokenWidth) + shape.KeyOffset(kvHead), token, key);
            }
            else
            {
                key.Clear();
            }

            var column = panels + (token / Panel * Panel * size) + (token % Panel);
            for (var i = 0; i < size; i++)
            {
                column[i * Panel] = key[i];
            }
        }
    }

    /// <summary>Values stay rows: [panels of the head's numbers, tokens, 32].</summary>
    private static void PackValues(AttentionShape shape, float* tokens, int count, int kvHead, float* panels)
    {
        var (size, padded) = (shape.HeadSize, Panels(count) * Panel);
        new Span<float>(panels, padded * Panels(size) * Panel).Clear();
        for (var token = 0; token < count; token++)
        {
            ReadOnlySpan<float> value = new(tokens + ((long)token * shape.TokenWidth) + shape.ValueOffset(kvHead), size);
            for (var first = 0; first < size; first += Panel)
            {
                value[first..Math.Min(first + Panel, size)].CopyTo(new(panels + ((((long)first / Panel * padded) + token) * Panel), Panel));
            }
        }
    }

    /// <summary>Keys and values for the steps.</summary>
    private static void Keep(AttentionShape shape, float* tokens, int count, int kvHead, float* keyPanels, sbyte* keys, sbyte* values)
    {
        var size = shape.HeadSize;
        for (var token = 0; token < count; token += QuantizedCache.BlockTokens)
        {
            QuantizedCache.WriteKeys(keys, token, keyPanels + (token / Panel * Panel * size) + (token % Panel), Panel, size);
        }

        for (var token = 0; token < count; token++)
        {
            QuantizedCache.WriteValue(values, token, new(tokens + ((long)token * shape.TokenWidth) + shape.ValueOffset(kvHead), size));
        }
    }

    /// <summary>Queries, with the factor of the scores: [32, headSize]. Rows that are left keep what they have, which nothing reads.</summary>
    private static void PackQueries(
        AttentionShape shape, Positions positions, float* tokens, int first, int rows, int head, float* queries)
    {
        for (var row = 0; row < rows; row++)
        {
            Span<float> query = new(queries + (row * shape.HeadSize), shape.HeadSize);
            positions.Turn(tokens + ((long)(first + row) * shape.TokenWidth) + (head * shape.HeadSize), first + row, query);
            TensorPrimitives.Multiply(query, shape.Scale, query);
        }
    }
}
