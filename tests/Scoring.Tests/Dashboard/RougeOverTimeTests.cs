using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor.Services;
using Pipeline.Scoring.Dashboard.Appearance;
using Pipeline.Scoring.Dashboard.Components.Parts;
using Pipeline.Scoring.Dashboard.Queries;

namespace Pipeline.Scoring.Tests.Dashboard;

public sealed partial class RougeOverTimeTests
{
    private static readonly DateOnly s_day = new(2026, 11, 26);

    [Fact]
    public async Task The_axis_keeps_to_what_a_score_can_be_however_wide_the_intervals_are()
    {
        var labels = await LabelsAsync(Point(s_day, 1, 0.5, 0.98), Point(s_day.AddDays(1), 2, 0.02, 0.04));

        var values = labels.Where(label => !label.Contains('-', StringComparison.Ordinal) || label.StartsWith('-'))
            .Select(label => double.Parse(label, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(0, values.Min());
        Assert.Equal(100, values.Max());
    }

    [Fact]
    public async Task Points_of_one_day_are_told_apart_by_their_batch()
    {
        var labels = await LabelsAsync(Point(s_day, 4, 0.5, 0.1), Point(s_day, 7, 0.6, 0.1), Point(s_day.AddDays(1), 8, 0.7, 0.1));

        Assert.Equal(["11-26 #4", "11-26 #7", "11-27"], labels.Where(label => label.StartsWith("11-", StringComparison.Ordinal)));
    }

    private static RougePoint Point(DateOnly day, long batch, double mean, double margin) => new(day, batch, $"b{batch}", "lead", "signature", 2, mean, margin);

    /// <summary>The words on the chart's axes.</summary>
    private static async Task<IReadOnlyList<string>> LabelsAsync(params RougePoint[] points)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddHttpContextAccessor().AddScoped<Words>().AddMudServices().AddRazorComponents();
        await using var app = builder.Build();
        await using var renderer = new HtmlRenderer(app.Services, NullLoggerFactory.Instance);

        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<RougeOverTime>(ParameterView.FromDictionary(
            new Dictionary<string, object?> { [nameof(RougeOverTime.Id)] = "x", [nameof(RougeOverTime.Points)] = points, [nameof(RougeOverTime.Sql)] = "" }))).ToHtmlString());

        return [.. OnAxes().Matches(html).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value).Trim()).Where(word => word.Length > 0)];
    }

    [GeneratedRegex("<text[^>]*>(.*?)</text>", RegexOptions.Singleline)]
    private static partial Regex OnAxes();
}
