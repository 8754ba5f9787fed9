using System.CommandLine;
using System.Globalization;
using Pipeline.Cli.Models;
using Pipeline.Inference.Models;
using Spectre.Console;

namespace Pipeline.Cli.Commands;

/// <summary><c>models list</c>: the imported models.</summary>
internal static class ModelsListCommand
{
    private static readonly Option<bool> s_json = new("--json") { Description = Say("One JSON object a line.", "每行一个 JSON 对象。") };

    public static Command Create()
    {
        var command = new Command("list", Say("List the imported models.", "列出已导入的模型。")) { s_json };
        command.SetAction((result, _) => ModelsRunner.RunAsync(async store => await ListAsync(store, result.GetValue(s_json))));
        return command;
    }

    private static async Task<int> ListAsync(ModelStore store, bool json)
    {
        var models = store.List();
        foreach (var model in models.Where(model => model.Problem is not null))
        {
            await Console.Error.WriteLineAsync($"error: {model.Problem}");
        }

        var readable = models.Where(model => model.Manifest is not null).Select(model => (Manifest: model.Manifest!, model.Bytes)).ToList();
        if (json)
        {
            readable.ForEach(model => Console.WriteLine(Utf8Output.Json(writer => ModelText.Write(writer, model.Manifest, model.Bytes))));
        }
        else if (readable.Count > 0)
        {
            AnsiConsole.Write(Table(readable));
        }
        else
        {
            Console.WriteLine(Say($"no models in {store.Root}; './pipeline models import DIR' adds one", $"{store.Root} 中没有模型；'./pipeline models import DIR' 可导入"));
        }

        return readable.Count == models.Count ? ExitCode.Success : ExitCode.Failure;
    }

    private static Table Table(List<(ModelManifest Manifest, long Bytes)> models)
    {
        var table = new Table().Border(TableBorder.Minimal)
            .AddColumns(
                Say("name", "名称"), Say("architecture", "架构"), Say("task", "任务"), Say("shape", "形状"), Say("tokens", "词元"), Say("precision", "精度"),
                Say("target", "硬件"), Say("size", "大小"), Say("licence", "许可"));
        foreach (var (manifest, bytes) in models)
        {
            table.AddRow(
                manifest.Name, manifest.Architecture, ModelText.Lower(manifest.Task), ModelText.Shape(manifest),
                manifest.MaxTokens.ToString(CultureInfo.InvariantCulture), ModelText.Lower(manifest.Precision), ModelText.Lower(manifest.Target),
                ModelText.Bytes(bytes), Markup.Escape(manifest.Source.License ?? Say("not stated", "未注明")));
        }

        return table;
    }
}
