namespace Pipeline.Storage.Evaluations;

/// <summary>How a stability check generates.</summary>
/// <param name="Samples">Generations of each text, from <see cref="MinSamples"/> to <see cref="MaxSamples"/>.</param>
/// <param name="Temperature">Above 0, at most <see cref="MaxTemperature"/>.</param>
public sealed record StabilitySampling(int Samples, double Temperature)
{
    /// <summary>Fewest generations of a text that can differ.</summary>
    public const int MinSamples = 2;

    /// <summary>Most generations of a text.</summary>
    public const int MaxSamples = 100;

    /// <summary>Generations of a text when nobody says.</summary>
    public const int UsualSamples = 5;

    /// <summary>Texts of a check when nobody says.</summary>
    public const int UsualTexts = 50;

    /// <summary>Highest temperature.</summary>
    public const double MaxTemperature = 2;
}
