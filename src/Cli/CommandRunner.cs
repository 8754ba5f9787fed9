using System.Net.Sockets;
using Npgsql;
using Pipeline.Inference;
using Pipeline.Inference.Models;
using Pipeline.Inference.Recipes;
using Pipeline.Ingest.Sources;
using Pipeline.Scoring.Comparison;
using Pipeline.Scoring.Evaluations;
using Pipeline.Scoring.Requests;
using Pipeline.ServiceDefaults;
using Pipeline.ServiceDefaults.Http;
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
            return Complain(Say("Interrupted. What is committed stays; the same command goes on from there.", "已中断。已提交的内容保留；同一命令可从那里继续。"));
        }
        catch (ComparisonException exception)
        {
            Complain(Say(exception.Message, exception.Chinese));
            return ExitCode.Usage;
        }
        catch (Exception exception) when (exception is UsageException or RecipeException or ScheduleException or SourceException { IsUsage: true })
        {
            Complain(InLanguage(exception));
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
        Console.Error.WriteLine(Say("error: ", "错误：") + sentence);
        return ExitCode.Failure;
    }

    /// <summary>The message of an exception that may have one in Chinese.</summary>
    public static string InLanguage(Exception exception) => Say(exception.Message, exception switch
    {
        RecipeException recipe => recipe.Chinese,
        ScheduleException schedule => schedule.Chinese,
        ModelException model => model.Chinese,
        SourceException source => source.Chinese,
        PipelineStorageException storage => storage.Chinese,
        _ => null,
    } ?? exception.Message);

    private static string? Explain(Exception exception, Installation? installation) => exception switch
    {
        _ when SettingErrors.Describe(exception) is { } sentences => sentences,
        ApiException problem => Say($"{problem.Message} {problem.Remedy}", RequestErrors.Chinese(problem)),
        PipelineStorageException or EngineException or ModelException or SourceException => InLanguage(exception),
        OutageException { InnerException: { } inner } outage => $"{outage.Message} {Explain(inner, installation)}",
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } =>
            Say(
                "PostgreSQL has no disk space left. Free some on its volume and run the same command again; nothing is half-written.",
                "PostgreSQL 的磁盘已满。请腾出空间后重新运行同一命令；没有写到一半的内容。"),
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName } =>
            Say("The database is not set up for this version. Run './pipeline migrate'.", "数据库还不是此版本的结构。请运行 './pipeline migrate'。"),
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
            Say(
                $"PostgreSQL at {Server(installation)} refuses the user or password of Pipeline:Postgres.",
                $"{Server(installation)} 上的 PostgreSQL 拒绝 Pipeline:Postgres 中的用户或密码。"),
        PostgresException postgres => Say(
            $"PostgreSQL at {Server(installation)} refused: {postgres.MessageText} ({postgres.SqlState}).",
            $"{Server(installation)} 上的 PostgreSQL 拒绝：{postgres.MessageText}（{postgres.SqlState}）。"),
        NpgsqlException npgsql =>
            Say(
                $"PostgreSQL does not answer at {Server(installation)} ({npgsql.InnerException?.Message ?? npgsql.Message}). ",
                $"{Server(installation)} 上的 PostgreSQL 没有响应（{npgsql.InnerException?.Message ?? npgsql.Message}）。")
            + Say("Start the private servers with './pipeline up', or correct PIPELINE__POSTGRES.", "请用 './pipeline up' 启动私有服务器，或改正 PIPELINE__POSTGRES。"),
        BrokerUnreachableException =>
            Say(
                $"RabbitMQ does not answer at {installation?.Broker.Host}:{installation?.Broker.Port}. ",
                $"{installation?.Broker.Host}:{installation?.Broker.Port} 上的 RabbitMQ 没有响应。")
            + Say("Start the private servers with './pipeline up', or correct PIPELINE__RABBITMQ.", "请用 './pipeline up' 启动私有服务器，或改正 PIPELINE__RABBITMQ。"),
        SocketException socket => Say(
            $"A server does not answer: {socket.Message}. Start the private servers with './pipeline up'.",
            $"有服务器没有响应：{socket.Message}。请用 './pipeline up' 启动私有服务器。"),
        IOException { HResult: 28 } or IOException { HResult: unchecked((int)0x80070070) } =>
            Say("The disk is full. Free some space and run the same command again.", "磁盘已满。请腾出空间后重新运行同一命令。"),
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
