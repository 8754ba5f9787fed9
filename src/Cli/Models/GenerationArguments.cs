using System.CommandLine;
using Pipeline.Inference.Generation;

namespace Pipeline.Cli.Models;

/// <summary>The options of <see cref="GenerationOptions"/> on the command line. What contradicts itself is refused when the run begins.</summary>
internal sealed class GenerationArguments
{
    private static readonly GenerationOptions s_defaults = new();

    private readonly Option<int> _maxNewTokens = Number("--max-new-tokens", "Most new tokens.", s_defaults.MaxNewTokens);
    private readonly Option<int> _minNewTokens = Number("--min-new-tokens", "No end before so many new tokens.", s_defaults.MinNewTokens);
    private readonly Option<double> _temperature = Number("--temperature", "Above 0 draws samples; 0 takes the best token.", s_defaults.Temperature);
    private readonly Option<long> _seed = Number("--seed", "Chooses the samples.", s_defaults.Seed);
    private readonly Option<int> _sample = Number("--sample", "Which of a prompt's samples under the seed.", s_defaults.SampleNumber);
    private readonly Option<int?> _topK = new("--top-k") { Description = "Draws among so many best tokens.", HelpName = "N" };
    private readonly Option<double?> _topP = new("--top-p") { Description = "Draws among the best tokens with this probability together.", HelpName = "P" };
    private readonly Option<double> _penalty = Number("--repetition-penalty", "Above 1 avoids tokens that occurred.", s_defaults.RepetitionPenalty);
    private readonly Option<int> _beams = Number("--beams", "Above 1 searches with so many beams.", s_defaults.Beams);
    private readonly Option<double> _lengthPenalty = Number("--length-penalty", "Beam search: higher prefers longer texts.", s_defaults.LengthPenalty);
    private readonly Option<string[]> _stop = new("--stop") { Description = "Ends a text before this string; may be repeated.", HelpName = "TEXT" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])
            [_maxNewTokens, _minNewTokens, _temperature, _seed, _sample, _topK, _topP, _penalty, _beams, _lengthPenalty, _stop])
        {
            command.Add(option);
        }
    }

    public GenerationOptions Read(ParseResult result) => new()
    {
        MaxNewTokens = result.GetValue(_maxNewTokens),
        MinNewTokens = result.GetValue(_minNewTokens),
        Temperature = result.GetValue(_temperature),
        Seed = result.GetValue(_seed),
        SampleNumber = result.GetValue(_sample),
        TopK = result.GetValue(_topK),
        TopP = result.GetValue(_topP),
        RepetitionPenalty = result.GetValue(_penalty),
        Beams = result.GetValue(_beams),
        LengthPenalty = result.GetValue(_lengthPenalty),
        StopStrings = [.. result.GetValue(_stop) ?? []],
    };

    private static Option<T> Number<T>(string name, string description, T value) =>
        new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => value };
}
