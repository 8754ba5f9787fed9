namespace Pipeline.InputFormats;

/// <summary>One way to bring the same work orders.</summary>
/// <param name="Name">Its row in the table.</param>
/// <param name="Input">The file, or the connection to the database.</param>
/// <param name="Options">What <c>submit</c> must be told.</param>
/// <param name="IsPiped">The file comes from standard input.</param>
internal sealed record Subject(string Name, string Input, string Options = "", bool IsPiped = false)
{
    /// <summary>Size of the file.</summary>
    public string Megabytes => File.Exists(Input) ? $"{new FileInfo(Input).Length / 1e6:0}" : "";
}
