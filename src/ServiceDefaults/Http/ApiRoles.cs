namespace Pipeline.ServiceDefaults.Http;

/// <summary>What an API key may do within its tenant. Each role may do what the ones before it may.</summary>
public static class ApiRoles
{
    /// <summary>Reads batches, results and scores.</summary>
    public const string Reader = "reader";

    /// <summary>Submits, cancels and requeues.</summary>
    public const string Writer = "writer";

    /// <summary>Sees what concerns the installation as a whole.</summary>
    public const string Admin = "admin";

    /// <summary>All roles, the weakest first. Each names a policy too.</summary>
    public static IReadOnlyList<string> All { get; } = [Reader, Writer, Admin];
}
