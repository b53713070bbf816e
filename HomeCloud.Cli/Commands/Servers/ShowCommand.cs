using System.CommandLine;
using System.Text.Json;
using HomeCloud.Cli.Api;
using HomeCloud.Cli.Localization;
using HomeCloud.Commands;
using HomeCloud.Net.Localization;
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
        void Row(Phrase label, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                table.AddRow($"[grey]{Translation.Text(label)}[/]", value);
        }

        Row("Name", $"[bold]{Show.Safe(server.FullName)}[/]");
        Row("State", server.ExitCode is { } code ? Translation.Text($"{Show.State(server)}, exit code {code}") : Show.State(server));
        Row("Addresses", Show.Safe(server.KeptAddress is { } kept ? Translation.Text($"{kept}, kept for its next start") : string.Join(", ", server.Addresses)));
        Row("Reason", Show.Safe(server.Explanation));
        Row("MAC", Show.Safe(server.Mac));
        Row("Image", Show.Safe(server.Image));
        Row("Template", Show.Safe(server.Template));
        Row("Up for", server.StartedAt is null ? null : Show.Uptime(server));
        Row("Created", server.Created.LocalDateTime.ToString("yyyy-MM-dd HH:mm"));
        Row("Asleep for", server.AsleepSince is { } since ? Show.Duration(DateTimeOffset.UtcNow - since) : null);
        Row("Sleeps", server.Sleep is null ? null : Translation.Text($"after {Show.Safe(server.Sleep)} without callers"));
        Row("Awake", Show.Safe(server.StaysAwake));
        Row("Removed at", server.ExpiresAt?.LocalDateTime.ToString("yyyy-MM-dd HH:mm"));
        Row("Aliases", Show.Safe(string.Join(", ", server.Aliases)));
        Row("Ports", Show.Safe(string.Join(", ", server.Ports.Select(p => p.Open == false ? Translation.Text($"{p.Port} (does not answer)") : p.Url ?? $"{p.Port}"))));
        Row("Shell", Show.Safe(server.Ssh));
        Row("Volumes", Show.Safe(string.Join(", ", server.Volumes)));
        Row("Memory", server.Usage is { } usage ? Translation.Text($"{Show.Bytes(usage.MemoryBytes)} of {Show.Bytes(usage.MemoryLimit)}") : null);
        AnsiConsole.Write(table);
        foreach (var line in history)
            Show.Line($"  [grey]{line.At.LocalDateTime:yyyy-MM-dd HH:mm:ss}[/]  {HistoryWords.Of(line.Kind)}  by {Show.Safe(line.By)}  {Show.Safe(line.Detail)}");
    }
}
