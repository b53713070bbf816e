using System.CommandLine;
using System.Text.Json;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;
using Spectre.Console;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary><c>ls</c>.</summary>
internal static class ListCommand
{
    private static readonly Option<bool> Watch = new("--watch", "-w") { Description = "Keep running and show changes" };

    public static Command Create()
    {
        var command = new Command("ls", "List the servers.") { Watch };
        command.Aliases.Add("list");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        using var client = ConnectionOptions.Connect(parse);
        var json = parse.GetValue(ConnectionOptions.Json);
        if (parse.GetValue(Watch))
            return json ? await WatchJsonAsync(client, cancellationToken) : await WatchAsync(client, cancellationToken);

        if (json)
        {
            Show.Json(await client.GetAsync<JsonElement>("servers", cancellationToken));
            return ExitCodes.Success;
        }

        var servers = await client.GetAsync<ServerInfo[]>("servers", cancellationToken);
        if (servers.Length == 0)
        {
            Show.Line("No servers yet. [bold]homecloud create NAME[/] creates one.");
        }
        else
        {
            AnsiConsole.Write(ServerTable.Of(servers, AnsiConsole.Profile.Width));
        }

        return ExitCodes.Success;
    }

    private static async Task<int> WatchAsync(AgentClient client, CancellationToken cancellationToken)
    {
        if (Console.IsOutputRedirected)
        {
            // Nothing can be drawn over there: a table for each change.
            await FollowAsync(client, Print, cancellationToken);
        }
        else
        {
            await AnsiConsole.Live(ServerTable.Of([], AnsiConsole.Profile.Width))
                .StartAsync(live => FollowAsync(client, (_, servers) => live.UpdateTarget(ServerTable.Of(servers, AnsiConsole.Profile.Width)), cancellationToken));
        }

        return ExitCodes.Success;
    }

    private static async Task FollowAsync(AgentClient client, Action<string, IReadOnlyCollection<ServerInfo>> show, CancellationToken cancellationToken)
    {
        var servers = new SortedDictionary<string, ServerInfo>(StringComparer.Ordinal);
        await foreach (var (type, data) in client.FollowAsync("events", cancellationToken))
        {
            Apply(servers, type, data);
            show(type, servers.Values);
        }
    }

    private static void Print(string type, IReadOnlyCollection<ServerInfo> servers)
    {
        if (type is "servers" or "server" or "gone")
        {
            AnsiConsole.Write(ServerTable.Of(servers, AnsiConsole.Profile.Width));
            Console.Out.WriteLine();
        }
    }

    private static async Task<int> WatchJsonAsync(AgentClient client, CancellationToken cancellationToken)
    {
        await foreach (var (type, data) in client.FollowAsync("events", cancellationToken))
            Console.Out.WriteLine($$"""{"type":"{{type}}","data":{{data}}}""");

        return ExitCodes.Success;
    }

    private static void Apply(SortedDictionary<string, ServerInfo> servers, string type, string data)
    {
        switch (type)
        {
            case "servers":
                servers.Clear();
                foreach (var server in CliJson.Read<ServerInfo[]>(data))
                    servers[server.Name] = server;

                break;
            case "server":
                var changed = CliJson.Read<ServerInfo>(data);
                servers[changed.Name] = changed with { Usage = servers.GetValueOrDefault(changed.Name)?.Usage };
                break;
            case "gone":
                servers.Remove(CliJson.Read<JsonElement>(data).GetProperty("name").GetString()!);
                break;
            case "usage":
                foreach (var usage in CliJson.Read<UsageInfo[]>(data).Where(u => servers.ContainsKey(u.Name)))
                    servers[usage.Name] = servers[usage.Name] with { Usage = usage };

                break;
        }
    }
}
