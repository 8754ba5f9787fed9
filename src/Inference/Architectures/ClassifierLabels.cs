using Pipeline.Inference.Models;

namespace Pipeline.Inference.Architectures;

/// <summary>The classes of a model that assigns each text to one of them, as <c>id2label</c> of config.json has them.</summary>
internal static class ClassifierLabels
{
    private const string ClassSuffix = "ForSequenceClassification";
    private const int Most = 10_000;

    /// <summary>The classes by number; null when the folder is no classifier, or says (or the user does) how tokens are pooled: then it embeds.</summary>
    /// <exception cref="ModelException">It is a classifier of a kind that is not built here, or its classes are not stated properly.</exception>
    public static IReadOnlyList<string>? Find(ModelConfig config, ImportRequest request)
    {
        if (!config.Texts("architectures").Any(name => name.EndsWith(ClassSuffix, StringComparison.Ordinal))
            || SentenceFolder.Find(request.Folder, request.Pooling) is not null)
        {
            return null;
        }

        config.Expect("problem_type", "single_label_classification");
        var labels = config.Numbered("id2label");
        if (labels.Count is < 2 or > Most)
        {
            throw new ModelException(
                $"{config.FilePath} names {labels.Count} classes in 'id2label'; 2 to {Most} can be imported. A model with one output ranks or rates texts, and "
                + "assigns no topic.");
        }

        return labels.FirstOrDefault(string.IsNullOrWhiteSpace) is null && labels.Distinct(StringComparer.Ordinal).Count() == labels.Count
            ? labels
            : throw new ModelException($"{config.FilePath}: a class of 'id2label' is empty or there twice. Give each a name of its own; results show it.");
    }
}
