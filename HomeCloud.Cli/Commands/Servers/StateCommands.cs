using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;
using HomeCloud.Net.Localization;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary><c>start</c>, <c>stop</c>, <c>restart</c>, <c>sleep</c>, <c>wake</c>, <c>rename</c>.</summary>
internal static class StateCommands
{
    public static IEnumerable<Command> Create() =>
    [
        Simple("start", "Start a server.", name => $"{name} started"),
        Simple("stop", "Stop a server.", name => $"{name} stopped"),
        Simple("restart", "Restart a server.", name => $"{name} restarted"),
        Simple("sleep", "Put a server to sleep: it keeps its name and address, and wakes when a device calls it.", name => $"{name} sleeps"),
        Simple("wake", "Wake a server.", name => $"{name} is awake"),
        Rename(),
    ];

    private static Command Simple(string verb, string description, Func<string, Phrase> done)
    {
        var names = NameArguments.OfServers();
        var command = new Command(verb, description) { names };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            return await EachServer.DoAsync(parse, parse.GetRequiredValue(names), async name =>
            {
                var server = await client.PostAsync<JsonElement>($"servers/{Uri.EscapeDataString(name)}/{verb}", null, cancellationToken);
                Print(parse, server, done(Show.Safe(name)));
            });
        });
        return command;
    }

    private static Command Rename()
    {
        var from = NameArguments.OfServer();
        var to = new Argument<string>("new-name") { Description = "New name" };
        var command = new Command("rename", "Rename a server; DNS follows, address and data stay.") { from, to };
        command.Aliases.Add("mv");
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            var server = await client.PostAsync<JsonElement>(
                $"servers/{Uri.EscapeDataString(parse.GetRequiredValue(from))}/rename", new JsonObject { ["name"] = parse.GetRequiredValue(to) }, cancellationToken);
            Print(parse, server, $"now [bold]{Show.Safe(server.GetProperty("fullName").GetString())}[/]");
            return ExitCodes.Success;
        });
        return command;
    }

    internal static void Print(ParseResult parse, JsonElement server, Phrase text)
    {
        if (parse.GetValue(ConnectionOptions.Json))
        {
            Show.JsonLine(server);
        }
        else
        {
            Show.Line(text);
        }
    }
}
