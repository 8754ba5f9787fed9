namespace Pipeline.Storage.Migrations;

/// <summary>The SQL files of this assembly (folder <c>Sql</c>).</summary>
internal static class SqlScript
{
    /// <summary>Reads one embedded file.</summary>
    public static string Read(string fileName)
    {
        using var stream = typeof(SqlScript).Assembly.GetManifestResourceStream(fileName)
            ?? throw new InvalidOperationException($"The SQL file '{fileName}' is not embedded in {typeof(SqlScript).Assembly.GetName().Name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
