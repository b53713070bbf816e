using System.CommandLine;
using HomeCloud.Commands;

namespace HomeCloud.Cli.Commands.Lab;

/// <summary><c>lab cut</c> and <c>lab mend</c>.</summary>
internal static class LabCableCommand
{
    public static Command Create(string name, string description, bool connected)
    {
        var lab = new RunningLab();
        var machine = new Argument<string>("machine") { Description = "router, server, laptop, …" };
        var command = new Command(name, description) { machine };
        lab.AddTo(command);
        command.SetAction((parse, _) => LabErrors.ShowAsync(async () =>
        {
            await lab.Read(parse).SetCableAsync(parse.GetRequiredValue(machine), connected);
            return ExitCodes.Success;
        }));
        return command;
    }
}
