using Pipeline.Inference.Generation;

namespace Pipeline.Inference.Tests.Generation;

public sealed class SampleStreamTests
{
    [Fact]
    public void The_numbers_are_those_of_the_documented_formula()
    {
        // Computed with another program from the formula in the summary of SampleStream.
        var stream = new SampleStream(42, 0, [7, 8, 250_679]);
        Assert.Equal(0.045363789892251316, stream[0]);
        Assert.Equal(0.19761504621403958, stream[1]);
        Assert.Equal(0.14849662336575076, new SampleStream(-1, 4, [1])[100]);
    }

    [Fact]
    public void Seed_sample_number_prompt_and_step_each_give_another_number()
    {
        double[] numbers =
        [
            new SampleStream(1, 0, [5, 6])[0], new SampleStream(2, 0, [5, 6])[0], new SampleStream(1, 1, [5, 6])[0],
            new SampleStream(1, 0, [5, 7])[0], new SampleStream(1, 0, [5])[0], new SampleStream(1, 0, [5, 6])[1],
        ];
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
    }

    [Fact]
    public void The_numbers_fill_the_interval_evenly()
    {
        var stream = new SampleStream(3, 0, [1, 2, 3]);
        var numbers = Enumerable.Range(0, 4000).Select(t => stream[t]).Order().ToArray();
        Assert.InRange(numbers[0], 0, 0.01);
        Assert.InRange(numbers[^1], 0.99, Math.BitDecrement(1));
        // Kolmogorov-Smirnov; 0.0258 is the limit at one in a hundred for 4,000 numbers, which are always the same here.
        Assert.InRange(numbers.Select((number, i) => Math.Abs(number - ((i + 0.5) / numbers.Length))).Max(), 0, 0.0258);
    }
}
