using System.Net.Sockets;
using Npgsql;

namespace Pipeline.Storage;

/// <summary>Tells an outage, which waiting cures, from a fault that would come again.</summary>
public static class TransientFault
{
    /// <summary>
    /// True for a broken or refused connection, a server that starts, stops or is short of disk or connections, a deadlock and a
    /// serialization failure.
    /// </summary>
    public static bool Is(Exception exception) => exception switch
    {
        PostgresException postgres => postgres.IsTransient
            || postgres.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
                or PostgresErrorCodes.DiskFull or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.DeadlockDetected
                or PostgresErrorCodes.SerializationFailure,
        // Npgsql marks most transport faults itself; the rest (a stream closed under a reader) carries one of these inside.
        NpgsqlException npgsql => npgsql.IsTransient || npgsql.InnerException is IOException or SocketException or TimeoutException,
        SocketException or TimeoutException => true,
        _ => exception.InnerException is { } inner && Is(inner),
    };
}
