using HomeCloud.Commands;
using HomeCloud.Lab;
using HomeCloud.Lab.Checks;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Cli.Commands.Lab;

/// <summary>Plain <c>lab</c>: a home with one container in it, and a shell on the laptop; all gone on exit.</summary>
internal static class LabSession
{
    public static async Task<int> RunAsync(LabOptions options, bool json, CancellationToken cancellationToken)
    {
        if (json)
            throw new UserErrorException("lab opens a shell, which has no JSON output.", "Use --json with `lab --check`, `lab up`, `lab ls`, `lab env`, `lab down` and `lab packages`.", ExitCodes.Usage);
        if (Console.IsInputRedirected || Console.IsOutputRedirected)
            throw new UserErrorException("lab opens a shell and needs a terminal.", "Without one use `lab --check`, or `lab up` and `lab exec`.", ExitCodes.Failure);

        var progress = new ConsoleProgress(Console.Out);
        await using var lab = await HomeLab.StartAsync(options, progress, cancellationToken);
        if (options.Shape != LabShape.Bare)
        {
            using var laptop = new LaptopTools(lab);
            await progress.StepAsync("First container: docker run --name airplay", async () =>
            {
                await lab.Server.Engine.RunBoxAsync("airplay");
                await laptop.SettlesAsync("airplay.home", a => !a.Addresses.IsEmpty, "an address");
            });
        }

        Console.WriteLine(LaptopShell.Hint);
        await LaptopShell.RunAsync(lab);
        await progress.StepAsync("Stopping the lab", async () => await lab.DisposeAsync());
        return ExitCodes.Success;
    }
}
