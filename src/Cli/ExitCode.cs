namespace Pipeline.Cli;

/// <summary>What every command returns to the shell.</summary>
internal static class ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    public const int Success = 0;

    /// <summary>Something failed or was skipped; standard error says what.</summary>
    public const int Failure = 1;

    /// <summary>The command line itself was wrong; nothing was done.</summary>
    public const int Usage = 2;
}
