namespace Pipeline.Scoring.Dashboard.Access;

/// <summary>What somebody who is logged in may do; each role includes the one before it.</summary>
internal static class Role
{
    /// <summary>Sees everything.</summary>
    public const string Reader = "reader";

    /// <summary>Starts work as well: requeues what failed.</summary>
    public const string Writer = "writer";

    /// <summary>Sees the jobs and their server as well.</summary>
    public const string Admin = "admin";
}
