using System.CommandLine;
using System.Globalization;
using HomeCloud.Cli.Api;
using Spectre.Console;

namespace HomeCloud.Cli.Commands;

/// <summary>How things look on a terminal. Whatever came from outside is escaped; control characters are taken out.</summary>
internal static class Show
{
    /// <summary>Where a command's words go: beside its result when that is JSON, so that the result can be piped on.</summary>
    public static TextWriter Words(ParseResult parse) => parse.GetValue(ConnectionOptions.Json) ? Console.Error : Console.Out;

    public static void Json<T>(T value) => Console.Out.WriteLine(CliJson.Text(value));

    /// <summary>For commands that take several names: one object a line.</summary>
    public static void JsonLine<T>(T value) => Console.Out.WriteLine(CliJson.Line(value));

    public static string Safe(string? text) => Markup.Escape(Plain(text));

    /// <summary>A terminal obeys escape sequences: none may come from a server's name or log.</summary>
    public static string Plain(string? text) => string.Concat((text ?? "").Where(IsPlain));

    /// <summary>Several lines, each plain: a message may end in what a container wrote.</summary>
    public static string PlainLines(string text) => string.Concat(text.ReplaceLineEndings("\n").Where(c => c == '\n' || IsPlain(c)));

    /// <summary>Neither a control character nor one that turns the direction of writing or breaks a line (UAX #9, UAX #14).</summary>
    private static bool IsPlain(char c) => c == '\t'
        || !(char.IsControl(c) || c is '\u061c' or '\u200e' or '\u200f' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069'));

    public static string State(ServerInfo server)
    {
        var text = server.State == "running" && server.Health is "unhealthy" or "starting" ? server.Health : server.State;
        var colour = text switch { "running" => "green", "stopped" => "grey", "unhealthy" => "red", _ => "yellow" };
        return $"[{colour}]{Safe(text)}[/]";
    }

    public static string Uptime(ServerInfo server) => server.StartedAt is { } at ? Duration(DateTimeOffset.UtcNow - at) : "–";

    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 60 } => $"{Math.Max(0, (int)time.TotalSeconds)} s",
        { TotalMinutes: < 60 } => $"{(int)time.TotalMinutes} min",
        { TotalHours: < 48 } => $"{(int)time.TotalHours} h",
        _ => $"{(int)time.TotalDays} d",
    };

    public static string Bytes(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var power = bytes <= 0 ? 0 : Math.Min(units.Length - 1, (int)(Math.Log2(bytes) / 10));
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / Math.Pow(2, 10 * power):0.#} {units[power]}");
    }

    public static Table Servers(IEnumerable<ServerInfo> servers)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("NAME", "STATE", "ADDRESS", "UP", "CPU", "MEMORY", "PORTS", "IMAGE");
        foreach (var server in servers)
        {
            table.AddRow(
                $"[bold]{Safe(server.Name)}[/]",
                State(server),
                Safe(server.Addresses.Length == 0 ? "–" : server.Addresses[0]),
                Uptime(server),
                server.Usage is { } usage ? string.Create(CultureInfo.InvariantCulture, $"{usage.CpuPercent:0.0} %") : "–",
                server.Usage is { } memory ? Bytes(memory.MemoryBytes) : "–",
                Safe(string.Join(' ', server.Ports.Select(p => p.Port))),
                Safe(server.Image));
        }

        return table;
    }
}
