using System.Text.RegularExpressions;

namespace Pipeline.Architecture.Tests;

public sealed partial class ReferenceTests
{
    [Fact]
    public void Every_project_is_a_library_or_a_host() =>
        Assert.Equal(Repository.Libraries.Concat(Repository.Hosts).Order(StringComparer.Ordinal), Repository.Projects);

    [Fact]
    public void Libraries_reference_nothing_of_ours_but_Inference_may_use_TextMetrics() => Assert.All(Repository.Libraries, library =>
        Assert.Empty(Repository.References(library).Except(library == "Inference" ? ["TextMetrics"] : Array.Empty<string>())));

    [Fact]
    public void Hosts_never_reference_hosts_but_the_Cli_may() => Assert.All(Repository.Hosts.Except(["Cli"]), host =>
        Assert.Empty(Repository.References(host).Intersect(Repository.Hosts)));

    [Fact]
    public void Only_ServiceDefaults_and_the_hosts_know_the_bus()
    {
        Assert.Equal(["ServiceDefaults"], Users("MassTransit"));
        Assert.All(Repository.Libraries.Except(["ServiceDefaults"]), library => Assert.All(Repository.Sources(library), file =>
            Assert.DoesNotContain("MassTransit", File.ReadAllText(file), StringComparison.Ordinal)));
    }

    [Fact]
    public void Only_Storage_and_Scoring_bring_a_driver_of_the_database()
    {
        Assert.Equal(["Storage"], Users("Npgsql").Union(Users("Microsoft.EntityFrameworkCore")).Union(Users("Pgvector")));
        Assert.Equal(["Scoring"], Users("Hangfire"));
        Assert.All(["Contracts", "TextMetrics", "Inference", "ServiceDefaults"], library => Assert.All(Repository.Sources(library), file =>
            Assert.DoesNotContain("using Npgsql", File.ReadAllText(file), StringComparison.Ordinal)));
    }

    [Fact]
    public void MassTransit_stays_below_its_first_commercial_version()
    {
        var versions = Repository.Load("Directory.Packages.props").Descendants("PackageVersion")
            .Where(item => ((string)item.Attribute("Include")!).StartsWith("MassTransit", StringComparison.Ordinal))
            .Select(item => (string)item.Attribute("Version")!).ToList();

        Assert.NotEmpty(versions);
        Assert.All(versions, version => Assert.Matches(BelowNine(), version));
    }

    [Fact]
    public void Every_project_is_part_of_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Pipeline.sln")).Replace('\\', '/');
        var projects = new[] { "src", "tests" }.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories));

        Assert.All(projects, project =>
            Assert.Contains(Path.GetRelativePath(Repository.Root, project).Replace('\\', '/'), solution, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Users(string package) =>
        Repository.Projects.Where(project => Repository.Packages(project).Any(name => name.StartsWith(package, StringComparison.Ordinal)));

    [GeneratedRegex(@"^\[8\.[^,]*,9\.0\.0\)$")]
    private static partial Regex BelowNine();
}
