namespace Pipeline.ServiceDefaults;

/// <summary>What a process of ours says when it ends.</summary>
public static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>Something failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line was not understood.</summary>
    public const int Usage = 2;

    /// <summary>The configuration is wrong (EX_CONFIG of sysexits.h): starting again would not help.</summary>
    public const int Misconfigured = 78;
}
