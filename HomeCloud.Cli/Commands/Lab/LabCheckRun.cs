using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;
using HomeCloud.Lab;
using HomeCloud.Lab.Checks;
using HomeCloud.Lab.Setting;
using Spectre.Console;

namespace HomeCloud.Cli.Commands.Lab;

/// <summary><c>lab --check</c>.</summary>
internal static class LabCheckRun
{
    public static async Task<int> RunAsync(LabOptions options, bool json, CancellationToken cancellationToken)
    {
        if (options.Shape == LabShape.Bare)
            throw new UserErrorException("lab --check tests HomeCloud, and --bare does not install it.", "Remove one of them.", ExitCodes.Usage);

        var started = Stopwatch.GetTimestamp();
        var words = json ? Console.Error : Console.Out;
        List<CheckedStep> steps = [];
        await using (var lab = await HomeLab.StartAsync(options, new ConsoleProgress(words), cancellationToken))
        {
            using var check = new HomeCheck(lab);
            foreach (var step in check.Steps)
            {
                cancellationToken.ThrowIfCancellationRequested();
                steps.Add(await TryAsync(step));
                Tell(steps[^1], words);
            }
        }

        steps.Add(await TryAsync(new("the lab is stopped", () => NothingLeftAsync(options.Id))));
        Tell(steps[^1], words);
        var failures = steps.Count(step => !step.Passed);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await words.WriteLineAsync(failures == 0 ? $"All steps passed in {seconds:0} s." : $"{failures} steps failed ({seconds:0} s).");
        if (json)
        {
            Show.Json(new JsonObject
            {
                ["passed"] = failures == 0,
                ["seconds"] = seconds,
                ["steps"] = new JsonArray([.. steps.Select(step => JsonSerializer.SerializeToNode(step, CliJson.Default.CheckedStep))]),
            });
        }

        return failures == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static void Tell(CheckedStep step, TextWriter words)
    {
        if (Console.IsOutputRedirected || words != Console.Out)
            words.Write(step.Passed ? "pass" : "FAIL");
        else
            AnsiConsole.Markup(step.Passed ? "[green]pass[/]" : "[red]FAIL[/]");
        words.WriteLine($"  {step.Title,-50} {step.Seconds,5:0.00} s  {step.Said}");
    }

    private static async Task<CheckedStep> TryAsync(HomeCheckStep step)
    {
        var started = Stopwatch.GetTimestamp();
        var (passed, said) = await OutcomeAsync(step);
        return new CheckedStep(step.Title, passed, Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3), said);
    }

    private static async Task<(bool Passed, string Said)> OutcomeAsync(HomeCheckStep step)
    {
        try
        {
            return (true, await step.RunAsync());
        }
        catch (Exception error) when (error is CheckFailedException or LabException)
        {
            return (false, error.Message);
        }
    }

    private static Task<string> NothingLeftAsync(string id) =>
        LabRemains.Living().Contains(id) || LabRemains.Dead().Contains(id)
            ? throw new CheckFailedException("processes or files of the lab remain; see `homecloud lab ls`")
            : Task.FromResult("no process, mount, file or control group remains");
}
