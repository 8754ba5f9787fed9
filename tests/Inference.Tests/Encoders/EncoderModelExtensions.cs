using Pipeline.Inference.Encoders;

namespace Pipeline.Inference.Tests.Encoders;

internal static class EncoderModelExtensions
{
    /// <summary>Embeds all rows in one call, in as few batches as it makes.</summary>
    public static List<float[]> EmbedAll(this EncoderModel model, IReadOnlyList<int[]> rows) =>
        [.. model.Embed(rows, model.TokenBudget, TestContext.Current.CancellationToken).OrderBy(row => row.Index).Select(row => row.Vector!)];
}
