using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Pipeline.Storage.Access;

/// <summary>Passwords that are good for one log-in within a few minutes: 79 random bits, of which only the SHA-256 is kept until then.</summary>
public sealed class OneTimePasswordStore(NpgsqlDataSource dataSource)
{
    // Without letters and digits that look alike.
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int Groups = 4;
    private const int GroupLength = 4;

    /// <summary>Makes a password, and forgets those that are over.</summary>
    /// <param name="lifetime">How long it is good.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The password, which can't be had again, and when it is over.</returns>
    public async Task<(string Password, DateTimeOffset ExpiresAt)> CreateAsync(TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var password = string.Join('-', Enumerable.Range(0, Groups).Select(_ => RandomNumberGenerator.GetString(Alphabet, GroupLength)));
        await using var command = dataSource.CreateCommand("""
            with over as (delete from pipeline.one_time_passwords where expires_at <= now())
            insert into pipeline.one_time_passwords (sha256, expires_at) values ($1, now() + $2) returning expires_at
            """);
        command.Parameters.Add(new() { Value = Hash(password) });
        command.Parameters.Add(new() { Value = lifetime });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (password, reader.GetFieldValue<DateTimeOffset>(0));
    }

    /// <summary>Uses a password up.</summary>
    /// <returns>Whether it was good.</returns>
    public async Task<bool> RedeemAsync(string password, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("delete from pipeline.one_time_passwords where sha256 = $1 returning expires_at > now()");
        command.Parameters.Add(new() { Value = Hash(password) });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private static byte[] Hash(string password) => SHA256.HashData(Encoding.UTF8.GetBytes(password));
}
