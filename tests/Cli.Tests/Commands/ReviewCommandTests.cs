using System.Globalization;
using System.Text;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Commands;

public sealed class ReviewCommandTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IDisposable
{
    private const int Lines = 12;
    private readonly string _folder = Directory.CreateTempSubdirectory("review-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_review_is_exported_blind_filled_in_imported_and_reported()
    {
        await CreateAsync("whole", "--documents", "12", "--seed", "3");
        var sheet = await ExportAsync("whole");

        // A formula stays a text, and the recipe's name is in the summaries only because this test put it there.
        Assert.Equal(["document", "label", "text", "summary", "consistency", "density", "readability"], sheet[0]);
        Assert.Equal(2 * Lines, sheet.Count - 1);
        Assert.All(sheet.Skip(1), row => Assert.StartsWith("'=1+1", row[2], StringComparison.Ordinal));
        await ImportAsync("whole", "ann", sheet, row => IsLead(row) ? "2,2,5" : "4,4,5");
        await ImportAsync("whole", "bo", sheet, row => IsLead(row) ? "1,2,5" : "5,4,4");

        var report = await RunAsync("review", "report", "whole", "--json");

        Assert.Equal(0, report.ExitCode);
        var json = report.Json;
        Assert.Equal(["ann", "bo"], json.GetProperty("reviewers").EnumerateArray().Select(name => name.GetString()));
        var means = json.GetProperty("means").EnumerateArray().ToDictionary(
            row => $"{row.GetProperty("recipe")} {row.GetProperty("criterion")}", row => row.GetProperty("mean").GetDouble());
        Assert.Equal((1.5, 4.5, 2.0, 4.0), (means["lead consistency"], means["extractive consistency"], means["lead density"], means["extractive density"]));
        var difference = json.GetProperty("differences").EnumerateArray().First(row => row.GetProperty("criterion").GetString() == "consistency");
        Assert.Equal(("extractive", "lead", -3.0), (difference.GetProperty("a").GetString(), difference.GetProperty("b").GetString(), difference.GetProperty("delta").GetDouble()));
        Assert.True(difference.GetProperty("significant").GetBoolean());

        // The views say the same.
        var alphas = json.GetProperty("agreement").EnumerateArray().Select(row => row.GetProperty("alpha").GetDouble()).ToList();
        var viewed = await database.DataSource.ColumnAsync<double>("select alpha from pipeline.review_agreement where review = 'whole' order by criterion");
        Assert.Equal(alphas.Select(alpha => Math.Round(alpha, 9)), viewed.Select(alpha => Math.Round(alpha, 9)));
        Assert.Equal(
            means.OrderBy(mean => mean.Key, StringComparer.Ordinal).Select(mean => mean.Value),
            await database.DataSource.ColumnAsync<double>("select mean from pipeline.review_means where review = 'whole' order by (recipe || ' ' || criterion) collate \"C\""));
    }

    [Fact]
    public async Task Ratings_that_differ_in_every_way_give_the_same_agreement_in_sql_and_here()
    {
        await CreateAsync("varied", "--documents", "12", "--seed", "5");
        var sheet = await ExportAsync("varied");
        var number = 0;
        foreach (var reviewer in (string[])["ann", "bo", "cy"])
        {
            // Of the third reviewer a third of the documents is missing.
            await ImportAsync("varied", reviewer, sheet, row => reviewer == "cy" && int.Parse(row[0], CultureInfo.InvariantCulture) % 3 == 0
                ? ",,"
                : $"{1 + number * 7 % 5},{1 + number * 3 % 4},{1 + number++ * 11 % 3}");
        }

        var alphas = (await RunAsync("review", "report", "varied", "--json")).Json.GetProperty("agreement").EnumerateArray().Select(row => row.GetProperty("alpha").GetDouble());

        var viewed = await database.DataSource.ColumnAsync<double>("select alpha from pipeline.review_agreement where review = 'varied' order by criterion");
        Assert.Equal(alphas.Select(alpha => Math.Round(alpha, 9)), viewed.Select(alpha => Math.Round(alpha, 9)));
        Assert.Equal(3, viewed.Distinct().Count());
    }

    [Fact]
    public async Task Importing_again_replaces_what_the_reviewer_said_and_says_so()
    {
        await CreateAsync("again", "--documents", "6");
        var sheet = await ExportAsync("again");
        await ImportAsync("again", "ann", sheet, _ => "3,3,3");

        var second = await ImportAsync("again", " ann ", sheet, row => row[0] == "1" ? "4,4,4" : ",,");

        Assert.Contains("ann has rated 1 of 6 documents; ratings of 6 documents from before are replaced", second.Output, StringComparison.Ordinal);
        var list = (await RunAsync("review", "list", "--json")).Output.Split('\n').First(line => line.Contains("\"again\"", StringComparison.Ordinal));
        Assert.Contains("""{"reviewer":"ann","documents":1}""", list, StringComparison.Ordinal);
        var report = await RunAsync("review", "report", "again");
        Assert.Contains("at least 2 reviewers of the same documents are needed", report.Errors, StringComparison.Ordinal);
        Assert.Contains("with fewer than 6 nothing can be significant", report.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("line 3, column density: '6' is not a whole number from 1 to 5", "1,A,1,1,1", "1,B,1,6,1")]
    [InlineData("line 3, column readability: the rating is missing; document 1 is rated in part", "1,A,1,1,1", "1,B,1,1,")]
    [InlineData("line 3, column consistency: the rating is missing", "1,A,1,1,1", "1,B,,,")]
    [InlineData("line 2, column document: '9' is no document of this review, which has 1 to 2", "9,A,1,1,1")]
    [InlineData("line 2, column label: 'C' is no summary of document 1, which has A, B", "1,C,1,1,1")]
    [InlineData("line 3, column label: summary A of document 1 is on line 2 already", "1,A,1,1,1", "1,A,1,1,1")]
    [InlineData("document 1 is rated, but its summary B has no line", "1,A,1,1,1")]
    [InlineData("The file has no ratings", "1,A,,,", "1,B,,,")]
    public async Task A_faulty_sheet_is_refused_with_line_and_column_and_nothing_of_it_is_stored(string message, params string[] rows)
    {
        if (await database.ScalarAsync<long>("select count(*) from pipeline.reviews where name = 'faulty'") == 0)
        {
            await CreateAsync("faulty", "--documents", "2");
        }

        await File.WriteAllLinesAsync(Path.Combine(_folder, "faulty.csv"), ["document,label,consistency,density,readability", .. rows], Token);

        var run = await RunAsync("review", "import", "faulty", "faulty.csv", "--reviewer", "ann");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from pipeline.review_ratings where review = 'faulty'"));
    }

    [Fact]
    public async Task What_can_not_be_meant_is_refused()
    {
        await CreateAsync("usage", "--documents", "2");
        string[] batch = ["review", "create", "--batch", "usage", "--name", "other", "--recipe"];

        var one = await RunAsync([.. batch, "lead", "lead"]);
        var nobody = await RunAsync([.. batch, "lead", "nobody"]);
        var many = await RunAsync([.. batch, "lead", "extractive", "--documents", "13"]);
        var taken = await RunAsync("review", "create", "--batch", "usage", "--recipe", "lead", "extractive", "--documents", "2");
        var unknown = await RunAsync("review", "report", "nowhere");
        var unrated = await RunAsync("review", "report", "usage");

        Assert.Equal((2, 2, 1, 1, 1, 1), (one.ExitCode, nobody.ExitCode, many.ExitCode, taken.ExitCode, unknown.ExitCode, unrated.ExitCode));
        Assert.Contains("Name 2 to 8 different recipes", one.Errors, StringComparison.Ordinal);
        Assert.Contains("was not run with recipe 'nobody'", nobody.Errors, StringComparison.Ordinal);
        Assert.Contains("Only 12 documents of the batch have a summary by each of these recipes", many.Errors, StringComparison.Ordinal);
        Assert.Contains("There is a review 'usage'", taken.Errors, StringComparison.Ordinal);
        Assert.Contains("There is no review 'nowhere'", unknown.Errors, StringComparison.Ordinal);
        Assert.Contains("Nobody has rated 'usage' yet", unrated.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from pipeline.reviews where name = 'other'"));
    }

    // The summaries of the test begin with their recipe.
    private static bool IsLead(string[] row) => row[3].StartsWith("lead", StringComparison.Ordinal);

    private async Task CreateAsync(string batch, params string[] options)
    {
        await SummarizedBatch.CreateAsync(database, _folder, batch, Enumerable.Range(0, Lines).Select(line => ($"=1+1 {batch} 水泵 {line} \"漏水\"", $"{batch} {line}")));
        var created = await RunAsync(["review", "create", "--batch", batch, "--recipe", "lead", "--recipe", "extractive", .. options]);
        Assert.Equal((0, ""), (created.ExitCode, created.ExitCode == 0 ? "" : created.Errors));
    }

    private async Task<List<string[]>> ExportAsync(string review)
    {
        Assert.Equal(0, (await RunAsync("review", "export", review, "--output", "sheet.csv")).ExitCode);
        var bytes = await File.ReadAllBytesAsync(Path.Combine(_folder, "sheet.csv"), Token);
        Assert.Equal(Encoding.UTF8.GetPreamble(), bytes[..3]);

        // No field of this test has a comma or a line end inside.
        return [.. Encoding.UTF8.GetString(bytes[3..]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',').Select(cell =>
            cell.StartsWith('"') ? cell[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : cell).ToArray())];
    }

    private async Task<CliRun> ImportAsync(string review, string reviewer, List<string[]> sheet, Func<string[], string> marks)
    {
        await File.WriteAllLinesAsync(
            Path.Combine(_folder, "filled.csv"), ["document,label,consistency,density,readability", .. sheet.Skip(1).Select(row => $"{row[0]},{row[1]},{marks(row)}")], Token);
        var run = await RunAsync("review", "import", review, "filled.csv", "--reviewer", reviewer);
        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Errors));
        return run;
    }

    private Task<CliRun> RunAsync(params string[] arguments) => CliRun.StartAsync(database, _folder, input: null, arguments);
}
