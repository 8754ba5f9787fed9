using System.Net;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Scoring.Dashboard.Appearance;
using Pipeline.Scoring.Dashboard.Components.Parts;
using Pipeline.Scoring.Dashboard.Queries;

namespace Pipeline.Scoring.Tests.Dashboard;

public sealed class MarkedSummaryTests
{
    [Theory]
    [InlineData("水泵3台损坏，费用500元", "水泵3台损坏，费用300元。", "水泵3台损坏，费用[500元]")]
    // Places are counted in code points: the first character is two UTF-16 units.
    [InlineData("𠮷田报修7台空调", "𠮷田报修2台空调。", "𠮷田报修[7台]空调")]
    [InlineData("更换电源", "更换电源后恢复。", "更换电源")]
    [InlineData("<b>9台</b>", "没有数字", "<b>[9台]</b>")]
    public async Task What_the_text_does_not_support_is_marked_where_it_stands(string summary, string source, string expected)
    {
        await using var services = new ServiceCollection().AddSingleton<IHttpContextAccessor, HttpContextAccessor>().AddScoped<Words>().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);

        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<MarkedSummary>(ParameterView.FromDictionary(
            new Dictionary<string, object?> { [nameof(MarkedSummary.Summary)] = summary, [nameof(MarkedSummary.Places)] = MarkedPlace.Of(summary, source) }))).ToHtmlString());

        var start = html.IndexOf('>', StringComparison.Ordinal) + 1;
        var inner = System.Text.RegularExpressions.Regex.Replace(html[start..html.LastIndexOf("</span>", StringComparison.Ordinal)], "<mark[^>]*>(.*?)</mark>", "[$1]");
        Assert.Equal(expected, WebUtility.HtmlDecode(inner));
    }
}
