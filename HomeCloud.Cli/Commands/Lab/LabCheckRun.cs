using System.Diagnostics;
using HomeCloud.Lab;
using HomeCloud.Lab.Checks;
using Spectre.Console;

namespace HomeCloud.Cli.Commands.Lab;

/// <summary><c>lab --check</c>.</summary>
internal static class LabCheckRun
{
    public static async Task<int> RunAsync(LabOptions options, CancellationToken cancellationToken)
    {
        if (options.Shape == LabShape.Bare)
            throw new UserErrorException("lab --check shows what HomeCloud does, and --bare leaves HomeCloud out; drop one of them.");

        var started = Stopwatch.GetTimestamp();
        var failures = 0;
        await using (var lab = await HomeLab.StartAsync(options, new ConsoleProgress(Console.Out), cancellationToken))
        {
            using var check = new HomeCheck(lab);
            foreach (var step in check.Steps)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!await ShowAsync(step))
                    failures++;
            }
        }

        if (!await ShowAsync(new("everything taken down", () => NothingLeftAsync(options.Id))))
            failures++;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(failures == 0 ? $"All steps passed in {seconds:0} s." : $"{failures} steps failed ({seconds:0} s).");
        return failures == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static async Task<bool> ShowAsync(CheckStep step)
    {
        var started = Stopwatch.GetTimestamp();
        var (passed, said) = await TryAsync(step);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (Console.IsOutputRedirected)
            Console.Write(passed ? "pass" : "FAIL");
        else
            AnsiConsole.Markup(passed ? "[green]pass[/]" : "[red]FAIL[/]");
        Console.WriteLine($"  {step.Title,-50} {seconds,5:0.00} s  {said}");
        return passed;
    }

    private static async Task<(bool Passed, string Said)> TryAsync(CheckStep step)
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
            ? throw new CheckFailedException("processes or files of the lab are left; see `homecloud lab ls`")
            : Task.FromResult("no process, mount, file or control group left");
}
