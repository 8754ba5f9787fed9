using System.CommandLine;
using Pipeline.Cli.Settings;
using Pipeline.Cli.Submission;
using Pipeline.Contracts;
using Pipeline.Inference.Recipes;
using Pipeline.Scoring;
using Pipeline.ServiceDefaults;
using Pipeline.Storage;

namespace Pipeline.Cli.Commands;

/// <summary><c>migrate</c>: brings database and broker up to this version. Services never do this at their start.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", Say("Create or update tables, views, queues and recipes. Harmless when repeated.", "创建或更新表、视图、队列和配方。可重复执行。"));
        command.SetAction((_, cancellationToken) => CommandRunner.RunAsync(async installation =>
        {
            await PipelineMigrator.MigrateAsync(installation.DataSource, cancellationToken);
            HangfireStorage.Migrate(installation.Settings.Postgres);
            var registry = new RecipeRegistry(installation.DataSource);
            // All that this machine knows, not only the built-in ones: services find recipes in the database by name.
            foreach (var recipe in installation.Engines.Recipes.List().Select(listing => listing.Recipe).OfType<RecipeDefinition>())
            {
                await RecipeRows.EnsureAsync(registry, recipe, cancellationToken);
            }

            await using var topology = new QueueTopology(installation.Broker);
            foreach (var queue in QueueNames.All)
            {
                await topology.DeclareAsync(queue, cancellationToken);
            }

            // Here, because 'up' and every deployment come by.
            foreach (var setting in UnknownSettings.Find(Installation.Configuration()))
            {
                await Console.Error.WriteLineAsync(Say(
                    $"warning: nothing reads the setting {SettingErrors.NameOf(setting)}; is it misspelt? docs/configuration.md names them all.",
                    $"警告：没有程序读取设置 {SettingErrors.NameOf(setting)}；是否拼写有误？docs/configuration.md 列出了全部设置。"));
            }

            await Console.Error.WriteLineAsync(Say("Database and queues are ready.", "数据库和队列已就绪。"));
            return ExitCode.Success;
        }));
        return command;
    }
}
