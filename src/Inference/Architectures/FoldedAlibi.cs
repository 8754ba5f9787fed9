using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// ALiBi inside the product of queries and keys. Softmax takes no notice of what all keys of a query share, so slope * (position of the key -
/// position of the query) may be slope * position of the key alone: a head gets eight more numbers, of which a query has 1 in the first two
/// and a key sqrt(head size) * slope * position, split into the nearest float16 and the rest; the others are 0. The fast kernels of GPUs
/// have no addend for scores, and take heads of a multiple of eight.
/// </summary>
internal static class FoldedAlibi
{
    /// <summary>Numbers that a head gets.</summary>
    public const int HeadNumbers = 8;

    /// <summary>
    /// What is added to queries, keys and values one behind the other: [positions, 3 * heads * (headSize + <see cref="HeadNumbers"/>)], one row for each
    /// position.
    /// </summary>
    public static GraphValue Table(GraphBuilder graph, DataType type, float[] slopes, int headSize, int positions)
    {
        var (heads, wide) = (slopes.Length, headSize + HeadNumbers);
        return graph.Weight("alibi", type, [positions, 3 * heads * wide], writer =>
        {
            var row = new float[3 * heads * wide];
            for (var position = 0; position < positions; position++)
            {
                for (var head = 0; head < heads; head++)
                {
                    var query = (head * wide) + headSize;
                    var key = (heads * wide) + query;
                    var value = Math.Sqrt(headSize) * slopes[head] * position;
                    (row[query], row[query + 1]) = (1, 1);
                    row[key] = (float)(Half)value;
                    row[key + 1] = (float)(value - row[key]);
                }

                writer.Write(row);
            }
        });
    }
}
