using System.CommandLine;

namespace Pipeline.Cli.Commands;

/// <summary>All commands.</summary>
internal static class PipelineCommand
{
    public static RootCommand Create() => new RootCommand(Say("Summarises, embeds and scores work orders, and says how good the summaries are.", "为工单生成摘要和向量，评分，并说明摘要的质量。"))
    {
        DemoCommand.Create(),
        MigrateCommand.Create(),
        SubmitCommand.Create(),
        StatusCommand.Create(),
        BatchCommand.Create(),
        IndexCommand.Create(),
        ResultsCommand.Create(),
        FailuresCommand.Create(),
        AlertsCommand.Create(),
        CalibrateCommand.Create(),
        BreachCommand.Create(),
        SearchCommand.Create(),
        AnswerCommand.Create(),
        SummarizeCommand.Create(),
        SimilarityCommand.Create(),
        EvaluateCommand.Create(),
        CompareCommand.Create(),
        ReportCommand.Create(),
        EmbeddersCommand.Create(),
        ReviewCommand.Create(),
        StabilityCommand.Create(),
        ScheduleCommand.Create(),
        RecipesCommand.Create(),
        ModelsCommand.Create(),
        KeysCommand.Create(),
        DashboardCommand.Create(),
    };
}
