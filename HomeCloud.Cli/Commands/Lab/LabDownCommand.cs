using System.CommandLine;
using HomeCloud.Lab;

namespace HomeCloud.Cli.Commands.Lab;

internal static class LabDownCommand
{
    public static Command Create()
    {
        var name = new Option<string?>("--name", "-n") { Description = "Only this lab; without it, all labs." };
        var dead = new Option<bool>("--dead") { Description = "Only remove what labs left that were killed." };
        var command = new Command("down", "Take labs down, and remove what killed ones left.") { name, dead };
        command.SetAction((parse, _) => LabErrors.ShowAsync(async () =>
        {
            Requirements.Check();
            var only = parse.GetValue(name);
            if (!parse.GetValue(dead))
            {
                foreach (var id in LabRemains.Living().Where(id => only is null || id == only))
                    await new ConsoleProgress(Console.Out).StepAsync($"Taking down lab '{id}'", () => LabRemains.TakeDownAsync(id));
            }

            foreach (var id in LabRemains.Dead())
                Console.WriteLine($"Removing what is left of lab '{id}'");
            await LabRemains.SweepAsync();
            return ExitCodes.Success;
        }));
        return command;
    }
}
