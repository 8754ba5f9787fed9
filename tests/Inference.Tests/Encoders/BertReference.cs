using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Encoders;

/// <summary>
/// The forward pass of BERT and XLM-RoBERTa in float64 and plain loops, from the definition: what a graph must give within the rounding of
/// float32. It shares no code with the product.
/// </summary>
internal sealed class BertReference(TinyBert model)
{
    private const int Size = TinyBert.Hidden;

    /// <summary>The L2-normalised vector of one sequence.</summary>
    public double[] Embed(int[] ids)
    {
        var hidden = Hidden(ids);
        var pooled = model.Mean
            ? [.. Enumerable.Range(0, Size).Select(i => hidden.Average(token => token[i]))]
            : hidden[0];
        var norm = Math.Sqrt(pooled.Sum(value => value * value));
        return [.. pooled.Select(value => value / norm)];
    }

    /// <summary>The probability of each class of one sequence: the softmax of the head over the first token's vector.</summary>
    public double[] Classify(int[] ids)
    {
        var (dense, last) = model.Roberta ? ("classifier.dense", "classifier.out_proj") : ("pooler.dense", "classifier");
        double[][] inner = [[.. Linear([Hidden(ids)[0]], dense)[0].Select(Math.Tanh)]];
        var scores = Linear(inner, last)[0].Select(Math.Exp).ToArray();
        return [.. scores.Select(score => score / scores.Sum())];
    }

    private double[][] Hidden(int[] ids)
    {
        var hidden = ids.Select((id, place) => Sum(
            Row("embeddings.word_embeddings.weight", id),
            Row("embeddings.token_type_embeddings.weight", 0),
            Row("embeddings.position_embeddings.weight", model.Roberta ? model.PadId + 1 + place : place))).ToArray();
        hidden = Normalise(hidden, "embeddings.LayerNorm");
        for (var layer = 0; layer < TinyBert.Layers; layer++)
        {
            hidden = Block(hidden, $"encoder.layer.{layer}");
        }

        return hidden;
    }

    private double[][] Block(double[][] x, string name)
    {
        var attention = Attend(
            Linear(x, $"{name}.attention.self.query"), Linear(x, $"{name}.attention.self.key"), Linear(x, $"{name}.attention.self.value"));
        var middle = Normalise(Add(Linear(attention, $"{name}.attention.output.dense"), x), $"{name}.attention.output.LayerNorm");
        var inner = Linear(middle, $"{name}.intermediate.dense").Select(token => token.Select(Gelu).ToArray()).ToArray();
        return Normalise(Add(Linear(inner, $"{name}.output.dense"), middle), $"{name}.output.LayerNorm");
    }

    private static double[][] Attend(double[][] query, double[][] key, double[][] value)
    {
        const int Head = Size / TinyBert.Heads;
        return [.. query.Select(q =>
        {
            var output = new double[Size];
            for (var first = 0; first < Size; first += Head)
            {
                var scores = key.Select(k => Enumerable.Range(first, Head).Sum(i => q[i] * k[i]) / Math.Sqrt(Head)).ToArray();
                var weights = scores.Select(score => Math.Exp(score - scores.Max())).ToArray();
                for (var i = first; i < first + Head; i++)
                {
                    output[i] = weights.Zip(value, (weight, v) => weight * v[i]).Sum() / weights.Sum();
                }
            }

            return output;
        })];
    }

    private double[][] Linear(double[][] x, string name)
    {
        var (weight, bias) = (Tensor($"{name}.weight"), Tensor($"{name}.bias"));
        return [.. x.Select(token => bias.Select((b, output) =>
            b + token.Select((value, input) => value * weight[(output * token.Length) + input]).Sum()).ToArray())];
    }

    private double[][] Normalise(double[][] x, string name)
    {
        var (weight, bias) = (Tensor($"{name}.weight"), Tensor($"{name}.bias"));
        return [.. x.Select(token =>
        {
            var mean = token.Average();
            var deviation = Math.Sqrt(token.Average(value => (value - mean) * (value - mean)) + TinyBert.Epsilon);
            return token.Select((value, i) => ((value - mean) / deviation * weight[i]) + bias[i]).ToArray();
        })];
    }

    private static double Gelu(double x) => 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));

    /// <summary>erf x = 2/sqrt(pi) exp(-x²) sum of 2^n x^(2n+1) / (2n+1)!!, all terms of one sign (Abramowitz and Stegun 7.1.6).</summary>
    private static double Erf(double x)
    {
        var (sum, term) = (0.0, x);
        for (var n = 1; Math.Abs(term) > 1e-18; n++)
        {
            sum += term;
            term *= 2 * x * x / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private double[] Row(string name, int row) => [.. Tensor(name).AsSpan(row * Size, Size).ToArray().Select(value => (double)value)];

    private float[] Tensor(string name) => model.Weights[name.StartsWith("classifier", StringComparison.Ordinal) ? name : model.Prefix + name];

    private static double[] Sum(params double[][] vectors) => [.. Enumerable.Range(0, Size).Select(i => vectors.Sum(vector => vector[i]))];

    private static double[][] Add(double[][] a, double[][] b) => [.. a.Zip(b, (x, y) => Sum(x, y))];
}
