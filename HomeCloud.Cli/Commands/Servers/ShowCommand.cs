using System.CommandLine;
using System.Text.Json;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;
using Spectre.Console;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary><c>show NAME</c>.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var name = NameArguments.OfServer();
        var command = new Command("show", "Details and history of one server.") { name };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            var path = $"servers/{Uri.EscapeDataString(parse.GetRequiredValue(name))}";
            if (parse.GetValue(ConnectionOptions.Json))
            {
                Show.Json(await client.GetAsync<JsonElement>(path, cancellationToken));
                return ExitCodes.Success;
            }

            Print(await client.GetAsync<ServerInfo>(path, cancellationToken), await client.GetAsync<HistoryInfo[]>($"{path}/history?limit=20", cancellationToken));
            return ExitCodes.Success;
        });
        return command;
    }

    private static void Print(ServerInfo server, HistoryInfo[] history)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "");
        void Row(string label, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                table.AddRow($"[grey]{label}[/]", value);
        }

        Row("Name", $"[bold]{Show.Safe(server.FullName)}[/]");
        Row("State", Show.State(server) + (server.ExitCode is { } code ? $", exit code {code}" : ""));
        Row("Addresses", Show.Safe(server.KeptAddress is { } kept ? $"{kept}, kept for its next start" : string.Join(", ", server.Addresses)));
        Row("Reason", Show.Safe(server.Explanation));
        Row("MAC", Show.Safe(server.Mac));
        Row("Image", Show.Safe(server.Image));
        Row("Template", Show.Safe(server.Template));
        Row("Up for", server.StartedAt is null ? null : Show.Uptime(server));
        Row("Created", server.Created.LocalDateTime.ToString("yyyy-MM-dd HH:mm"));
        Row("Asleep for", server.AsleepSince is { } since ? Show.Duration(DateTimeOffset.UtcNow - since) : null);
        Row("Sleeps", server.Sleep is null ? null : $"after {Show.Safe(server.Sleep)} without callers");
        Row("Awake", Show.Safe(server.StaysAwake));
        Row("Removed at", server.ExpiresAt?.LocalDateTime.ToString("yyyy-MM-dd HH:mm"));
        Row("Aliases", Show.Safe(string.Join(", ", server.Aliases)));
        Row("Ports", Show.Safe(string.Join(", ", server.Ports.Select(p => p.Open == false ? $"{p.Port} (does not answer)" : p.Url ?? $"{p.Port}"))));
        Row("Shell", Show.Safe(server.Ssh));
        Row("Volumes", Show.Safe(string.Join(", ", server.Volumes)));
        Row("Memory", server.Usage is { } usage ? $"{Show.Bytes(usage.MemoryBytes)} of {Show.Bytes(usage.MemoryLimit)}" : null);
        AnsiConsole.Write(table);
        foreach (var line in history)
            AnsiConsole.MarkupLine($"  [grey]{line.At.LocalDateTime:yyyy-MM-dd HH:mm:ss}[/]  {Show.Safe(Words(line.Kind))}  by {Show.Safe(line.By)}  {Show.Safe(line.Detail)}");
    }

    /// <summary>createFailed: create failed.</summary>
    private static string Words(string kind) => string.Concat(kind.Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}"));
}
