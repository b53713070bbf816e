using System.CommandLine;
using HomeCloud.Lab;
using Spectre.Console;

namespace HomeCloud.Cli.Commands.Lab;

internal static class LabListCommand
{
    public static Command Create()
    {
        var command = new Command("ls", "List the labs that are up and their machines.");
        command.SetAction((_, _) => LabErrors.ShowAsync(() =>
        {
            Requirements.Check();
            foreach (var id in LabRemains.Living())
                Show(id);
            foreach (var id in LabRemains.Dead())
                AnsiConsole.WriteLine($"{id}: dead; `homecloud lab down` removes what is left of it");
            return Task.FromResult(ExitCodes.Success);
        }));
        return command;
    }

    private static void Show(string id)
    {
        try
        {
            var lab = HomeLab.Attach(id);
            var machines = lab.Machines.Select(m => m.Pid == 0 ? $"{m.Name} (off)" : m.Name);
            AnsiConsole.WriteLine($"{id}: {lab.Options.Shape.ToString().ToLowerInvariant()}, {string.Join(", ", machines)}");
        }
        catch (LabException)
        {
            AnsiConsole.WriteLine($"{id}: starting or ending");
        }
    }
}
