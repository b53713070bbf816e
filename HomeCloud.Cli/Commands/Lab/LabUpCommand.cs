using System.CommandLine;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;
using HomeCloud.Lab;

namespace HomeCloud.Cli.Commands.Lab;

internal static class LabUpCommand
{
    public static Command Create()
    {
        var options = new LabOptionSet();
        var command = new Command("up", "Create a lab that stays up until `lab down`.");
        options.AddTo(command);
        command.SetAction((parse, cancel) => LabErrors.ShowAsync(async () =>
        {
            await using var lab = await HomeLab.StartAsync(options.Read(parse), new ConsoleProgress(Show.Words(parse)), cancel);
            await lab.DetachAsync();
            if (parse.GetValue(ConnectionOptions.Json))
                LabVariables.Write(lab, json: true);
            Show.Words(parse).WriteLine($"Lab '{lab.Options.Id}' is up. Next: homecloud lab exec laptop -- dig www.example.com; homecloud lab env; homecloud lab down");
            return ExitCodes.Success;
        }));
        return command;
    }
}
