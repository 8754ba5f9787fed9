using Pipeline.Inference.Generation;

namespace Pipeline.Inference.Tests.Generation;

public sealed class StopConditionTests
{
    private const int End = 0;
    private const int Mark = 1;

    // Id 65 is "A" and so on; the mark is a special token, which decoding leaves out.
    private static readonly Func<IReadOnlyList<int>, string> _decode = ids => string.Concat(ids.Where(id => id > Mark).Select(id => (char)id));

    [Fact]
    public void An_end_of_sequence_id_ends_the_text()
    {
        var stop = Stop();
        Assert.Null(stop.Check(['A', 'B'], 9));
        Assert.Equal(FinishReason.EndOfSequence, stop.Check(['A', End], 9));
        Assert.Equal("A", stop.Text(['A', End]));
    }

    [Fact]
    public void The_limit_ends_the_text_and_an_end_of_sequence_at_the_limit_counts_as_that()
    {
        Assert.Equal(FinishReason.Length, Stop().Check(['A', 'B'], 2));
        Assert.Equal(FinishReason.EndOfSequence, Stop().Check(['A', End], 2));
    }

    [Fact]
    public void A_stop_string_is_found_across_tokens_and_cut()
    {
        var stop = Stop("BC");
        Assert.Null(stop.Check(['A', 'B'], 9));
        Assert.Equal(FinishReason.Stop, stop.Check(['A', 'B', 'C'], 9));
        Assert.Equal("A", stop.Text(['A', 'B', 'C']));
    }

    [Fact]
    public void The_first_of_several_stop_strings_counts()
    {
        var stop = Stop("D", "BC");
        Assert.Equal("A", stop.Text(['A', 'B', 'C', 'D']));
        Assert.Equal("AB", Stop("D", "C").Text(['A', 'B', 'C', 'D']));
    }

    [Fact]
    public void A_stop_string_that_is_a_special_token_stops_at_its_id()
    {
        var stop = Stop("<mark>");
        Assert.Null(stop.Check(['A'], 9));
        Assert.Equal(FinishReason.Stop, stop.Check(['A', Mark], 9));
        Assert.Equal("A", stop.Text(['A', Mark]));
    }

    [Fact]
    public void A_stop_string_that_is_the_name_of_an_ordinary_token_counts_as_text()
    {
        // Byte-level vocabularies call the byte 0xE9, with which many Chinese characters begin, "é".
        var stop = new StopCondition(new() { StopStrings = ["é"] }, [End], _decode, token => token == "é" ? 'B' : null);
        Assert.Null(stop.Check(['A', 'B'], 9));
        Assert.Equal(FinishReason.Stop, stop.Check(['A', 'B', 'é'], 9));
    }

    [Fact]
    public void Every_end_of_sequence_id_is_banned()
    {
        float[] scores = [3, 2, 1, 5];
        new StopCondition(new(), [0, 3], _decode, _ => null).Ban(scores);
        Assert.Equal([float.NegativeInfinity, 2, 1, float.NegativeInfinity], scores);
    }

    private static StopCondition Stop(params string[] strings) =>
        new(new() { StopStrings = [.. strings] }, [End], _decode, token => token == "<mark>" ? Mark : null);
}
