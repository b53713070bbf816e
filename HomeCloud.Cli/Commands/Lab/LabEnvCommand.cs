using System.CommandLine;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;

namespace HomeCloud.Cli.Commands.Lab;

internal static class LabEnvCommand
{
    public static Command Create()
    {
        var lab = new RunningLab();
        var command = new Command("env", "Print the lab's addresses and paths for scripts: eval \"$(homecloud lab env)\"");
        lab.AddTo(command);
        command.SetAction((parse, _) => LabErrors.ShowAsync(() =>
        {
            LabVariables.Write(lab.Read(parse), parse.GetValue(ConnectionOptions.Json));
            return Task.FromResult(ExitCodes.Success);
        }));
        return command;
    }
}
