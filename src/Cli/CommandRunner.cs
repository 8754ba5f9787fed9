using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Inference;
using Pipeline.Inference.Models;
using Pipeline.Inference.Recipes;
using Pipeline.Ingest.Sources;
using Pipeline.ServiceDefaults;
using Pipeline.Storage;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Cli;

/// <summary>Runs a command that needs the installation and turns what can go wrong into a sentence with a remedy.</summary>
internal static class CommandRunner
{
    /// <summary>Runs <paramref name="command"/>.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Func<Installation, Task<int>> command)
    {
        Installation? installation = null;
        try
        {
            installation = Installation.Open();
            return await command(installation);
        }
        catch (OperationCanceledException)
        {
            return Complain("Interrupted. What is committed stays; the same command goes on from there.");
        }
        catch (Exception exception) when (exception is UsageException or RecipeException)
        {
            Complain(exception.Message);
            return ExitCode.Usage;
        }
        catch (Exception exception) when (Explain(exception, installation) is { } sentence)
        {
            return Complain(sentence);
        }
        finally
        {
            if (installation is not null)
            {
                await installation.DisposeAsync();
            }
        }
    }

    /// <summary>Prints an error.</summary>
    /// <returns>The exit code for it.</returns>
    public static int Complain(string sentence)
    {
        Console.Error.WriteLine("error: " + sentence);
        return ExitCode.Failure;
    }

    private static string? Explain(Exception exception, Installation? installation) => exception switch
    {
        OptionsValidationException options => string.Join(Environment.NewLine, options.Failures),
        SourceException or PipelineStorageException or MisconfigurationException or EngineException or ModelException => exception.Message,
        OutageException { InnerException: { } inner } outage => $"{outage.Message} {Explain(inner, installation)}",
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } =>
            "PostgreSQL has no disk space left. Free some on its volume and run the same command again; nothing is half-written.",
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName } =>
            "The database is not set up for this version. Run './pipeline migrate'.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
            $"PostgreSQL at {Server(installation)} refuses the user or password of Pipeline:Postgres.",
        PostgresException postgres => $"PostgreSQL at {Server(installation)} refused: {postgres.MessageText} ({postgres.SqlState}).",
        NpgsqlException npgsql =>
            $"PostgreSQL does not answer at {Server(installation)} ({npgsql.InnerException?.Message ?? npgsql.Message}). "
            + "Start the private servers with './pipeline up', or correct PIPELINE__POSTGRES.",
        BrokerUnreachableException =>
            $"RabbitMQ does not answer at {installation?.Broker.Host}:{installation?.Broker.Port}. "
            + "Start the private servers with './pipeline up', or correct PIPELINE__RABBITMQ.",
        SocketException socket => $"A server does not answer: {socket.Message}. Start the private servers with './pipeline up'.",
        IOException { HResult: 28 } or IOException { HResult: unchecked((int)0x80070070) } =>
            "The disk is full. Free some space and run the same command again.",
        UnauthorizedAccessException or IOException => exception.Message,
        // Entity Framework wraps what the driver throws.
        InvalidOperationException { InnerException: NpgsqlException inner } => Explain(inner, installation),
        _ => null,
    };

    private static string Server(Installation? installation)
    {
        var settings = new NpgsqlConnectionStringBuilder(installation?.Settings.Postgres);
        return $"{settings.Host}:{settings.Port}";
    }
}
