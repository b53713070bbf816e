using System.CommandLine;
using System.Text.Json.Nodes;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;
using HomeCloud.Lab;

namespace HomeCloud.Cli.Commands.Lab;

internal static class LabDownCommand
{
    public static Command Create()
    {
        var name = new Option<string?>("--name", "-n") { Description = "Only this lab; without it, all labs." };
        var dead = new Option<bool>("--dead") { Description = "Only remove the remains of killed labs." };
        var command = new Command("down", "Stop labs, and remove the remains of killed ones.") { name, dead };
        command.SetAction((parse, _) => LabErrors.ShowAsync(async () =>
        {
            Requirements.Check();
            var only = parse.GetValue(name);
            var words = Show.Words(parse);
            List<string> ended = [];
            if (!parse.GetValue(dead))
            {
                foreach (var id in LabRemains.Living().Where(id => only is null || id == only))
                {
                    await new ConsoleProgress(words).StepAsync($"Stopping lab '{id}'", () => LabRemains.TakeDownAsync(id));
                    ended.Add(id);
                }
            }

            var swept = LabRemains.Dead().ToList();
            foreach (var id in swept)
                await words.WriteLineAsync($"Removing the remains of lab '{id}'");
            await LabRemains.SweepAsync();
            if (parse.GetValue(ConnectionOptions.Json))
                Show.Json(new JsonObject { ["ended"] = CliJson.Array(ended), ["swept"] = CliJson.Array(swept) });
            return ExitCodes.Success;
        }));
        return command;
    }
}
