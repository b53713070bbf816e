using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using HomeCloud.Cli.Api;
using HomeCloud.Cli.Localization;
using HomeCloud.Commands;
using HomeCloud.Net.Localization;
using Spectre.Console;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary><c>set</c> and <c>update</c>: a server that is there is changed.</summary>
internal static class ChangeCommands
{
    private static readonly Option<string?> Sleep = new("--sleep") { Description = "Fall asleep after so long without callers: 15m, 2h, or never; label for what the label homecloud.sleep says" };
    private static readonly Option<string?> Memory = new("--memory", "-m") { Description = "Memory limit: 512m, 2g, or none" };
    private static readonly Option<double?> Cpus = new("--cpus") { Description = "CPU limit in cores (example: 1.5); 0 for none" };
    private static readonly Option<string[]> Environment = new("--env", "-e") { Description = "Environment variable NAME=value; NAME alone takes it away; repeatable" };
    private static readonly Option<string[]> Alias = new("--alias") { Description = "All its additional names; repeatable; none for no more" };
    private static readonly Option<string?> For = new("--for") { Description = "Remove the server after this time, from now: 30m, 2h, 7d, or never" };
    private static readonly Option<bool> NewMac = new("--new-mac") { Description = "Give it a new MAC address, and with it new IPv4 and IPv6 addresses; needed if another process on the machine has the one it has" };
    private static readonly Option<bool> Undo = new("--undo") { Description = "Go back to the container before the last change" };
    private static readonly Option<bool> Check = new("--check") { Description = "Only ask the registry whether there is a newer image" };

    public static IEnumerable<Command> Create() => [Set(), Update()];

    private static Command Set()
    {
        var names = NameArguments.OfServers();
        var command = new Command("set", "Change a server: memory, CPU, variables, aliases, expiry, sleep. What needs a new container gets one with the same address and volumes.")
        {
            names, Memory, Cpus, Environment, Alias, For, Sleep, NewMac,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var wanted = Wanted(parse);
            if (wanted.Count == 0)
                throw new UserErrorException("nothing to change is set.", "Set --memory, --cpus, --env, --alias, --for, --sleep or --new-mac.", ExitCodes.Usage);
            using var client = ConnectionOptions.Connect(parse);
            return await EachAsync(parse, names, async name =>
                await FollowAsync(parse, client, await client.PostAsync<JsonElement>(Path(name, "set"), wanted.DeepClone().AsObject(), cancellationToken), $"{Show.Safe(name)} is changed", cancellationToken));
        });
        return command;
    }

    private static Command Update()
    {
        var names = NameArguments.OfServers();
        var command = new Command("update", "Pull a server's image; a newer one replaces its container. Address, MAC and volumes stay, and --undo goes back.") { names, Check, Undo };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            return await EachAsync(parse, names, async name =>
            {
                if (!parse.GetValue(Check))
                    return await FollowAsync(parse, client, await client.PostAsync<JsonElement>(Path(name, parse.GetValue(Undo) ? "undo" : "update"), null, cancellationToken), Phrase.None, cancellationToken);

                var news = await client.GetAsync<JsonElement>(Path(name, "image?now=true"), cancellationToken);
                StateCommands.Print(parse, news, $"{Show.Safe(name)}: {Show.Safe(Translation.Text(Words(news)))}");
                return ExitCodes.Success;
            });
        });
        return command;
    }

    private static Phrase Words(JsonElement news)
    {
        var image = news.GetProperty("image").GetString();
        return news.TryGetProperty("isNewer", out var newer)
            ? newer.GetBoolean() ? (Phrase)$"there is a newer {image}: homecloud update" : $"{image} is the newest"
            : news.TryGetProperty("note", out var note) ? (Phrase)$"{image}: {note.GetString()}" : $"{image}: not known";
    }

    private static JsonObject Wanted(ParseResult parse)
    {
        var body = new JsonObject();
        if (parse.GetValue(Memory) is { } memory)
            body["memory"] = memory;
        if (parse.GetValue(Cpus) is { } cpus)
            body["cpus"] = cpus;
        if (parse.GetValue(For) is { } expires)
            body["expiresIn"] = expires;
        if (parse.GetValue(Sleep) is { } sleep)
            body["sleep"] = sleep == "label" ? "" : sleep;
        if (parse.GetValue(NewMac))
            body["newMac"] = true;
        if (parse.GetValue(Alias) is { Length: > 0 } aliases)
            body["aliases"] = CliJson.Array(aliases is ["none"] ? [] : aliases);
        if (parse.GetValue(Environment) is { Length: > 0 } variables)
        {
            body["environment"] = new JsonObject(variables.Select(text => text.Split('=', 2)).DistinctBy(parts => parts[0])
                .Select(parts => KeyValuePair.Create(parts[0], parts.Length == 2 ? (JsonNode?)parts[1] : null)));
        }

        return body;
    }

    /// <summary>An operation is followed to its end; any other answer is the server, changed already.</summary>
    private static async Task<int> FollowAsync(ParseResult parse, AgentClient client, JsonElement answer, Phrase done, CancellationToken cancellationToken)
    {
        if (!answer.TryGetProperty("steps", out _))
        {
            StateCommands.Print(parse, answer, done);
            return ExitCodes.Success;
        }

        var operation = answer.Deserialize(CliJson.Default.OperationInfo)!;
        try
        {
            return parse.GetValue(ConnectionOptions.Json)
                ? await CreateProgress.JsonAsync(client, operation, cancellationToken)
                : await CreateProgress.ShowAsync(client, operation, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await CreateProgress.CancelAsync(client, operation, parse.GetValue(ConnectionOptions.Json));
            throw;
        }
    }

    private static async Task<int> EachAsync(ParseResult parse, Argument<string[]> names, Func<string, Task<int>> action)
    {
        var worst = ExitCodes.Success;
        var code = await EachServer.DoAsync(parse, parse.GetRequiredValue(names), async name =>
        {
            var ended = await action(name);
            worst = worst == ExitCodes.Success ? ended : worst;
        });
        return code == ExitCodes.Success ? worst : code;
    }

    private static string Path(string name, string what) => $"servers/{Uri.EscapeDataString(name)}/{what}";
}
