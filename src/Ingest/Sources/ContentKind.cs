namespace Pipeline.Ingest.Sources;

/// <summary>What the bytes that a source reads are, compared with the file that the user has.</summary>
internal enum ContentKind
{
    /// <summary>The file's own.</summary>
    File,

    /// <summary>The file's, unpacked.</summary>
    Unpacked,

    /// <summary>Made of the file's by conversion to UTF-8; their positions mean nothing to the user.</summary>
    Converted,
}

/// <summary>Names for <see cref="ContentKind"/>.</summary>
internal static class ContentKindExtensions
{
    /// <summary>The thing whose byte offsets are told.</summary>
    public static string Noun(this ContentKind content) => content switch
    {
        ContentKind.File => "the file",
        ContentKind.Unpacked => "the unpacked file",
        _ => "the file converted to UTF-8",
    };
}
