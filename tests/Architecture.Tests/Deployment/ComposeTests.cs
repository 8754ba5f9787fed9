using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Architecture.Tests.Deployment;

public sealed partial class ComposeTests
{
    private static readonly YamlNode s_file = Yaml.Load(DeploymentFiles.In("deploy/compose.yaml"))[0];
    private static readonly IReadOnlyDictionary<string, YamlNode> s_services = s_file.Map("services");

    private static IEnumerable<KeyValuePair<string, YamlNode>> Programs => s_services.Where(service => service.Value.Find("build") is not null);

    [Fact]
    public void The_four_services_the_migration_the_command_line_and_both_servers_are_there() => Assert.Equal(
        ["cli", "embed-worker", "ingest", "migrate", "postgres", "rabbitmq", "scoring", "summarize-worker"], s_services.Keys.Order());

    [Fact]
    public void Every_program_is_built_from_the_Dockerfile_with_a_project_that_exists() => Assert.All(Programs, service =>
    {
        var image = service.Value.Text("image").Split(':');
        Assert.Equal(DeploymentFiles.Version, image[1]);
        Assert.Equal(DeploymentFiles.Images[image[0]], service.Value.Text("build", "args", "PROJECT"));
        Assert.Equal(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, "deploy", service.Value.Text("build", "context"))));
        Assert.True(File.Exists(DeploymentFiles.In(service.Value.Text("build", "dockerfile"))));
        Assert.True(File.Exists(DeploymentFiles.In($"src/{service.Value.Text("build", "args", "PROJECT")}/{service.Value.Text("build", "args", "PROJECT")}.csproj")));
    });

    [Fact]
    public void Every_program_gets_settings_that_it_knows_and_both_servers() => Assert.All(Programs, service =>
    {
        var names = service.Value.Map("environment").Keys.ToList();
        Assert.Empty(names.Except(KnownSettings.Names));
        Assert.Empty(new[] { "PIPELINE__POSTGRES", "PIPELINE__RABBITMQ" }.Except(names));
        Assert.Contains("Host=postgres;", service.Value.Text("environment", "PIPELINE__POSTGRES"), StringComparison.Ordinal);
        Assert.Contains("@rabbitmq:5672/", service.Value.Text("environment", "PIPELINE__RABBITMQ"), StringComparison.Ordinal);
    });

    [Fact]
    public void No_password_is_in_the_file_and_the_example_names_every_variable()
    {
        var text = File.ReadAllText(DeploymentFiles.In("deploy/compose.yaml"));
        var required = Required().Matches(text).Select(match => match.Groups[1].Value).Distinct().Order();
        var example = File.ReadAllLines(DeploymentFiles.In("deploy/compose.env.example")).Where(line => line.Length > 0 && line[0] != '#').ToList();

        Assert.Equal(required, example.Select(line => line.TrimEnd('=')).Order());
        Assert.All(example, line => Assert.EndsWith("=", line, StringComparison.Ordinal));
        var secrets = s_services.Values.SelectMany(service => service.Map("environment")).Where(pair => Secret().IsMatch(pair.Key)).ToList();
        Assert.Equal(
            ["PIPELINE__OPERATORPASSWORD", "PIPELINE__POSTGRES", "PIPELINE__RABBITMQ", "POSTGRES_PASSWORD", "RABBITMQ_DEFAULT_PASS"],
            secrets.Select(pair => pair.Key).Distinct().Order(StringComparer.Ordinal));
        Assert.All(secrets, pair => Assert.Matches(@"^(?:Host=.*Password=|amqp://pipeline:)?\$\{[A-Z_]+:\?[^}]+\}(?:@rabbitmq:5672/)?$", pair.Value.Text()));
    }

    [Fact]
    public void Everything_listens_on_loopback_only() => Assert.All(
        s_services.Values.SelectMany(service => service.List("ports")), port => Assert.StartsWith("127.0.0.1:", port.Text(), StringComparison.Ordinal));

    [Fact]
    public void What_is_waited_for_can_be_waited_for() => Assert.All(s_services, service =>
        Assert.All(service.Value.Map("depends_on"), dependency =>
        {
            var target = s_services[dependency.Key];
            Assert.True(dependency.Value.Text("condition") switch
            {
                "service_healthy" => target.Find("healthcheck", "test") is not null,
                "service_completed_successfully" => target.Find("restart") is null && target.TextOrNull("command", "0") == "migrate",
                _ => false,
            });
        }));

    [Fact]
    public void Every_volume_is_declared_and_used()
    {
        var used = s_services.Values.SelectMany(service => service.List("volumes")).Select(volume => volume.Text().Split(':')[0])
            .Where(name => !name.StartsWith('$')).Distinct();

        Assert.Equal(s_file.Map("volumes").Keys.Order(), used.Order());
    }

    [Fact]
    public void Programs_have_no_rights_and_services_ask_for_readiness_and_have_time_to_stop()
    {
        Assert.All(Programs, service =>
        {
            Assert.Equal("true", service.Value.Text("read_only"));
            Assert.Equal("/tmp", service.Value.Text("tmpfs", "0"));
            Assert.Equal("ALL", service.Value.Text("cap_drop", "0"));
            Assert.Equal("no-new-privileges:true", service.Value.Text("security_opt", "0"));
        });
        Assert.All(Programs.Where(service => service.Key is not ("migrate" or "cli")), service =>
        {
            Assert.Contains($"/dev/tcp/127.0.0.1/{DeploymentFiles.Port}", service.Value.Text("healthcheck", "test", "3"), StringComparison.Ordinal);
            Assert.Contains("GET /health/ready ", service.Value.Text("healthcheck", "test", "3"), StringComparison.Ordinal);
            Assert.Equal("150s", service.Value.Text("stop_grace_period"));
            Assert.Equal("unless-stopped", service.Value.Text("restart"));
        });
    }

    [GeneratedRegex(@"\$\{([A-Z_]+):\?")]
    private static partial Regex Required();

    [GeneratedRegex("PASS|PIPELINE__POSTGRES|PIPELINE__RABBITMQ")]
    private static partial Regex Secret();
}
