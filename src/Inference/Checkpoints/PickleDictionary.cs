namespace Pipeline.Inference.Checkpoints;

/// <summary>A Python dict as it was pickled: the pairs in their order, a key that comes twice included.</summary>
internal sealed class PickleDictionary
{
    private List<(object? Key, object? Value)>? _items;

    public IReadOnlyList<(object? Key, object? Value)> Items => _items ?? [];

    public void Add(object? key, object? value) => (_items ??= []).Add((key, value));
}
