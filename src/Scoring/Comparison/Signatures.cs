using Pipeline.Storage.Comparisons;

namespace Pipeline.Scoring.Comparison;

/// <summary>Chooses the one ROUGE signature of a comparison.</summary>
internal static class Signatures
{
    /// <summary>The signature that was asked for, or the only one there is; null when nothing has a reference.</summary>
    /// <exception cref="ComparisonException">There are several, or a recipe has no scores under it: scores of different signatures can't be compared.</exception>
    public static string? Choose(IReadOnlyList<SignatureCount> counts, IReadOnlyList<string> recipes, string? wanted)
    {
        string[] there = [.. counts.Select(count => count.Signature).Distinct()];
        var list = string.Join("; ", counts.Select(count => $"{count.Recipe}: {count.Signature} ({count.Scored})"));
        if (there.Length == 0)
        {
            return wanted is null ? null : throw new ComparisonException("No summary has a ROUGE score.", "没有摘要有 ROUGE 分数。");
        }

        if (wanted is null && there.Length > 1)
        {
            throw new ComparisonException(
                $"The scores have several ROUGE signatures, which can't be compared; choose one signature. There are: {list}.",
                $"分数有多个 ROUGE 签名，彼此不可比较；请选择一个签名。现有：{list}。")
            {
                Signatures = there,
            };
        }

        var chosen = wanted ?? there[0];
        return recipes.All(recipe => counts.Any(count => count.Recipe == recipe && count.Signature == chosen))
            ? chosen
            : throw new ComparisonException(
                $"Not every recipe has scores under '{chosen}'. There are: {list}.",
                $"并非每个配方都有签名 '{chosen}' 下的分数。现有：{list}。")
            {
                Signatures = there,
            };
    }
}
