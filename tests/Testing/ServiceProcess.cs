using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Pipeline.Testing;

/// <summary>A service as it runs in production: a process of its own, started from the build's output.</summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    private const int Sigterm = 15;
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly Process _process;
    private readonly List<string> _log = [];

    private ServiceProcess(string project, Process process)
    {
        Project = project;
        _process = process;
        _process.OutputDataReceived += (_, line) => Collect(line.Data);
        _process.ErrorDataReceived += (_, line) => Collect(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Name of the project.</summary>
    public string Project { get; }

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>True after the process has ended in any way.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The exit code; 128 and the signal's number after a signal.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Where it listens; null until it does.</summary>
    public Uri? Address => Listening().Match(Log) is { Success: true } match ? new Uri(match.Groups[1].Value) : null;

    /// <summary>Standard output and standard error so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>Starts a host or another program of this build. Settings of the environment that runs the tests do not reach it.</summary>
    public static ServiceProcess Start(string project, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly(project), .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PIPELINE__", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new ServiceProcess(project, Process.Start(start)!);
    }

    /// <summary>Waits until <c>/health/ready</c> answers 200.</summary>
    public async Task<ServiceProcess> ReadyAsync(TimeSpan limit)
    {
        await Eventually.TrueAsync(IsReadyAsync, limit, () => $"{Project} is not ready:\n{Log}");
        return this;
    }

    /// <summary>Ends the process the way a power failure does.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Asks the process to stop, as every supervisor does, and waits for its end.</summary>
    public Task<int> StopAsync(TimeSpan limit)
    {
        _ = Signal(_process.Id, Sigterm);
        return ExitAsync(limit);
    }

    /// <summary>Waits for the end of the process and gives its exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan limit)
    {
        await Eventually.TrueAsync(() => _process.HasExited, limit, () => $"{Project} has not ended:\n{Log}");
        // Until all that it said is read.
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>A GET request to the service.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        request.RequestUri = new Uri(Address ?? throw new InvalidOperationException($"{Project} does not listen."), request.RequestUri!);
        return s_http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        Assert.False(_process.HasExited, $"{Project} ended before it was ready:\n{Log}");
        if (Address is null)
        {
            return false;
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/health/ready", UriKind.Relative));
            using var response = await SendAsync(request);
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException { InnerException: TimeoutException })
        {
            return false;
        }
    }

    private void Collect(string? line)
    {
        if (line is not null)
        {
            lock (_log)
            {
                _log.Add(line);
            }
        }
    }

    /// <summary>The build lays every project down beside the one that runs: <c>bin/NAME/release</c>.</summary>
    private static string Assembly(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var path = Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, $"Pipeline.{project}.dll");
        Assert.True(File.Exists(path), $"{path} is missing; './pipeline test' builds it.");
        return path;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
