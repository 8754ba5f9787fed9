using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Architecture.Tests.Deployment;

/// <summary>
/// Resolves a kustomization as <c>kubectl kustomize</c> does, for the fields that ours use; any other field fails, so that nothing is
/// passed over in silence.
/// </summary>
internal static class Kustomization
{
    private const string FileName = "kustomization.yaml";

    /// <summary>The resources of a folder, patched.</summary>
    public static IReadOnlyList<YamlMappingNode> Build(string folder)
    {
        var root = Assert.Single(Yaml.Load(Path.Combine(folder, FileName)));
        Assert.Equal("kustomize.config.k8s.io/v1beta1", root.Text("apiVersion"));
        Assert.Equal("Kustomization", root.Text("kind"));
        Assert.Empty(root.Map().Keys.Except(["apiVersion", "kind", "resources", "labels", "patches", "images"]));
        var used = new List<string> { FileName };
        var resources = new List<YamlMappingNode>();
        foreach (var resource in root.List("resources").Select(node => node.Text()))
        {
            var path = Path.GetFullPath(Path.Combine(folder, resource));
            used.Add(resource);
            resources.AddRange(Directory.Exists(path) ? Build(path) : Yaml.Load(path).Cast<YamlMappingNode>());
        }

        foreach (var label in root.List("labels"))
        {
            AddLabels(resources, label);
        }

        foreach (var patch in root.List("patches"))
        {
            used.Add(patch.Text("path"));
            Patch(resources, patch, Yaml.Load(Path.Combine(folder, patch.Text("path"))));
        }

        foreach (var image in root.List("images"))
        {
            Retag(resources, image.Text("name"), image.Text("newTag"));
        }

        Assert.Equal(resources.Count, resources.Select(Id).Distinct().Count());
        Assert.Empty(Directory.EnumerateFiles(folder, "*.yaml").Select(file => Path.GetFileName(file)).Except(used));
        return resources;
    }

    /// <summary>Kind and name, which identify a resource.</summary>
    public static string Id(YamlNode resource) => $"{resource.Text("kind")}/{resource.Text("metadata", "name")}";

    private static void AddLabels(List<YamlMappingNode> resources, YamlNode label)
    {
        Assert.Empty(label.Map().Keys.Except(["pairs", "includeTemplates"]));
        foreach (var resource in resources)
        {
            Add(resource.Find("metadata")!);
            if (label.TextOrNull("includeTemplates") == "true" && resource.Find("spec", "template", "metadata") is { } template)
            {
                Add(template);
            }
        }

        void Add(YamlNode metadata)
        {
            if (metadata.Find("labels") is null)
            {
                ((YamlMappingNode)metadata).Add("labels", new YamlMappingNode());
            }

            foreach (var (key, value) in label.Map("pairs"))
            {
                ((YamlMappingNode)metadata.Find("labels")!).Children[key] = value;
            }
        }
    }

    private static void Patch(List<YamlMappingNode> resources, YamlNode patch, IReadOnlyList<YamlNode> documents)
    {
        Assert.Empty(patch.Map("target").Keys.Except(["kind", "name"]));
        var targets = resources.Where(resource => resource.Text("kind") == patch.Text("target", "kind")
            && Regex.IsMatch(resource.Text("metadata", "name"), $"^(?:{patch.Text("target", "name")})$")).ToList();
        Assert.NotEmpty(targets);
        foreach (var operation in ((YamlSequenceNode)Assert.Single(documents)).Children)
        {
            Assert.Equal("add", operation.Text("op"));
            var path = operation.Text("path").Split('/').Skip(1).Select(part => part.Replace("~1", "/", StringComparison.Ordinal)).ToArray();
            foreach (var target in targets)
            {
                // The parent has to exist, as it has for the real program; "-" is the end of a list (RFC 6902).
                if (target.Find(path[..^1]) is YamlSequenceNode list && path[^1] == "-")
                {
                    list.Add(operation.Find("value")!);
                }
                else
                {
                    Assert.IsType<YamlMappingNode>(target.Find(path[..^1])).Children[path[^1]] = operation.Find("value")!;
                }
            }
        }
    }

    private static void Retag(List<YamlMappingNode> resources, string name, string tag)
    {
        var containers = resources.SelectMany(Containers).Where(container => container.Text("image").Split(':')[0] == name).ToList();
        Assert.NotEmpty(containers);
        foreach (var container in containers)
        {
            ((YamlMappingNode)container).Children["image"] = $"{name}:{tag}";
        }
    }

    /// <summary>The containers of a resource that has pods.</summary>
    public static IReadOnlyList<YamlNode> Containers(YamlNode resource) => resource.List("spec", "template", "spec", "containers");
}
