using System.CommandLine;
using System.Text.Json.Nodes;
using HomeCloud.Cli.Api;
using HomeCloud.Cli.Localization;
using HomeCloud.Commands;
using HomeCloud.Net.Localization;
using Spectre.Console;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary><c>rm NAME</c>: asks on a terminal, and keeps the volumes unless told.</summary>
internal static class RemoveCommand
{
    public static Command Create()
    {
        var names = NameArguments.OfServers();
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask" };
        var volumes = new Option<bool>("--volumes") { Description = "Also delete its volumes and its address reservation" };
        var force = new Option<bool>("--force", "-f") { Description = "Kill it instead of stopping it with its own signal and stop timeout" };
        var command = new Command("rm", "Stop and remove a server; a new one of the same name gets its address and data.") { names, yes, volumes, force };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            var all = parse.GetRequiredValue(names);
            if (!parse.GetValue(yes))
                Ask(string.Join(", ", all), parse.GetValue(volumes));

            return await EachServer.DoAsync(parse, all, async name =>
            {
                var query = $"volumes={(parse.GetValue(volumes) ? "true" : "false")}&force={(parse.GetValue(force) ? "true" : "false")}";
                await client.SendAsync(HttpMethod.Delete, $"servers/{Uri.EscapeDataString(name)}?{query}", cancellationToken);
                if (parse.GetValue(ConnectionOptions.Json))
                {
                    Show.JsonLine(new JsonObject { ["name"] = name, ["removed"] = true, ["volumes"] = parse.GetValue(volumes) });
                }
                else
                {
                    Show.Line(parse.GetValue(volumes) ? (Phrase)$"{Show.Safe(name)} removed with its volumes" : $"{Show.Safe(name)} removed; its volumes and its address are kept");
                }
            });
        });
        return command;
    }

    private static void Ask(string names, bool volumes)
    {
        if (Console.IsInputRedirected)
            throw new UserErrorException("there is no terminal to ask for confirmation.", "Add --yes.", ExitCodes.Usage);

        var question = volumes ? (Phrase)$"Remove {names} and all data on its volumes, permanently?" : $"Remove {names}? Its volumes are kept.";
        if (!AnsiConsole.Confirm(Show.Safe(Translation.Text(question)), defaultValue: false))
            throw new UserErrorException("nothing was removed.");
    }
}
