using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Contracts;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Architecture.Tests.Deployment;

public sealed partial class KubernetesTests
{
    private const string Base = "base";
    private const string Gpu = "overlays/gpu";
    private static readonly string[] s_secretKeys = ["postgres", "rabbitmq", "operator-password"];

    [Theory]
    [InlineData(Base)]
    [InlineData(Gpu)]
    public void The_four_services_the_migration_and_the_models_are_there(string folder) => Assert.Equal(
        [
            "Deployment/pipeline-embed-worker", "Deployment/pipeline-ingest", "Deployment/pipeline-scoring", "Deployment/pipeline-summarize-worker",
            "Job/pipeline-migrate", "PersistentVolumeClaim/pipeline-models", "Service/pipeline-ingest", "Service/pipeline-scoring",
        ],
        Build(folder).Select(Kustomization.Id).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(Base)]
    [InlineData(Gpu)]
    public void Names_labels_selectors_and_ports_agree(string folder)
    {
        var resources = Build(folder);
        var deployments = resources.Where(resource => resource.Text("kind") == "Deployment").ToList();
        Assert.All(resources, resource => Assert.Equal("pipeline", resource.Text("metadata", "labels", "app.kubernetes.io/part-of")));
        Assert.All(deployments, deployment =>
        {
            var name = deployment.Text("metadata", "labels", "app.kubernetes.io/name");
            Assert.Equal($"pipeline-{name}", deployment.Text("metadata", "name"));
            Assert.True(Selects(deployment.Map("spec", "selector", "matchLabels"), deployment));
            Assert.Equal(name, Assert.Single(Kustomization.Containers(deployment)).Text("name"));
            Assert.Equal(DeploymentFiles.Port, Container(deployment).Text("ports", "0", "containerPort"));
            Assert.Equal(DeploymentFiles.Port, Container(deployment).List("env").Single(env => env.Text("name") == "ASPNETCORE_HTTP_PORTS").Text("value"));
        });
        Assert.All(resources.Where(resource => resource.Text("kind") == "Service"), service =>
        {
            var target = Assert.Single(deployments, deployment => Selects(service.Map("spec", "selector"), deployment));
            Assert.All(service.List("spec", "ports"), port =>
                Assert.Contains(port.Text("targetPort"), Container(target).List("ports").Select(open => open.Text("name"))));
        });
    }

    [Fact]
    public void A_worker_is_labelled_with_the_queue_that_it_reads() => Assert.Equal(
        // A summarising worker reads a second queue, for evaluations; it is scaled by the first.
        QueueNames.All.Except([QueueNames.GenerateSamples]).ToDictionary(queue => $"pipeline-{queue.Replace("-texts", "-worker", StringComparison.Ordinal)}"),
        Build(Base).Where(resource => resource.Find("spec", "template", "metadata", "labels", "pipeline/queue") is not null)
            .ToDictionary(resource => resource.Text("metadata", "name"), resource => resource.Text("spec", "template", "metadata", "labels", "pipeline/queue")));

    [Theory]
    [InlineData(Base, "")]
    [InlineData(Gpu, "-cuda")]
    public void Every_image_is_one_that_the_Dockerfile_makes(string folder, string workerSuffix) => Assert.All(Pods(folder), pod =>
    {
        var (name, tag) = Container(pod).Text("image").Split(':') is [var first, var second] ? (first, second) : default;
        var project = DeploymentFiles.Images[name];
        Assert.Equal(DeploymentFiles.Version + (project.EndsWith("Worker", StringComparison.Ordinal) ? workerSuffix : ""), tag);
        Assert.True(File.Exists(DeploymentFiles.In($"src/{project}/{project}.csproj")));
    });

    [Theory]
    [InlineData(Base)]
    [InlineData(Gpu)]
    public void Settings_are_known_and_secrets_come_from_the_secret(string folder) => Assert.All(Pods(folder), pod =>
    {
        var settings = Container(pod).List("env");
        var names = settings.Select(setting => setting.Text("name")).ToList();
        Assert.Empty(names.Except(KnownSettings.Names));
        Assert.Empty(new[] { "PIPELINE__POSTGRES", "PIPELINE__RABBITMQ" }.Except(names));
        Assert.All(settings, setting =>
        {
            var isSecret = KnownSettings.Secrets.Contains(setting.Text("name"));
            Assert.Equal(isSecret, setting.Find("value") is null);
            if (isSecret)
            {
                Assert.Equal("pipeline-servers", setting.Text("valueFrom", "secretKeyRef", "name"));
                Assert.Contains(setting.Text("valueFrom", "secretKeyRef", "key"), s_secretKeys);
            }
        });
    });

