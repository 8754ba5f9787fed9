using YamlDotNet.RepresentationModel;

namespace Pipeline.Architecture.Tests.Deployment;

/// <summary>Short ways through YAML.</summary>
internal static class Yaml
{
    /// <summary>The documents of a file, merge keys (<c>&lt;&lt;</c>) resolved.</summary>
    public static IReadOnlyList<YamlNode> Load(string path)
    {
        using var reader = File.OpenText(path);
        var stream = new YamlStream();
        stream.Load(reader);
        foreach (var map in stream.Documents.SelectMany(document => document.AllNodes).OfType<YamlMappingNode>().Distinct().ToList())
        {
            Merge(map);
        }

        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    /// <summary>Takes over what a map refers to and does not say itself.</summary>
    private static void Merge(YamlMappingNode map)
    {
        if (map.Children.Remove("<<", out var referred))
        {
            var other = Assert.IsType<YamlMappingNode>(referred);
            Merge(other);
            foreach (var (key, value) in other.Children.Where(pair => !map.Children.ContainsKey(pair.Key)).ToList())
            {
                map.Children.Add(key, value);
            }
        }
    }

    /// <summary>The node at a path of keys and indexes; null when there is none.</summary>
    public static YamlNode? Find(this YamlNode node, params string[] path)
    {
        YamlNode? current = node;
        foreach (var key in path)
        {
            current = current switch
            {
                YamlMappingNode map when map.Children.TryGetValue(key, out var child) => child,
                YamlSequenceNode list when int.TryParse(key, out var index) && index < list.Children.Count => list[index],
                _ => null,
            };
        }

        return current;
    }

    /// <summary>The text at a path; fails when there is none.</summary>
    public static string Text(this YamlNode node, params string[] path) =>
        node.Find(path) is YamlScalarNode { Value: { } value } ? value : throw new KeyNotFoundException($"{string.Join('/', path)} is missing in:\n{node}");

    /// <summary>The text at a path, or null.</summary>
    public static string? TextOrNull(this YamlNode node, params string[] path) => (node.Find(path) as YamlScalarNode)?.Value;

    /// <summary>The items of the list at a path; none when there is no list.</summary>
    public static IReadOnlyList<YamlNode> List(this YamlNode node, params string[] path) =>
        node.Find(path) is YamlSequenceNode list ? [.. list.Children] : [];

    /// <summary>Keys and values of the map at a path; none when there is no map.</summary>
    public static IReadOnlyDictionary<string, YamlNode> Map(this YamlNode node, params string[] path) =>
        node.Find(path) is YamlMappingNode map ? map.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => pair.Value) : new Dictionary<string, YamlNode>();
}
