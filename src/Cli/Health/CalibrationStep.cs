namespace Pipeline.Cli.Health;

/// <summary>How far <c>calibrate</c> goes.</summary>
internal enum CalibrationStep
{
    /// <summary>Shows proposals.</summary>
    Propose,

    /// <summary>Puts them in force.</summary>
    Apply,

    /// <summary>Takes back what is in force.</summary>
    Reset,
}
