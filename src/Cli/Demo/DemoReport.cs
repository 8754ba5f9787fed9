using System.Globalization;
using Pipeline.Storage.Reports;
using Spectre.Console;
using Table = Spectre.Console.Table;

namespace Pipeline.Cli.Demo;

/// <summary>What the demo shows at its end, each table from one query that a user could run.</summary>
internal sealed class DemoReport(Installation installation, BatchReports reports, DemoLineup lineup)
{
    private const int Documents = 4;

    /// <summary>Prints documents, ROUGE, health, throughput and where to go on.</summary>
    public async Task PrintAsync(long batchId, string batch, CancellationToken cancellationToken)
    {
        await PrintDocumentsAsync(batchId, cancellationToken);
        await PrintTableAsync(
            Say("ROUGE by recipe, F x 100 against the reference summaries", "各配方的 ROUGE（F × 100，对照参考摘要）"),
            """
            select recipe, documents, round((100 * rouge1_f)::numeric, 2) as "ROUGE-1", round((100 * rouge2_f)::numeric, 2) as "ROUGE-2",
                   round((100 * rougel_f)::numeric, 2) as "ROUGE-L", rouge_signature as signature
            from pipeline.rouge_by_recipe where batch_id = $1 order by rougel_f desc
            """,
            batchId, cancellationToken);
        await PrintTableAsync(
            Say(
                $"Health by recipe: cosine of text and summary by '{lineup.Embedder}' (limits of the article: cosine below 0.45, compression outside 0.12 to 0.35)",
                $"各配方的健康度：正文与摘要的余弦由 '{lineup.Embedder}' 计算（文章的限值：余弦低于 0.45，压缩比超出 0.12 至 0.35）"),
            """
            select recipe, count(*) as summaries, round(avg(cosine)::numeric, 3) as "cosine", round(avg(compression)::numeric, 3) as "compression",
                   count(*) filter (where drift_alarm) as "drift alarms", count(*) filter (where compression_alarm) as "compression alarms"
            from pipeline.results where batch_id = $1 and state = 'done' group by recipe order by recipe
            """,
            batchId, cancellationToken);
        await PrintTableAsync(
            Say("Throughput", "吞吐"),
            """
            with ended as (
                select 'embed' as stage, w.text_id, w.recipe_id, w.updated_at as at
                from pipeline.batch_lines l join pipeline.work_items w on w.recipe_id = l.embedder_id and w.text_id in (l.text_id, l.summary_text_id)
                where l.batch_id = $1 and w.state = 'done'
                union select 'summarize', w.text_id, w.recipe_id, w.updated_at
                from pipeline.batch_lines l join pipeline.work_items w on w.recipe_id = l.recipe_id and w.text_id = l.text_id
                where l.batch_id = $1 and w.state = 'done'
                union select 'score', h.text_id, h.recipe_id, h.scored_at
                from pipeline.batch_lines l join pipeline.health_scores h
                  on h.text_id = l.text_id and h.recipe_id = l.recipe_id and h.embedder_id = l.embedder_id
                where l.batch_id = $1)
            select stage, count(*) as texts, round(extract(epoch from max(at) - min(b.created_at))::numeric, 2) as "seconds after submission"
            from ended, pipeline.batches b where b.id = $1 group by stage order by 3
            """,
            batchId, cancellationToken);
        if (lineup.Generator is not null)
        {
            await PrintTableAsync(
                Say("What was noticed about summaries, and the tokens they took", "摘要的标记，以及所用的词元"),
                """
                select recipe, count(*) as summaries, sum(prompt_tokens) as "prompt tokens", sum(output_tokens) as "output tokens",
                       count(*) filter (where finish_reason = 'length') as "ended by length", count(*) filter (where truncated) as truncated,
                       (select string_agg(flag || ' ' || n, ', ' order by flag)
                        from (select flag, count(*) as n from pipeline.results f, unnest(f.flags) as flag
                              where f.batch_id = $1 and f.recipe = r.recipe group by flag) x) as flags
                from pipeline.results r where batch_id = $1 and summary is not null group by recipe order by recipe
                """,
                batchId, cancellationToken);
        }

        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(lineup.Generator is { } generator
            ? Say(
                $"'{generator}' wrote its summaries with the prompt and decoding that './pipeline recipes show {generator}' tells; the others copy from the text.",
                $"'{generator}' 的摘要所用的提示和解码见 './pipeline recipes show {generator}'；其余配方从原文摘取。")
            : Say(
                "The embedder 'hashing' is lexical: it compares characters, not meaning. Its cosines are lower than a model's.",
                "向量化方案 'hashing' 是词面方法：比较的是字符而不是含义，其余弦值低于模型。"));
        AnsiConsole.WriteLine(Say("Where to look next:", "接下来："));
        AnsiConsole.WriteLine(Say("  ./pipeline submit FILE.csv --wait                your own backlog", "  ./pipeline submit FILE.csv --wait                提交自己的工单"));
        AnsiConsole.WriteLine($"  ./pipeline results --batch {batch} --format jsonl");
        AnsiConsole.WriteLine("  ./pipeline sql \"select * from pipeline.results limit 5\"");
    }

    private async Task PrintDocumentsAsync(long batchId, CancellationToken cancellationToken)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(Say("Some documents", "部分文档")).ShowRowSeparators()
            .AddColumn("id").AddColumn(Say("recipe", "配方")).AddColumn(Say("summary", "摘要")).AddColumn(new TableColumn("ROUGE-L").RightAligned());
        var shown = new HashSet<string>();
        await foreach (var row in reports.ResultsAsync(batchId, recipe: null, statistics: false, cancellationToken))
        {
            if (row.Id is null || row.Summary is null || (!shown.Contains(row.Id) && shown.Count == Documents))
            {
                continue;
            }

            shown.Add(row.Id);
            table.AddRow(
                Markup.Escape(row.Id), Markup.Escape(row.Recipe ?? ""), Markup.Escape(row.Summary),
                row.RougeLF is { } f ? (100 * f).ToString("0.0", CultureInfo.InvariantCulture) : "");
        }

        AnsiConsole.Write(table);
    }

    private async Task PrintTableAsync(string title, string sql, long batchId, CancellationToken cancellationToken)
    {
        await using var command = installation.DataSource.CreateCommand(sql);
        command.Parameters.Add(new() { Value = batchId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var table = new Table().Border(TableBorder.Rounded).Title(title);
        for (var i = 0; i < reader.FieldCount; i++)
        {
            table.AddColumn(reader.GetName(i));
        }

        while (await reader.ReadAsync(cancellationToken))
        {
            table.AddRow(Enumerable.Range(0, reader.FieldCount)
                .Select(i => Markup.Escape(Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture) ?? "")).ToArray());
        }

        AnsiConsole.Write(table);
    }
}
