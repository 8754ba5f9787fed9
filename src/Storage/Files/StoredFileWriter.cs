using Npgsql;

namespace Pipeline.Storage.Files;

/// <summary>Adds to a file that is not complete yet, in parts of 1 MiB, each committed for itself.</summary>
public sealed class StoredFileWriter
{
    private const int PartBytes = 1024 * 1024;

    private readonly NpgsqlDataSource _dataSource;
    private readonly byte[] _part = new byte[PartBytes];
    private int _held;
    private int _parts;

    internal StoredFileWriter(NpgsqlDataSource dataSource, string id) => (_dataSource, Id) = (dataSource, id);

    /// <summary>Id of the file.</summary>
    public string Id { get; }

    /// <summary>Bytes so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds bytes.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Bytes += bytes.Length;
        while (!bytes.IsEmpty)
        {
            var taken = Math.Min(bytes.Length, PartBytes - _held);
            bytes[..taken].CopyTo(_part.AsMemory(_held));
            bytes = bytes[taken..];
            _held += taken;
            if (_held == PartBytes)
            {
                await FlushAsync(cancellationToken);
            }
        }
    }

    /// <summary>Makes the file visible.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        await using var command = _dataSource.CreateCommand("update pipeline.files set complete = true, bytes = $2 where id = $1");
        command.Parameters.Add(new() { Value = Id });
        command.Parameters.Add(new() { Value = Bytes });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Removes the file.</summary>
    public async Task DiscardAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand("delete from pipeline.files where id = $1");
        command.Parameters.Add(new() { Value = Id });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_held == 0)
        {
            return;
        }

        await using var command = _dataSource.CreateCommand("insert into pipeline.file_parts (file_id, part, content) values ($1, $2, $3)");
        command.Parameters.Add(new() { Value = Id });
        command.Parameters.Add(new() { Value = _parts });
        command.Parameters.Add(new() { Value = _part.AsMemory(0, _held).ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken);
        _held = 0;
        _parts++;
    }
}
