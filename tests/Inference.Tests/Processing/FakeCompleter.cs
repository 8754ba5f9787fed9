using System.Runtime.CompilerServices;
using Pipeline.Inference.Processing;
using Pipeline.Inference.Tokenization;

namespace Pipeline.Inference.Tests.Processing;

/// <summary>Answers prompts by a function of their words; a character is a token. For what lies around a model, not for a model.</summary>
internal sealed class FakeCompleter(Func<string, Completion?> answer) : ICompleter
{
    /// <summary>Every prompt so far.</summary>
    public List<Prompt> Asked { get; } = [];

    public static FakeCompleter Saying(Func<string, string> answer) => new(prompt => Of(prompt, answer(prompt)));

    public static Completion Of(string prompt, string answer, bool endedByLength = false) => new(answer, endedByLength, prompt.Length, answer.Length);

    public IReadOnlyList<TextSpan> Tokens(string text) => CharacterTokens.Of(text);

    public int Count(Prompt prompt) => Words(prompt).Length;

    public async IAsyncEnumerable<TextOutcome<Completion>> CompleteAsync(
        IReadOnlyList<Prompt> prompts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Asked.AddRange(prompts);

        // Backwards: no order is promised.
        for (var index = prompts.Count - 1; index >= 0; index--)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return answer(Words(prompts[index])) is { } completion
                ? new(index, completion, null)
                : new(index, null, new(TextFailure.EngineError, "It was asked for."));
        }
    }

    public static string Words(Prompt prompt) => string.Concat(prompt.Parts.Select(part => part.Text));
}
