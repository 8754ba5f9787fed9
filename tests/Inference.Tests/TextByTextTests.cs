namespace Pipeline.Inference.Tests;

public sealed class TextByTextTests
{
    [Fact]
    public async Task A_fault_of_one_text_names_its_type_but_not_its_words_and_spares_the_others()
    {
        var outcomes = await Run(["电梯", "毒药", "端口"], text => text == "毒药" ? throw new FormatException(text) : text);
        Assert.Equal(["电梯", null, "端口"], outcomes.Select(o => o.Value));
        Assert.Equal("engine-error", outcomes[1].Failure!.Code);
        Assert.Contains("FormatException", outcomes[1].Failure!.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("毒药", outcomes[1].Failure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_would_break_every_text_reaches_the_host()
    {
        await Assert.ThrowsAsync<InsufficientMemoryException>(() => Run(["a"], _ => throw new InsufficientMemoryException()));
        await Assert.ThrowsAsync<OperationCanceledException>(() => Run(["a"], _ => throw new OperationCanceledException()));
        await Assert.ThrowsAsync<TypeInitializationException>(() => Run(["a"], _ => throw new TypeInitializationException("T", null)));
    }

    private static async Task<List<TextOutcome<string>>> Run(string[] texts, Func<string, string> engine)
    {
        var outcomes = new List<TextOutcome<string>>();
        await foreach (var outcome in TextByText.RunAsync<string>(
            texts, (i, text) => new(i, engine(text), null), TestContext.Current.CancellationToken))
        {
            outcomes.Add(outcome);
        }

        return outcomes;
    }
}
