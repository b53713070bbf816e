using System.CommandLine;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;
using HomeCloud.Lab;
using HomeCloud.Lab.Setting;
using Spectre.Console;

namespace HomeCloud.Cli.Commands.Lab;

internal static class LabListCommand
{
    public static Command Create()
    {
        var command = new Command("ls", "List the labs that are up and their machines.");
        command.SetAction((parse, _) => LabErrors.ShowAsync(() =>
        {
            Requirements.Check();
            List<LabInfo> labs = [.. LabRemains.Living().Select(Look), .. LabRemains.Dead().Select(id => new LabInfo(id, "dead", null, null, []))];
            if (parse.GetValue(ConnectionOptions.Json))
                Show.Json(labs);
            else
                labs.ForEach(lab => AnsiConsole.WriteLine(lab.ToString()));
            return Task.FromResult(ExitCodes.Success);
        }));
        return command;
    }

    private static LabInfo Look(string id)
    {
        try
        {
            var lab = HomeLab.Attach(id);
            return new LabInfo(id, "up", lab.Options.Shape.ToString().ToLowerInvariant(), lab.Server.Engine.ToString(), [.. lab.Machines.Select(machine => new MachineInfo(machine.Name, machine.Pid))]);
        }
        catch (LabException)
        {
            return new LabInfo(id, "starting or ending", null, null, []);
        }
    }
}