    [Theory]
    [InlineData(Base)]
    [InlineData(Gpu)]
    public void Pods_have_no_rights_a_limit_and_no_place_to_write_but_tmp(string folder) => Assert.All(Pods(folder), pod =>
    {
        var (spec, container) = (pod.Find("spec", "template", "spec")!, Container(pod));
        Assert.Equal("false", spec.Text("automountServiceAccountToken"));
        Assert.Equal("true", spec.Text("securityContext", "runAsNonRoot"));
        Assert.Equal("RuntimeDefault", spec.Text("securityContext", "seccompProfile", "type"));
        Assert.Equal(
            Dockerfile.Load(DeploymentFiles.In("deploy/docker/pipeline.Dockerfile")).All("USER")[^1],
            $"{spec.Text("securityContext", "runAsUser")}:{spec.Text("securityContext", "runAsGroup")}");
        Assert.Equal("false", container.Text("securityContext", "allowPrivilegeEscalation"));
        Assert.Equal("true", container.Text("securityContext", "readOnlyRootFilesystem"));
        Assert.Equal(["ALL"], container.List("securityContext", "capabilities", "drop").Select(node => node.Text()));
        Assert.All(["cpu", "memory"], resource => container.Text("resources", "requests", resource));
        Assert.Matches("^[0-9]+[MG]i$", container.Text("resources", "limits", "memory"));

        var volumes = spec.List("volumes").ToDictionary(volume => volume.Text("name"));
        var mounts = container.List("volumeMounts");
        Assert.Equal(volumes.Keys.Order(), mounts.Select(mount => mount.Text("name")).Order());
        Assert.Equal(["/tmp"], mounts.Where(mount => mount.TextOrNull("readOnly") != "true").Select(mount => mount.Text("mountPath")));
        Assert.All(volumes.Values.Where(volume => volume.Find("persistentVolumeClaim") is not null), volume =>
            Assert.Contains($"PersistentVolumeClaim/{volume.Text("persistentVolumeClaim", "claimName")}", Build(folder).Select(Kustomization.Id)));
    });

    [Fact]
    public void Workers_see_the_models_where_the_image_looks_for_them()
    {
        var expected = Dockerfile.Load(DeploymentFiles.In("deploy/docker/pipeline.Dockerfile")).Environment["PIPELINE__MODELS"];

        Assert.Equal(
            ["pipeline-embed-worker", "pipeline-summarize-worker"],
            Pods(Base).Where(pod => Container(pod).List("volumeMounts").Any(mount => mount.Text("mountPath") == expected))
                .Select(pod => pod.Text("metadata", "name")).Order());
    }

    [Theory]
    [InlineData(Base)]
    [InlineData(Gpu)]
    public void Probes_ask_what_the_services_answer_and_a_stop_has_the_time_it_needs(string folder)
    {
        var minutes = double.Parse(ShutdownTimeout().Match(DeploymentFiles.HostSource).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.All(Pods(folder).Where(pod => pod.Text("kind") == "Deployment"), pod =>
        {
            foreach (var (probe, path) in (ReadOnlySpan<(string, string)>)
                [("startupProbe", "/health/live"), ("livenessProbe", "/health/live"), ("readinessProbe", "/health/ready")])
            {
                Assert.Equal(path, Container(pod).Text(probe, "httpGet", "path"));
                Assert.Contains($"MapHealthChecks(\"{path}\"", DeploymentFiles.HostSource, StringComparison.Ordinal);
                Assert.Contains(Container(pod).Text(probe, "httpGet", "port"), Container(pod).List("ports").Select(port => port.Text("name")));
            }

            var grace = double.Parse(pod.Text("spec", "template", "spec", "terminationGracePeriodSeconds"), CultureInfo.InvariantCulture);
            Assert.InRange(grace, (60 * minutes) + 15, 600);
        });
    }

    [Fact]
    public void Only_the_workers_of_the_gpu_overlay_ask_for_a_gpu_and_its_nodes()
    {
        Assert.All(Pods(Base), pod => Assert.False(HasGpu(pod)));
        Assert.Equal(
            ["pipeline-embed-worker", "pipeline-summarize-worker"],
            Pods(Gpu).Where(HasGpu).Select(pod => pod.Text("metadata", "name")).Order());
        Assert.All(Pods(Gpu).Where(HasGpu), pod =>
        {
            Assert.Equal("true", pod.Text("spec", "template", "spec", "nodeSelector", "nvidia.com/gpu.present"));
            Assert.Contains(pod.List("spec", "template", "spec", "tolerations"), toleration => toleration.Text("key") == "nvidia.com/gpu");
            Assert.Equal("0", pod.Text("spec", "strategy", "rollingUpdate", "maxSurge"));
        });

        static bool HasGpu(YamlNode pod) => Container(pod).Find("resources", "limits", "nvidia.com/gpu") is not null
            || pod.Find("spec", "template", "spec", "nodeSelector") is not null || pod.Find("spec", "template", "spec", "tolerations") is not null;
    }

    private static IReadOnlyList<YamlMappingNode> Build(string folder) => Kustomization.Build(DeploymentFiles.In($"deploy/k8s/{folder}"));

    private static IReadOnlyList<YamlMappingNode> Pods(string folder) => [.. Build(folder).Where(resource => Kustomization.Containers(resource).Count > 0)];

    private static YamlNode Container(YamlNode pod) => Kustomization.Containers(pod)[0];

    private static bool Selects(IReadOnlyDictionary<string, YamlNode> labels, YamlNode deployment) => labels.Count > 0 && labels.All(label =>
        deployment.TextOrNull("spec", "template", "metadata", "labels", label.Key) == label.Value.Text());

    [GeneratedRegex(@"ShutdownTimeout = TimeSpan\.FromMinutes\((\d+)\)")]
    private static partial Regex ShutdownTimeout();
}
