using System.CommandLine;
using Pipeline.Cli.Models;
using Pipeline.Inference.Models;

namespace Pipeline.Cli.Commands;

/// <summary><c>models verify</c>: whether models are what their imports wrote.</summary>
internal static class ModelsVerifyCommand
{
    private static readonly Argument<string?> s_name = new("NAME")
    {
        Description = Say("The model. Default: all.", "模型。默认：全部。"),
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var command = new Command("verify", Say("Check that every file of a model is as its import wrote it.", "检查模型的每个文件是否与导入时一致。")) { s_name };
        command.SetAction((result, cancellationToken) => ModelsRunner.RunAsync(store => Task.Run(() =>
        {
            var names = result.GetValue(s_name) is { } name ? [name] : store.List().Select(model => model.Name).ToList();
            // All of them, also behind a bad one.
            return names.Select(model => Verify(store, model, cancellationToken)).ToList().TrueForAll(good => good)
                ? ExitCode.Success
                : ExitCode.Failure;
        })));
        return command;
    }

    private static bool Verify(ModelStore store, string name, CancellationToken cancellationToken)
    {
        try
        {
            Console.WriteLine(Say(
                $"{name}: unchanged, sha256 {store.Verify(name, cancellationToken).Sha256}",
                $"{name}：未变，sha256 {store.Verify(name, cancellationToken).Sha256}"));
            return true;
        }
        catch (ModelException exception)
        {
            CommandRunner.Complain(exception.Message);
            return false;
        }
    }
}
