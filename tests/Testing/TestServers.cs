using System.Diagnostics;

namespace Pipeline.Testing;

/// <summary>The servers that <c>./pipeline test</c> started, as it names them in the environment.</summary>
public static class TestServers
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>Npgsql connection string of a user who may create databases; the test is skipped when there is none.</summary>
    public static string Postgres => Require("PIPELINE_TEST_POSTGRES");

    /// <summary>AMQP address of the broker; the test is skipped when there is none.</summary>
    public static string RabbitMq => Require("PIPELINE_TEST_RABBITMQ");

    /// <summary>True when PostgreSQL is there. Fixtures ask, because only a test can be skipped.</summary>
    public static bool HasPostgres => IsSet("PIPELINE_TEST_POSTGRES");

    /// <summary>True when the broker is there and its administration tool too.</summary>
    public static bool HasRabbitMq => IsSet("PIPELINE_TEST_RABBITMQ") && IsSet("PIPELINE_TEST_SERVERS");

    /// <summary>Runs the servers' script: <c>stop|start|restart|kill [postgres] [rabbitmq]</c> or <c>rabbitmqctl ...</c>.</summary>
    public static async Task ControlAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Require("PIPELINE_TEST_SERVERS"), arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;

        // The servers it starts inherit the pipes, so their end is not waited for: the exit is.
        var log = new List<string>();
        process.OutputDataReceived += Collect;
        process.ErrorDataReceived += Collect;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.TrueAsync(() => process.HasExited, s_patience, () => $"'{string.Join(' ', arguments)}' has not ended.");
        Assert.True(process.ExitCode == 0, $"'{string.Join(' ', arguments)}' failed:\n{Said()}");

        void Collect(object sender, DataReceivedEventArgs line)
        {
            lock (log)
            {
                log.Add(line.Data ?? "");
            }
        }

        string Said()
        {
            lock (log)
            {
                return string.Join('\n', log);
            }
        }
    }

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    private static string Require(string variable)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        if (!string.IsNullOrEmpty(value))
        {
            return value;
        }

        // On a build server a skipped test would be a hole that nobody sees.
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"{variable} is not set; './pipeline test' sets it.");
        Assert.Skip($"{variable} is not set; './pipeline test' starts the servers and sets it.");
        return value!;
    }
}
