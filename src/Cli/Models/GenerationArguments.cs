using System.CommandLine;
using Pipeline.Inference.Generation;

namespace Pipeline.Cli.Models;

/// <summary>The options of <see cref="GenerationOptions"/> on the command line. What contradicts itself is refused when the run begins.</summary>
internal sealed class GenerationArguments
{
    private static readonly GenerationOptions s_defaults = new();

    private readonly Option<int> _maxNewTokens = Number("--max-new-tokens", Say("Most new tokens.", "最多生成的词元数。"), s_defaults.MaxNewTokens);
    private readonly Option<int> _minNewTokens = Number("--min-new-tokens", Say("No end before so many new tokens.", "至少生成的词元数。"), s_defaults.MinNewTokens);
    private readonly Option<double> _temperature = Number("--temperature", Say("Above 0 draws samples; 0 takes the best token.", "大于 0 时随机采样；0 取最优词元。"), s_defaults.Temperature);
    private readonly Option<long> _seed = Number("--seed", Say("Chooses the samples.", "随机种子。"), s_defaults.Seed);
    private readonly Option<int> _sample = Number("--sample", Say("Which of a prompt's samples under the seed.", "同一种子下的第几个样本。"), s_defaults.SampleNumber);
    private readonly Option<int?> _topK = new("--top-k") { Description = Say("Draws among so many best tokens.", "只在最优的若干词元中采样。"), HelpName = "N" };
    private readonly Option<double?> _topP = new("--top-p") { Description = Say("Draws among the best tokens with this probability together.", "只在累计概率达到此值的最优词元中采样。"), HelpName = "P" };
    private readonly Option<double> _penalty = Number("--repetition-penalty", Say("Above 1 avoids tokens that occurred.", "大于 1 时避免重复已出现的词元。"), s_defaults.RepetitionPenalty);
    private readonly Option<int> _beams = Number("--beams", Say("Above 1 searches with so many beams.", "大于 1 时用束搜索，值为束数。"), s_defaults.Beams);
    private readonly Option<double> _lengthPenalty = Number("--length-penalty", Say("Beam search: higher prefers longer texts.", "束搜索：越大越偏好长文本。"), s_defaults.LengthPenalty);
    private readonly Option<string[]> _stop = new("--stop") { Description = Say("Ends a text before this string; may be repeated.", "遇到此字符串即结束；可重复给出。"), HelpName = "TEXT" };

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
