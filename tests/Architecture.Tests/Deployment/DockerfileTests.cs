using System.Text.RegularExpressions;

namespace Pipeline.Architecture.Tests.Deployment;

public sealed partial class DockerfileTests
{
    private static readonly Dockerfile s_file = Dockerfile.Load(DeploymentFiles.In("deploy/docker/pipeline.Dockerfile"));

    [Fact]
    public void What_is_copied_exists_and_is_not_ignored()
    {
        var ignore = File.ReadAllLines(DeploymentFiles.In(".dockerignore")).Where(line => line.Length > 0 && line[0] != '#').ToList();
        Assert.Equal("*", ignore[0]);
        var included = ignore.Skip(1).Select(line => line[1..]).ToList();

        Assert.All(ignore.Skip(1), line => Assert.StartsWith("!", line, StringComparison.Ordinal));
        Assert.Equal(included.Order(), s_file.ContextSources.Select(path => path.TrimEnd('/')).Order());
        Assert.All(included, path => Assert.True(Path.Exists(DeploymentFiles.In(path)), path));
    }

    [Fact]
    public void Everything_that_a_build_reads_is_copied()
    {
        var imports = Repository.Projects
            .SelectMany(project => Repository.Load($"src/{project}/{project}.csproj").Descendants("Import")
                .Select(import => Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, "src", project, (string)import.Attribute("Project")!)))))
            .Distinct();
        var atRoot = Directory.EnumerateFiles(Repository.Root).Select(file => Path.GetFileName(file))
            .Where(name => name is "global.json" or ".editorconfig" || name.EndsWith(".props", StringComparison.Ordinal)
                || name.EndsWith(".targets", StringComparison.Ordinal) || name.Equals("nuget.config", StringComparison.OrdinalIgnoreCase));
        var additional = Repository.Load("Directory.Build.props").Descendants("AdditionalFiles")
            .Select(item => ((string)item.Attribute("Include")!).Replace("$(MSBuildThisFileDirectory)", "", StringComparison.Ordinal));

        Assert.Empty(imports.Concat(atRoot).Concat(additional).Except(s_file.ContextSources));
    }

    [Fact]
    public void Every_stage_that_is_named_exists_and_both_accelerators_have_one()
    {
        var stages = s_file.All("FROM").Select(line => Stage().Match(line)).ToList();
        var names = stages.Where(stage => stage.Groups[2].Success).Select(stage => stage.Groups[2].Value).ToList();

        Assert.Equal(["build", "runtime-cpu", "runtime-cuda"], names);
        Assert.Equal("runtime-${ACCELERATOR}", stages[^1].Groups[1].Value);
        Assert.Contains("ACCELERATOR=cpu", s_file.All("ARG"));
        Assert.All(
            s_file.All("COPY").Where(line => line.StartsWith("--from=", StringComparison.Ordinal)),
            line => Assert.Contains(line.Split(' ')[0]["--from=".Length..], names));
        Assert.All(["cpu", "cuda"], name => Assert.Contains($"'$(Accelerator)' == '{name}'", File.ReadAllText(DeploymentFiles.In("eng/OnnxRuntime.props")), StringComparison.Ordinal));
    }

    [Fact]
    public void The_images_are_of_the_framework_that_the_projects_target()
    {
        var framework = (string)Repository.Load("Directory.Build.props").Descendants("TargetFramework").Single();

        Assert.Contains($"DOTNET={framework["net".Length..]}", s_file.All("ARG"));
        Assert.Equal(
            ["mcr.microsoft.com/dotnet/sdk:${DOTNET}", "mcr.microsoft.com/dotnet/aspnet:${DOTNET}"],
            s_file.All("FROM").Select(line => Stage().Match(line).Groups[1].Value).Where(image => image.StartsWith("mcr.", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_program_runs_as_a_numbered_user_listens_where_it_can_be_reached_and_gets_its_signals_itself()
    {
        Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", s_file.All("USER")[^1]);
        Assert.Equal(DeploymentFiles.Port, s_file.Environment["ASPNETCORE_HTTP_PORTS"]);
        Assert.Equal([DeploymentFiles.Port], s_file.All("EXPOSE"));
        Assert.Equal(["""["/app/run"]"""], s_file.All("ENTRYPOINT"));
        Assert.Contains(s_file.All("RUN"), run => run.Contains("""ln -s "Pipeline.${PROJECT}" /app/run""", StringComparison.Ordinal));
        Assert.All(s_file.Environment.Keys, name => Assert.Contains(name, KnownSettings.Names));

        // The loopback default gives way to this setting.
        Assert.Contains("builder.Configuration[\"http_ports\"] is null", DeploymentFiles.HostSource, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_project_that_is_built_is_a_host() =>
        Assert.Equal(Repository.Hosts.Order(), DeploymentFiles.Images.Values.Order());

    [GeneratedRegex(@"^(\S+)(?: AS (\S+))?$")]
    private static partial Regex Stage();
}
