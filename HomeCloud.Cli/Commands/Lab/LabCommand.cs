using System.CommandLine;
using HomeCloud.Cli.Api;

namespace HomeCloud.Cli.Commands.Lab;

/// <summary><c>homecloud lab</c>: a whole home on this machine.</summary>
internal static class LabCommand
{
    public static Command Create()
    {
        var options = new LabOptionSet();
        var check = new Option<bool>("--check") { Description = "Run all checks, print each result, stop the lab, and exit 0 if all passed." };
        var command = new Command("lab", "A whole home on this machine: router, server with a real Docker engine, laptop. Opens a shell on the laptop.");
        options.AddTo(command);
        command.Add(check);
        command.SetAction((parse, cancel) => LabErrors.ShowAsync(() =>
        {
            var json = parse.GetValue(ConnectionOptions.Json);
            return parse.GetValue(check) ? LabCheckRun.RunAsync(options.Read(parse), json, cancel) : LabSession.RunAsync(options.Read(parse), json, cancel);
        }));

        command.Add(LabUpCommand.Create());
        command.Add(LabDownCommand.Create());
        command.Add(LabExecCommand.Create());
        command.Add(LabEnvCommand.Create());
        command.Add(LabListCommand.Create());
        command.Add(LabCableCommand.Create("cut", "Disconnect a machine from the switch.", connected: false));
        command.Add(LabCableCommand.Create("mend", "Reconnect a machine to the switch.", connected: true));
        command.Add(LabPackagesCommand.Create());
        command.Add(LabUpstreamCommand.Create());
        return command;
    }
}
