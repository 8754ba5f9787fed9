using Pipeline.Inference.Onnx;

namespace Pipeline.Inference.Architectures;

/// <summary>
/// Cosines and sines of rotary position embedding (Su et al. 2021, arXiv 2104.09864): position * theta^(-2i / headSize), computed in
/// double.
/// </summary>
internal static class RotaryTable
{
    /// <summary>Adds both tables, [positions, headSize / 2].</summary>
    public static (GraphValue Cos, GraphValue Sin) Rotary(this GraphBuilder graph, DataType type, int positions, int headSize, float theta)
    {
        return (Table("rotary_cos", Math.Cos), Table("rotary_sin", Math.Sin));

        GraphValue Table(string name, Func<double, double> function) => graph.Weight(name, type, [positions, headSize / 2], writer =>
        {
            var row = new float[headSize / 2];
            for (var position = 0; position < positions; position++)
            {
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] = (float)function(position * Math.Pow((double)theta, -2d * i / headSize));
                }

                writer.Write(row);
            }
        });
    }
}
