using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Scoring.Alerts;

namespace Pipeline.Scoring.Metrics;

/// <summary>The state of the installation in Prometheus' text format, version 0.0.4, read from the database at every request.</summary>
internal sealed class MetricsPage(NpgsqlDataSource dataSource, IOptions<WebhookOptions> webhook)
{
    /// <summary>What the page is.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const int SecondsPerFamily = 10;

    /// <summary>Reads and writes it.</summary>
    public async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        var page = new StringBuilder();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        // Without a webhook nobody waits for the news.
        foreach (var family in MetricFamily.All.Where(family => webhook.Value.Url.Length > 0 || !family.IsOfWebhook))
        {
            page.Append(CultureInfo.InvariantCulture, $"# HELP {family.Name} {family.Help}\n# TYPE {family.Name} gauge\n");
            await using var command = new NpgsqlCommand(family.Sql, connection) { CommandTimeout = SecondsPerFamily };
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                if (!reader.IsDBNull(family.Labels.Count))
                {
                    Append(page, family, reader);
                }
            }
        }

        return page.ToString();
    }

    private static void Append(StringBuilder page, MetricFamily family, NpgsqlDataReader reader)
    {
        page.Append(family.Name);
        for (var i = 0; i < family.Labels.Count; i++)
        {
            page.Append(i == 0 ? '{' : ',').Append(family.Labels[i]).Append("=\"").Append(Escape(reader.GetString(i))).Append('"');
        }

        var value = Convert.ToDouble(reader.GetValue(family.Labels.Count), CultureInfo.InvariantCulture);
        page.Append(family.Labels.Count > 0 ? "} " : " ").Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Escape(string label) => label
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
