using System.CommandLine;

namespace HomeCloud.Cli.Commands.Lab;

internal static class LabExecCommand
{
    public static Command Create()
    {
        var lab = new RunningLab();
        var machine = new Argument<string>("machine") { Description = "router, server, laptop, internet or switch; see `lab ls`." };
        var line = new Argument<string[]>("command") { Description = "Command to run on the machine, after --.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("exec", "Run a command on a machine of the lab: lab exec laptop -- dig airplay.home") { machine, line };
        lab.AddTo(command);
        command.SetAction((parse, _) => LabErrors.ShowAsync(async () =>
            await RunAsync(lab.Read(parse).Machine(parse.GetRequiredValue(machine)), parse.GetRequiredValue(line))));
        return command;
    }

    private static Task<int> RunAsync(HomeCloud.Lab.Machines.Machine machine, string[] line) =>
        HomeCloud.Lab.Processes.Command.RunOnTerminalAsync(machine.Enter(line));
}
