using System.Collections.Immutable;
using System.Globalization;

namespace Pipeline.Inference.Generation;

/// <summary>
/// How a continuation is chosen. Greedy by default; <see cref="Temperature"/> above 0 draws samples, <see cref="Beams"/> above 1 searches.
/// </summary>
public sealed record GenerationOptions
{
    private const int MaxBeams = 64;

    /// <summary>Highest number of new ids, end-of-sequence id included. At least 1.</summary>
    public int MaxNewTokens { get; init; } = 128;

    /// <summary>No end-of-sequence id before so many other new ids. Stop strings end the text all the same.</summary>
    public int MinNewTokens { get; init; }

    /// <summary>0 takes the most probable id each time; above 0 an id is drawn from softmax(logits / temperature).</summary>
    public double Temperature { get; init; }

    /// <summary>Draws only among the so many best ids (all that equal the last of them included). Needs a temperature.</summary>
    public int? TopK { get; init; }

    /// <summary>Draws only among the fewest best ids whose probabilities reach this sum, in (0, 1]. After <see cref="TopK"/>.</summary>
    public double? TopP { get; init; }

    /// <summary>
    /// Above 1 makes the ids of prompt and output less probable (Keskar et al. 2019, section 4.1): a logit is divided by it when positive
    /// or zero, multiplied when negative. In beam search it multiplies the log-probabilities.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Hypotheses that beam search follows; 1 is no beam search.</summary>
    public int Beams { get; init; } = 1;

    /// <summary>
    /// A hypothesis' score is its sum of log-probabilities divided by (number of new ids)^this. 1 is the mean, 0 the sum; higher prefers
    /// longer texts.
    /// </summary>
    public double LengthPenalty { get; init; } = 1;

    /// <summary>
    /// Chooses the samples. A sample depends on the seed, the prompt's ids and <see cref="SampleNumber"/>, and on nothing else.
    /// </summary>
    public long Seed { get; init; }

    /// <summary>Which of the independent samples of a prompt under a seed this is; 0 is the first.</summary>
    public int SampleNumber { get; init; }

    /// <summary>A text ends before the first of these; none may be empty.</summary>
    public ImmutableArray<string> StopStrings { get; init; } = [];

    /// <summary>Checks every value and their combination.</summary>
    /// <exception cref="GenerationException">One can't be right; the message says which.</exception>
    public void Validate()
    {
        Expect(MaxNewTokens >= 1, nameof(MaxNewTokens), MaxNewTokens, "at least 1");
        Expect(MinNewTokens >= 0 && MinNewTokens <= MaxNewTokens, nameof(MinNewTokens), MinNewTokens, $"0 to {nameof(MaxNewTokens)}");
        Expect(double.IsFinite(Temperature) && Temperature >= 0, nameof(Temperature), Temperature, "0 (greedy) or above");
        Expect(TopK is null or >= 1, nameof(TopK), TopK, "at least 1");
        Expect(TopP is null or (> 0 and <= 1), nameof(TopP), TopP, "above 0 and at most 1");
        Expect(double.IsFinite(RepetitionPenalty) && RepetitionPenalty > 0, nameof(RepetitionPenalty), RepetitionPenalty, "above 0");
        Expect(Beams is >= 1 and <= MaxBeams, nameof(Beams), Beams, $"1 to {MaxBeams}");
        Expect(double.IsFinite(LengthPenalty), nameof(LengthPenalty), LengthPenalty, "a number");
        Expect(SampleNumber >= 0, nameof(SampleNumber), SampleNumber, "0 or above");
        Expect(!StopStrings.IsDefault && !StopStrings.Any(string.IsNullOrEmpty), nameof(StopStrings), "an empty string", "texts");
        if (Temperature == 0 && (TopK ?? (object?)TopP) is not null)
        {
            throw new GenerationException($"{nameof(TopK)} and {nameof(TopP)} need a {nameof(Temperature)} above 0: greedy decoding draws nothing.");
        }

        if (Temperature > 0 && Beams > 1)
        {
            throw new GenerationException(
                $"{nameof(Beams)} is {Beams} and {nameof(Temperature)} is above 0: choose beam search or sampling.");
        }
    }

    internal static void Expect(bool holds, string name, object? value, string expected)
    {
        if (!holds)
        {
            throw new GenerationException(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {expected}."));
        }
    }
}
