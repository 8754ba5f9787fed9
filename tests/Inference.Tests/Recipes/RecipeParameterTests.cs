using Pipeline.Inference.OpenAi;
using Pipeline.Inference.Processing;
using Pipeline.Inference.Recipes;

namespace Pipeline.Inference.Tests.Recipes;

public sealed class RecipeParameterTests
{
    [Fact]
    public void Defaults_are_written_down_and_reading_them_again_gives_the_same()
    {
        var first = Parameters();
        var settings = Read(first);
        var second = new RecipeParameters("test", first.All);
        Read(second);
        second.Complete();

        Assert.Equal(first.All, second.All);
        Assert.Equal("anchor/1", first.All["prompt"]);
        Assert.Equal("【摘要】{text}【/摘要】", first.All["prompt_text"]);
        Assert.Equal("512", first.All["max_prompt_tokens"]);
        Assert.Equal((512, 0.75, EventMode.Prompt, true, 1, true), (
            settings.MaxPromptTokens, settings.HeadShare, settings.Events, settings.DemandCause, settings.MaxParts, settings.RepairNumbers));
    }

    [Fact]
    public void A_prompt_of_ones_own_is_stored_word_for_word()
    {
        var parameters = Parameters(("prompt_text", "概括:\n{text}"), ("prompt_cause", "概括并写明原因:\n{text}"));
        var template = Read(parameters).Template;
        Assert.Equal(("own", "概括:\n{text}", "概括并写明原因:\n{text}", null), (template.Name, template.Plain, template.Cause, template.Events));
        Assert.Equal("own", parameters.All["prompt"]);

        // A built-in prompt with other words is no longer the built-in one.
        Assert.Equal("own", Read(Parameters(("prompt", "verbose"), ("prompt_text", "概括:\n{text}"))).Template.Name);
        Assert.Equal("verbose/1", Read(Parameters(("prompt", "verbose"), ("prompt_cause", "原因:\n{text}"))).Template.Name);
        Assert.Null(Read(Parameters(("prompt", "chat"), ("prompt_system", ""))).Template.System);
    }

    [Fact]
    public void A_glossary_is_stored_in_one_form()
    {
        var parameters = Parameters(("glossary", """[ "OA", {"not": ["变压器"], "term": "Transformer"} ]"""));
        Assert.Equal("Transformer", Read(parameters).Glossary.Apply("Transformer", "变压器").Summary);
        Assert.Equal("""[{"term":"OA","not":[]},{"term":"Transformer","not":["变压器"]}]""", parameters.All["glossary"]);
    }

    [Theory]
    [InlineData("prompt", "unknown")]
    [InlineData("prompt", "own")]
    [InlineData("prompt_text", "no place for the text")]
    [InlineData("prompt_text", "{text} and {text}")]
    [InlineData("prompt_events", "以下{count}件事")]
    [InlineData("max_prompt_tokens", "20")]
    [InlineData("max_prompt_tokens", "many")]
    [InlineData("head_share", "1.5")]
    [InlineData("head_share", "NaN")]
    [InlineData("events", "sometimes")]
    [InlineData("cause", "split")]
    [InlineData("long_text", "average")]
    [InlineData("numbers", "on")]
    [InlineData("glossary", "OA")]
    [InlineData("glossary", """{"term": "OA"}""")]
    [InlineData("glossary", """[{"not": ["x"]}]""")]
    [InlineData("glossary", "[null]")]
    [InlineData("glossary", """[" OA"]""")]
    public void A_value_that_can_not_be_used_is_refused_by_name(string name, string value)
    {
        var error = Assert.Throws<RecipeException>(() => Read(Parameters((name, value))));
        Assert.Contains(name == "prompt" && value == "own" ? "prompt_text" : name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_nobody_reads_is_refused_with_what_there_is()
    {
        var parameters = Parameters(("max_promt_tokens", "100"));
        Read(parameters);
        var error = Assert.Throws<RecipeException>(parameters.Complete);
        Assert.Contains("'max_promt_tokens'", error.Message, StringComparison.Ordinal);
        Assert.Contains("max_prompt_tokens", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("top_k", "5", "Temperature")]
    [InlineData("beams", "0", "beams")]
    [InlineData("min_new_tokens", "200", "min_new_tokens")]
    [InlineData("temperature", "-1", "temperature")]
    [InlineData("stop", "\"x\"", "stop")]
    [InlineData("stop", """[""]""", "stop")]
    public void Decoding_that_can_not_be_is_refused(string name, string value, string reason) => Assert.Contains(
        reason, Assert.Throws<RecipeException>(() => GenerationParameters.Read(Parameters((name, value)))).Message, StringComparison.Ordinal);

    [Fact]
    public void Decoding_has_the_articles_defaults_and_a_sampling_recipe_its_seed()
    {
        var greedy = GenerationParameters.Read(Parameters());
        Assert.Equal((128, 0.0, 1), (greedy.MaxNewTokens, greedy.Temperature, greedy.Beams));
        var parameters = Parameters(("temperature", "0.3"));
        Assert.Equal((0.3, 0L), (GenerationParameters.Read(parameters).Temperature, GenerationParameters.Read(parameters).Seed));
        Assert.Equal("0", parameters.All["seed"]);
    }

    [Theory]
    [InlineData("""{"model": "x"}""")]
    [InlineData("""[1]""")]
    [InlineData("x")]
    public void Extra_fields_can_not_replace_ours(string extra) => Assert.Contains("extra_body", Assert.Throws<RecipeException>(() =>
        OpenAiDecoding.Read(Parameters(("model", "m"), ("extra_body", extra)))).Message, StringComparison.Ordinal);

    private static RecipeParameters Parameters(params (string Name, string Value)[] values) =>
        new("test", values.ToDictionary(value => value.Name, value => value.Value));

    private static SummarySettings Read(RecipeParameters parameters) => ProcessingParameters.Read(parameters, "anchor", new RoughTokens());
}
