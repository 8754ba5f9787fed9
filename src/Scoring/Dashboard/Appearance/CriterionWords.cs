namespace Pipeline.Scoring.Dashboard.Appearance;

/// <summary>Criteria of reviews in the reader's language.</summary>
internal static class CriterionWords
{
    /// <summary>What a criterion is called.</summary>
    public static string CriterionName(this Words words, string criterion) => criterion switch
    {
        "consistency" => words["Consistency", "一致性"],
        "density" => words["Density", "信息密度"],
        _ => words["Readability", "可读性"],
    };

    /// <summary>When it is met.</summary>
    public static string CriterionMeaning(this Words words, string criterion) => criterion switch
    {
        "consistency" => words["says nothing that the text does not say", "不含正文没有的内容"],
        "density" => words["has what matters, and little else", "包含要点，少有赘余"],
        _ => words["is fluent and clear", "通顺清楚"],
    };
}
